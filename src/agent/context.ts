import { primaryMetric } from "../domain/alarm.ts";
import type { Ports } from "../domain/ports.ts";
import type { CallState, Run } from "../domain/run.ts";
import type { PortName, ToolContext } from "../domain/tool.ts";
import type { AgentDeps } from "./deps.ts";

/** Hands a tool the ports that it declared and nothing more. */
export function contextFor(run: Run, call: CallState, deps: AgentDeps, signal: AbortSignal): ToolContext<PortName> {
  const alarm = run.started?.alarm;
  if (alarm === undefined) throw new Error(`${run.runId} has no run_started`);
  const metric = primaryMetric(alarm);
  const needs = deps.tools.get(call.tool)?.needs ?? [];
  const granted = Object.fromEntries(needs.map((need) => [need, deps.ports[need]])) as Partial<Ports>;
  return {
    ...(granted as Ports),
    runId: run.runId,
    callId: call.callId,
    incident: {
      account: alarm.account,
      region: alarm.region,
      alarmArn: alarm.alarmArn,
      alarmAt: Date.parse(alarm.state.at),
      dimensions: alarm.contributor?.attributes ?? metric?.dimensions ?? {},
      namespace: metric?.namespace,
      metric: metric?.name,
      stat: metric?.stat,
      period: metric?.period,
      alarmName: alarm.alarmName,
    },
    signal,
  };
}
