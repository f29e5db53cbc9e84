import type { AlarmFacts, DeclaredAlarm, SearchIndex } from "./types.ts";
import { declaredWeights } from "./weights.ts";

/** Documents that declare this alarm, with the weight of the closest declaration. All that a declaration states must match. */
export function declaredMatches(index: SearchIndex, alarm: AlarmFacts): ReadonlyMap<number, number> {
  const matches = new Map<number, number>();
  for (const [document, declared] of index.alarms) {
    const weight = weightOf(declared, alarm);
    if (weight > (matches.get(document) ?? 0)) matches.set(document, weight);
  }
  return matches;
}

/** The namespace and metric that a text like "ALARM AWS/RDS CPUUtilization …" names. */
export function factsIn(text: string): AlarmFacts {
  const found =
    /\b((?:AWS|ECS|CWAgent|ContainerInsights|LambdaInsights)(?:\/[A-Za-z0-9]+){0,2})[ :/]+([A-Za-z][\w.]{2,80})/.exec(
      text,
    );
  return found === null ? {} : { namespace: found[1] ?? "", metric: found[2] ?? "" };
}

function weightOf(declared: DeclaredAlarm, alarm: AlarmFacts): number {
  const { namespace, metric, name } = declared;
  if (namespace !== undefined && !same(namespace, alarm.namespace)) return 0;
  if (metric !== undefined && !same(metric, alarm.metric)) return 0;
  if (name !== undefined && !matchesGlob(name, alarm.name)) return 0;
  if (name !== undefined && name.replace(/[*?]/g, "").length > 2) return declaredWeights.name;
  if (namespace !== undefined && metric !== undefined) return declaredWeights.namespaceAndMetric;
  if (metric !== undefined) return declaredWeights.metric;
  return namespace === undefined ? 0 : declaredWeights.namespace;
}

function same(declared: string, fact: string | undefined): boolean {
  return fact !== undefined && declared.toLowerCase() === fact.toLowerCase();
}

/** Walks pattern and text once with one point to come back to, so no pattern can make it slow. */
function matchesGlob(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < given.length) {
    if (wanted[at] === "*") {
      star = at++;
      resume = from;
    } else if (wanted[at] === "?" || wanted[at] === given[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}
