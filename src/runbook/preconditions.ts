import { compares } from "../domain/compare.ts";
import type { Ports } from "../domain/ports.ts";
import type { Precondition } from "../domain/runbook.ts";
import { blastRadiusOf } from "./radius.ts";

type Needs = Pick<Ports, "fleet" | "metrics" | "calendar" | "clock">;

/** A datapoint older than this says nothing about now. */
const freshMs = 10 * 60_000;

/**
 * Evaluates a runbook's constraints for each target, in code. Answers those that do not hold, in words; what can not be
 * found out does not hold.
 */
export async function failedPreconditions(
  preconditions: readonly Precondition[],
  targets: readonly string[],
  ports: Needs,
): Promise<readonly string[]> {
  // An action without a target is checked once all the same: a freeze holds for it too, and the rest can not hold.
  const checked = targets.length > 0 ? targets : ["(no target)"];
  const checks = checked.flatMap((target) => preconditions.map((precondition) => failure(precondition, target, ports)));
  return (await Promise.all(checks)).filter((words) => words !== undefined);
}

async function failure(precondition: Precondition, target: string, ports: Needs): Promise<string | undefined> {
  switch (precondition.check) {
    case "not_last_healthy": {
      const { lastHealthy, fleetSharePercent } = await blastRadiusOf([target], ports.fleet);
      if (fleetSharePercent === null) return `nobody knows whether ${target} is the last healthy member of its group`;
      return lastHealthy ? `${target} is the last healthy member of its group` : undefined;
    }
    case "outside_freeze": {
      const why = ports.calendar.freezeAt(ports.clock.now());
      return why === undefined ? undefined : `a change freeze is on: ${why}`;
    }
    case "tag": {
      const value = (await ports.fleet.member(target))?.tags[precondition.key];
      const wanted = `${precondition.key}=${precondition.value}`;
      return value === precondition.value
        ? undefined
        : `${target} has not the tag ${wanted} (${value ?? "no such tag"})`;
    }
    case "metric":
      return metricFailure(precondition, target, ports);
  }
}

async function metricFailure(
  precondition: Extract<Precondition, { check: "metric" }>,
  target: string,
  ports: Needs,
): Promise<string | undefined> {
  const { namespace, metric: name, dimension, comparison, value, why } = precondition;
  const end = ports.clock.now();
  const query = { namespace, name, dimensions: { [dimension]: target }, stat: "Average", period: 60 };
  const newest = (await ports.metrics.query({ ...query, start: end - freshMs, end })).at(-1);
  const wanted = `${name} of ${target} must be ${comparison} ${value} (${why})`;
  if (newest === undefined) return `${wanted}, but there is no datapoint of the last ${freshMs / 60_000} minutes`;
  return compares(newest.value, comparison, value) ? undefined : `${wanted}, but is ${newest.value}`;
}
