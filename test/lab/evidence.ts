import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FaultName, faults, type Lab } from "../../lab/index.ts";
import { serviceDimensions, services } from "../../lab/topology.ts";

export type Evidence = { readonly sentence: string; readonly wanted: boolean; holds(): Promise<boolean> };

const sentences =
  /(Confirm|Rule out) with `(query_metrics|fetch_logs)`(?: in `([^`]+)`)?: `([^`]+)`(?: is (above|below|at least|at most) ([\d.]+))?/g;

/** What the fault's runbook tells its reader to look for, and whether it is there now. */
export function evidenceOf(lab: Lab, fault: FaultName, since: number, period: number): readonly Evidence[] {
  const path = fileURLToPath(new URL(`../../runbooks/${fault}.md`, import.meta.url));
  return [...readFileSync(path, "utf8").matchAll(sentences)].map((match) => {
    const [sentence, verb, tool, group = "", subject = "", comparison = "", value = ""] = match;
    const holds =
      tool === "fetch_logs"
        ? () => isLogged(lab, group, subject, since)
        : () => isMeasured(lab, fault, subject, comparison, Number(value), period);
    return { sentence, wanted: verb === "Confirm", holds };
  });
}

async function isLogged(lab: Lab, group: string, contains: string, start: number): Promise<boolean> {
  const { events } = await lab.ports.logs.read({ group, contains, start, end: Date.now() }, () => {});
  return events > 0;
}

async function isMeasured(
  lab: Lab,
  fault: FaultName,
  subject: string,
  comparison: string,
  than: number,
  period: number,
): Promise<boolean> {
  const [namespace = "", name = ""] = subject.split(" ");
  const { service } = faults[fault];
  const { alarm } = services[service];
  const stat = alarm.metric === name ? alarm.stat : "Average";
  const query = { namespace, name, dimensions: serviceDimensions(service), stat, period, start: 0, end: Date.now() };
  const value = (await lab.ports.metrics.query(query)).at(-1)?.value;
  if (value === undefined) return false;
  if (comparison === "above") return value > than;
  if (comparison === "below") return value < than;
  return comparison === "at least" ? value >= than : value <= than;
}
