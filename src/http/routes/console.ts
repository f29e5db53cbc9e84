import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import * as z from "zod";
import { decideApproval } from "../../agent/decision.ts";
import type { Approval } from "../../domain/approval.ts";
import { HealerError } from "../../domain/errors.ts";
import type { Entry } from "../../domain/journal.ts";
import type { AppDeps, Caller } from "../app.ts";
import { listPage } from "../pages/list.ts";
import { readableProblems } from "../pages/problem.ts";
import { runPage } from "../pages/run.ts";
import { approvalIdOf, known, mostListed, runIdOf } from "./api.ts";

const Form = z.object({
  kind: z.enum(["approve", "deny", "change"]),
  digest: z.string(),
  comment: z.string().max(2000).default(""),
});

/** The console: plain pages without a script, so that there is nothing for a hostile log line to run. */
export function consoleRoutes(deps: AppDeps): Hono<Caller> {
  const app = new Hono<Caller>();
  // The printed address carries the token once; after that it is a cookie that no script and no other site can use.
  app.get("/enter", (context) => {
    const token = context.req.query("token") ?? "";
    // Not on one's own machine: the console has no certificate there, and the browser would keep no such cookie.
    const secure = new URL(context.req.url).protocol === "https:";
    setCookie(context, "healer", token, { httpOnly: true, sameSite: "Strict", path: "/", secure });
    return context.redirect("/");
  });
  for (const path of ["/", "/runs/*", "/approvals/*"]) app.use(path, readableProblems, known(deps));
  app.get("/", async (context) => {
    const [incidents, pending] = [await deps.incidents.list(mostListed), await deps.approvals.pending()];
    return context.html(listPage(incidents, pending, deps.clock.now(), holdsStill(context)));
  });
  app.get("/runs/:run", async (context) => {
    const runId = runIdOf(context.req.param("run"));
    const entries = await deps.journal.read(runId);
    if (entries.length === 0) return context.notFound();
    const approvals = await approvalsOf(entries, deps);
    return context.html(
      runPage(entries, approvals, context.req.query("problem"), deps.clock.now(), holdsStill(context)),
    );
  });
  app.post("/approvals/:approval", async (context) => {
    const form = Form.safeParse(await context.req.parseBody());
    if (!form.success)
      throw new HealerError("bad_input", z.prettifyError(form.error), { hint: "Use the page's form." });
    const approvalId = approvalIdOf(context.req.param("approval"));
    const approval = await deps.approvals.get(approvalId);
    const person = context.get("person");
    const decided = decideApproval(approvalId, { ...form.data, person, at: deps.clock.now() }, deps);
    const problem = await decided.then(
      () => "",
      (error: Error) => `?problem=${encodeURIComponent(error.message)}`,
    );
    return context.redirect(`/runs/${approval?.runId ?? ""}${problem}`, 303);
  });
  return app;
}

const holdsStill = ({ req }: Context): boolean => req.query("still") !== undefined;

/** By the ids in the journal: no list of all approvals has to be read for those of one run. */
async function approvalsOf(entries: readonly Entry[], deps: AppDeps): Promise<readonly Approval[]> {
  const asked = entries.flatMap(({ events }) => events.filter((event) => event.type === "approval_requested"));
  const found = await Promise.all(asked.map(({ approvalId }) => deps.approvals.get(approvalId)));
  return found.filter((approval) => approval !== undefined);
}
