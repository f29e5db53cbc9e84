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
  /(Confirm|Rule out) with `query_metrics`: `([^\s`]+) ([^\s`]+)` (?:is (above|below|at least|at most) (-?\d+(?:\.\d+)?)|has (not )?risen)(?:\. ([^\n]+))?/g;
/** Tools that look at the alarm's own resource when they are told nothing, or a log group; `a` or `b` is either of them. */
const textSentence =
  /(Confirm|Rule out) with (?:`(recent_changes|describe_resource|similar_incidents)`(?: over (\d+) h)?|`fetch_logs` in `([^`]+)`): (`[^`]+`(?: or `[^`]+`)*)(?:\. ([^\n]+))?/g;

/** In the order in which the runbook names them: its first explanation is its likeliest. */
export const checksOf = (diagnosis: string): readonly Check[] =>
  diagnosis.split("\n").flatMap((line) => [...metricChecks(line), ...textChecks(line)]);

const metricChecks = (line: string): readonly Check[] =>
  [...line.matchAll(metricSentence)].map(
    ([sentence, verb, namespace, metric, comparison, value, not, means = ""]): Check => ({
      wanted: verb === "Confirm" ? "confirm" : "rule_out",
      tool: "query_metrics",
      input: { namespace, metric },
      sentence: without(sentence, means),
      texts: [],
      means,
      holds: (text) =>
        comparison === undefined
          ? hasRisen(text) === (not === undefined)
          : compares(newestOf(text), comparison, Number(value)),
    }),
  );

const textChecks = (line: string): readonly Check[] =>
  [...line.matchAll(textSentence)].map(([sentence, verb, tool, hours, group, literals = "", means = ""]): Check => {
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
  });

const without = (sentence: string, means: string): string =>
  means === "" ? sentence : sentence.slice(0, -`. ${means}`.length);

/** Newest value in a result of query_metrics. */
export function newestOf(text: string): number | undefined {
  const found = /^newest (-?[\d.e+-]+) at /m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Half as much again as at the same time of earlier days, or else before the alarm; where nothing tells, it has not risen. */
function hasRisen(text: string): boolean {
  const usual =
    /^same time: (?:yesterday|a week ago) (-?[\d.e+-]+)/m.exec(text) ??
    /usual before the alarm (-?[\d.e+-]+)/.exec(text);
  const newest = newestOf(text);
  return newest !== undefined && usual !== null && newest > 0 && newest >= 1.5 * Number(usual[1]);
}

function compares(value: number | undefined, comparison: string, than: number): boolean {
  if (value === undefined) return false;
  if (comparison === "above") return value > than;
  if (comparison === "below") return value < than;
  return comparison === "at least" ? value >= than : value <= than;
}
