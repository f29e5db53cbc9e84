import { writeSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../src/domain/journal.ts";
import { composeLocal } from "../../src/local/compose.ts";
import { alarmEvent, standInService } from "./stand-in.ts";

/**
 * A healer in a process of its own: `child.ts <folder> start|resume <event type, sending or never>`. It dies by its own
 * SIGKILL right after the first entry with such an event is durable, or right after the service took the change.
 */
const [folder = "", how, dieAt] = process.argv.slice(2);
const tell = (line: string): void => void writeSync(1, `${line}\n`);
const dieIf = (yes: boolean): void => void (yes && process.kill(process.pid, "SIGKILL"));

const service = standInService(folder, () => dieIf(dieAt === "sending"));
const onEntry = (entry: Entry): void => {
  for (const event of entry.events) tell(event.type);
  dieIf(entry.events.some((event) => event.type === dieAt));
};
const healer = await composeLocal({
  folder: join(folder, "state"),
  evidence: service.ports,
  settings: { approvers: ["terminal:ada"], sendTimeoutMs: 1000 },
  onEntry,
});
if (how === "start") await healer.receive(alarmEvent(process.argv[5] ?? "orders-disk"));
else tell(`resumed ${(await healer.resumeOpenRuns()).join(" ")}`);
await healer.workflow.idle();
await healer.close();
