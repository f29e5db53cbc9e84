import { expect, it } from "vitest";
import { healer } from "./healer.ts";

type Run = {
  readonly run: string;
  readonly outcome: string;
  readonly citations: readonly string[];
  readonly actions: readonly {
    readonly action: string;
    readonly decision: { readonly verdict: string };
    readonly approval: { readonly outcome: string; readonly approvers: readonly string[] } | null;
  }[];
  readonly verification: { readonly verdict: string } | null;
  readonly dollars: { readonly changes: number };
  readonly milliseconds: { readonly toFirstDecision: number };
};

it("breaks two real services and heals both: one alone, one after a person said yes", async () => {
  const { code, out, err } = await healer(["demo", "--yes", "--json"]);
  expect(code, err).toBe(0);
  const { seconds, runs } = JSON.parse(out) as { seconds: number; runs: readonly [Run, Run] };
  const [disk, surge] = runs;
  expect(runs.map((run) => [run.outcome, run.verification?.verdict])).toEqual([
    ["healed", "recovered"],
    ["healed", "recovered"],
  ]);
  expect(disk.actions).toMatchObject([{ action: "delete-old-traces", decision: { verdict: "allow" }, approval: null }]);
  expect(surge.actions).toMatchObject([
    { action: "set-capacity", decision: { verdict: "ask" }, approval: { outcome: "approved" } },
  ]);
  expect(surge.actions[0]?.approval?.approvers).toEqual(["Ada (demo approver)"]);
  expect(surge.dollars.changes).toBeGreaterThan(20);
  expect(disk.citations).toContain("disk-full#free-space");
  const first = runs.map((run) => `${run.milliseconds.toFirstDecision} ms`).join(" and ");
  console.log(`demo: ${seconds} s in all; alarm to first governed decision ${first}`);
}, 120_000);
