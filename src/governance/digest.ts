import type { ActionDigest } from "../domain/ids.ts";
import { canonicalJson, sha256 } from "../domain/journal.ts";
import type { PlannedAction } from "../domain/tool.ts";

/** What a person approves and what the hands compare right before they send: one changed byte gives another digest. */
export const actionDigest = (plan: PlannedAction): ActionDigest => sha256(canonicalJson(plan)) as ActionDigest;
