import { type BedrockSdk, bedrockSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

export type GuardrailOptions = {
  readonly guardrailId: string;
  /** A number; DRAFT may change between two calls. */
  readonly guardrailVersion: string;
  readonly sdk?: BedrockSdk;
};

export type Screened = { readonly text: string; readonly intervened: boolean; readonly policies: readonly string[] };

/** Reads untrusted text before the model does; rejects when it cannot be screened, and then nothing is shown. */
export type Screen = (text: string, signal?: AbortSignal) => Promise<Screened>;

/**
 * Screens text with ApplyGuardrail. Guardrails inside Converse do not look into tool results, so logs and runbook text
 * pass here first.
 */
export function guardrail({
  guardrailId,
  guardrailVersion,
  sdk = bedrockSdk({ requestTimeoutMs: 20_000 }),
}: GuardrailOptions): Screen {
  return async (text, signal) => {
    const { api, client } = await sdk();
    const screened: Screened[] = [];
    for (const part of partsOf(text)) {
      if (part.trim() === "") {
        screened.push({ text: part, intervened: false, policies: [] });
        continue;
      }
      const input = {
        guardrailIdentifier: guardrailId,
        guardrailVersion,
        source: "INPUT" as const,
        content: [{ text: { text: part } }],
      };
      const reply = await upstream(`screen text with guardrail ${guardrailId}`, () =>
        client.send(new api.ApplyGuardrailCommand(input), { ...(signal && { abortSignal: signal }) }),
      );
      const intervened = reply.action !== "NONE";
      const output = (reply.outputs ?? []).map((each) => each.text ?? "").join("\n");
      const policies = intervened ? policiesOf(reply.assessments ?? []) : [];
      screened.push({ text: intervened ? output || "(withheld by the guardrail)" : part, intervened, policies });
    }
    return {
      text: screened.map((each) => each.text).join(""),
      intervened: screened.some((each) => each.intervened),
      policies: [...new Set(screened.flatMap((each) => each.policies))],
    };
  };
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
