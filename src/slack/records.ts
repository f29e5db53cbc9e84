import type { ChatRecord } from "../domain/chat-record.ts";
import type { RunId } from "../domain/ids.ts";
import type { ChatRecords } from "../domain/ports.ts";

const mostTries = 8;

const emptyRecord = (runId: RunId): ChatRecord => ({ runId, places: [], notes: [], version: 1 });

/**
 * Changes a record under its version. `change` answers undefined when there is nothing left to change: somebody else did
 * it meanwhile, and the caller learns so by `false`.
 */
export async function changeRecord(
  records: ChatRecords,
  runId: RunId,
  change: (record: Omit<ChatRecord, "version">) => Omit<ChatRecord, "version"> | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const stored = await records.get(runId);
    const changed = change(stored ?? emptyRecord(runId));
    if (changed === undefined) return false;
    if (await records.put({ ...changed, version: (stored?.version ?? 0) + 1 })) return true;
  }
  throw new Error(`the chat record of ${runId} changed ${mostTries} times in between`);
}

/** True for the one caller who may post this note now. */
export const claimNote = (records: ChatRecords, runId: RunId, key: string): Promise<boolean> =>
  changeRecord(records, runId, (record) =>
    record.notes.includes(key) ? undefined : { ...record, notes: [...record.notes, key] },
  );

/** Gives a claim back after Slack refused the note. */
export const releaseNote = (records: ChatRecords, runId: RunId, key: string): Promise<boolean> =>
  changeRecord(records, runId, (record) => ({ ...record, notes: record.notes.filter((note) => note !== key) }));
