import { composeAgent } from "../aws/compose.ts";
import { readEnvironment } from "../aws/environment.ts";
import { deadline, fromWorkflow } from "../http/adapter.ts";
import { createInternalApp } from "../http/internal.ts";

const deps = await composeAgent(readEnvironment(process.env), { thinks: false });

/** Sends what was decided, after looking at everything afresh; it never talks to a model. */
export const handler = fromWorkflow(createInternalApp(deps, deadline), ["/internal/act"], deps.telemetry?.flush);
