import { describe, expect, it } from "vitest";
import { findingsIn, type SeenCall } from "../../src/models/offline-read.ts";
import { shownRunbooks } from "../../src/models/offline-runbook.ts";

const shown = (diagnosis: string): readonly SeenCall[] => [
  {
    id: "u1",
    name: "search_runbooks",
    input: {},
    status: "success",
    text: `RUNBOOK bad-deploy: Payments fail (owner x, reviewed 2026-01-01)\n\n[bad-deploy#diagnosis] Diagnosis\n${diagnosis}\n\nCause: A release.\n\n[bad-deploy#remediation] Remediation\nx`,
  },
];

describe("checks that name another tool", () => {
  const [runbook] = shownRunbooks(
    shown(
      "1. Confirm with `recent_changes`: `Deploy`. Without one the code is not new.\n2. Rule out with `describe_resource`: `UNHEALTHY`.\n3. Confirm with `probe_host`: `x`.\n4. Confirm with `run_command`: `x`.",
    ),
  );

  it("become calls without input, of tools that look by themselves and of no other", () => {
    expect(runbook?.checks.map(({ wanted, tool, input, means }) => ({ wanted, tool, input, means }))).toEqual([
      { wanted: "confirm", tool: "recent_changes", input: {}, means: "Without one the code is not new." },
      { wanted: "rule_out", tool: "describe_resource", input: {}, means: "" },
    ]);
  });

  it("hold where the result has the very text", () => {
    const [deploy] = runbook?.checks ?? [];
    expect(deploy?.holds("[t1c0-change-1] … | Deploy | by anna")).toBe(true);
    expect(deploy?.holds("No change found.")).toBe(false);
  });
});

it("cites the metric that was asked for, and none that merely stands beside it", () => {
  const text = "[t1c0-metric] A B\nnewest 9 at x\n1\n2\n3\n[t1c0-metric-1] C | 5 | 1";
  expect(findingsIn(text, [""])).toEqual(["t1c0-metric"]);
});
