import { type Handler, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Person } from "../domain/approval.ts";
import { once } from "../domain/once.ts";
import type { ApprovalStore, Clock, IncidentStore, JournalStore, Workflow } from "../domain/ports.ts";
import { notReady, onError } from "./problem.ts";

export type AppDeps = {
  readonly clock: Clock;
  readonly incidents: IncidentStore;
  readonly journal: JournalStore;
  readonly approvals: ApprovalStore;
  readonly workflow: Workflow;
  /** Who asks, or undefined for a stranger: then the API and the console answer 401. */
  readonly authorise: (request: Request) => Person | undefined;
  /** Takes in an alarm event that came over HTTP; absent where EventBridge brings them. */
  readonly receive?: (event: unknown) => Promise<unknown>;
};

/** Each is asked for where one of its routes first is, so that a start reads and builds nothing for the others. */
export type Areas = {
  /** What the API and the console work with. */
  readonly desk: () => Promise<AppDeps>;
  /** Routes of a chat, which know their own callers by signature; undefined where there turns out to be none. */
  readonly chat?: () => Promise<Hono | undefined>;
};

/** What callers put into the context once they are known. */
export type Caller = { readonly Variables: { readonly person: Person } };

/** The public app. Nothing that drives a run is mounted here: a test proves that no internal route answers. */
export function createApp({ desk, chat }: Areas): Hono {
  const app = new Hono();
  app.onError(onError);
  app.use(
    secureHeaders({
      // With `no-referrer` a browser sends our own form with the origin `null`, as a foreign page's, and nobody could decide.
      referrerPolicy: "same-origin",
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.get("/healthz", (context) => context.json({ ok: true }));
  if (chat !== undefined) app.all("/slack/*", onFirstUse(chat));
  app.all(
    "*",
    onFirstUse(async () => (await import("./routes/desk.ts")).deskRoutes(await desk())),
  );
  return app;
}

function onFirstUse(load: () => Promise<Hono | undefined>): Handler {
  const area = once(load);
  return async (context) => {
    const routes = await area().catch((error: unknown) => {
      throw notReady(error);
    });
    return routes === undefined ? context.notFound() : routes.fetch(context.req.raw, context.env);
  };
}
