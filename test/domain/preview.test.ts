import { expect, test } from "vitest";
import { type AutomationPreview, previewText } from "../../src/domain/preview.ts";

const counts = (mutatingSteps: number, readOnlySteps: number, undeterminedSteps: number): AutomationPreview => ({
  known: true,
  mutatingSteps,
  readOnlySteps,
  undeterminedSteps,
  regions: ["eu-west-1"],
  targets: 2,
});

test.each([
  [counts(2, 3, 1), "2 steps change, 3 read, 1 undetermined; 2 targets, 1 region"],
  [counts(1, 0, 0), "1 step changes, 0 read; 2 targets, 1 region"],
  [{ ...counts(0, 1, 0), regions: [], targets: 0 } as AutomationPreview, "0 steps change, 1 read"],
  [{ known: false, why: "it took too long" } as AutomationPreview, "no preview: it took too long"],
])("a preview is told in one line", (preview, text) => {
  expect(previewText(preview)).toBe(text);
});
