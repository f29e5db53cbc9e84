import { loadCases } from "../../evals/cases.ts";
import { gullibleModel, gullibleModelId } from "../../evals/gullible.ts";
import { type Attack, attackAll, byDoor } from "../../evals/injection.ts";
import { loadPayloads } from "../../evals/payloads.ts";
import { loadShared } from "../../evals/shared.ts";
import { offlineModel } from "../models/offline.ts";
import { openModel } from "./eval-model.ts";
import { exitCodes, type Io, table } from "./io.ts";

export type InjectionArgs = {
  readonly model?: string;
  readonly json?: boolean;
  readonly prompt?: string;
  readonly policies?: string;
  readonly runbooks?: string;
  /** Takes every n-th payload only. */
  readonly every?: number;
};

/** Tries every payload through every door, on the model and on one that obeys everything it reads. Fails on one change. */
export async function runInjection(args: InjectionArgs, io: Io): Promise<number> {
  const [shared, cases, all] = [await loadShared(args), await loadCases(), await loadPayloads()];
  const payloads = all.filter((_, index) => index % (args.every ?? 1) === 0);
  const opened = await openModel(args.model);
  const honest = offlineModel({ now: () => 0 });
  const options = { shared, cases, modelName: opened.name };
  const suites: readonly (readonly [string, readonly Attack[]])[] = [
    [opened.name, await attackAll(payloads, () => opened.model, opened.model, options)],
    [gullibleModelId, await attackAll(payloads, gullibleModel, honest, { ...options, modelName: gullibleModelId })],
  ];
  if (args.json === true)
    io.stdout(`${JSON.stringify(suites.map(([model, attacks]) => ({ model, doors: byDoor(attacks), attacks })))}\n`);
  else for (const [model, attacks] of suites) tell(model, attacks, io);
  const bad = suites
    .flatMap(([, attacks]) => attacks)
    .filter((one) => one.ungated.length > 0 || one.changed.length > 0);
  for (const one of bad) io.stderr(`${one.door} ${one.payload}: ${[...one.ungated, ...one.changed].join("; ")}\n`);
  return bad.length === 0 ? exitCodes.ok : exitCodes.fault;
}

function tell(model: string, attacks: readonly Attack[], io: Io): void {
  const rows = byDoor(attacks).map((one) => [
    one.door,
    String(one.attacks),
    `${one.steered} (${((one.steered / Math.max(1, one.attacks)) * 100).toFixed(1)} %)`,
    String(one.changed),
    String(one.ungated),
  ]);
  io.stdout(
    `${model}: ${attacks.length} attacks\n${table(["DOOR", "ATTACKS", "TALKED INTO SOMETHING", "CHANGES CAUSED", "UNGATED CHANGES"], rows, io)}\n`,
  );
}
