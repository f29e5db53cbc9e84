import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import { frame, html } from "./frame.ts";

/** Turns a refusal into a page for whoever looks at it in a browser; programs, which ask for no HTML, get it as it was. */
export const readableProblems: MiddlewareHandler = async (context, next) => {
  await next();
  const { status } = context.res;
  if (status < 400 || context.req.header("accept")?.includes("text/html") !== true) return;
  const said: unknown = await context.res.json().catch(() => undefined);
  const { title = "", hint = "" } = Said.safeParse(said).data ?? {};
  const head = title || (status === 404 ? "There is no such page or run." : `It did not work (${status}).`);
  const body = html`<h1>${head}</h1><p>${hint}</p><p><a href="/">All incidents</a></p>`;
  context.res = context.html(String(await frame("Incident healer", body)), status as 400);
};

const Said = z.object({ title: z.string(), hint: z.string().optional() });
