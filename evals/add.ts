import { redact } from "../src/digest/redact.ts";
import type { AlarmEvent } from "../src/domain/alarm.ts";
import { primaryMetric } from "../src/domain/alarm.ts";
import { HealerError } from "../src/domain/errors.ts";
import type { EventOf } from "../src/domain/event.ts";
import type { Entry } from "../src/domain/journal.ts";
import { allCalls, type CallState, type Run, replay } from "../src/domain/run.ts";
import { nameOf } from "./score.ts";

type Plain = Readonly<Record<string, unknown>>;

/** A finished run as a case: what the tools answered is its world, and what was verified is expected. Secrets are redacted. */
export function caseOf(entries: readonly Entry[]): Plain {
  const [first] = entries;
  const run = first && replay(first.runId, entries);
  if (run?.started === undefined || run.concluded === undefined) {
    throw new HealerError("bad_input", "only a run that has concluded becomes a case", { hint: "healer runs" });
  }
  const changes = allCalls(run).filter((call) => call.kind === "change" && call.assessed !== undefined);
  return redacted({
    title: `Recorded: ${run.started.alarm.alarmName}, ${run.concluded.outcome}`,
    kind: [run.concluded.outcome === "healed" ? "heals" : "escalates"],
    negative: run.concluded.outcome !== "healed",
    services: [primaryMetric(run.started.alarm)?.namespace ?? "unknown"],
    why: "Taken from a finished run; nobody has reviewed the expectation yet.",
    alarm: alarmOf(run, run.started.alarm, changes),
    world: worldOf(run, changes),
    expect: expectationOf(run, changes),
  }) as Plain;
}

function alarmOf(run: Run, alarm: AlarmEvent, changes: readonly CallState[]): Plain {
  const metric = primaryMetric(alarm);
  const verified = run.turns.flatMap((turn) => turn.verified);
  const rule = ruleOf(alarm, verified[0]);
  const base = { event: eventOf(alarm) };
  // What could not be measured then can not be measured now.
  if (verified.some((event) => event.verdict === "unknown")) return base;
  if (metric?.namespace === undefined || metric.name === undefined || rule === undefined) return base;
  const breaching = alarm.recentDatapoints?.at(-1) ?? rule.threshold + (rule.comparison.startsWith(">") ? 1 : -1);
  const after = changes.flatMap((call) => {
    const action = call.assessed?.assessment?.plan?.runbook?.action;
    const last = verified.find((event) => event.calls.includes(call.callId))?.datapoints.at(-1)?.value;
    return action === undefined || last === undefined ? [] : [[action, last] as const];
  });
  return {
    ...base,
    measured: {
      metric: `${metric.namespace} ${metric.name}`,
      dimensions: alarm.contributor?.attributes ?? metric.dimensions,
      stat: metric.stat ?? "Average",
      period: metric.period ?? 60,
      is: `${rule.comparison} ${rule.threshold}`,
      series:
        run.concluded?.outcome === "nothing_to_do"
          ? [
              ["-10m", breaching],
              ["-3m", rule.threshold - (rule.comparison.startsWith(">") ? 1 : -1)],
            ]
          : [["-10m", breaching]],
      after: Object.fromEntries(after),
    },
  };
}

/** How the alarm compares: as the verification wrote it down, or as its reason says. */
function ruleOf(
  alarm: AlarmEvent,
  verified: EventOf<"verified"> | undefined,
): { readonly comparison: string; readonly threshold: number } | undefined {
  const [, comparison, threshold] = /alarms at (>=|<=|>|<) (-?[\d.]+)/.exec(verified?.measured ?? "") ?? [];
  if (comparison !== undefined) return { comparison, threshold: Number(threshold) };
  if (alarm.threshold === undefined) return undefined;
  const less = /less than/i.test(alarm.state.reason);
  const equal = /or equal to/i.test(alarm.state.reason);
  return { comparison: `${less ? "<" : ">"}${equal ? "=" : ""}`, threshold: alarm.threshold };
}

function eventOf(alarm: AlarmEvent): Plain {
  const metrics = alarm.metrics.map(({ id, namespace, name, dimensions, period, stat, expression, returnData }) => ({
    id,
    ...(expression === undefined
      ? { metricStat: { metric: { namespace, name, dimensions }, period, stat } }
      : { expression }),
    returnData,
  }));
  return {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    account: alarm.account,
    region: alarm.region,
    time: alarm.state.at,
    resources: [alarm.alarmArn],
    detail: {
      alarmName: alarm.alarmName,
      configuration: {
        ...(alarm.description !== undefined && { description: alarm.description }),
        ...(alarm.composite === undefined ? { metrics } : { alarmRule: alarm.composite.rule }),
      },
      state: {
        value: alarm.state.value,
        reason: alarm.state.reason,
        timestamp: alarm.state.at,
        ...(alarm.threshold !== undefined && {
          reasonData: JSON.stringify({ version: "1.0", threshold: alarm.threshold }),
        }),
      },
    },
  };
}

/** Tools whose answer the case's own world gives. */
const answeredByTheWorld = new Set(["search_runbooks", "estimate_cost"]);

function worldOf(run: Run, changes: readonly CallState[]): Plain {
  const reads = allCalls(run).filter(
    (call) => call.kind === "read" && call.finished !== undefined && !answeredByTheWorld.has(call.tool),
  );
  const targets = new Map(
    changes.flatMap((call) =>
      (call.assessed?.assessment?.plan?.targets ?? []).map(
        (target) => [target, call.assessed?.assessment?.managed === true] as const,
      ),
    ),
  );
  const price = changes
    .map((call) => call.assessed?.assessment?.price)
    .find((quote) => quote?.known !== true || quote.amount > 0);
  const people = changes.flatMap((call) => {
    const { decided, requested } = call;
    const does = { approved: "approve", denied: "deny", changed: "change" }[decided?.outcome as "approved"];
    return does === undefined
      ? []
      : [
          {
            card: changes.filter((one) => one.requested !== undefined).indexOf(call) + 1,
            does,
            after: "2m",
            say: requested === undefined ? "" : (decided?.comment ?? ""),
          },
        ];
  });
  const facts = changes.flatMap((call) => (call.assessed === undefined ? [] : [call.assessed.facts]));
  const assessments = changes.flatMap((call) => {
    const assessment = call.assessed?.assessment;
    return assessment === undefined ? [] : [{ tool: call.tool, input: call.input, assessment }];
  });
  const undelivered = changes.flatMap((call) => {
    const action = call.started?.plan.runbook?.action;
    const lost = call.sent !== undefined && call.finished?.applied === false;
    return action !== undefined && lost ? [[action, { state: "undeliverable" }] as const] : [];
  });
  return {
    mode: run.started?.mode ?? "auto",
    fleet: { members: [...targets].map(([id, managed]) => ({ id, tags: managed ? { healer: "managed" } : {} })) },
    prices: price === undefined ? "snapshot" : price.known ? { dollars: price.amount / 1e6 } : "unknown",
    people,
    ...(facts.some((one) => one["stopped"] === true) && { stop: { from: "-1h" } }),
    ...(facts.some((one) => one["frozen"] === true) && { freeze: "as recorded" }),
    commands: Object.fromEntries(undelivered),
    recorded: [
      ...assessments,
      ...reads.map((call) => ({
        tool: call.tool,
        input: call.input,
        status: call.finished?.result.status,
        text: call.finished?.result.forModel,
        findings: call.finished?.result.findings.map((finding) => finding.id),
      })),
    ],
  };
}

function expectationOf(run: Run, changes: readonly CallState[]): Plain {
  const verified = run.turns.flatMap((turn) => turn.verified);
  return {
    outcome: run.concluded?.outcome,
    cites: [
      ...new Set([
        ...(run.concluded?.citations ?? []),
        ...changes.flatMap((call) => (call.input as { citations?: string[] }).citations ?? []),
      ]),
    ],
    actions: changes.map((call) => {
      const { decision, assessment } = call.assessed ?? {};
      const { parameters } = call.input as { parameters?: Plain };
      const verdict = verified.find((event) => event.calls.includes(call.callId))?.verdict;
      return {
        run: nameOf(call),
        ...(parameters !== undefined && { with: parameters }),
        routing:
          decision?.verdict === "ask" ? `asks ${decision.quorum}` : decision?.verdict === "allow" ? "alone" : "denied",
        ...(call.decided !== undefined && { approval: call.decided.outcome }),
        price: assessment?.price.known === true ? assessment.price.amount / 1e6 : "unknown",
        applied: call.finished?.applied === true,
        ...(verdict !== undefined && { verdict }),
      };
    }),
  };
}

/** Every text in it, and nothing else of it, changed. */
function redacted(value: unknown): unknown {
  if (typeof value === "string") return redact(value).text;
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redacted(one)]));
}
