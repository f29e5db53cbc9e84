import { describe, expect, it } from "vitest";
import { isResult } from "../../src/domain/tool.ts";
import { actionDigest } from "../../src/governance/digest.ts";
import { assessAction } from "../../src/runbook/plan.ts";
import { example, member, ports, shellDocument } from "./example.ts";

const place = { account: "000000000000", region: "us-east-1", dimensions: { InstanceId: "i-2, i-1,i-1" } };
const wanted = { runbook: "api-hung", action: "restart", parameters: { unit: "api'x", seconds: 3 } };
const members = [member("i-1"), member("i-2"), member("i-3")];
const around = { runbooks: [example()], members, document: shellDocument };

async function planned(more: Parameters<typeof ports>[0] = {}, asked: typeof wanted = wanted, where = place) {
  const assessed = await assessAction(asked, where, ports({ ...around, ...more }));
  if (isResult(assessed)) throw new Error(assessed.forModel);
  return assessed;
}

describe("an action that fits", () => {
  it("becomes exactly what would run: reviewed text, quoted values, sorted targets, pinned document", async () => {
    const { plan, ...assessed } = await planned();
    expect(plan).toEqual({
      document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash: shellDocument.hash },
      commandText: "systemctl restart 'api'\\''x' && sleep '3'",
      parameters: { commands: ["systemctl restart 'api'\\''x' && sleep '3'"], executionTimeout: ["30"] },
      targets: ["i-1", "i-2"],
      account: "000000000000",
      region: "us-east-1",
      timeoutSeconds: 30,
      runbook: { id: "api-hung", action: "restart", step: "restart-it", contentHash: expect.any(String) },
    });
    expect(assessed).toMatchObject({ kind: "change", risk: "low", reversible: false, failedPreconditions: [] });
    expect(Math.round(assessed.fleetSharePercent ?? 0)).toBe(67);
  });

  it("has another digest as soon as anything that would run is another", async () => {
    const same = actionDigest((await planned()).plan as never);
    expect(actionDigest((await planned()).plan as never)).toBe(same);
    const others = await Promise.all([
      planned({ document: { ...shellDocument, hash: "f".repeat(64) } }),
      planned({ runbooks: [example(["Run `restart`.", "Run `restart`!"])] }),
      planned({ runbooks: [example(["timeoutSeconds: 30", "timeoutSeconds: 31"])] }),
      planned({}, { ...wanted, parameters: { unit: "api", seconds: 3 } }),
      planned({}, wanted, { ...place, region: "eu-west-1" }),
      planned({}, wanted, { ...place, account: "111111111111" }),
      planned({}, wanted, { ...place, dimensions: { InstanceId: "i-1" } }),
    ]);
    const digests = others.map((other) => actionDigest(other.plan as never));
    expect(new Set([same, ...digests]).size).toBe(8);
  });

  it("has an unknown price where the runbook declares no cost", async () => {
    const { price } = await planned({ runbooks: [example(["    cost: { model: none }\n", ""])] });
    expect(price).toMatchObject({ known: false, why: expect.stringContaining("no cost model") });
  });

  it("hands the filled cost model to the price list", async () => {
    const model = 'cost: { model: ec2_instances, instanceType: c5.large, addInstances: "{{seconds}}" }';
    const { price } = await planned({ runbooks: [example(["cost: { model: none }", model])] });
    expect(price).toMatchObject({ known: false, why: expect.stringContaining('"addInstances":"3"') });
  });
});

const refusals: readonly (readonly [string, () => ReturnType<typeof assessAction>, string])[] = [
  ["an unknown runbook", () => assessAction({ ...wanted, runbook: "none" }, place, ports(around)), "no runbook none"],
  [
    "an unknown action",
    () => assessAction({ ...wanted, action: "reboot" }, place, ports(around)),
    "Its actions: restart",
  ],
  [
    "wrong parameters",
    () => assessAction({ ...wanted, parameters: { unit: "a" } }, place, ports(around)),
    "seconds: missing",
  ],
  [
    "an alarm without the dimension",
    () => assessAction(wanted, { ...place, dimensions: {} }, ports(around)),
    "InstanceId",
  ],
  [
    "too many targets",
    () => assessAction(wanted, { ...place, dimensions: { InstanceId: "i-1,i-2,i-3" } }, ports(around)),
    "2 target(s), not 3",
  ],
  [
    "a document that is gone",
    () => assessAction(wanted, place, ports({ ...around, document: undefined })),
    "does not exist",
  ],
  [
    "a document of the other type",
    () => assessAction(wanted, place, ports({ ...around, document: { ...shellDocument, type: "Automation" } })),
    "not Command",
  ],
  [
    "a command that quotes a parameter itself",
    () => {
      const quoted = example(["command: systemctl restart {{unit}}", "command: systemctl restart '{{unit}}'"]);
      return assessAction(wanted, place, ports({ ...around, runbooks: [quoted] }));
    },
    "{{unit}} inside quotes",
  ],
  [
    "a target that is only commas",
    () => assessAction(wanted, { ...place, dimensions: { InstanceId: " , " } }, ports(around)),
    "target",
  ],
];

it.each(refusals)("answers %s with words that the model can act on", async (_, act, named) => {
  const answer = await act();
  expect(answer).toMatchObject({ status: "error" });
  if (isResult(answer)) expect(answer.forModel).toContain(named);
});
