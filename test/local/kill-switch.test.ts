import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isStopped } from "../../src/agent/judge.ts";
import { fileKillSwitch } from "../../src/local/kill-switch.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "healer-stop-")), "stop");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const stopped = { stopped: true, by: "terminal:ada", at: "2026-11-23T10:00:00.000Z", why: "a drill" };

it("is off where nobody ever touched it, and says who switched it on and why", async () => {
  const killSwitch = fileKillSwitch(folder);
  expect(await killSwitch.read(["all"])).toEqual({ stopped: false });
  await killSwitch.set("all", stopped);
  expect(await fileKillSwitch(folder).read(["service:orders", "all"])).toEqual(stopped);
  await killSwitch.set("all", { ...stopped, stopped: false });
  expect(await killSwitch.read(["all"])).toMatchObject({ stopped: false });
});

it("holds only for its scope, however alike two names are", async () => {
  const killSwitch = fileKillSwitch(folder);
  await killSwitch.set("service:orders.api", stopped);
  await killSwitch.set("service:orders_api", { stopped: false });
  expect((await killSwitch.read(["service:orders.api"])).stopped).toBe(true);
  expect((await killSwitch.read(["service:orders_api", "service:orders/api", "all"])).stopped).toBe(false);
});

it("writes nothing outside its folder, whatever a scope is called", async () => {
  const killSwitch = fileKillSwitch(folder);
  for (const scope of ["service:../../etc", "runbook:..", "service:a/b"]) {
    await killSwitch.set(scope, stopped);
    expect((await killSwitch.read([scope])).stopped).toBe(true);
  }
  const { readdirSync } = await import("node:fs");
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readdirSync(join(folder, ".."))).toEqual(["stop"]);
});

it.each(["", "{", "null", '{"stopped":"no"}', "[]"])(
  "rejects when its file holds %j, and a run then counts it as on",
  async (text) => {
    mkdirSync(folder);
    writeFileSync(join(folder, "all.json"), text);
    const killSwitch = fileKillSwitch(folder);
    await expect(killSwitch.read(["all"])).rejects.toMatchObject({ name: "HealerError", code: "bad_state" });
    expect(await isStopped({ killSwitch } as never, undefined)).toBe(true);
    await killSwitch.set("all", { stopped: false });
    expect(await isStopped({ killSwitch } as never, undefined)).toBe(false);
  },
);

it("rejects when it can not be read or written at all", async () => {
  mkdirSync(join(folder, "all.json"), { recursive: true });
  const killSwitch = fileKillSwitch(folder);
  await expect(killSwitch.read(["all"])).rejects.toMatchObject({ code: "bad_state" });
  await expect(killSwitch.set("all", stopped)).rejects.toMatchObject({ code: "bad_state" });
});
