import { expect, it } from "vitest";
import { decide } from "../../src/governance/decide.ts";
import { factsOf } from "../../src/governance/facts.ts";
import { loadPolicies } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";
import { member, ports, shellDocument } from "../runbook/example.ts";
import { assess } from "./around.ts";

const members = [member("i-1"), member("i-2"), member("i-3")];
const { commands, fleet } = ports({ members, document: shellDocument });
const run = (command: string, targets = ["i-2", "i-1", "i-1"]) =>
  assess("run_command", { command, targets }, { commands, fleet });

it.each([
  ["df -h", "read_only", "medium"],
  ["rm -rf /", "destructive", "critical"],
  ["frobnicate --now", "risky", "high"],
] as const)("classes %s as %s", async (command, commandClass, risk) => {
  const { assessment } = await run(command);
  expect(assessment).toMatchObject({ kind: "adhoc", commandClass, risk });
  expect(assessment?.plan).toMatchObject({ commandText: command, targets: ["i-1", "i-2"] });
  expect(assessment?.plan?.runbook).toBeUndefined();
});

it("knows the price of looking only", async () => {
  expect((await run("uptime")).assessment?.price).toMatchObject({ known: true, amount: 0 });
  expect((await run("systemctl restart api")).assessment?.price).toMatchObject({ known: false });
});

it("never runs alone, not even to look, and never at all when it destroys", async () => {
  const policies = await loadPolicies(await readPolicyText());
  const around = {
    mode: "auto" as const,
    environment: "test",
    stopped: false,
    frozen: false,
    approvals: 0,
    runMicroUsd: 0,
    dayMicroUsd: 0,
    service: "none",
    serviceMicroUsd: 0,
    grounded: true,
    recentlyTried: false,
    evidence: 1,
    contradicted: false,
  };
  const verdict = async (command: string) => {
    const { assessment } = await run(command);
    if (assessment === undefined) throw new Error("no assessment");
    return (await decide(policies, "adhoc", factsOf(assessment, around))).verdict;
  };
  expect(await verdict("df -h")).toBe("ask");
  expect(await verdict("systemctl restart api")).toBe("ask");
  expect(await verdict("rm -rf /")).toBe("deny");
  expect(await verdict("true; rm -rf /")).toBe("deny");
});

it("is not opted in where a target is unknown", async () => {
  expect((await run("uptime", ["i-1", "i-ghost"])).assessment).toMatchObject({ managed: false });
});

it("counts each target once in its blast radius", async () => {
  expect(Math.round((await run("uptime", ["i-1", "i-1"])).assessment?.fleetSharePercent ?? 0)).toBe(33);
});
