import { HealerError } from "../domain/errors.ts";
import type { Guardrail, Screened } from "../domain/ports.ts";
import { type BedrockSdk, bedrockSdk } from "./clients.ts";
import { errorName, upstreamError } from "./upstream.ts";

export type GuardrailOptions = {
  readonly guardrailId: string;
  /** A number; DRAFT may change between two calls. */
  readonly guardrailVersion: string;
  readonly sdk?: BedrockSdk;
};

/**
 * Screens text with ApplyGuardrail. Guardrails inside Converse do not look into tool results, so logs and runbook text
 * pass here first.
 */
export function guardrail({
  guardrailId,
  guardrailVersion,
  sdk = bedrockSdk({ requestTimeoutMs: 20_000 }),
}: GuardrailOptions): Guardrail {
  const screenPart = async (part: string, signal: AbortSignal | undefined): Promise<Screened> => {
    if (part.trim() === "") return { text: part, intervened: false, policies: [] };
    const { api, client } = await sdk();
    const input = {
      guardrailIdentifier: guardrailId,
      guardrailVersion,
      source: "INPUT" as const,
      content: [{ text: { text: part } }],
    };
    const reply = await client
      .send(new api.ApplyGuardrailCommand(input), { ...(signal && { abortSignal: signal }) })
      .catch((error: unknown) => Promise.reject(wordless(guardrailId, error)));
    if (reply.action === "NONE") return { text: part, intervened: false, policies: [] };
    const output = (reply.outputs ?? []).map((each) => each.text ?? "").join("\n");
    return {
      text: output || "(withheld by the guardrail)",
      intervened: true,
      policies: policiesOf(reply.assessments ?? []),
    };
  };
  return {
    name: `${guardrailId}:${guardrailVersion}`,
    async screen(text, signal) {
      const parts = await Promise.all(partsOf(text).map((part) => screenPart(part, signal)));
      return {
        text: parts.map((part) => part.text).join(""),
        intervened: parts.some((part) => part.intervened),
        policies: [...new Set(parts.flatMap((part) => part.policies))],
      };
    },
  };
}

/** Without the service's own message, which may repeat what it was given: this one is journaled and shown. */
function wordless(guardrailId: string, error: unknown): HealerError {
  const { hint, retryable } = upstreamError("", error);
  const message = `The guardrail ${guardrailId} answered ${errorName(error)}.`;
  return new HealerError("upstream_failed", message, { hint, retryable, cause: error });
}

/** One call takes 25 units of 1,000 characters; parts end at line ends where there are any. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > partLength) {
    const lineEnd = rest.lastIndexOf("\n", partLength - 1) + 1;
    const end = lineEnd > partLength / 2 ? lineEnd : partLength;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

const partLength = 20_000;

/** Names of the policies that acted, never the text that they matched: that may be what had to be hidden. */
function policiesOf(assessments: readonly object[]): readonly string[] {
  const quiet = new Set(["invocationMetrics", "appliedGuardrailDetails"]);
  return assessments.flatMap((assessment) =>
    Object.entries(assessment).flatMap(([name, value]) => (value === undefined || quiet.has(name) ? [] : [name])),
  );
}
