import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import type { KillSwitch, KillSwitchState } from "../domain/ports.ts";

const Stored = z.object({
  stopped: z.boolean(),
  by: z.string().optional(),
  at: z.string().optional(),
  why: z.string().optional(),
});

/** The kill switch as files, so that it works from any process and even while the tables do not. */
export function fileKillSwitch(folder: string): KillSwitch {
  return {
    async read(scopes) {
      const states = await Promise.all(scopes.map((scope) => readScope(folder, scope)));
      return states.find((state) => state.stopped) ?? { stopped: false };
    },
    async set(scope, state) {
      const path = fileOf(folder, scope);
      const own = `${path}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(own, JSON.stringify(state));
        await rename(own, path);
      } catch (cause) {
        const hint = "Nothing was switched. Stop the process that serves this folder to halt it at once.";
        throw new HealerError("bad_state", `the kill switch ${scope} can not be written to ${folder}`, { hint, cause });
      }
    },
  };
}

async function readScope(folder: string, scope: string): Promise<KillSwitchState> {
  let text: string;
  try {
    text = await readFile(fileOf(folder, scope), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { stopped: false };
    throw unreadable(scope, error);
  }
  try {
    const { stopped, by, at, why } = Stored.parse(JSON.parse(text));
    return { stopped, ...(by && { by }), ...(at && { at }), ...(why && { why }) };
  } catch (error) {
    throw unreadable(scope, error);
  }
}

/** Each scope has a file of its own: lifting one must never lift another of a similar name. */
const fileOf = (folder: string, scope: string): string => join(folder, `${encodeURIComponent(scope)}.json`);

const unreadable = (scope: string, cause: unknown): HealerError =>
  new HealerError("bad_state", `the kill switch ${scope} can not be read`, {
    hint: "It counts as on until `healer resume` writes it anew.",
    cause,
  });
