import { type Entry, nextEntry, verifyChain } from "../src/domain/journal.ts";
import { replay } from "../src/domain/run.ts";

/** How long it takes to verify a journal of 10,000 entries, and to replay it. `npx node bench/journal.ts` */
const length = 10_000;
const rounds = 7;

const runId = "run-bench" as Entry["runId"];
const text = "2026-11-23T10:00:00Z orders ERROR write /var/lib/orders: ENOSPC: no space left on device. ".repeat(10);
const entries: Entry[] = [];
for (let index = 0; index < length; index++) {
  const at = new Date(Date.UTC(2026, 10, 23) + index * 1000).toISOString();
  const result = {
    status: "ok",
    forModel: text,
    forPeople: "1 cluster",
    findings: [],
    citations: [],
    cost: 0,
  } as const;
  const event = { type: "call_finished", callId: `t${index + 1}c0`, result, applied: false } as unknown;
  entries.push(nextEntry(entries.at(-1), { runId, at, actor: "brain", events: [event as Entry["events"][number]] }));
}
const anchors = entries.map(({ runId, seq, hash, at }) => ({ runId, seq, hash, at }));

function median(work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

const megabytes = (JSON.stringify(entries).length / 1e6).toFixed(1);
const verify = median(() => {
  if (verifyChain(runId, entries, anchors) !== undefined) throw new Error("the journal must verify");
});
const chainOnly = median(() => verifyChain(runId, entries, []));
const parse = median(() => JSON.parse(JSON.stringify(entries)));
const fold = median(() => replay(runId, entries));
console.log(`${length} entries, ${megabytes} MB, median of ${rounds} rounds`);
console.log(`verify with ${length} anchors: ${verify.toFixed(0)} ms (chain alone ${chainOnly.toFixed(0)} ms)`);
console.log(
  `JSON round trip of the same: ${parse.toFixed(0)} ms, so verifying costs ${(verify / parse).toFixed(1)} times that`,
);
console.log(`replay: ${fold.toFixed(0)} ms`);
