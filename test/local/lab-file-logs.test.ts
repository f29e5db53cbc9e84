import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { LogEvent } from "../../src/domain/ports.ts";
import { createFileLogs } from "../../src/local/file-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-logs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (second: number): string => `2026-11-23T10:00:${String(second).padStart(2, "0")}.000Z`;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
write("a-1/var/log/shop.log.1", `${at(1)} first\n`);
write("a-1/var/log/shop.log", `${at(3)} third\n    at stack (one.js:1)\n    at stack (two.js:2)\n${at(5)} fifth\n`);
write("a-2/var/log/shop.log", `orphan line without a time\n${at(2)} second\n${at(4)} fourth\n`);
write("a-2/var/log/other.log", `${at(2)} other\n`);

const logs = createFileLogs({ folder, prefix: "/lab/" });
const all = { group: "/lab/shop", start: Date.parse(at(0)), end: Date.parse(at(59)) };

async function read(query: Parameters<typeof logs.read>[0]) {
  const events: LogEvent[] = [];
  const summary = await logs.read(query, (event) => events.push(event));
  return { summary, events, words: events.map((event) => event.message.split("\n")[0]?.slice(25)) };
}

describe("logs in files", () => {
  it("reads all streams of a group oldest first, rotated files included", async () => {
    const { words, events, summary } = await read(all);
    expect(words).toEqual(["first", "second", "third", "fourth", "fifth"]);
    expect(events.map((event) => event.stream)).toEqual(["a-1", "a-2", "a-1", "a-2", "a-1"]);
    expect(summary).toMatchObject({ events: 5, exhausted: true });
  });

  it("keeps a stack trace with its event", async () => {
    const { events } = await read({ ...all, contains: "two.js" });
    expect(events).toHaveLength(1);
    expect(events[0]?.message.split("\n")).toHaveLength(3);
  });

  it("takes both ends of the time range in", async () => {
    const { words } = await read({ ...all, start: Date.parse(at(2)), end: Date.parse(at(4)) });
    expect(words).toEqual(["second", "third", "fourth"]);
  });

  it("searches for literal text, not for a pattern", async () => {
    expect((await read({ ...all, contains: "f.*h" })).words).toEqual([]);
    expect((await read({ ...all, contains: "fourth" })).words).toEqual(["fourth"]);
  });

  it("names the groups that exist when one does not", async () => {
    await expect(read({ ...all, group: "/lab/shops" })).rejects.toMatchObject({
      code: "not_found",
      hint: "There are: /lab/other, /lab/shop",
    });
    expect(await logs.groups("sho")).toEqual(["/lab/shop"]);
  });

  it("says that an aborted read was cut short", async () => {
    const { summary } = await read({ ...all, signal: AbortSignal.abort() });
    expect(summary).toMatchObject({ events: 0, exhausted: false });
  });
});
