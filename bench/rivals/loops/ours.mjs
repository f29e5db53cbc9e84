import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { conclude } from "../../../tools/conclude.ts";
import { drive } from "../../../src/agent/drive.ts";
import { bedrockSdk } from "../../../src/aws/clients.ts";
import { dynamoApprovals } from "../../../src/aws/dynamo-approvals.ts";
import { dynamoIncidents } from "../../../src/aws/dynamo-incidents.ts";
import { dynamoJournal } from "../../../src/aws/dynamo-journal.ts";
import { dynamoLocks } from "../../../src/aws/dynamo-locks.ts";
import { dynamoSpend } from "../../../src/aws/dynamo-spend.ts";
import { RunId } from "../../../src/domain/ids.ts";
import { nextEntry } from "../../../src/domain/journal.ts";
import { usd } from "../../../src/domain/money.ts";
import { okResult, readTool } from "../../../src/domain/tool.ts";
import { loadPolicies } from "../../../src/governance/policy.ts";
import { readPolicyText } from "../../../src/local/files.ts";
import { memoryStore } from "../../../src/local/memory-store.ts";
import { openState } from "../../../src/local/state.ts";
import { randomIds, systemClock } from "../../../src/local/system.ts";
import { awsTelemetry } from "../../../src/aws/telemetry.ts";
import { bedrockModel } from "../../../src/models/bedrock.ts";
import { replyCost } from "../../../src/models/spend.ts";
import { datapoint, system, toolDescription, toolName } from "../common.mjs";

/**
 * The whole loop: each call assessed and decided by Cedar with its facts looked up afresh, each reply and result hashed
 * into the journal before the next step begins, the end grounded. Only the tool and the words are the bench's, and the
 * client's pace: deployed it keeps to five requests a second, which here would be all that is measured.
 */
export async function open({ store: kind, telemetry }) {
  const folder = kind === "embedded" ? await mkdtemp(join(tmpdir(), "healer-rivals-")) : undefined;
  const state = folder === undefined ? undefined : await openState(folder);
  if (folder !== undefined) process.once("exit", () => rm(folder, { recursive: true, force: true }));
  const store = state === undefined ? memoryStore() : tables(state.dynamo);
  let calls = 0;
  const readMetric = readTool({
    name: toolName,
    description: toolDescription,
    needs: [],
    input: z.object({ index: z.number() }),
    execute: async ({ index }) => {
      calls++;
      return okResult(datapoint(index), "one datapoint");
    },
  });
  const watching = telemetry ? awsTelemetry({ environment: "bench" }) : undefined;
  const deps = {
    ...store,
    ...(watching && { telemetry: watching, journal: watching.watching(store.journal) }),
    ports: { clock: systemClock, calendar: { freezeAt: () => undefined } },
    killSwitch: { read: async () => ({ stopped: false }), set: async () => undefined },
    notifier: { runChanged: async () => undefined, tick: async () => undefined },
    model: bedrockModel({ models: ["bench-concludes"], sdk: bedrockSdk({ pace: unpaced }) }),
    priceOf: replyCost,
    ids: randomIds,
    policies: await loadPolicies(await readPolicyText(process.env.BENCH_POLICIES)),
    tools: new Map([readMetric, conclude].map((tool) => [tool.name, tool])),
    prompt: { text: system, hash: "bench" },
    settings: {
      mode: "auto",
      environment: "bench",
      approvers: [],
      approvalTtlMs: 60_000,
      budgets,
      sendTimeoutMs: 10_000,
      toolTimeoutMs: 10_000,
      modelTimeoutMs: 10_000,
      maxTokens: 1000,
      pollSeconds: 1,
    },
  };
  let runs = 0;
  return async () => {
    const runId = RunId.parse(`run-${process.pid}-${runs++}`);
    const before = calls;
    await deps.journal.append(
      nextEntry(undefined, { runId, at: new Date().toISOString(), actor: "detector", events: [runStarted(runId)] }),
    );
    const { status } = await drive(runId, "read", deps, new AbortController().signal);
    if (status !== "done") throw new Error(`the run ended with ${status}`);
    // Concurrent runs share the counter, so the journal tells what this one did.
    const entries = await deps.journal.read(runId);
    const own = entries.flatMap((entry) => entry.events).filter((event) => event.type === "call_finished").length - 1;
    return { calls: before === calls ? 0 : own, appends: entries.length };
  };
}

const unpaced = { burst: 1e9, perSecond: 1e9 };

const tables = (dynamo) => ({
  journal: dynamoJournal(dynamo),
  incidents: dynamoIncidents(dynamo),
  approvals: dynamoApprovals(dynamo),
  spend: dynamoSpend(dynamo),
  locks: dynamoLocks(dynamo),
});

const budgets = { turns: 1000, tokens: 100_000_000, spend: usd(1000), wallMs: 3_600_000, sameCall: 3 };

const runStarted = (runId) => ({
  type: "run_started",
  incidentId: `inc-${runId}`,
  alarm: {
    via: "eventbridge",
    change: "alarm",
    kind: "metric",
    alarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu-high",
    alarmName: "cpu-high",
    account: "123456789012",
    region: "us-east-1",
    state: { value: "ALARM", reason: "Threshold Crossed", at: new Date().toISOString() },
    metrics: [],
  },
  mode: "auto",
  environment: "bench",
  model: "bench-concludes",
  promptHash: "bench",
  policyHash: "bench",
  budgets,
  requester: "healer:bench",
});
