import { composeAgent } from "../aws/compose.ts";
import { readEnvironment } from "../aws/environment.ts";
import { deadline, fromQueue } from "../http/adapter.ts";
import { createInternalApp } from "../http/internal.ts";

const deps = await composeAgent(readEnvironment(process.env), { thinks: false });

/** Takes alarm changes from the queue, in their order. */
export const handler = fromQueue(createInternalApp(deps, deadline), "/internal/event");
