import * as z from "zod";
import { RunId } from "./ids.ts";

/** Where a run's card stands in a chat and what has been said about it; outlives restarts, holds no secret. */
export const ChatRecord = z.strictObject({
  runId: RunId,
  places: z.array(
    z.strictObject({
      /** `home` is the incident's one message, `escalation` the copy where nobody answered. */
      role: z.enum(["home", "escalation"]),
      channel: z.string(),
      /** Slack's message id within the channel. */
      ts: z.string(),
      /** Hash of what it shows; an edit that failed leaves the old one, so that the next look edits again. */
      shown: z.string(),
    }),
  ),
  /** Keys of thread messages already posted: a reminder is not sent twice. */
  notes: z.array(z.string()),
  /** 1 for the first; a writer that is not one ahead of the stored version loses. */
  version: z.int().positive(),
});
export type ChatRecord = Readonly<z.infer<typeof ChatRecord>>;
