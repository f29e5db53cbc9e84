import * as z from "zod";
import { HealerError } from "./errors.ts";

/** `observe` records what it would do; `suggest` and `approve_all` ask for every change; `auto` lets policy decide. */
export const Mode = z.enum(["observe", "suggest", "approve_all", "auto"]);
export type Mode = z.infer<typeof Mode>;

/** Modes of single runbooks, by id. They can only restrict what the environment allows. */
export const RunbookModes = z.record(z.string(), Mode);
export type RunbookModes = Readonly<z.infer<typeof RunbookModes>>;

/** Whose word an effective mode is, where it is not the environment's. */
export type ModeSource = "settings" | "runbook";

export type EffectiveMode = { readonly mode: Mode; readonly from?: ModeSource };

/** The most restrictive of what the environment, the settings and the runbook's owner allow. */
export function effectiveMode(environment: Mode, settings: Mode | undefined, runbook: Mode | undefined): EffectiveMode {
  const others: readonly (readonly [ModeSource, Mode | undefined])[] = [
    ["settings", settings],
    ["runbook", runbook],
  ];
  return others.reduce<EffectiveMode>(
    (strictest, [from, mode]) => (mode !== undefined && rank(mode) < rank(strictest.mode) ? { mode, from } : strictest),
    { mode: environment },
  );
}

/** Whichever of two modes allows less. */
export const stricter = (one: Mode, other: Mode): Mode => (rank(other) < rank(one) ? other : one);

const rank = (mode: Mode): number => Mode.options.indexOf(mode);

/** Rejects with `bad_input` for an id that no runbook has: a typo must not switch a limit off. */
export function refuseUnknown(modes: RunbookModes, runbooks: readonly { readonly id: string }[]): void {
  const known = new Set(runbooks.map((runbook) => runbook.id));
  const unknown = Object.keys(modes).filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new HealerError("bad_input", `modes: there is no usable runbook ${unknown.join(", ")}`, {
    hint: `The runbooks are: ${[...known].sort().join(", ")}.`,
  });
}
