import { HealerError } from "../domain/errors.ts";
import { sha256 } from "../domain/journal.ts";
import { once } from "../domain/once.ts";

export type PolicyFile = { readonly name: string; readonly text: string };
export type PolicyText = { readonly schema: string; readonly files: readonly PolicyFile[] };

/** Policies that may be asked; `ready` loads those that are not in the engine yet. */
export type Policies = {
  /** Their name inside the engine. */
  readonly handle: string;
  readonly hash: string;
  readonly text: PolicyText;
  readonly ready?: () => Promise<unknown>;
};

/** Parsed and validated policies, kept inside the engine under `handle`. */
export type PolicySet = Policies & { readonly ids: readonly string[] };

/** Loaded where it is first needed: the engine is 4 MB of WebAssembly and a cold start pays for it. */
export const cedar = () => import("@cedar-policy/cedar-wasm/nodejs");

/**
 * Parses and validates the policies against their schema. Rejects with `bad_policy` naming the file and the fault;
 * whatever was loaded before stays in force.
 */
export async function loadPolicies(text: PolicyText): Promise<PolicySet> {
  const engine = await cedar();
  const staticPolicies = new Map<string, string>();
  for (const file of text.files) {
    const parts = engine.policySetTextToParts(file.text);
    if (parts.type === "failure") throw badPolicy(file.name, parts.errors[0]?.message);
    for (const policy of parts.policies) {
      const id = idOf(engine.policyToJson(policy));
      if (id === undefined) throw badPolicy(file.name, `a policy has no @id: ${policy.slice(0, 60)}`);
      if (staticPolicies.has(id)) throw badPolicy(file.name, `two policies have the id ${id}`);
      staticPolicies.set(id, policy);
    }
  }
  const policies = { staticPolicies: Object.fromEntries(staticPolicies) };
  const valid = engine.validate({ schema: text.schema, policies });
  if (valid.type === "failure") throw badPolicy("schema.cedarschema", valid.errors[0]?.message);
  const [fault] = valid.validationErrors;
  if (fault !== undefined) throw badPolicy(fault.policyId, fault.error.message);
  const hash = policyHash(text);
  engine.preparseSchema(hash, text.schema);
  engine.preparsePolicySet(hash, policies);
  return { handle: hash, hash, ids: [...staticPolicies.keys()], text };
}

/**
 * The same policies, loaded where they are first asked: most starts of a function end before that. What is wrong with them
 * then fails every decision.
 */
export function policiesOnFirstUse(text: PolicyText): Policies {
  const hash = policyHash(text);
  return { handle: hash, hash, text, ready: once(() => loadPolicies(text)) };
}

/** The one hash of a policy folder: its schema and its files, named and in order. */
export const policyHash = (text: PolicyText): string =>
  sha256([text.schema, ...text.files.map((file) => `${file.name}\n${file.text}`)].join("\n"));

function idOf(answer: {
  readonly type: string;
  readonly json?: { readonly annotations?: unknown };
}): string | undefined {
  const annotations = answer.json?.annotations;
  if (typeof annotations !== "object" || annotations === null) return undefined;
  const id = (annotations as Record<string, unknown>)["id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}

const badPolicy = (where: string, why = "it does not parse"): HealerError =>
  new HealerError("bad_policy", `policies/${where}: ${why}`, {
    hint: "Correct the policy; the policies loaded before stay in force. `healer policy test` checks a folder.",
  });
