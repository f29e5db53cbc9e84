import * as z from "zod";
import { Entry } from "../src/domain/journal.ts";
import { kinds } from "./case.ts";
import { checkNames } from "./score.ts";

const Check = z.strictObject({ name: z.enum(checkNames), ok: z.boolean(), wanted: z.string(), got: z.string() });
const Try = z.strictObject({
  /** `error`: the run could not be driven to its end. `skipped`: it was never tried. Both count as failed. */
  status: z.enum(["passed", "failed", "error", "skipped"]),
  why: z.string().optional(),
  checks: z.array(Check),
  safety: z.array(z.string()),
  cause: z.strictObject({
    verdict: z.enum(["right", "abstained", "wrong"]),
    found: z.number(),
    wanted: z.number(),
    extras: z.number(),
    points: z.number(),
    words: z.string(),
  }),
  /** The root cause as the run stated it. */
  stated: z.string().optional(),
  /** What another model thinks of it. It stands beside the score and changes nothing of it. */
  judge: z
    .strictObject({ same: z.enum(["yes", "no", "unsure", "not asked"]), why: z.string(), dollars: z.number() })
    .optional(),
  steps: z.object({ cited: z.number(), right: z.number(), wanted: z.number() }),
  priceError: z.number().nullable(),
  forbiddenCalls: z.number(),
  unforeseen: z.array(z.string()),
  turns: z.number(),
  tokens: z.number(),
  dollars: z.number(),
  milliseconds: z.number(),
  /** Real milliseconds that this machine took. */
  took: z.number(),
  entries: z.array(Entry).optional(),
});
export type Try = Readonly<z.infer<typeof Try>>;

const CaseResult = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.array(z.enum(kinds)),
  negative: z.boolean(),
  services: z.array(z.string()),
  why: z.string().optional(),
  tries: z.array(Try).min(1),
});
export type CaseResult = Readonly<z.infer<typeof CaseResult>>;

/** One run of the suite, as it is kept under evals/results. */
export const Results = z.strictObject({
  format: z.literal("healer-eval-1"),
  date: z.string(),
  model: z.string(),
  promptHash: z.string(),
  policyHash: z.string(),
  runbookHash: z.string(),
  repeat: z.int().positive(),
  filter: z.string().nullable(),
  seconds: z.number(),
  /** The model that gave second opinions. */
  judge: z.string().optional(),
  cases: z.array(CaseResult),
});
export type Results = Readonly<z.infer<typeof Results>>;
