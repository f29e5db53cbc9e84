import { type Context, Hono } from "hono";
import type { SeenOnce } from "../../domain/ports.ts";
import { type SlackInboxDeps, takeCommand, takeInteraction } from "../../slack/inbox.ts";
import { jsonOf } from "../../slack/interactions.ts";
import { isFirst, type SignedRequest, verifySignature } from "../../slack/signature.ts";
import { SlashCommand } from "../../slack/slash.ts";
import { onError } from "../problem.ts";

export type SlackRouteDeps = SlackInboxDeps & { readonly signingSecret: string; readonly seen: SeenOnce };

/** Larger than anything that Slack sends, smaller than what would hurt. */
const mostBytes = 1_000_000;

/** `/slack/interactions` and `/slack/commands`: nothing in a body is looked at before its signature holds. */
export function slackRoutes(deps: SlackRouteDeps): Hono {
  const app = new Hono();
  app.onError(onError);
  app.post("/slack/interactions", (context) =>
    signed(context, deps, async (form) => {
      const answer = takeInteraction(jsonOf(form.get("payload") ?? "", "the form field `payload`"), deps);
      return answer === undefined ? context.body(null, 200) : context.json(answer);
    }),
  );
  app.post("/slack/commands", (context) =>
    signed(context, deps, async (form) => {
      const command = SlashCommand.safeParse(Object.fromEntries(form));
      if (!command.success) return problem(context, 400, `${command.error.issues[0]?.path.join(".")} is missing`);
      return context.json(await takeCommand(command.data, deps));
    }),
  );
  return app;
}

/** Raw bytes first: a body that was parsed and put together again has another signature. */
async function signed(
  context: Context,
  deps: SlackRouteDeps,
  handle: (form: URLSearchParams) => Promise<Response>,
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
    deps.report({ did: "ignored", why: `${verdict.why}; if it was Slack, check SlackSigningSecret and the clock` });
    return problem(context, 401, verdict.why);
  }
  if (!(await isFirst(request, deps.seen))) {
    deps.report({ did: "ignored", why: "replayed" });
    return context.body(null, 200);
  }
  return handle(new URLSearchParams(new TextDecoder().decode(body)));
}

const problem = (context: Context, status: 400 | 401 | 413, title: string): Response =>
  context.json({ type: "about:blank", status, title }, status, { "content-type": "application/problem+json" });
