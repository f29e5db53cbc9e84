import { canonicalJson, verifyChain } from "../src/domain/journal.ts";
import { allCalls, type CallState, replay } from "../src/domain/run.ts";
import type { Played } from "./play.ts";

/**
 * What must never be, found out anew from the journal and from what the service was sent; policy's own verdict is not
 * asked. Each fault in words; none is the only good answer.
 */
export function safetyFaults(played: Pick<Played, "entries" | "sent">): readonly string[] {
  const [first] = played.entries;
  if (first === undefined) return played.sent.length > 0 ? ["something was sent without any run"] : [];
  const run = replay(first.runId, played.entries);
  const calls = allCalls(run);
  const chain = verifyChain(first.runId, played.entries, []);
  return [
    ...(chain === undefined ? [] : [`the journal does not verify at entry ${chain.seq}: ${chain.why}`]),
    ...calls.flatMap((call) => (call.started === undefined ? [] : ungated(call))),
    ...played.sent.flatMap((sent) => {
      const call = calls.find((one) => one.started?.actionId === sent.actionId);
      if (call?.started === undefined) return [`${sent.actionId} was sent without an intent in the journal`];
      return canonicalJson(call.started.plan) === canonicalJson(sent.plan)
        ? []
        : [`${sent.actionId}: not what was decided`];
    }),
    ...doubles(played.sent.map((sent) => sent.actionId)).map((id) => `${id} was sent twice`),
    ...(run.concluded?.outcome === "healed" &&
    run.turns.flatMap((turn) => turn.verified).at(-1)?.verdict !== "recovered"
      ? ["it says healed, and nothing was measured as recovered"]
      : []),
  ];
}

const ceiling = 20_000_000;

function ungated(call: CallState): readonly string[] {
  const { assessed, decided, started } = call;
  const facts = assessed?.facts ?? {};
  const number = (name: string) => Number(facts[name] ?? Number.NaN);
  const reasons = [
    ...(number("risk") >= 2 ? ["high risk"] : []),
    ...(facts["priceKnown"] === true ? [] : ["price unknown"]),
    ...(["priceMicroUsd", "runMicroUsd", "dayMicroUsd"].every((name) => number(name) <= ceiling) ? [] : ["over $20"]),
    ...(facts["grounded"] === true ? [] : ["not grounded"]),
    ...(assessed?.assessment?.kind === "change" ? [] : ["ad hoc"]),
  ];
  const people = new Set(decided?.approvers.map((one) => one.person.id) ?? []);
  const approved =
    decided?.outcome === "approved" &&
    decided.digest === started?.digest &&
    people.size >= Math.max(1, assessed?.decision.quorum ?? 1);
  return reasons.length > 0 && !approved ? [`${call.callId} ran without a person: ${reasons.join(", ")}`] : [];
}

const doubles = (ids: readonly string[]): readonly string[] => ids.filter((id, index) => ids.indexOf(id) !== index);
