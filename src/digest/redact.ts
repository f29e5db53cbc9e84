import { mayHoldSecret, type RedactionRule, redactionRules } from "./redact-patterns.ts";

export interface Redaction {
  readonly text: string;
  readonly count: number;
}

/**
 * Replaces secrets and personal data by `[redacted-kind]`. Names nothing it is not fairly sure of: an IP address, a
 * host or an account id is what an operator needs, so those stay. Idempotent.
 */
export function redact(text: string): Redaction {
  if (!mayHoldSecret(text)) return { text, count: 0 };
  let count = 0;
  let result = text;
  for (const rule of redactionRules) {
    if (!rule.hint.test(result)) continue;
    result = result.replace(rule.pattern, (...match) => {
      const replacement = replacementFor(rule, match as unknown as readonly (string | undefined)[]);
      if (replacement === undefined) return match[0] as string;
      count++;
      return replacement;
    });
  }
  return { text: result, count };
}

/** Undefined where a match turns out to be something harmless. Group 1, if any, is kept; group 2 is the secret. */
function replacementFor(rule: RedactionRule, match: readonly (string | undefined)[]): string | undefined {
  const kept = rule.keepsPrefix ? (match[1] ?? "") : "";
  const secret = (rule.keepsPrefix ? match[2] : match[0]) ?? "";
  if (secret.includes("[redacted-") || (rule.accepts !== undefined && !rule.accepts(secret))) return undefined;
  return `${kept}[redacted-${rule.kind}]`;
}
