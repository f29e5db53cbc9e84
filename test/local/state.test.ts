import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dynamoJournal } from "../../src/aws/dynamo-journal.ts";
import { openState } from "../../src/local/state.ts";

const child = fileURLToPath(new URL("./state-child.ts", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "healer-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Started = { readonly process: ChildProcess; readonly said: string };

async function start(name: string): Promise<Started> {
  const running = spawn(process.execPath, [child, folder, name], { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = (await once(running.stdout, "data")) as [Buffer];
  return { process: running, said: chunk.toString().trim() };
}

async function end(started: Started, signal?: NodeJS.Signals): Promise<void> {
  const exited = once(started.process, "exit");
  if (signal === undefined) started.process.stdin?.end();
  else started.process.kill(signal);
  await exited;
}

const runsIn = async () => {
  const state = await openState(folder);
  const runs = await dynamoJournal(state.dynamo).runIds();
  const { owner } = state;
  await state.close();
  return { runs, owner };
};

it("gives a second process the tables of the first, and both see everything", async () => {
  const owner = await start("one");
  const client = await start("two");
  expect([owner.said, client.said]).toEqual(["owner", "client"]);
  expect(await runsIn()).toEqual({ runs: ["run-child-one", "run-child-two"], owner: false });
  await end(client);
  expect((await runsIn()).owner).toBe(false);
  await end(owner);
  expect(await runsIn()).toEqual({ runs: ["run-child-one", "run-child-two"], owner: true });
});

it("opens again with everything after a kill -9 of the process that served it", async () => {
  const owner = await start("one");
  await end(owner, "SIGKILL");
  expect(readdirSync(folder)).toContain("endpoint.json");
  expect(await runsIn()).toEqual({ runs: ["run-child-one"], owner: true });
});

it("has one owner among processes that open it at the same moment, and loses nothing", async () => {
  const names = ["a", "b", "c"];
  const started = await Promise.all(names.map(start));
  expect(started.map((one) => one.said).sort()).toEqual(["client", "client", "owner"]);
  expect((await runsIn()).runs).toEqual(names.map((name) => `run-child-${name}`));
  // The owner last: its clients would have nothing to talk to.
  for (const one of started.sort((a, b) => a.said.localeCompare(b.said))) await end(one);
});

it("goes on where the process that served the tables has ended, by itself or by a kill -9", async () => {
  for (const signal of [undefined, "SIGKILL"] as const) {
    const owner = await start(`before-${signal ?? "end"}`.toLowerCase());
    const state = await openState(folder);
    const other = await openState(folder);
    const journal = dynamoJournal(state.dynamo);
    expect([owner.said, state.owner, (await journal.runIds()).length > 0]).toEqual(["owner", false, true]);
    await end(owner, signal);
    const asked = [journal, dynamoJournal(other.dynamo), journal, journal].map((one) => one.runIds());
    for (const runs of await Promise.all(asked))
      expect(runs).toContain(`run-child-before-${signal ?? "end"}`.toLowerCase());
    expect([state.owner, other.owner].filter((one) => one)).toHaveLength(1);
    await Promise.all([state, other].sort((a) => (a.owner ? 1 : -1)).map((one) => one.close()));
  }
  expect((await runsIn()).owner).toBe(true);
});

it("closes while it is being asked: each question is answered or refused, and nothing breaks", async () => {
  const state = await openState(folder);
  const journal = dynamoJournal(state.dynamo);
  const asked = Array.from({ length: 40 }, () => journal.runIds());
  const closed = state.close();
  const answers = await Promise.allSettled(asked);
  await closed;
  for (const answer of answers) {
    if (answer.status === "rejected") expect(answer.reason).toMatchObject({ name: "HealerError" });
    else expect(answer.value).toEqual([]);
  }
  await expect(journal.runIds()).rejects.toMatchObject({ name: "HealerError" });
  expect((await runsIn()).owner).toBe(true);
});

it.each([
  ["the folder is a file", () => rewrite(folder)],
  ["the tables are a file", () => rewrite(join(folder, "tables"))],
  ["the database is garbage", () => garbage(join(folder, "tables"))],
])("refuses with bad_state, naming the folder, when %s", async (_, damage) => {
  damage();
  const refused = await openState(folder).catch((error: Error) => error);
  expect(refused).toMatchObject({ name: "HealerError", code: "bad_state", retryable: false });
  expect((refused as Error).message).toContain(folder);
});

it.each(["", "{", "null", '{"pid":1}', '{"pid":1,"port":1}', '{"pid":"x","port":-1}', '{"pid":1,"port":99999999}'])(
  "takes a broken or stale endpoint file (%s) for nobody there",
  async (text) => {
    writeFileSync(join(folder, "endpoint.json"), text);
    expect((await runsIn()).owner).toBe(true);
  },
);

it("does not take another program on the noted port for its tables", async () => {
  const stranger: Server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  writeFileSync(join(folder, "endpoint.json"), JSON.stringify({ pid: process.pid, port }));
  const state = await openState(folder);
  expect(state.owner).toBe(true);
  expect((await state.dynamo.client.send(new ListTablesCommand({}))).TableNames).toHaveLength(3);
  await state.close();
  stranger.close();
});

function rewrite(path: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, "not a folder");
}

function garbage(path: string): void {
  mkdirSync(path);
  writeFileSync(join(path, "CURRENT"), "MANIFEST-000001\n");
  writeFileSync(join(path, "MANIFEST-000001"), "\u0000garbage".repeat(100));
}
