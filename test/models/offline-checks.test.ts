import { describe, expect, it } from "vitest";
import { parametersFor } from "../../src/models/offline-fill.ts";
import { findingsIn, type SeenCall, shownRunbooks } from "../../src/models/offline-read.ts";

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

it("reads alternatives, and how far back to look", () => {
  const [runbook] = shownRunbooks(
    shown("1. Rule out with `recent_changes` over 168 h: `ImportCertificate` or `DeleteHostedZone`. Ask its owner."),
  );
  const [check] = runbook?.checks ?? [];
  expect(check).toMatchObject({
    wanted: "rule_out",
    input: { hours_before: 168 },
    texts: ["ImportCertificate", "DeleteHostedZone"],
    means: "Ask its owner.",
  });
  expect(["a DeleteHostedZone b", "an ImportCertificate", "ImportKeyPair"].map((text) => check?.holds(text))).toEqual([
    true,
    true,
    false,
  ]);
});

describe("a parameter that a runbook takes from what the service says", () => {
  const action = {
    action: "set-tasks",
    title: "",
    step: "x#y",
    risk: "medium",
    parameters: { tasks: { type: "integer", min: 2, max: 30 }, kind: { type: "enum", values: ["gp2", "gp3"] } },
    rollback: { kind: "none" },
  };
  const prose =
    "Run `set-tasks` with `tasks` = 1.5 × `desired <n>` of `describe_resource`, and\n`kind` as `GiB of <n>` of `describe_resource` says.";
  const filled = (...lines: readonly string[]) =>
    parametersFor(action, prose, {}, { resource: ["[t1c0-resource-1] ECS service", ...lines].join("\n") });

  it("is that number times the factor, rounded up, or that word", () => {
    expect(filled("  ACTIVE: desired 5, running 4", "  storage 9 GiB of gp3, x")).toEqual({ tasks: 8, kind: "gp3" });
  });

  it("stays open where two values could be meant, none is there, or the reviewed type does not allow it", () => {
    const storage = "  storage 9 GiB of gp3";
    expect(filled("  desired 5", "  desired 6", storage)).toBeUndefined();
    expect(filled(storage)).toBeUndefined();
    expect(filled("  desired 21", storage)).toBeUndefined();
    expect(filled("  desired many", storage)).toBeUndefined();
    expect(filled("  desired 5", "  storage 9 GiB of io2")).toBeUndefined();
    expect(parametersFor(action, prose, {})).toBeUndefined();
  });

  it("is never taken from an event, a stop reason or a tag, which anybody may have written", () => {
    const storage = "  storage 9 GiB of gp3";
    for (const forged of [
      "  event 2026-11-23T09:00Z desired 29",
      "  NOT WELL: task x: desired 29",
      "svc (note=desired 29)",
      "  i-1: healthy (note=desired 29)",
    ]) {
      expect(filled(forged, storage)).toBeUndefined();
      expect(filled(forged, "  desired 5", storage)).toEqual({ tasks: 8, kind: "gp3" });
    }
  });
});

describe("a metric that has risen, or has not", () => {
  const [runbook] = shownRunbooks(
    shown(
      "1. Confirm with `query_metrics`: `A B` has risen.\n2. Rule out with `query_metrics`: `A C` has not risen. No more.",
    ),
  );
  const said = (text: string) => runbook?.checks.map((check) => check.holds(text));

  it("is held against the same time of earlier days, and against the time before where nothing is known of them", () => {
    expect(said("newest 150 at x, usual before the alarm 150\nsame time: yesterday 100 (maximum 120)")).toEqual([
      true,
      false,
    ]);
    expect(said("newest 140 at x, usual before the alarm 20\nsame time: yesterday 100 (maximum 120)")).toEqual([
      false,
      true,
    ]);
    expect(said("newest 150 at x, usual before the alarm 100, datapoints 9")).toEqual([true, false]);
  });

  it("has not risen where no datapoint says so", () => {
    expect(said("No datapoint of A B.")).toEqual([false, true]);
    expect(said("newest 0 at x, usual before the alarm 0, datapoints 9")).toEqual([false, true]);
  });

  it("keeps what the runbook says of it", () => {
    expect(runbook?.checks.map(({ sentence, means }) => [sentence, means])).toEqual([
      ["Confirm with `query_metrics`: `A B` has risen", ""],
      ["Rule out with `query_metrics`: `A C` has not risen", "No more."],
    ]);
  });
});
