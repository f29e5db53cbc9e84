import { join } from "node:path";
import { HealerError } from "../domain/errors.ts";
import { terminalPerson } from "../local/config.ts";
import { fileKillSwitch } from "../local/kill-switch.ts";
import type { Io } from "./io.ts";
import type { StateArgs } from "./local.ts";

/** `healer stop` and `healer resume`: works even while the tables do not, since it is one file. */
export async function runStop(
  args: StateArgs & { scope: string; why: string; stopped: boolean; json?: boolean },
  io: Io,
): Promise<number> {
  if (!/^(all|service:[\w.-]{1,100}|runbook:[a-z0-9-]{1,100})$/.test(args.scope)) {
    throw new HealerError("bad_input", `${JSON.stringify(args.scope.slice(0, 80))} is no scope: nothing was switched`, {
      hint: "A scope is all, service:<name> or runbook:<id>.",
    });
  }
  const killSwitch = fileKillSwitch(join(args.state, "stop"));
  const state = { stopped: args.stopped, by: terminalPerson().id, at: new Date().toISOString(), why: args.why };
  await killSwitch.set(args.scope, state);
  const words = args.stopped ? "No change starts any more" : "Changes may run again";
  io.stdout(
    args.json === true ? `${JSON.stringify({ scope: args.scope, ...state })}\n` : `${words} (${args.scope}).\n`,
  );
  return 0;
}
