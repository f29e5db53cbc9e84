import type { Performance } from "../agent/perform.ts";
import type { Telemetry } from "../agent/telemetry.ts";
import type { Step } from "../domain/next.ts";
import { once } from "../domain/once.ts";
import type { JournalStore } from "../domain/ports.ts";
import type { Run } from "../domain/run.ts";
import { type Lines, openLines } from "./telemetry-lines.ts";
import { noSpans, openSpans } from "./telemetry-spans.ts";

export type AwsTelemetry = Telemetry & {
  /** The same journal; each entry is counted and logged once, by whoever wrote it, after it became durable. */
  watching(journal: JournalStore): JournalStore;
};

export type TelemetryOptions = {
  readonly environment: string;
  /** Where spans go by OTLP over HTTP; left out, to whatever the function's layers registered, or nowhere. */
  readonly otlp?: string;
};

/**
 * One span for each step, by OpenTelemetry; one log line and its
 * metrics for each journal entry, as lines of the function's own log. Holds ids, numbers and words of our own choosing:
 * no prompt, log text, token or secret. Nothing of it is loaded before the first step, and no failure of it reaches a run.
 */
export function awsTelemetry({ environment, otlp }: TelemetryOptions): AwsTelemetry {
  const exporter = once(async () =>
    otlp === undefined ? undefined : (await import("./span-export.ts")).exportTo(otlp),
  );
  let exports = false;
  const exporting = (): Promise<unknown> => {
    exports = true;
    return exporter().catch(() => undefined);
  };
  const lines = once(() => openLines(environment));
  const write = (line: (to: Lines) => void): Promise<void> =>
    lines()
      .then(line)
      .catch(() => undefined);
  return {
    observe: (step, run, work) =>
      observed(step, run, work, exporting, (error) => write((to) => to.failure(step, run, error))),
    flush: async () => {
      if (exports)
        await exporter().then(
          (to) => to?.flush(),
          () => undefined,
        );
    },
    watching: (journal) => ({
      ...journal,
      async append(entry) {
        await journal.append(entry);
        await write((to) => to.entry(entry));
      },
    }),
  };
}

async function* observed(
  step: Step,
  run: Run,
  work: Performance,
  exporting: () => Promise<unknown>,
  failed: (error: unknown) => Promise<void>,
): Performance {
  await exporting();
  const spans = await openSpans(step, run).catch(() => noSpans);
  let resume = () => work.next();
  let atYield = false;
  try {
    for (;;) {
      const { done, value } = await spans.within(() => resume());
      if (done) {
        spans.pause(value);
        return value;
      }
      resume = () => work.next();
      atYield = true;
      try {
        yield value;
      } catch (error) {
        resume = () => work.throw(error);
      }
      atYield = false;
      spans.note(value);
    }
  } catch (error) {
    spans.fail(error);
    await failed(error);
    throw error;
  } finally {
    // Left at a yield: what was handed over did not reach the journal and counts for nothing.
    spans.end(atYield);
    if (atYield) await work.return(undefined);
  }
}
