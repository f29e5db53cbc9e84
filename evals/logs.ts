import { HealerError } from "../src/domain/errors.ts";
import type { Clock, LogEvent, LogSource } from "../src/domain/ports.ts";
import type { World } from "./case.ts";
import { milliseconds } from "./series.ts";

/** Log groups whose lines are written down with times relative to the alarm. */
export function logsOf(world: World, alarmAt: number, clock: Clock, note: (what: string) => void): LogSource {
  return {
    async read({ group, start, end, contains }, take) {
      const found = Object.hasOwn(world.logs, group) ? world.logs[group] : undefined;
      if (found === undefined) {
        note(`log group ${group}`);
        throw new HealerError("not_found", `there is no log group ${group}`, { hint: "Name another one." });
      }
      if ("error" in found) throw new Error(found.error);
      const until = Math.min(end, clock.now());
      const events = found.flatMap((line) => eventsOf(line, group, alarmAt, until));
      const inside = events.filter((event) => event.timestamp >= start && event.timestamp <= until);
      const wanted = inside.filter((event) => contains === undefined || event.message.includes(contains));
      wanted.sort((one, other) => one.timestamp - other.timestamp);
      for (const event of wanted) take(event);
      const bytesScanned = inside.reduce((sum, event) => sum + event.message.length, 0);
      return { source: "recorded", events: wanted.length, bytesScanned, exhausted: true };
    },
    groups: async (containing) =>
      Object.keys(world.logs)
        .filter((group) => group.includes(containing))
        .slice(0, 20),
  };
}

type Line = Extract<World["logs"][string], readonly unknown[]>[number];

function eventsOf(line: Line, stream: string, alarmAt: number, until: number): readonly LogEvent[] {
  if (typeof line === "string") {
    const space = line.indexOf(" ");
    return [{ timestamp: alarmAt + milliseconds(line.slice(0, space)), message: line.slice(space + 1), stream }];
  }
  const last = Math.min(line.to, until - alarmAt);
  const count = Math.max(0, Math.floor((last - line.from) / line.every) + 1);
  return Array.from({ length: count }, (_, index) => ({
    timestamp: alarmAt + line.from + index * line.every,
    message: line.line.replaceAll("{n}", String(index)).replaceAll("{r}", String(scatter(index))),
    stream,
  }));
}

/** Looks random and is the same on every machine. */
const scatter = (index: number): number => (Math.imul(index + 1, 2_654_435_761) >>> 0) % 997;
