import * as z from "zod";
import { flagLine } from "../src/digest/flag.ts";
import type { RunbookHit } from "../src/domain/ports.ts";
import { citation, type Runbook } from "../src/domain/runbook.ts";
import { emptyResult, okResult, readTool, type ToolResult } from "../src/domain/tool.ts";

/** Runbooks shown in full at most; more would only tempt. */
const shown = 2;
/** One less likely than this share of the best is only named: its whole text is read again with every later turn. */
const farBehind = 0.5;

export const searchRunbooks = readTool({
  name: "search_runbooks",
  description:
    "The runbooks that fit this incident: their steps, which you cite as `runbook#step`, and the reviewed actions for run_ssm. Empty when none fits: then escalate.",
  needs: ["runbooks"],
  input: z.strictObject({
    query: z.string().min(3).max(1000).describe("Symptoms in plain words: what fails, error texts, the metric."),
    use_alarm: z.boolean().default(true).describe("Also match the alarm's name, metric and dimensions."),
  }),
  async execute(input, context) {
    const { alarmName, namespace, metric, dimensions } = context.incident;
    const alarm = { name: alarmName, dimensions, ...(namespace && { namespace }), ...(metric && { metric }) };
    const query = { text: input.query, ...(input.use_alarm && { alarm }) };
    const answer = await context.runbooks.search(query, 8);
    if (answer.abstained || answer.hits.length === 0) {
      const why = answer.reason ?? "nothing matches well enough";
      return emptyResult(
        `No runbook fits "${input.query}": ${why}. Searched all runbooks, alarm facts ${input.use_alarm ? "included" : "left out"}. Try other words once, then escalate.`,
      );
    }
    const best = answer.hits[0]?.score ?? 0;
    const near = answer.hits.filter((hit) => hit.score >= farBehind * best);
    const ids = [...new Set(near.map((hit) => hit.runbookId))];
    const runbooks = await Promise.all(ids.slice(0, shown).map((id) => context.runbooks.get(id)));
    return render(
      answer.hits,
      runbooks.filter((runbook) => runbook !== undefined),
    );
  },
});

function render(hits: readonly RunbookHit[], runbooks: readonly Runbook[]): ToolResult {
  const whole = new Set(runbooks.map((runbook) => runbook.id));
  const rest = hits.filter((hit) => !whole.has(hit.runbookId));
  const others = rest.map(
    (hit) => `- ${citation(hit.runbookId, hit.step)} (${hit.score.toFixed(2)}) ${hit.title}: ${hit.heading}`,
  );
  const text = [
    ...runbooks.map(renderRunbook),
    ...(others.length > 0 ? [`Less likely (search for its title to read one):\n${others.join("\n")}`] : []),
  ];
  const citations = runbooks.flatMap((runbook) =>
    runbook.sections.map((section) => ({ id: citation(runbook.id, section.slug), contentHash: section.contentHash })),
  );
  const best = hits[0];
  const forPeople =
    best === undefined ? "no runbook" : `${best.title} (${best.runbookId}, score ${best.score.toFixed(2)})`;
  return okResult(text.join("\n\n"), forPeople, { citations });
}

function renderRunbook(runbook: Runbook): string {
  const steps = runbook.sections
    .filter((section) => section.level > 1)
    .map(
      (section) =>
        `[${citation(runbook.id, section.slug)}] ${section.heading}\n${section.text.replace(/^#+ .*\n?/, "").trim()}`,
    );
  const actions = runbook.actions.map((action) => {
    const { id, title, step, parameters, targets, risk, rollback } = action;
    return JSON.stringify({ action: id, title, step: citation(runbook.id, step), risk, parameters, targets, rollback });
  });
  const head = `RUNBOOK ${runbook.id}: ${runbook.title} (owner ${runbook.owner}, reviewed ${runbook.reviewed})`;
  const flags = runbook.sections.flatMap(({ slug, text }) => flagLine(`[${citation(runbook.id, slug)}]`, text));
  return [head, ...flags, ...steps, `Actions for run_ssm:\n${actions.join("\n") || "none"}`].join("\n\n");
}
