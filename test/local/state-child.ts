import { writeSync } from "node:fs";
import { dynamoJournal } from "../../src/aws/dynamo-journal.ts";
import { HealerError } from "../../src/domain/errors.ts";
import { nextEntry } from "../../src/domain/journal.ts";
import { openState } from "../../src/local/state.ts";

/** Opens a state folder, writes an entry of its own, says so, and holds the folder until its input ends. */
const [folder = "", name = "one"] = process.argv.slice(2);
try {
  const state = await openState(folder);
  const runId = `run-child-${name}` as never;
  const events = [
    { type: "run_concluded" as const, outcome: "escalated" as const, reason: name, citations: [], findings: [] },
  ];
  const at = new Date().toISOString();
  await dynamoJournal(state.dynamo).append(nextEntry(undefined, { runId, at, actor: "child", events }));
  writeSync(1, `${state.owner ? "owner" : "client"}\n`);
  process.stdin.resume().once("end", async () => {
    await state.close();
    process.exit(0);
  });
} catch (error) {
  writeSync(1, `${error instanceof HealerError ? `${error.code} ${error.message}` : String(error)}\n`);
  process.exit(1);
}
