import { Hono } from "hono";
import * as z from "zod";
import { RunId } from "../domain/ids.ts";
import type { Anchor } from "../domain/journal.ts";
import type { Notifier } from "../domain/ports.ts";
import { onError, readJson } from "./problem.ts";

const Head = z.strictObject({
  runId: RunId,
  seq: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
});

/** What a minute's tick brings: a look at what people wait for, and the numbers that the healer's own alarms watch. */
export type Ticking = { readonly notifier: Notifier; readonly measure: () => Promise<void> };
export type Background = Partial<Ticking> & { readonly witness?: { observe(anchor: Anchor): Promise<void> } };

/** What follows the journal's stream and the clock. Like the internal app, nothing public mounts it. */
export function createBackgroundApp({ notifier, measure, witness }: Background): Hono {
  const app = new Hono();
  app.onError(onError);
  if (witness !== undefined) {
    app.post("/internal/anchor", async (context) => {
      const head = await readJson(context, Head);
      await witness.observe(head);
      return context.json({ anchored: head.seq });
    });
  }
  if (notifier !== undefined) {
    app.post("/internal/told", async (context) => {
      const { runId } = await readJson(context, Head);
      await notifier.runChanged(runId);
      return context.json({ runId });
    });
    app.post("/internal/tick", async (context) => {
      // First, since a chat that is down must not blind the alarms.
      await measure?.();
      await notifier.tick();
      return context.json({});
    });
  }
  return app;
}
