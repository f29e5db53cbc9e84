/** One thing that a runbook wants confirmed or ruled out, and the call that shows it. */
export type Check = {
  readonly wanted: "confirm" | "rule_out";
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sentence: string;
  /** Any of them in the result makes it hold; none for a metric, which is compared. */
  readonly texts: readonly string[];
  /** What the runbook says right after it: what it means when this is so. */
  readonly means: string;
  readonly holds: (text: string) => boolean;
};

const metricSentence =
  /(Confirm|Rule out) with `query_metrics`: `([^\s`]+) ([^\s`]+)` is (above|below|at least|at most) (-?\d+(?:\.\d+)?)(?:\. ([^\n]+))?/g;
/** Tools that look at the alarm's own resource when they are told nothing, or a log group; `a` or `b` is either of them. */
const textSentence =
  /(Confirm|Rule out) with (?:`(recent_changes|describe_resource|similar_incidents)`(?: over (\d+) h)?|`fetch_logs` in `([^`]+)`): (`[^`]+`(?: or `[^`]+`)*)(?:\. ([^\n]+))?/g;

export function checksOf(diagnosis: string): readonly Check[] {
  const metrics = [...diagnosis.matchAll(metricSentence)].map(
    ([sentence, verb, namespace, metric, comparison, value, means = ""]): Check => ({
      wanted: verb === "Confirm" ? "confirm" : "rule_out",
      tool: "query_metrics",
      input: { namespace, metric },
      sentence: without(sentence, means),
      texts: [],
      means,
      holds: (text) => compares(newestOf(text), comparison ?? "", Number(value)),
    }),
  );
  const texts = [...diagnosis.matchAll(textSentence)].map(
    ([sentence, verb, tool, hours, group, literals = "", means = ""]): Check => {
      const wanted = [...literals.matchAll(/`([^`]+)`/g)].map(([, literal = ""]) => literal);
      return {
        wanted: verb === "Confirm" ? "confirm" : "rule_out",
        tool: tool ?? "fetch_logs",
        input: { ...(group !== undefined && { group }), ...(hours !== undefined && { hours_before: Number(hours) }) },
        sentence: without(sentence, means),
        texts: wanted,
        means,
        holds: (text) => wanted.some((one) => text.includes(one)),
      };
    },
  );
  return [...metrics, ...texts];
}

const without = (sentence: string, means: string): string =>
  means === "" ? sentence : sentence.slice(0, -`. ${means}`.length);

/** Newest value in a result of query_metrics. */
export function newestOf(text: string): number | undefined {
  const found = /^newest (-?[\d.e+-]+) at /m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function compares(value: number | undefined, comparison: string, than: number): boolean {
  if (value === undefined) return false;
  if (comparison === "above") return value > than;
  if (comparison === "below") return value < than;
  return comparison === "at least" ? value >= than : value <= than;
}
