import * as z from "zod";
import { flagLine } from "../src/digest/flag.ts";
import type { PastRun } from "../src/domain/ports.ts";
import { emptyResult, okResult, readTool } from "../src/domain/tool.ts";

export const similarIncidents = readTool({
  name: "similar_incidents",
  description:
    "Earlier runs for this kind of alarm: what was found, tried and measured. A hint and no proof: check the evidence of this incident.",
  needs: ["history"],
  input: z.strictObject({ limit: z.int().min(1).max(10).default(5) }),
  async execute(input, context) {
    const { namespace, metric, alarmName, dimensions } = context.incident;
    const kind = metric === undefined ? `alarm ${alarmName}` : `${namespace} ${metric}`;
    const { runs, searched } = await context.history.similar({ namespace, metric, alarmName, dimensions }, input.limit);
    if (runs.length === 0) return emptyResult(`No finished run about ${kind} among ${searched} incidents.`);
    const blocks = runs.map((run, index) => ({ run, id: `${context.callId}-past-${index + 1}` }));
    const forModel = [
      `${runs.length} earlier runs about ${kind}, the most alike first (${searched} incidents looked through):`,
      ...blocks.map(({ run, id }) => render(run, id)),
      ...flagLine("an earlier run's text", runs.map((run) => run.rootCause).join("\n")),
    ];
    const helped = runs.filter((run) => run.outcome === "healed").length;
    const findings = blocks.map(({ run, id }) => ({
      id,
      summary: `${run.runId}: ${run.outcome}. ${triedText(run)}`.slice(0, 200),
      source: run.runId,
    }));
    return okResult(forModel.join("\n"), `${runs.length} earlier runs, ${helped} healed`, { findings });
  },
});

function render(run: PastRun, id: string): string {
  const which = run.sameResource ? "this very resource" : `another resource ${JSON.stringify(run.dimensions)}`;
  const cause = run.rootCause.replaceAll(/\s+/g, " ").slice(0, 400);
  return `[${id}] ${new Date(run.startedAt).toISOString().slice(0, 16)}Z ${run.runId}, ${which}: ${run.outcome}\n  cause as told then: ${cause}\n  ${triedText(run)}`;
}

const triedText = (run: PastRun): string =>
  run.tried.length === 0
    ? "nothing was tried"
    : `tried: ${run.tried.map((one) => `${one.action}: ${one.how}, measured ${one.measured}`).join("; ")}`;
