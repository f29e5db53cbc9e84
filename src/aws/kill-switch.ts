import * as z from "zod";
import type { KillSwitch, KillSwitchState } from "../domain/ports.ts";
import { type SsmSdk, ssmSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

export type KillSwitchOptions = {
  readonly sdk?: SsmSdk;
  /** Path under which the parameters lie; begins with a slash. */
  readonly path?: string;
};

/**
 * The kill switch as one Parameter Store value for each scope, which anybody with a console can set. A missing value
 * means "go on"; a value that is no clear "not stopped" means "stopped"; a failed read rejects.
 */
export function parameterKillSwitch({ sdk = ssmSdk(), path = "/healer/stop" }: KillSwitchOptions = {}): KillSwitch {
  return {
    read: (scopes) => read(sdk, path, scopes),
    async set(scope, state) {
      const { api, client } = await sdk();
      const input = {
        Name: parameterName(path, scope),
        Value: parameterValue(state),
        Type: "String" as const,
        Overwrite: true,
      };
      await upstream(`set the kill switch for ${scope}`, () => client.send(new api.PutParameterCommand(input)));
    },
  };
}

async function read(sdk: SsmSdk, path: string, scopes: readonly string[]): Promise<KillSwitchState> {
  const { api, client } = await sdk();
  const names = [...new Set(scopes.map((scope) => parameterName(path, scope)))];
  for (let start = 0; start < names.length; start += 10) {
    const Names = names.slice(start, start + 10);
    const reply = await upstream("read the kill switch", () =>
      client.send(new api.GetParametersCommand({ Names, WithDecryption: true })),
    );
    // Each name must come back as a value or as unknown; one that does neither was not read.
    const answered = (reply.Parameters?.length ?? 0) + (reply.InvalidParameters?.length ?? 0);
    if (answered < Names.length) return { stopped: true, why: "the kill switch was read only in part" };
    const states = (reply.Parameters ?? []).map(({ Value }) => stateOf(Value));
    const stopped = states.find((state) => state.stopped);
    if (stopped !== undefined) return stopped;
  }
  return { stopped: false };
}

/** Injective: `service:a_b` and `service:a.b` are two parameters, whatever characters a scope holds. */
function parameterName(path: string, scope: string): string {
  const part = (text: string) =>
    text.replace(/[^a-zA-Z0-9.-]/gu, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`);
  return `${path}/${scope.split(":").map(part).join("/")}`;
}

const State = z.object({
  stopped: z.boolean(),
  by: z.string().optional(),
  at: z.string().optional(),
  why: z.string().optional(),
});

function stateOf(value: string | undefined): KillSwitchState {
  try {
    const { stopped, by, at, why } = State.parse(JSON.parse(value ?? ""));
    return {
      stopped,
      ...(by !== undefined && { by }),
      ...(at !== undefined && { at }),
      ...(why !== undefined && { why }),
    };
  } catch {
    return { stopped: true, why: "the kill switch holds a value that is not JSON with `stopped`" };
  }
}

/** Parameter Store refuses doubled braces, which it takes for a reference, and more than 4 KB. */
function parameterValue({ stopped, by, at, why }: KillSwitchState): string {
  const clean = (text: string | undefined) =>
    text
      ?.replace(/\{(?=\{)/g, "{ ")
      .replace(/\}(?=\})/g, "} ")
      .slice(0, 800);
  return JSON.stringify({ stopped, by: clean(by), at, why: clean(why) });
}
