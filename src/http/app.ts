import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Person } from "../domain/approval.ts";
import type { ApprovalStore, Clock, IncidentStore, JournalStore, Workflow } from "../domain/ports.ts";
import { onError } from "./problem.ts";
import { apiRoutes } from "./routes/api.ts";
import { consoleRoutes } from "./routes/console.ts";

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
  /** Routes of a chat, which know their own callers by signature. */
  readonly chat?: Hono;
};

/** What callers put into the context once they are known. */
export type Caller = { readonly Variables: { readonly person: Person } };

/** The public app. Nothing that drives a run is mounted here: a test proves that no internal route answers. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  app.onError(onError);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.get("/healthz", (context) => context.json({ ok: true }));
  if (deps.chat !== undefined) app.route("/", deps.chat);
  app.route("/api", apiRoutes(deps));
  app.route("/", consoleRoutes(deps));
  return app;
}
