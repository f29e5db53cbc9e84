import { Hono } from "hono";
import type { AppDeps } from "../app.ts";
import { onError } from "../problem.ts";
import { apiRoutes } from "./api.ts";
import { consoleRoutes } from "./console.ts";

/** What people work with: the API and the console. */
export const deskRoutes = (deps: AppDeps): Hono =>
  new Hono().onError(onError).route("/api", apiRoutes(deps)).route("/", consoleRoutes(deps));
