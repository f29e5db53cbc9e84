import type { Evidence, IncidentHistory } from "../../src/domain/ports.ts";
import type { PortName, ReadTool, ToolContext, ToolResult } from "../../src/domain/tool.ts";
import { noEvidence, noHistory } from "../../src/local/no-evidence.ts";
import { tools } from "../../tools/index.ts";

export const alarmAt = Date.parse("2026-11-23T10:00:00Z");
export const minute = 60_000;

type Given = Partial<Evidence> & {
  readonly history?: IncidentHistory;
  readonly incident?: Partial<ToolContext<never>["incident"]>;
  readonly now?: number;
};

/** Calls a reading tool as the agent does: parsed input, and the ports that it declares and no more. */
export async function callTool(name: string, input: object, given: Given = {}): Promise<ToolResult> {
  const tool = tools.get(name) as unknown as ReadTool;
  const { incident, now = alarmAt + minute, ...ports } = given;
  const all = { ...noEvidence, history: noHistory, ...ports, clock: { now: () => now } };
  const granted = Object.fromEntries(tool.needs.map((need) => [need, all[need as keyof typeof all]]));
  return tool.execute(tool.input.parse(input), {
    ...granted,
    runId: "run-tools",
    callId: "t2c1",
    incident: {
      account: "123456789012",
      region: "eu-west-1",
      alarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders",
      alarmAt,
      alarmName: "orders-disk-used-high",
      namespace: "Lab/Host",
      metric: "DiskUsedPercent",
      stat: "Average",
      period: 60,
      dimensions: { InstanceId: "i-0123456789abcdef0" },
      ...incident,
    },
    signal: AbortSignal.timeout(10_000),
  } as unknown as ToolContext<PortName>);
}
