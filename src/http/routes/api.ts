import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod";
import { decideApproval } from "../../agent/decision.ts";
import { HealerError } from "../../domain/errors.ts";
import { ApprovalId, RunId } from "../../domain/ids.ts";
import type { AppDeps, Caller } from "../app.ts";
import { readJson } from "../problem.ts";

const Decision = z.strictObject({
  kind: z.enum(["approve", "deny", "change"]),
  /** The digest that the person was shown. */
  digest: z.string(),
  comment: z.string().max(2000).default(""),
});

/** Lists, one run, and decisions, for callers that `authorise` knows. */
export function apiRoutes(deps: AppDeps): Hono<Caller> {
  const app = new Hono<Caller>();
  app.use(known(deps));
  app.get("/runs", async (context) => context.json(await deps.incidents.list(mostListed)));
  app.get("/runs/:run", async (context) => context.json(await deps.journal.read(runIdOf(context.req.param("run")))));
  app.get("/approvals", async (context) => context.json(await deps.approvals.list(mostListed)));
  app.post("/approvals/:approval/decision", async (context) => {
    const decision = await readJson(context, Decision);
    const approvalId = approvalIdOf(context.req.param("approval"));
    const person = context.get("person");
    const after = await decideApproval(approvalId, { ...decision, person, at: deps.clock.now() }, deps);
    return context.json(after);
  });
  const { receive } = deps;
  if (receive !== undefined) {
    app.post("/events", async (context) =>
      context.json(await receive(await readJson(context, z.unknown(), "bad_event"))),
    );
  }
  return app;
}

/** A list for people ends somewhere; a run or an approval that is older is still found by its id. */
export const mostListed = 500;

/** Refuses strangers, and requests that a foreign page made a browser send. */
export const known = (deps: AppDeps) =>
  createMiddleware<Caller>(async (context, next) => {
    const person = deps.authorise(context.req.raw);
    if (person === undefined) {
      return context.json(
        { type: "unauthorised", title: "open the address that `healer serve` printed, or send its token" },
        401,
      );
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && hostOf(origin) !== context.req.header("host")) {
      return context.json({ type: "forbidden", title: "another site asked for this" }, 403);
    }
    context.set("person", person);
    await next();
  });

/** Undefined for `null`, which a sandboxed page sends. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

export function runIdOf(text: string): RunId {
  const parsed = RunId.safeParse(text);
  if (!parsed.success) throw badId("run");
  return parsed.data;
}

export function approvalIdOf(text: string): ApprovalId {
  const parsed = ApprovalId.safeParse(text);
  if (!parsed.success) throw badId("approval");
  return parsed.data;
}

const badId = (what: string): HealerError =>
  new HealerError("bad_input", `that is not a ${what} id`, { hint: "Take it from a list." });
