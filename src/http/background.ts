import { Hono } from "hono";
import * as z from "zod";
import { RunId } from "../domain/ids.ts";
import type { Anchor } from "../domain/journal.ts";
import type { Notifier } from "../domain/ports.ts";
import { onError, readJson } from "./problem.ts";

const Head = z.strictObject({ runId: RunId, seq: z.int().positive(), hash: z.string().length(64), at: z.string() });

/** What follows the journal's stream and the clock. Like the internal app, nothing public mounts it. */
export function createBackgroundApp(deps: {
  readonly notifier?: Notifier;
  readonly witness?: { observe(anchor: Anchor): Promise<void> };
}): Hono {
  const { notifier, witness } = deps;
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
      await notifier.tick();
      return context.json({});
    });
  }
  return app;
}
