import { describe, expect, it } from "vitest";
import { ssmProbe } from "../../src/aws/ssm-probe.ts";
import { probeCommand } from "../../src/probe/probes.ts";
import { awsService, byOperation } from "./wire.ts";

const target = "i-0123456789abcdef0";
const CommandId = "11111111-2222-3333-4444-555555555555";
const sent = { output: { Command: { CommandId } } };
const result = (Status: string, more: object = {}) => ({
  output: { CommandId, InstanceId: target, Status, StatusDetails: Status, ResponseCode: 0, ...more },
});
const fast = { pollMilliseconds: 1, polls: 5 };

describe("a probe through Systems Manager", () => {
  it("sends fixed text to one host and waits for what it says", async () => {
    let looks = 0;
    const stub = await awsService(
      "ssm",
      byOperation({
        SendCommand: sent,
        GetCommandInvocation: () => {
          looks += 1;
          if (looks === 1) return { error: "InvocationDoesNotExist" };
          return looks === 2 ? result("InProgress") : result("Success", { StandardOutputContent: "Mem: 1\n" });
        },
      }),
    );
    expect(await ssmProbe(fast).run({ target, probe: "memory" })).toMatchObject({
      state: "succeeded",
      stdout: "Mem: 1\n",
    });
    expect(stub.calls[0]?.input).toEqual({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [target],
      Parameters: { commands: [probeCommand({ target, probe: "memory" })], executionTimeout: ["20"] },
      Comment: "healer probe memory",
      TimeoutSeconds: 30,
    });
  });

  it("names only the probe and its values where a document holds the text", async () => {
    const stub = await awsService("ssm", byOperation({ SendCommand: sent, GetCommandInvocation: result("Success") }));
    await ssmProbe({ ...fast, document: "Healer-ProbeHost" }).run({
      target,
      probe: "unit_journal",
      unit: "nginx",
      lines: 20,
    });
    expect(stub.calls[0]?.input).toMatchObject({
      DocumentName: "Healer-ProbeHost",
      Parameters: { probe: ["unit_journal"], unit: ["nginx"], lines: ["20"] },
    });
  });

  it("sends nothing for a unit that is more than a name", async () => {
    const stub = await awsService("ssm", byOperation({}));
    await expect(ssmProbe(fast).run({ target, probe: "unit_status", unit: "x; reboot" })).rejects.toMatchObject({
      code: "bad_input",
    });
    expect(stub.calls).toEqual([]);
  });

  it("is sent once, whatever the service answers", async () => {
    const stub = await awsService("ssm", byOperation({ SendCommand: { error: "InternalServerError", status: 500 } }));
    await expect(ssmProbe(fast).run({ target, probe: "memory" })).rejects.toMatchObject({ code: "upstream_failed" });
    expect(stub.calls).toHaveLength(1);
  });

  it("says that a host is not managed", async () => {
    await awsService("ssm", byOperation({ SendCommand: { error: "InvalidInstanceId" } }));
    await expect(ssmProbe(fast).run({ target, probe: "memory" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("gives up on a host that does not answer", async () => {
    await awsService("ssm", byOperation({ SendCommand: sent, GetCommandInvocation: result("Pending") }));
    expect(await ssmProbe(fast).run({ target, probe: "memory" })).toMatchObject({ state: "undeliverable" });
  });

  it("stops waiting when it is told to", async () => {
    await awsService("ssm", byOperation({ SendCommand: sent, GetCommandInvocation: result("Pending") }));
    const signal = AbortSignal.timeout(50);
    await expect(
      ssmProbe({ pollMilliseconds: 20, polls: 10_000 }).run({ target, probe: "memory", signal }),
    ).rejects.toMatchObject({ code: "upstream_failed", hint: expect.stringMatching(/stopped waiting/) });
  });
});
