import { type Context, Hono } from "hono";
import type { Clock } from "../../domain/ports.ts";
import type { Inbox } from "../../slack/inbox.ts";
import { isFirst, type SignedRequest, verifySignature } from "../../slack/signature.ts";
import { onError } from "../problem.ts";

export type SlackRouteDeps = {
  readonly signingSecret: string;
  readonly clock: Clock;
  /** Hears why a request without a valid signature was refused. */
  readonly turnedAway: (why: string) => void;
  /** Asked for once a signature holds: who is turned away needs nothing of it. */
  readonly inbox: () => Promise<Inbox>;
};

/** Larger than anything that Slack sends, smaller than what would hurt. */
const mostBytes = 1_000_000;

/** `/slack/interactions` and `/slack/commands`: nothing in a body is looked at before its signature holds. */
export function slackRoutes(deps: SlackRouteDeps): Hono {
  const app = new Hono();
  app.onError(onError);
  app.post("/slack/interactions", (context) =>
    signed(context, deps, (form, inbox) => {
      const answer = inbox.interaction(form.get("payload") ?? "");
      return answer === undefined ? context.body(null, 200) : context.json(answer);
    }),
  );
  app.post("/slack/commands", (context) =>
    signed(context, deps, async (form, inbox) => context.json(await inbox.command(Object.fromEntries(form)))),
  );
  return app;
}

/** Raw bytes first: a body that was parsed and put together again has another signature. */
async function signed(
  context: Context,
  deps: SlackRouteDeps,
  handle: (form: URLSearchParams, inbox: Inbox) => Response | Promise<Response>,
): Promise<Response> {
  const body = new Uint8Array(await context.req.arrayBuffer());
  if (body.length > mostBytes) return problem(context, 413, "larger than anything that Slack sends");
  const request: SignedRequest = {
    timestamp: context.req.header("x-slack-request-timestamp"),
    signature: context.req.header("x-slack-signature"),
    body,
  };
  const verdict = verifySignature(deps.signingSecret, request, deps.clock.now());
  if (!verdict.ok) {
    // A rotated secret or a wrong clock makes every click fail, and Slack shows nobody the answer.
    deps.turnedAway(`${verdict.why}; if it was Slack, check SlackSigningSecret and the clock`);
    return problem(context, 401, verdict.why);
  }
  const inbox = await deps.inbox();
  if (!(await isFirst(request, inbox.seen))) {
    inbox.report({ did: "ignored", why: "replayed" });
    return context.body(null, 200);
  }
  return handle(new URLSearchParams(new TextDecoder().decode(body)), inbox);
}

const problem = (context: Context, status: 401 | 413, title: string): Response =>
  context.json({ type: "about:blank", status, title }, status, { "content-type": "application/problem+json" });
