import type { Ports } from "../../src/domain/ports.ts";
import { isResult, type Tool, type ToolContext, type ToolResult } from "../../src/domain/tool.ts";
import { tools } from "../../tools/index.ts";

export const alarmAt = Date.parse("2026-11-23T10:00:00.000Z");
export const now = alarmAt + 5 * 60_000;
export const clock = { now: () => now };

/** What a call has around it, with only the ports that a test gives: another one that is touched is an error. */
export function contextWith(ports: Partial<Ports>, incident: object = {}): ToolContext<never> {
  const around = {
    runId: "run-0001",
    callId: "t1c0",
    incident: {
      account: "000000000000",
      region: "us-east-1",
      alarmArn: "arn:alarm",
      alarmAt,
      dimensions: { InstanceId: "i-1" },
      namespace: "AWS/EC2",
      metric: "CPUUtilization",
      stat: "Average",
      period: 60,
      alarmName: "cpu-busy",
      ...incident,
    },
    signal: new AbortController().signal,
    ...ports,
  };
  return new Proxy(around, {
    get(target, name) {
      if (name in target || typeof name === "symbol") return Reflect.get(target, name);
      throw new Error(`touched ${name}, which is not there`);
    },
  });
}

export function toolNamed<Kind extends Tool["kind"]>(name: string, kind: Kind): Extract<Tool, { kind: Kind }> {
  const tool = tools.get(name);
  if (tool?.kind !== kind) throw new Error(`${name} is not a ${kind} tool`);
  return tool as Extract<Tool, { kind: Kind }>;
}

/** The ports that the tool declares and no other, though a test may give more. */
const declared = (tool: Tool, ports: Partial<Ports>): Partial<Ports> =>
  Object.fromEntries(Object.entries(ports).filter(([name]) => (tool.needs as readonly string[]).includes(name)));

/** Parses the input as the loop does, and executes. */
export async function execute(name: string, input: unknown, ports: Partial<Ports>, incident = {}): Promise<ToolResult> {
  const tool = toolNamed(name, "read");
  return tool.execute(tool.input.parse(input), contextWith(declared(tool, ports), incident) as never);
}

export async function assess(name: string, input: object, ports: Partial<Ports>, incident = {}) {
  const tool = toolNamed(name, "change");
  const context = contextWith(declared(tool, ports), incident) as never;
  const answer = await tool.assess(tool.input.parse({ ...explained, ...input }), context);
  return isResult(answer) ? { result: answer, assessment: undefined } : { result: undefined, assessment: answer };
}

const explained = {
  detailed_root_cause: "The API hangs because its worker waits for a lock that nobody gives back (t1c0-log-1).",
  action_justification:
    "A restart gives the lock back; requests of the last second are lost. Nothing speaks against it.",
  citations: ["api-hung#restart-it"],
  findings: ["t1c0-log-1"],
};
