import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import type { Placed, Where } from "../../src/agent/deps.ts";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { awsEvidence } from "../../src/aws/evidence.ts";
import type { Door } from "../../src/aws/place.ts";
import { placing } from "../../src/aws/placed.ts";
import type { Evidence, Ports } from "../../src/domain/ports.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { memoryLocks } from "../../src/local/memory-locks.ts";
import { type QueryAnswer, startQueryStub } from "./query-stub.ts";
import { awsService, byOperation, inTurn, operations, realClock } from "./wire.ts";

const own = { account: "123456789012", region: "eu-west-1" };
const member = "111122223333";
const role = (name: string, account = member) => `arn:aws:iam::${account}:role/${name}`;
const listed = {
  account: member,
  regions: ["eu-central-1"],
  readRole: role("healer-read"),
  changeRole: role("healer-change"),
  externalId: "0123456789abcdef",
};
const lookedAt = { ...listed, account: "444455556666", readRole: role("healer-read", "444455556666") };
const { changeRole: _, ...readOnly } = lookedAt;
const allowList = deploymentOf("production", { production: { regions: ["us-east-1"], accounts: [listed, readOnly] } });
const there: Where = { runId: "run-0123456789ab", account: member, region: "eu-central-1" };

function open(door: Door) {
  const reading = { clock: realClock };
  const portsAround = (evidence: Evidence) => evidence as Ports;
  const home = { ports: portsAround(awsEvidence({ ...reading, ...own })), locks: memoryLocks() };
  return placing({ own, allowList, door, reading, home, portsAround });
}

const placed = (door: Door, where: Where = there): Placed => {
  const found = open(door)(where);
  if ("outOfReach" in found) throw new Error(found.outOfReach);
  return found;
};

const session = (minutes: number, key = "assumed"): QueryAnswer => ({
  xml: `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t-${key}</SessionToken>
  <Expiration>${new Date(Date.now() + minutes * 60_000).toISOString()}</Expiration></Credentials>`,
});

async function sts(...answers: readonly QueryAnswer[]) {
  let next = 0;
  const stub = await startQueryStub(() => answers[Math.min(next++, answers.length - 1)] ?? { error: "None" }, "sts");
  process.env.AWS_ENDPOINT_URL_STS = stub.url;
  return stub;
}

const hash = "a".repeat(64);
const plan: PlannedAction = {
  document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash },
  parameters: { commands: ["true"] },
  commandText: "true",
  targets: ["i-1234567890abcdef0"],
  account: member,
  region: "eu-central-1",
  timeoutSeconds: 60,
};
const described = {
  output: { Document: { Name: "AWS-RunShellScript", DocumentType: "Command", DocumentVersion: "1", Hash: hash } },
};
const sent = { output: { Command: { CommandId: "ef7fdfd8-9b57-4151-a15c-db9a12345678" } } };
const noPoints = { output: { MetricDataResults: [] } };
const query = {
  namespace: "AWS/EC2",
  name: "CPUUtilization",
  dimensions: {},
  stat: "Average",
  period: 60,
  start: 0,
  end: 60_000,
};

beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = "stub";
  process.env.AWS_SECRET_ACCESS_KEY = "stub";
});

describe("evidence of another account", () => {
  it("is read with that account's read role, in that region, once for all clients of a run", async () => {
    await using assumed = await sts(session(15));
    const cloudwatch = await awsService("cloudwatch", inTurn(noPoints));
    const logs = await awsService("logs", inTurn({ output: { logGroups: [] } }));
    const { ports } = placed("look");
    await Promise.all([ports.metrics.query(query), ports.logs.groups("app")]);
    expect(assumed.calls).toHaveLength(1);
    const [call] = assumed.calls;
    expect(Object.fromEntries(call?.form ?? [])).toMatchObject({
      Action: "AssumeRole",
      RoleArn: listed.readRole,
      RoleSessionName: "run-0123456789ab",
      ExternalId: listed.externalId,
      DurationSeconds: "900",
    });
    expect(call?.credential).toMatch(/^stub\/\d{8}\/eu-west-1\/sts$/);
    const policy = JSON.parse(call?.form.get("Policy") ?? "{}");
    expect(policy.Statement).toMatchObject([
      { Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } } },
    ]);
    for (const stub of [cloudwatch, logs]) {
      expect(stub.calls[0]?.signedFor?.region).toBe("eu-central-1");
      expect(stub.calls[0]?.headers.authorization).toContain("Credential=assumed/");
      expect(stub.calls[0]?.headers["x-amz-security-token"]).toBe("t-assumed");
    }
  });

  it("outlives a session: credentials that are about to expire are asked for again", async () => {
    await using assumed = await sts(session(5 + 1 / 60, "old"), session(15, "new"));
    const cloudwatch = await awsService("cloudwatch", inTurn(noPoints));
    const { ports } = placed("look");
    await ports.metrics.query(query);
    await sleep(1_100);
    for (let reads = 0; reads < 2; reads += 1) await ports.metrics.query(query);
    const keys = cloudwatch.calls.map((call) => /Credential=(\w+)/.exec(call.headers.authorization ?? "")?.[1]);
    expect(keys).toEqual(["old", "new", "new"]);
    expect(assumed.calls).toHaveLength(2);
  });

  it("says what to mend when the role is refused, and asks again at the next call", async () => {
    await using _assumed = await sts({ error: "AccessDenied", status: 403 }, session(15));
    const cloudwatch = await awsService("cloudwatch", inTurn(noPoints));
    const { ports } = placed("look");
    await expect(ports.metrics.query(query)).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining(`assume role ${listed.readRole}: AccessDenied`),
      hint: expect.stringContaining("external id"),
      retryable: false,
    });
    expect(cloudwatch.calls).toEqual([]);
    await ports.metrics.query(query);
    expect(cloudwatch.calls).toHaveLength(1);
  });

  it("of the own account's other regions is read with the process's own credentials", async () => {
    await using assumed = await sts({ error: "AccessDenied", status: 403 });
    const cloudwatch = await awsService("cloudwatch", inTurn(noPoints));
    await placed("look", { ...there, account: own.account, region: "us-east-1" }).ports.metrics.query(query);
    expect(cloudwatch.calls[0]?.signedFor?.region).toBe("us-east-1");
    expect(cloudwatch.calls[0]?.headers.authorization).toContain("Credential=stub/");
    expect(assumed.calls).toEqual([]);
  });

  it("at home never asks for a role", async () => {
    await using assumed = await sts({ error: "AccessDenied", status: 403 });
    const cloudwatch = await awsService("cloudwatch", inTurn(noPoints));
    await placed("look", { ...there, ...own }).ports.metrics.query(query);
    expect(cloudwatch.calls[0]?.signedFor?.region).toBe("eu-west-1");
    expect(assumed.calls).toEqual([]);
  });
});

describe("a change in another account", () => {
  it("is sent with its change role, in a session that can send this and nothing else", async () => {
    await using assumed = await sts(session(15));
    const ssm = await awsService("ssm", byOperation({ DescribeDocument: described, SendCommand: sent }));
    await placed("change").ports.commands.send(plan, "healer:run-0123456789ab:t1c0");
    expect(operations(ssm)).toEqual(["DescribeDocument", "SendCommand"]);
    expect(ssm.calls.map((call) => call.signedFor?.region)).toEqual(["eu-central-1", "eu-central-1"]);
    expect(assumed.calls.map((call) => call.form.get("RoleArn"))).toEqual([listed.changeRole]);
    const { Statement } = JSON.parse(assumed.calls[0]?.form.get("Policy") ?? "{}");
    expect(Statement[1]).toMatchObject({
      Action: ["ssm:SendCommand"],
      Resource: [
        "arn:aws:ssm:eu-central-1:*:document/AWS-RunShellScript",
        "arn:aws:ec2:eu-central-1:111122223333:instance/i-1234567890abcdef0",
      ],
    });
    expect(Statement[0].Action).not.toContain("ssm:SendCommand");
  });

  it.each([
    ["region", { region: "us-east-1" }],
    ["account", { account: own.account }],
  ])("is refused when the plan that was approved names another %s", async (_name, other) => {
    await using assumed = await sts(session(15));
    const ssm = await awsService("ssm", byOperation({ DescribeDocument: described, SendCommand: sent }));
    await expect(placed("change").ports.commands.send({ ...plan, ...other }, "healer:x:y")).rejects.toThrow(
      "the plan is for",
    );
    expect([assumed.calls, ssm.calls]).toEqual([[], []]);
  });

  it("and one at home do not share a lock, though their targets have one name", async () => {
    const at = open("change");
    const lease = { actionId: "a", action: "x", now: 0, until: 60_000 };
    const [away, home] = [at(there), at({ ...there, ...own })] as readonly Placed[];
    expect(await home?.locks.take(["web"], lease)).toBe(true);
    expect(await away?.locks.take(["web"], { ...lease, actionId: "b" })).toBe(true);
    expect(await away?.locks.take(["web"], { ...lease, actionId: "c" })).toBe(false);
    expect(await away?.locks.newest("web")).toMatchObject({ actionId: "b" });
    await away?.locks.release(["web"], "b");
    expect(await away?.locks.take(["web"], { ...lease, actionId: "c" })).toBe(true);
    expect(await home?.locks.newest("web")).toMatchObject({ actionId: "a" });
  });
});

describe("a place off the allow-list", () => {
  it.each([
    ["an account that nobody listed", { account: "999999999999" }, "look", "Account 999999999999"],
    ["another region of a listed account", { region: "eu-west-1" }, "look", "Region eu-west-1 of account 111122223333"],
    ["another region of the own account", { ...own, region: "sa-east-1" }, "look", "Region sa-east-1"],
    [
      "a listed region, but of another account",
      { account: lookedAt.account, region: "us-east-1" },
      "change",
      "us-east-1",
    ],
    ["an account without a role for changes", { account: lookedAt.account }, "change", "No change is possible"],
  ] as const)("%s is out of reach", async (_name, other, door, why) => {
    await using assumed = await sts(session(15));
    expect(open(door)({ ...there, ...other })).toEqual({ outOfReach: expect.stringContaining(why) });
    expect(assumed.calls).toEqual([]);
  });

  it("an account without a role for changes can still be looked at", () => {
    const found = placed("look", { ...there, account: lookedAt.account });
    expect(found.readOnly).toContain("No change is possible");
    expect(placed("look").readOnly).toBeUndefined();
  });
});
