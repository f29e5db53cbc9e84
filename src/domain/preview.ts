import * as z from "zod";

const count = z.int().nonnegative();

/** What an automation would do, step by step, as its service foresees it; for people, never for a decision. */
export const AutomationPreview = z.discriminatedUnion("known", [
  z.strictObject({
    known: z.literal(true),
    mutatingSteps: count,
    readOnlySteps: count,
    undeterminedSteps: count,
    regions: z.array(z.string()),
    targets: count,
  }),
  z.strictObject({ known: z.literal(false), why: z.string() }),
]);
export type AutomationPreview = z.infer<typeof AutomationPreview>;

/** "2 steps change, 3 read, 1 undetermined; 1 region". A lack is told as one. */
export function previewText(preview: AutomationPreview): string {
  if (!preview.known) return `no preview: ${preview.why}`;
  const { mutatingSteps, readOnlySteps, undeterminedSteps, regions, targets } = preview;
  const steps = [
    mutatingSteps === 1 ? "1 step changes" : `${mutatingSteps} steps change`,
    `${readOnlySteps} read`,
    ...(undeterminedSteps === 0 ? [] : [`${undeterminedSteps} undetermined`]),
  ];
  const reach = [
    ...(targets === 0 ? [] : [counted(targets, "target")]),
    ...(regions.length === 0 ? [] : [counted(regions.length, "region")]),
  ];
  return [steps, reach].flatMap((part) => (part.length === 0 ? [] : [part.join(", ")])).join("; ");
}

const counted = (many: number, word: string): string => `${many} ${word}${many === 1 ? "" : "s"}`;
