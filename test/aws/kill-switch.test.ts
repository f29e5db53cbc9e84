import { describe, expect, it } from "vitest";
import { parameterKillSwitch } from "../../src/aws/kill-switch.ts";
import { awsService, byOperation, inTurn } from "./wire.ts";

const read = async (...Values: readonly (string | undefined)[]) => {
  const Parameters = Values.flatMap((Value, index) => (Value === undefined ? [] : [{ Name: `p${index}`, Value }]));
  const unknown = Values.flatMap((Value, index) => (Value === undefined ? [`p${index}`] : []));
  const InvalidParameters = unknown.length === 0 ? undefined : unknown;
  await awsService("ssm", inTurn({ output: { Parameters, InvalidParameters } }));
  return parameterKillSwitch().read(Values.map((_value, index) => `service:${index}`));
};

describe("reading the kill switch", () => {
  it("asks for one parameter for each scope, under names that Parameter Store takes", async () => {
    const stub = await awsService("ssm", inTurn({ output: { InvalidParameters: ["/healer/stop/all", "b", "c"] } }));
    expect(await parameterKillSwitch().read(["all", "service:web ui", "runbook:disk-full"])).toEqual({
      stopped: false,
    });
    expect(stub.calls[0]?.input.Names).toEqual([
      "/healer/stop/all",
      "/healer/stop/service/web_20_ui",
      "/healer/stop/runbook/disk-full",
    ]);
  });

  it("is stopped when any scope is, and tells by whom and why", async () => {
    const value = JSON.stringify({ stopped: true, by: "ada", at: "2026-11-23T10:00:00Z", why: "migration" });
    expect(await read(undefined, '{"stopped":false}', value)).toEqual({
      stopped: true,
      by: "ada",
      at: "2026-11-23T10:00:00Z",
      why: "migration",
    });
  });

  it.each(["true", "stop", "", "{}", '{"stopped":"no"}', "null", "[]"])(
    "is stopped by a value that is no clear answer: %j",
    async (value) => {
      expect((await read(value)).stopped).toBe(true);
    },
  );

  it("is stopped when a parameter was answered neither way", async () => {
    await awsService("ssm", inTurn({ output: { Parameters: [] } }));
    expect(await parameterKillSwitch().read(["all"])).toMatchObject({ stopped: true });
  });

  it("reads more than ten scopes", async () => {
    const stub = await awsService("ssm", (call) => ({ output: { InvalidParameters: call.input.Names } }));
    const scopes = Array.from({ length: 23 }, (_, index) => `service:s${index}`);
    expect(await parameterKillSwitch().read(scopes)).toEqual({ stopped: false });
    expect(stub.calls).toHaveLength(3);
  });

  it.each([
    ["AccessDeniedException", 400],
    ["InternalServerError", 500],
  ])("rejects on %s, so that the caller counts it as stopped", async (error, status) => {
    await awsService("ssm", inTurn({ error, status }));
    await expect(parameterKillSwitch().read(["all"])).rejects.toMatchObject({ code: "upstream_failed" });
  });
});

describe("setting the kill switch", () => {
  it("writes what it then reads, and nothing that Parameter Store takes for a reference", async () => {
    let kept = "";
    const stub = await awsService(
      "ssm",
      byOperation({
        PutParameter: (call) => {
          kept = String(call.input.Value);
          return { output: { Version: 1 } };
        },
        GetParameters: () => ({ output: { Parameters: [{ Name: "/healer/stop/all", Value: kept }] } }),
      }),
    );
    await parameterKillSwitch().set("all", { stopped: true, by: "ada", why: "{{ssm:x}}" });
    expect(stub.calls[0]?.input).toMatchObject({ Name: "/healer/stop/all", Type: "String", Overwrite: true });
    expect(kept).not.toMatch(/\{\{|\}\}/);
    expect(await parameterKillSwitch().read(["all"])).toEqual({ stopped: true, by: "ada", why: "{ {ssm:x} }" });
  });
});
