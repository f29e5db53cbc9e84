import { expect, test } from "vitest";
import { ActionDigest } from "../../src/domain/ids.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { actionDigest } from "../../src/governance/digest.ts";
import { plan } from "../domain/story.ts";

test("the same action has one digest, in whatever order its fields were written", () => {
  const turned = Object.fromEntries(Object.entries(plan).reverse()) as PlannedAction;
  expect(actionDigest(turned)).toBe(actionDigest(plan));
  expect(ActionDigest.safeParse(actionDigest(plan)).success).toBe(true);
});

test.each<[string, Partial<PlannedAction>]>([
  ["document", { document: { ...plan.document, name: "AWS-RunPowerShellScript" } }],
  ["document version", { document: { ...plan.document, version: "2" } }],
  ["document content", { document: { ...plan.document, hash: "H" } }],
  ["parameter", { parameters: { commands: ["true "] } }],
  ["command text", { commandText: "true " }],
  ["target", { targets: ["i-02"] }],
  ["number of targets", { targets: ["i-01", "i-01"] }],
  ["account", { account: "123456789013" }],
  ["region", { region: "eu-west-2" }],
  ["time limit", { timeoutSeconds: 61 }],
])("another %s is another digest", (_, change) => {
  expect(actionDigest({ ...plan, ...change })).not.toBe(actionDigest(plan));
});
