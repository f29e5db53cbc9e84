import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instanceId, type Lab, startLab } from "../../lab/index.ts";
import { serviceDimensions } from "../../lab/topology.ts";
import { callTool } from "../tools/call-tool.ts";
import { pause, runAction, runCommand } from "./run-action.ts";

const base = mkdtempSync(join(tmpdir(), "healer-lab-evidence-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("the evidence tools on the lab", { timeout: 60_000 }, () => {
  let lab: Lab;
  const payments = instanceId("payments-1");
  const incident = { namespace: "Lab/Service", metric: "ErrorRate", period: 1, dimensions: { InstanceId: payments } };
  const call = (name: string, input: object = {}, more: object = {}) =>
    callTool(name, input, {
      ...lab.ports,
      incident: { ...incident, alarmAt: Date.now(), ...more },
      now: Date.now() + 1_000,
    });
  beforeAll(async () => {
    lab = await startLab({
      folder: join(base, "lab"),
      clock: { now: () => Date.now() },
      hosts: ["payments", "checkout"],
      period: 0.5,
    });
  }, 30_000);
  afterAll(() => lab.stop());
  /** Waits until so many datapoints say that nothing fails. */
  const quiet = async (datapoints: number): Promise<void> => {
    const end = Date.now() + 60_000;
    const query = { namespace: "Lab/Service", name: "ErrorRate", dimensions: { InstanceId: payments } };
    const window = { stat: "Average", period: 1, start: 0, end };
    while ((await lab.ports.metrics.query({ ...query, ...window })).length < datapoints) await pause(100);
  };

  it("recent_changes: none in a quiet lab, then the release that was deployed and the command that was run", async () => {
    expect(await call("recent_changes")).toMatchObject({ status: "empty" });
    await quiet(12);
    await lab.inject("bad-deploy");
    await runCommand(lab, "payments", "systemctl status payments");
    const { forModel } = await call("recent_changes");
    expect(forModel).toMatch(
      /\| Deploy \| by release pipeline on i-\w+, payments-1 \| release 4\.18\.0 in place of 4\.17\.3/,
    );
    expect(forModel).toMatch(/\| AWS-RunShellScript:1 \| by unknown on i-\w+ \| systemctl status payments/);
    expect(forModel).toContain("the alarm's resource");
  });

  it("recent_changes: a new capacity of a group", async () => {
    await runAction(lab, "traffic-surge", "set-capacity", "checkout", { group: "checkout-asg", instances: "4" });
    const { forModel } = await call("recent_changes", {}, { dimensions: serviceDimensions("checkout") });
    expect(forModel).toMatch(
      /SetDesiredCapacity \| by Systems Manager on checkout-asg \| desired capacity 4 in place of 2/,
    );
  });

  it("describe_resource: a host and a group with the health of its members", async () => {
    expect((await call("describe_resource")).forModel).toMatch(
      new RegExp(`^\\[t2c1-resource-1\\] ${payments}: healthy`),
    );
    const group = await call("describe_resource", { dimensions: serviceDimensions("checkout") });
    expect(group.forModel).toMatch(/group checkout-asg: c5\.4xlarge, desired 4, maximum 6, 4 of 4 members healthy/);
  });

  it.each([
    [{ probe: "memory" }, /Mem: +\d+ +\d+ +\d+/],
    [{ probe: "processes" }, /top - payments-1[\s\S]* payments/],
    [{ probe: "sockets" }, /estab \d+[\s\S]*LISTEN 127\.0\.0\.1:\d+/],
    [{ probe: "unit_status", unit: "payments" }, /Active: active \(running\)/],
    [{ probe: "unit_journal", unit: "payments", lines: 5 }, /payment|release/],
    [{ probe: "unit_status", unit: "checkout" }, /Unit checkout not found/],
  ])("probe_host: %o", async (input, wanted) => {
    expect((await call("probe_host", input)).forModel).toMatch(wanted);
  });

  it("probe_host leaves no trace among the changes", async () => {
    const before = (await call("recent_changes")).forModel;
    await call("probe_host", { probe: "memory" });
    expect((await call("recent_changes")).forModel.match(/\| AWS-/g)).toEqual(before.match(/\| AWS-/g));
  });

  it("query_metrics: the change is where the release was deployed", async () => {
    for (let tries = 0; tries < 60; tries += 1) {
      const { forModel } = await call("query_metrics", { minutes_before: 5 });
      if (/^change: .* 0 → /m.test(forModel)) return;
      await pause(500);
    }
    const { forModel } = await call("query_metrics", { minutes_before: 5 });
    expect(forModel).toMatch(/^change: .* 0 → /m);
  });
});
