import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunId } from "../src/domain/ids.ts";
import type { Entry } from "../src/domain/journal.ts";
import { nextEntry } from "../src/domain/journal.ts";
import type { Message } from "../src/domain/message.ts";
import type { Evidence, Model } from "../src/domain/ports.ts";
import { replay } from "../src/domain/run.ts";
import { composeLocal } from "../src/local/compose.ts";
import { noEvidence } from "../src/local/no-evidence.ts";
import { median, quantile } from "./figures.ts";

/**
 * What the loop itself costs: alarm in to first governed decision out on the embedded store, appends per turn, and
 * replaying a long run. The model and the command answer at once, so that only our own code and the store are timed.
 * Run: npx node bench/loop.ts [runs]
 */
const runs = Number(process.argv[2] ?? 40);
const folder = mkdtempSync(join(tmpdir(), "healer-bench-"));

const evidence: Evidence = {
  ...noEvidence,
  logs: {
    read: async (_, take) => {
      take({
        timestamp: Date.now(),
        message: "ERROR ENOSPC: no space left on device, trace_retention=off",
        stream: "a",
      });
      return { source: "bench", events: 1, bytesScanned: 60, exhausted: true };
    },
    groups: async () => ["/lab/orders"],
  },
  metrics: { query: async () => [{ at: Date.now(), value: 95 }], neighbours: async () => [] },
  alarms: { describe: async () => undefined },
  commands: {
    document: async (_, version) => ({ type: "Command", version, hash: "0".repeat(64) }),
    send: async () => ({ kind: "command", id: "c" }),
    find: async () => undefined,
    status: async () => ({ state: "succeeded", outcomes: [] }),
  },
  fleet: {
    member: async (id) => ({ id, healthy: true, group: undefined, tags: { healer: "managed" } }),
    group: async () => undefined,
  },
};

/** Reads, then acts, then escalates: three turns without a thought. */
const model: Model = {
  async converse(request) {
    const turn = request.messages.filter((message) => message.role === "assistant").length;
    const cited = {
      detailed_root_cause: "The volume is full because traces are kept for ever.",
      citations: ["disk-full#free-space"],
    };
    const calls = [
      { name: "search_runbooks", input: { query: "disk full ENOSPC DiskUsedPercent" } },
      {
        name: "run_ssm",
        input: {
          ...cited,
          action_justification: "Deleting old traces frees the space that orders need.",
          findings: ["t1c1-metric"],
          runbook: "disk-full",
          action: "delete-old-traces",
          parameters: { "keep-days": 7 },
        },
      },
      { name: "conclude", input: { ...cited, outcome: "escalate", findings: [], summary: "The bench ends here." } },
    ];
    const wanted = turn === 0 ? [calls[0], { name: "query_metrics", input: {} }] : [calls[Math.min(turn, 2)]];
    const content: Message["content"] = wanted.flatMap((call, index) =>
      call === undefined ? [] : [{ toolUse: { toolUseId: `b${turn}-${index}`, name: call.name, input: call.input } }],
    );
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    return {
      modelId: "offline-runbook-follower-1",
      message: { role: "assistant", content },
      stopReason: "tool_use",
      usage,
      latencyMs: 0,
      fallbacks: [],
    };
  },
};

const decided = new Map<string, number>();
const entries = new Map<string, Entry[]>();
const healer = await composeLocal({
  folder,
  evidence,
  settings: { environment: "bench", pollSeconds: 0 },
  model: { name: "bench", model },
  onEntry: (entry) => {
    entries.set(entry.runId, [...(entries.get(entry.runId) ?? []), entry]);
    const first = entry.events.some((event) => event.type === "call_assessed" && event.assessment !== undefined);
    if (first && !decided.has(entry.runId)) decided.set(entry.runId, performance.now());
  },
});

const toDecision: number[] = [];
for (let index = 0; index < runs; index++) {
  const started = performance.now();
  const [taken] = await healer.receive(alarm(index));
  const runId = RunId.parse(taken?.runId);
  await healer.workflow.ended(runId);
  toDecision.push((decided.get(runId) ?? Number.NaN) - started);
}
const all = [...entries.values()];
const turns = all.map(
  (run) => run.flatMap((entry) => entry.events).filter((event) => event.type === "model_replied").length,
);

const long = longRun(200);
const resume = Array.from({ length: 20 }, () => timed(() => replay(long[0]?.runId as RunId, long)));

console.log(`node ${process.version}, ${runs} runs, embedded DynamoDB on disk`);
console.log(
  `alarm in → first governed decision out: median ${median(toDecision.slice(3)).toFixed(1)} ms, p90 ${quantile(toDecision.slice(3), 0.9).toFixed(1)} ms (after 3 warm-up runs; first run ${toDecision[0]?.toFixed(1)} ms)`,
);
console.log(
  `journal entries per run: median ${median(all.map((run) => run.length))} in ${median(turns)} turns, ${(median(all.map((run) => run.length)) / median(turns)).toFixed(1)} appends a turn`,
);
console.log(`replay of a run of ${long.length} entries: median ${median(resume).toFixed(1)} ms`);
await healer.close();
rmSync(folder, { recursive: true, force: true });

function alarm(index: number): unknown {
  const at = new Date().toISOString().replace("Z", "+0000");
  const dimensions = { InstanceId: `i-${String(index).padStart(17, "0")}` };
  const name = `disk-used-high-${index}`;
  return {
    version: "0",
    id: `e${index}`,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: "111122223333",
    time: new Date().toISOString(),
    region: "us-east-1",
    resources: [`arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`],
    detail: {
      alarmName: name,
      state: { value: "ALARM", reason: "Threshold Crossed", timestamp: at },
      previousState: { value: "OK", reason: "fine", timestamp: at },
      configuration: {
        metrics: [
          {
            id: "m1",
            metricStat: {
              metric: { namespace: "Lab/Host", name: "DiskUsedPercent", dimensions },
              period: 60,
              stat: "Average",
            },
            returnData: true,
          },
        ],
      },
    },
  };
}

function longRun(length: number): readonly Entry[] {
  const [source = []] = all;
  const out: Entry[] = [];
  for (let index = 0; index < length; index++) {
    const { runId, at, actor, events } = source[Math.min(index, 2)] as Entry;
    out.push(nextEntry(out.at(-1), { runId, at, actor, events }));
  }
  return out;
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
