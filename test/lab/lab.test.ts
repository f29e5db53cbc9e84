import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instanceId, type Lab, startLab } from "../../lab/index.ts";
import { alarmIs, pause, runAction, runCommand } from "./run-action.ts";

const base = mkdtempSync(join(tmpdir(), "healer-lab-"));
const folder = join(base, "lab");
const clock = { now: () => Date.now() };
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Processes whose command line names the folder. */
const processesOf = (place: string): readonly string[] =>
  execFileSync("ps", ["-Ao", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("child.ts") && line.includes(place));

async function noneLeft(place: string): Promise<void> {
  for (let tries = 0; tries < 100 && processesOf(place).length > 0; tries += 1) await pause(50);
  expect(processesOf(place)).toEqual([]);
}

describe("a lab with two services", { timeout: 60_000 }, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ folder, clock, hosts: ["orders", "checkout"], period: 0.5 });
  }, 30_000);
  afterAll(async () => {
    await lab.stop();
    await noneLeft(folder);
  });

  it("starts the processes of those services, its customers, and no other", () => {
    expect(processesOf(folder)).toHaveLength(4);
  });

  it("begins quiet: the first state of each alarm is OK", async () => {
    const states: string[] = [];
    lab.onAlarm((event) => states.push((event as { detail: { state: { value: string } } }).detail.state.value));
    await alarmIs(lab, "orders", "OK");
    await alarmIs(lab, "checkout", "OK");
    expect(states).not.toContain("ALARM");
  });

  it("cannot break what it has not started", async () => {
    await expect(lab.inject("bad-deploy")).rejects.toMatchObject({ code: "bad_input" });
    await expect(lab.inject("no-such-fault" as "disk-full")).rejects.toMatchObject({ code: "bad_input" });
  });

  it("knows its instances by id, with their tags and their health", async () => {
    expect(await lab.ports.fleet.member(instanceId("orders-1"))).toMatchObject({
      healthy: true,
      tags: { healer: "managed", service: "orders", environment: "lab", data: "none" },
    });
    expect(await lab.ports.fleet.member("i-00000000000000000")).toBeUndefined();
    const group = await lab.ports.fleet.group("checkout-asg");
    expect(group).toMatchObject({ instanceType: "c5.4xlarge", desired: 2, maximum: 6 });
    expect(group?.members.map((member) => member.healthy)).toEqual([true, true]);
  });

  it("serves a host's own systemctl, journalctl and df, and no other unit", async () => {
    const said = await runCommand(lab, "orders", "systemctl status orders && journalctl -u orders -n 2 && df -h");
    expect(said.outcomes[0]?.stdout).toContain("active (running)");
    expect(said.outcomes[0]?.stdout).toMatch(/\d+% \/var\/lib\/orders/);
    const other = await runCommand(lab, "orders", "systemctl stop checkout");
    expect(other.outcomes[0]).toMatchObject({ state: "failed", exitCode: 5, stderr: "Unit checkout not found.\n" });
  });

  it("starts again what a command stopped", async () => {
    await runCommand(lab, "orders", "systemctl stop orders");
    expect(await lab.ports.fleet.member(instanceId("orders-1"))).toBeUndefined();
    const again = await runCommand(
      lab,
      "orders",
      "systemctl is-active orders || systemctl start orders && systemctl is-active orders",
    );
    expect(again.outcomes[0]?.stdout).toBe("active\n");
  });

  it("refuses a capacity above the group's maximum in the service's words, and goes back down when told", async () => {
    const values = { group: "checkout-asg", instances: "7" };
    const refused = await runAction(lab, "traffic-surge", "set-capacity", "checkout", values);
    expect(refused.outcomes[0]?.stderr).toContain("above max value 6 for the AutoScalingGroup");
    await runAction(lab, "traffic-surge", "set-capacity", "checkout", { ...values, instances: "3" });
    expect((await lab.ports.fleet.group("checkout-asg"))?.members).toHaveLength(3);
    await runAction(lab, "traffic-surge", "restore-capacity", "checkout", values);
    expect((await lab.ports.fleet.group("checkout-asg"))?.members).toHaveLength(2);
  });
});

describe("a lab that cannot start", { timeout: 30_000 }, () => {
  it("says which host failed and where to look, and ends the others", async () => {
    const place = join(base, "failed");
    mkdirSync(join(place, "hosts/orders-1/var"), { recursive: true });
    writeFileSync(join(place, "hosts/orders-1/var/lib"), "a file where a folder should be");
    const started = startLab({ folder: place, clock, hosts: ["orders", "checkout"] });
    await expect(started).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("orders-1"),
      hint: expect.stringContaining("orders.log"),
    });
    await noneLeft(place);
  });
});

describe("a lab whose process dies", { timeout: 60_000 }, () => {
  it("leaves no process behind", async () => {
    const place = join(base, "killed");
    const script = join(base, "killed.ts");
    const module = fileURLToPath(new URL("../../lab/index.ts", import.meta.url));
    writeFileSync(
      script,
      `import { startLab } from ${JSON.stringify(module)};
import { writeFileSync } from "node:fs";
await startLab({ folder: ${JSON.stringify(place)}, clock: { now: () => Date.now() }, hosts: ["orders"] });
writeFileSync(${JSON.stringify(join(base, "ready"))}, "");
setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: "ignore" });
    while (!existsSync(join(base, "ready"))) await pause(50);
    expect(processesOf(place)).toHaveLength(2);
    parent.kill("SIGKILL");
    await noneLeft(place);
  });
});
