import * as z from "zod";

/** Ids that people type and that stand in file names and URLs: short, lower case, no secrets. */
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}-[a-z0-9][a-z0-9-]{3,62}$`));

export const RunId = id("run").brand<"RunId">();
export type RunId = z.infer<typeof RunId>;

export const IncidentId = id("inc").brand<"IncidentId">();
export type IncidentId = z.infer<typeof IncidentId>;

export const ApprovalId = id("apr").brand<"ApprovalId">();
export type ApprovalId = z.infer<typeof ApprovalId>;

/** `t3c1` is the second call of the third turn: ours, so that a model that repeats an id confuses nothing. */
export const CallId = z
  .string()
  .regex(/^t\d+c\d+$/)
  .brand<"CallId">();
export type CallId = z.infer<typeof CallId>;

export const callId = (turn: number, index: number): CallId => `t${turn}c${index}` as CallId;

/** SHA-256, 64 hex characters, over the canonical JSON of what would run. */
export const ActionDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"ActionDigest">();
export type ActionDigest = z.infer<typeof ActionDigest>;
