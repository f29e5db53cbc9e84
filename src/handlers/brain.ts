import { composeAgent } from "../aws/compose.ts";
import { readEnvironment } from "../aws/environment.ts";
import { deadline, fromWorkflow } from "../http/adapter.ts";
import { createInternalApp } from "../http/internal.ts";

const deps = await composeAgent(readEnvironment(process.env), { thinks: true });
const routes = ["/internal/drive", "/internal/ask", "/internal/escalate"];

/** Thinks, reads and asks; it holds no permission to change anything. */
export const handler = fromWorkflow(createInternalApp(deps, deadline), routes, deps.telemetry?.flush);
