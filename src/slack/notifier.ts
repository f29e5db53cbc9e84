import type { Approval } from "../domain/approval.ts";
import type { ChatRecord } from "../domain/chat-record.ts";
import type { RunId } from "../domain/ids.ts";
import { canonicalJson, sha256 } from "../domain/journal.ts";
import type { ApprovalStore, ChatRecords, Clock, IncidentStore, JournalStore, Notifier } from "../domain/ports.ts";
import { allCalls, replay } from "../domain/run.ts";
import { messageOf, type SlackMessage } from "./block-kit.ts";
import { type CardState, cardOf } from "./card.ts";
import type { SlackChat } from "./client.ts";
import { nudgesDue } from "./nudges.ts";
import { changeRecord, claimNote, releaseNote } from "./records.ts";
import type { SlackSettings } from "./settings.ts";
import { callForHelp, type Note, notesOf, reminder } from "./thread.ts";

export type SlackNotifierDeps = {
  readonly chat: SlackChat;
  readonly settings: SlackSettings;
  readonly records: ChatRecords;
  readonly journal: JournalStore;
  readonly incidents: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly clock: Clock;
};

/** Times that a run may move on while its card is being sent before the next tick takes over. */
const mostRounds = 5;
/** Closed incidents younger than this are still looked at, for cards that an outage left stale. */
const repairMs = 60 * 60_000;

/** One message per incident, its details in the thread. Everything shown is read afresh, so any call may be lost. */
export function createSlackNotifier(deps: SlackNotifierDeps): Notifier {
  return {
    runChanged: async (runId) => {
      for (let round = 0; round < mostRounds; round += 1) {
        const before = await seen(runId, deps);
        if (before.card === undefined) return;
        await show(runId, before.card, deps);
        // The run may have gone on meanwhile: whoever shows last must have seen the newest state.
        if ((await seen(runId, deps)).mark === before.mark) return;
      }
    },
    tick: () => tick(deps),
  };
}

/** The card as it should stand now, for the thread's modals too. */
export async function currentCard(
  runId: RunId,
  deps: Pick<SlackNotifierDeps, "journal" | "incidents" | "approvals" | "clock">,
): Promise<CardState | undefined> {
  const run = replay(runId, await deps.journal.read(runId));
  const requested = allCalls(run).findLast((call) => call.requested !== undefined)?.requested;
  const approval = requested && (await deps.approvals.get(requested.approvalId));
  const incident = run.started && (await deps.incidents.get(run.started.incidentId));
  return cardOf(run, approval, deps.clock.now(), incident);
}

async function seen(runId: RunId, deps: SlackNotifierDeps): Promise<{ card: CardState | undefined; mark: string }> {
  const card = await currentCard(runId, deps);
  return { card, mark: card === undefined ? "" : hashOf(messageOf(card, deps.settings.links)) };
}

async function show(runId: RunId, card: CardState, deps: SlackNotifierDeps): Promise<void> {
  const record = await deps.records.get(runId);
  const home = record?.places.find((place) => place.role === "home");
  if (home === undefined && !isWorthTelling(card, deps.settings)) return;
  const message = messageOf(card, deps.settings.links);
  if (home === undefined) await postCard(runId, "home", deps.settings.channel, message, deps);
  for (const place of record?.places ?? []) await edit(runId, place, message, deps);
  await postNotes(runId, notesOf(card), deps);
}

/** Quiet by default: what heals by itself and what turns out to be nothing post nothing. */
export function isWorthTelling(card: CardState, settings: Pick<SlackSettings, "tell">): boolean {
  if (card.phase === "pending" || card.approval !== undefined || card.phase === "escalated") return true;
  if (card.concluded?.outcome === "escalated") return true;
  const changed = card.startedAt !== undefined;
  return settings.tell === "all" || (settings.tell === "changes" && changed);
}

/**
 * Posts first and claims the place after: a crash in between leaves a message without a place, whose buttons are refused,
 * and never an approval that nobody can see. Who loses the claim takes its message back.
 */
async function postCard(
  runId: RunId,
  role: ChatRecord["places"][number]["role"],
  channel: string,
  message: SlackMessage,
  deps: SlackNotifierDeps,
): Promise<void> {
  const place = await deps.chat.post(channel, message);
  const won = await changeRecord(deps.records, runId, (record) => {
    if (record.places.some((other) => other.role === role)) return undefined;
    return { ...record, places: [...record.places, { role, ...place, shown: hashOf(message) }] };
  });
  if (!won) await deps.chat.remove(place);
}

async function edit(
  runId: RunId,
  place: ChatRecord["places"][number],
  message: SlackMessage,
  deps: SlackNotifierDeps,
): Promise<void> {
  const shown = hashOf(message);
  if (place.shown === shown) return;
  const outcome = await deps.chat.update({ channel: place.channel, ts: place.ts }, message);
  const moved =
    outcome === "gone" ? await deps.chat.post(place.channel, message) : { channel: place.channel, ts: place.ts };
  await changeRecord(deps.records, runId, (record) => ({
    ...record,
    places: record.places.map((other) => (other.ts === place.ts ? { ...other, ...moved, shown } : other)),
  }));
}

async function postNotes(runId: RunId, notes: readonly Note[], deps: SlackNotifierDeps): Promise<void> {
  const record = await deps.records.get(runId);
  const home = record?.places.find((place) => place.role === "home");
  if (record === undefined || home === undefined) return;
  for (const note of notes) {
    if (record.notes.includes(note.key) || !(await claimNote(deps.records, runId, note.key))) continue;
    try {
      await deps.chat.post(home.channel, note.message, { ts: home.ts, broadcast: note.broadcast });
    } catch (error) {
      await releaseNote(deps.records, runId, note.key);
      throw error;
    }
  }
}

/** One failure must not keep the others from being told; the first one is thrown at the end. */
async function tick(deps: SlackNotifierDeps): Promise<void> {
  const now = deps.clock.now();
  const faults: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((error: unknown) => void faults.push(error));
  const notifier = createSlackNotifier(deps);
  for (const incident of await deps.incidents.recent(now - repairMs)) {
    await attempt(notifier.runChanged(incident.runId));
  }
  for (const approval of await deps.approvals.pending()) {
    await attempt(nudge(approval, now, deps));
  }
  if (faults.length > 0) throw faults[0];
}

async function nudge(approval: Approval, now: number, deps: SlackNotifierDeps): Promise<void> {
  const { runId } = approval;
  const record = await deps.records.get(runId);
  for (const { key, kind } of nudgesDue(approval, record?.notes ?? [], now, deps.settings)) {
    if (kind === "remind") await postNotes(runId, [reminder(approval, key)], deps);
    else await escalate(approval, key, deps);
  }
}

async function escalate(approval: Approval, key: string, deps: SlackNotifierDeps): Promise<void> {
  const { escalation, links } = deps.settings;
  const card = await currentCard(approval.runId, deps);
  if (escalation === undefined || card === undefined) return;
  if (!(await claimNote(deps.records, approval.runId, key))) return;
  try {
    const record = await deps.records.get(approval.runId);
    const here = record?.places.find((place) => place.role === "home" && place.channel === escalation.channel);
    const thread = here && { ts: here.ts, broadcast: true };
    await deps.chat.post(escalation.channel, callForHelp(approval, escalation.group), thread);
    if (here !== undefined || record?.places.some((place) => place.role === "escalation")) return;
    await postCard(approval.runId, "escalation", escalation.channel, messageOf(card, links), deps);
  } catch (error) {
    await releaseNote(deps.records, approval.runId, key);
    throw error;
  }
}

const hashOf = (message: SlackMessage): string => sha256(canonicalJson(message));
