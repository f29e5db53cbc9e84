import { canonicalJson } from "../src/domain/journal.ts";
import { emptyResult, type Tool, type ToolResult } from "../src/domain/tool.ts";
import type { World } from "./case.ts";

/** Tools that answer from a finished run where it asked the same; anything else is honestly empty and counted. */
export function withRecorded(
  tools: ReadonlyMap<string, Tool>,
  recorded: World["recorded"],
  unforeseen: string[],
): ReadonlyMap<string, Tool> {
  if (recorded.length === 0) return tools;
  const answers = new Map(recorded.map((one) => [`${one.tool} ${canonicalJson(one.input)}`, one]));
  const answering = [...tools].map(([name, tool]) => {
    if (tool.kind === "change") return [name, assessing(tool, recorded)] as const;
    if (tool.kind !== "read" || name === "search_runbooks" || name === "estimate_cost") return [name, tool] as const;
    const execute = async (input: unknown, context: { readonly callId: string }): Promise<ToolResult> => {
      const found = answers.get(`${name} ${canonicalJson(tool.input.parse(input))}`) ?? loosely(name, input, recorded);
      if (found !== undefined) return resultOf(found, context.callId);
      unforeseen.push(`${name} ${JSON.stringify(input)}`);
      return emptyResult("Nothing was recorded for this query.");
    };
    return [name, { ...tool, execute } as Tool] as const;
  });
  return new Map(answering);
}

function assessing(tool: Extract<Tool, { kind: "change" }>, recorded: World["recorded"]): Tool {
  const assess: typeof tool.assess = async (input, context) => {
    const found = recorded.find((one) => one.tool === tool.name && changeOf(one.input) === changeOf(input));
    return found?.assessment ?? tool.assess(input, context);
  };
  return { ...tool, assess };
}

/** What a change is, without the words that explain it. */
export const changeOf = (input: unknown): string => {
  const { runbook, action, parameters, command, targets } = input as Readonly<Record<string, unknown>>;
  return canonicalJson([runbook, action, parameters, command, targets].map((part) => part ?? null));
};

/** The parsed input holds defaults that the model did not write, so what it did write has to agree. */
function loosely(tool: string, input: unknown, recorded: World["recorded"]): World["recorded"][number] | undefined {
  const given = Object.entries(input as Record<string, unknown>);
  return recorded.find((one) => {
    const held = one.input as Record<string, unknown>;
    return (
      one.tool === tool &&
      Object.keys(held).every((key) =>
        given.some(([name, value]) => name === key && canonicalJson(value) === canonicalJson(held[key])),
      ) &&
      topicOf(held) === topicOf(Object.fromEntries(given))
    );
  });
}

const topicOf = ({ group, metric, namespace, query }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([group, metric, namespace, query]);

/** Ids are given anew: they name the call that asked. */
function resultOf(one: World["recorded"][number], callId: string): ToolResult {
  const renamed = (text: string) => text.replaceAll(/\bt\d+c\d+-(?=(log|metric|cost))/g, `${callId}-`);
  const findings = one.findings.map((id) => ({ id: renamed(id), summary: "recorded", source: "recorded" }));
  return {
    status: one.status,
    forModel: renamed(one.text),
    forPeople: one.text.split("\n")[0]?.slice(0, 120) ?? "",
    findings,
    citations: [],
    cost: 0 as ToolResult["cost"],
  };
}
