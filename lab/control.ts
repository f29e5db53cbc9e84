import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf, reply } from "./runtime.ts";

/** What a command on one host may ask of the lab: `words` is the shim's name and its arguments. */
export type Answer = { readonly exitCode: number; readonly output: string };

export type Control = {
  /** Environment that lets a command on this host ask, for this host only. */
  environment(host: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** Opens the loopback door that the shims knock at; each host has a key of its own. */
export async function openControl(
  answer: (host: string, words: readonly string[]) => Promise<Answer>,
): Promise<Control> {
  const keys = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const host = [...keys].find(([, key]) => `Bearer ${key}` === request.headers.authorization)?.[0];
    if (host === undefined) return reply(response, 401, { exitCode: 1, output: "unknown host\n" });
    try {
      reply(response, 200, await answer(host, JSON.parse(await bodyOf(request)) as string[]));
    } catch (error) {
      reply(response, 200, { exitCode: 1, output: `${error instanceof Error ? error.message : String(error)}\n` });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  return {
    environment(host) {
      const key = keys.get(host) ?? randomBytes(16).toString("hex");
      keys.set(host, key);
      return { LAB_CONTROL: `http://127.0.0.1:${port}/`, LAB_KEY: key };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
