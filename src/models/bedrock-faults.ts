import { errorName, errorText, kindOf } from "../aws/upstream.ts";
import { HealerError } from "../domain/errors.ts";

/** Why one model did not answer, and so whether another one could. */
export type Fault = {
  /**
   * `model`: this id cannot be used. `busy`: not now. `thinking`: it refuses the kept thinking. `request`: no model would
   * take it. `account`: the credentials are no good.
   */
  readonly kind: "model" | "busy" | "thinking" | "request" | "account";
  /** True when asking again within this process is pointless; a denied access may be granted any minute. */
  readonly lasting?: boolean;
  readonly reason: string;
  readonly hint: string;
};

/** Reads a Converse failure: most carry one exception name for a dozen causes, so the message decides. */
export function faultOf(error: unknown, modelId: string): Fault {
  const text = errorText(error);
  const known = sayings.find(({ pattern }) => pattern.test(text));
  if (errorName(error) === "ValidationException" && known !== undefined) {
    const reason = `${known.reason} (${modelId}: ${text})`;
    return { kind: known.kind, reason, hint: known.hint, lasting: known.kind === "model" };
  }
  const reason = `${modelId}: ${errorName(error)}: ${text}`;
  switch (kindOf(error)) {
    case "credentials":
      return { kind: "account", reason, hint: "Give the process valid AWS credentials and a correct clock." };
    case "denied":
      return { kind: "model", reason: `access denied (${reason})`, hint: accessHint };
    case "missing":
      return { kind: "model", reason: `no such model here (${reason})`, hint: regionHint };
    case "busy":
    case "nowhere":
    case "cancelled":
    case "unknown":
      return { kind: "busy", reason, hint: busyHint };
    case "request":
      return errorName(error) === "ServiceQuotaExceededException"
        ? { kind: "busy", reason, hint: "A Bedrock quota is used up; raise it or wait." }
        : { kind: "request", reason, hint: "Bedrock refused the request itself; see the message." };
  }
}

/** The error for a chain in which no model answered; retryable when one of them may answer later. */
export function chainError(faults: readonly Fault[]): HealerError {
  const reasons = faults.map(({ reason }) => reason).join("; ");
  const busy = faults.find(({ kind }) => kind === "busy");
  if (busy !== undefined) {
    return new HealerError("model_unavailable", `no model answered: ${reasons}`, { hint: busy.hint, retryable: true });
  }
  const hint = faults.at(-1)?.hint ?? "Name at least one model.";
  return new HealerError("model_misconfigured", `no model can be used: ${reasons}`, { hint });
}

const busyHint =
  "Bedrock was busy, slow or unreachable; the same call may succeed later. If never: does it exist in AWS_REGION?";
const accessHint =
  "Allow bedrock:InvokeModel on the inference profile and on its foundation model in every region, and ask for model access once.";
const regionHint = "Check the id's geography (us., eu., global.) against the region, and the model's end of life.";

type Saying = {
  readonly pattern: RegExp;
  readonly kind: Fault["kind"];
  readonly reason: string;
  readonly hint: string;
};

const sayings: readonly Saying[] = [
  {
    pattern: /model identifier is invalid/i,
    kind: "model",
    reason: "the model id is past its end of life or misspelt",
    hint: "Configure a current inference profile; `healer doctor` lists them.",
  },
  {
    // The service writes "isn’t" with a typographic apostrophe.
    pattern: /on-demand throughput isn.{1,3}t supported/i,
    kind: "model",
    reason: "this model is invoked through an inference profile only",
    hint: "Use the profile's id, such as one that begins with global., us. or eu.",
  },
  {
    pattern: /(doesn.{1,3}t|does not) support (tool use|the model|converse|system)/i,
    kind: "model",
    reason: "this model lacks a feature that the loop needs",
    hint: "Configure a model that can call tools.",
  },
  {
    pattern: /toolConfig field must be defined/i,
    kind: "request",
    reason: "the history holds tool blocks and the call had no tool configuration",
    hint: "This is a fault of the program: the history was not normalized before the call.",
  },
  {
    pattern: /too long|too many (input )?tokens|exceeds? the (maximum|context)|context window/i,
    kind: "request",
    reason: "the conversation does not fit into the model's context",
    hint: "Conclude the run, or shorten what tools return.",
  },
  {
    pattern: /(temperature|top_?p|top_?k).*(deprecated|not supported|rejected|unsupported)/i,
    kind: "model",
    reason: "this model refuses sampling parameters",
    hint: "Correct the model's entry in the profile table.",
  },
  {
    pattern: /tool_?choice/i,
    kind: "model",
    reason: "this model refuses a forced tool choice",
    hint: "Correct the model's entry in the profile table.",
  },
  {
    pattern: /thinking|reasoning|signature/i,
    kind: "thinking",
    reason: "the kept thinking does not belong to this model or was changed",
    hint: "Resume with the model that wrote it, or start the conversation anew.",
  },
  {
    pattern: /blank|non-whitespace|cannot be empty/i,
    kind: "request",
    reason: "the history holds an empty block",
    hint: "This is a fault of the program: the history was not normalized before the call.",
  },
];
