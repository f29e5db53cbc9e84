import type { EventOf, RunEvent } from "../../src/domain/event.ts";
import { canonicalJson, type Entry, sha256, verifyChain } from "../../src/domain/journal.ts";
import { gateFaults } from "./gate.ts";
import type { ObservedStore } from "./observed.ts";
import type { Click } from "./people.ts";
import type { World } from "./world.ts";

export type Evidence = {
  readonly world: World;
  readonly observed: ObservedStore;
  readonly entries: readonly Entry[];
  readonly clicks: readonly Click[];
  readonly rest: "quiet" | "time_up";
};

/** The five invariants, judged from what the simulated world saw and never from what the run says of itself. */
export async function violationsOf(evidence: Evidence): Promise<readonly string[]> {
  const byRun = new Map<string, Entry[]>();
  for (const entry of evidence.entries) byRun.set(entry.runId, [...(byRun.get(entry.runId) ?? []), entry]);
  const found = [...acceptedFaults(evidence)];
  for (const [runId, entries] of byRun) {
    found.push(...journalFaults(runId, entries, evidence));
    const events = entries.flatMap((entry) => entry.events);
    found.push(...endFaults(events), ...fateFaults(events, evidence), ...conclusionFaults(entries, evidence));
    found.push(...gateFaults(runId, entries, evidence));
  }
  const { incidents, approvals } = evidence.observed.store;
  for (const incident of await incidents.list()) {
    if (incident.status !== "closed") found.push(`${incident.incidentId} is ${incident.status} at the end`);
  }
  for (const approval of await approvals.list()) {
    // A request of a process that died may land when the run is over: it waits for nothing and expires.
    const end = Date.parse(byRun.get(approval.runId)?.at(-1)?.at ?? "");
    const isLate = (evidence.observed.cardsAt.get(approval.approvalId) ?? 0) > end - 5_000;
    if (approval.status === "pending" && !isLate) found.push(`${approval.approvalId} is pending at the end`);
  }
  return found;
}

/** 1, 3, 4: an intent before each change, the approved bytes and no others, and each action id once. */
function* acceptedFaults({ world, entries }: Evidence): Generator<string> {
  const intents = eventsOf(entries, "change_started");
  const seen = new Set<string>();
  for (const sent of world.accepted) {
    if (seen.has(sent.actionId)) yield `${sent.actionId} was applied twice`;
    seen.add(sent.actionId);
    if (!sent.intended) yield `${sent.actionId} was sent before its intent was durable`;
    const intent = intents.find((event) => event.actionId === sent.actionId);
    if (intent === undefined) yield `${sent.actionId} has no intent in the journal`;
    else if (canonicalJson(intent.plan) !== sent.bytes) yield `${sent.actionId} ran other bytes than its intent`;
    else if (sha256(sent.bytes) !== intent.digest) yield `${sent.actionId} ran other bytes than its digest`;
    if (sent.stoppedFor > mostSendMs) yield `${sent.actionId} was sent while the kill switch was on`;
  }
}

/** A send that was looked at before the switch went on may still arrive this much later. */
const mostSendMs = 15_000;

function* journalFaults(runId: string, entries: readonly Entry[], { observed }: Evidence): Generator<string> {
  const anchors = observed.anchors.filter((anchor) => anchor.runId === runId);
  const fault = verifyChain(runId, entries, anchors);
  if (fault !== undefined) yield `the journal breaks at ${fault.seq}: ${fault.why}`;
  // What a store gives back is what is hashed: a value that JSON can not hold would differ there.
  const again = verifyChain(runId, JSON.parse(JSON.stringify(entries)) as readonly Entry[], anchors);
  if (again !== undefined) yield `the journal does not survive JSON at ${again.seq}: ${again.why}`;
}

function* endFaults(events: readonly RunEvent[]): Generator<string> {
  const end = events.findIndex((event) => event.type === "run_concluded");
  const after = events.slice(end + 1).find((event) => event.type !== "alarm_recovered");
  if (end === -1) yield "the run has no end";
  else if (after !== undefined) yield `the run went on after its end: ${after.type}`;
}

/** 4: nothing is lost. What was sent is known to have been sent, what was not is not claimed. */
function* fateFaults(events: readonly RunEvent[], { world }: Evidence): Generator<string> {
  for (const started of ofType(events, "change_started")) {
    const sent = world.accepted.find((one) => one.actionId === started.actionId);
    const finished = ofType(events, "call_finished").find((event) => event.callId === started.callId);
    const reached = sent?.reaches === true;
    if (finished === undefined) {
      const told = ofType(events, "run_concluded").some((event) => event.reason.includes(started.actionId));
      if (!told) yield `${started.actionId} was started and the run ended without a word about it`;
    } else if (finished.applied !== reached) {
      yield `${started.actionId} ${reached ? "was applied" : "was not applied"}, the journal says otherwise`;
    }
  }
}

/** 5: nothing is cited that no tool returned, and recovery was measured. */
function* conclusionFaults(entries: readonly Entry[], { world }: Evidence): Generator<string> {
  const events = entries.flatMap((entry) => entry.events);
  const results = ofType(events, "call_finished").map((event) => event.result);
  const citations = new Set(results.flatMap((result) => result.citations.map((cited) => cited.id)));
  const findings = new Set(results.flatMap((result) => result.findings.map((finding) => finding.id)));
  const verdict = ofType(events, "verified").at(-1)?.verdict;
  const applied = ofType(events, "call_finished").some((event) => event.applied);
  for (const end of ofType(events, "run_concluded")) {
    for (const id of end.citations) if (!citations.has(id)) yield `the conclusion cites ${id}, which no tool returned`;
    for (const id of end.findings) if (!findings.has(id)) yield `the conclusion rests on ${id}, which no tool returned`;
    const at = Date.parse(entries.at(-1)?.at ?? "");
    if (end.outcome === "healed" && verdict !== "recovered") yield "healed without a measured recovery";
    if (end.outcome === "healed" && !world.healthy(at)) yield "healed, but the metric is not healthy";
    if (end.outcome === "nothing_to_do" && applied) yield "nothing to do, although something was changed";
    if (end.outcome === "nothing_to_do" && !world.healthy(at)) yield "nothing to do, but the metric is not healthy";
  }
}

export const ofType = <Type extends RunEvent["type"]>(events: readonly RunEvent[], type: Type): EventOf<Type>[] =>
  events.filter((event): event is EventOf<Type> => event.type === type);

const eventsOf = <Type extends RunEvent["type"]>(entries: readonly Entry[], type: Type): EventOf<Type>[] =>
  ofType(
    entries.flatMap((entry) => entry.events),
    type,
  );
