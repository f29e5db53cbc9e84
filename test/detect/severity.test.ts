import { expect, test } from "vitest";
import { severityOf } from "../../src/detect/severity.ts";
import { alarm } from "./fixtures.ts";

test.each([
  ["cpu-busy", "SEV3"],
  ["prod-sev1-checkout", "SEV1"],
  ["SEV-2 checkout", "SEV2"],
  ["P1_checkout", "SEV1"],
  ["checkoutErrorsCritical", "SEV1"],
  ["disk-warning", "SEV4"],
  ["warning then critical", "SEV1"],
  ["high-cpu-alarm", "SEV3"],
  ["low-disk", "SEV3"],
  ["criticality-report", "SEV3"],
  ["p99-latency", "SEV3"],
])("the name %s says %s", (name, severity) => {
  expect(severityOf(alarm({ name }))).toBe(severity);
});

test.each([
  [{ Severity: "high" }, "SEV2"],
  [{ severity: "4" }, "SEV4"],
  [{ priority: "P1" }, "SEV1"],
  [{ SEV: " sev2 " }, "SEV2"],
  [{ severity: "banana" }, "SEV1"],
  [{ team: "critical" }, "SEV1"],
] as const)("the tags %o win over the name, where they say something", (tags, severity) => {
  expect(severityOf(alarm({ name: "critical", tags: { ...tags } }))).toBe(severity);
});
