import type { ChildSpec } from "./messages.ts";
import { murmur } from "./murmur.ts";
import { openRuntime, type Runtime } from "./runtime.ts";

// The entry of every lab process: one service of one host, named by its parent.
const spec = JSON.parse(process.env.LAB_CHILD ?? "null") as ChildSpec | null;
if (spec === null) throw new Error("lab/child.ts is started by the lab's supervisor, never by hand");
const service = (await import(`./services/${spec.service}.ts`)) as { start(runtime: Runtime): Promise<void> };
const runtime = openRuntime(spec);
await service.start(runtime);
murmur(runtime);
