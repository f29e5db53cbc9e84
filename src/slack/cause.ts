import * as z from "zod";
import { allCalls, type CallState, type Run } from "../domain/run.ts";
import type { Finding } from "../domain/tool.ts";

/** The hypothesis and what code can say about how well it stands. The model's own confidence is nowhere in it. */
export type Cause = {
  readonly text: string;
  readonly strength: "strong" | "fair" | "thin";
  readonly support: readonly Finding[];
  readonly against: readonly Finding[];
  /** Different tools that the supporting findings come from. */
  readonly sources: number;
};

const Explained = z.object({
  detailed_root_cause: z.string(),
  findings: z.array(z.string()).catch([]),
  contradicting_findings: z.array(z.string()).catch([]),
});

/** The cause that a call was justified with, or the one that the run ended on; undefined before anybody has named one. */
export function causeOf(run: Run, call: CallState | undefined): Cause | undefined {
  const explained = Explained.safeParse(call?.input);
  const { concluded } = run;
  if (!explained.success && concluded?.rootCause === undefined) return undefined;
  const text = explained.success ? explained.data.detailed_root_cause : (concluded?.rootCause ?? "");
  const cited = explained.success ? explained.data.findings : (concluded?.findings ?? []);
  const contrary = explained.success ? explained.data.contradicting_findings : [];
  const support = returned(run, cited);
  const against = returned(run, contrary);
  const sources = new Set(support.map((finding) => finding.tool)).size;
  return { text, support, against, sources, strength: strengthOf(support.length, sources, against.length) };
}

/** Strong: three findings, two kinds of source, nothing against. Thin: a single finding, or as much against as for. */
function strengthOf(support: number, sources: number, against: number): Cause["strength"] {
  if (support <= 1 || against >= support) return "thin";
  return support >= 3 && sources >= 2 && against === 0 ? "strong" : "fair";
}

/** Only what a tool of this very run returned: an invented id is no evidence. */
function returned(run: Run, ids: readonly string[]): readonly (Finding & { readonly tool: string })[] {
  const wanted = new Set(ids);
  return allCalls(run).flatMap((call) =>
    (call.finished?.result.findings ?? [])
      .filter((finding) => wanted.has(finding.id))
      .map((finding) => ({ ...finding, tool: call.tool })),
  );
}
