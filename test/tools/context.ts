import type { Ports } from "../../src/domain/ports.ts";
import {
  type Assessment,
  type ChangeTool,
  type explainBeforeAct,
  isResult,
  type PortName,
  type ReadTool,
  type ToolContext,
  type ToolResult,
} from "../../src/domain/tool.ts";
import { tools } from "../../tools/index.ts";

export const alarmAt = Date.parse("2026-11-23T10:00:00Z");
export const now = alarmAt + 5 * 60_000;
export const clock = { now: () => now };

type Kinds = { readonly read: ReadTool; readonly change: ChangeTool };
type Incident = ToolContext<PortName>["incident"];

/** A tool of the registry, of the kind that the test is about. */
export function toolNamed<Kind extends keyof Kinds>(name: string, kind: Kind): Kinds[Kind] {
  const tool = tools.get(name);
  if (tool?.kind !== kind) throw new Error(`${name} is no ${kind} tool`);
  return tool as unknown as Kinds[Kind];
}

/** The surroundings of a call with these ports and no others. */
export const contextWith = (ports: Partial<Ports>, incident: Partial<Incident> = {}): ToolContext<PortName> => ({
  ...(ports as Ports),
  runId: "run-test",
  callId: "t1c0",
  incident: {
    account: "111122223333",
    region: "us-east-1",
    alarmArn: "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu-busy",
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
});

/** Runs a read tool on input that it has parsed, as the loop does, with the ports that it declares. */
export async function execute(
  name: string,
  input: unknown,
  ports: Partial<Ports>,
  incident: Partial<Incident> = {},
): Promise<ToolResult> {
  const tool = toolNamed(name, "read");
  return tool.execute(tool.input.parse(input), contextWith(granted(tool.needs, ports), incident));
}

const words = "x".repeat(40);
const explained = {
  detailed_root_cause: words,
  action_justification: words,
  citations: ["api-hung#restart-it"],
  findings: ["t1c0-log-1"],
  contradicting_findings: [],
} satisfies Record<keyof typeof explainBeforeAct, unknown>;

/** What a change tool finds out about a call; the reasoning that every call must hold is filled in. */
export async function assess(
  name: string,
  input: object,
  ports: Partial<Ports>,
  incident: Partial<Incident> = {},
): Promise<{ readonly assessment?: Assessment; readonly result?: ToolResult }> {
  const tool = toolNamed(name, "change");
  const parsed = tool.input.parse({ ...explained, ...input });
  const found = await tool.assess(parsed, contextWith(granted(tool.needs, ports), incident));
  return isResult(found) ? { result: found } : { assessment: found };
}

const granted = (needs: readonly PortName[], ports: Partial<Ports>): Partial<Ports> =>
  Object.fromEntries(needs.flatMap((need) => (ports[need] === undefined ? [] : [[need, ports[need]]])));
