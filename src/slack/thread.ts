import type { KnownBlock } from "@slack/web-api";
import type { Approval } from "../domain/approval.ts";
import type { SlackMessage } from "./block-kit.ts";
import type { CardState } from "./card.ts";
import { notification } from "./escape.ts";
import { commandBlocks, evidenceBlocks, priceBlocks } from "./modals.ts";
import { phaseLine } from "./phases.ts";
import { bold, clock, groupMention, ours, paragraph, richText, saidLine } from "./rich.ts";

/** A message in the card's thread. Those that call for a person are shown in the channel too: an edit rings no bell. */
export type Note = { readonly key: string; readonly message: SlackMessage; readonly broadcast: boolean };

/** What the thread should hold for this state of the card; each key is posted once. */
export function notesOf(card: CardState): readonly Note[] {
  const notes: Note[] = [];
  const { approval, action } = card;
  const focus = approval?.approvalId ?? action?.digest?.slice(0, 16) ?? "run";
  if (action !== undefined) {
    const blocks = [...evidenceBlocks(card), ...priceBlocks(card), ...commandBlocks(card)];
    notes.push({ key: `details:${focus}`, message: shortened("Details", blocks), broadcast: false });
  }
  if (card.phase === "pending" && card.earlier.length > 0) notes.push(asksAgain(card, focus));
  if (ended.has(card.phase)) notes.push(said(card, `${card.phase}:${focus}`));
  if (card.concluded?.outcome === "escalated") notes.push(handedOver(card));
  return notes;
}

export function reminder(approval: Approval, key: string): Note {
  const end = Date.parse(approval.expiresAt);
  const blocks = [
    richText(
      paragraph(
        bold("Still waiting for a decision"),
        ours(": "),
        saidLine(approval.card.title, 160),
        ours(". Expires at "),
        clock(end, "time"),
        ours("."),
      ),
    ),
  ];
  return {
    key,
    message: { text: `Still waiting: ${notification(approval.card.title, 120)}`, blocks },
    broadcast: true,
  };
}

/** What the escalation channel sees above its copy of the card. */
export function callForHelp(approval: Approval, group: string | undefined): SlackMessage {
  const since = Date.parse(approval.requestedAt);
  const mention = group === undefined ? [] : [groupMention(group), ours(" ")];
  const words = [
    ours("nobody has decided since "),
    clock(since, "time"),
    ours(": "),
    saidLine(approval.card.title, 160),
  ];
  return {
    text: `Nobody has decided: ${notification(approval.card.title, 120)}`,
    blocks: [richText(paragraph(...mention, ...words))],
  };
}

const ended: ReadonlySet<CardState["phase"]> = new Set([
  "denied",
  "changed",
  "expired",
  "void",
  "not_run",
  "failed",
  "recovered",
  "no_effect",
  "worse",
  "unmeasured",
  "rolled_back",
]);

function said(card: CardState, key: string): Note {
  const { sign, words } = phaseLine[card.phase];
  const more = card.measured ?? card.approval?.endedBy?.comment ?? card.result ?? "";
  const tail = more === "" ? [] : [ours(": "), saidLine(more, 400)];
  const blocks = [richText(paragraph(bold(`${sign} ${words}`), ...tail))];
  return { key, message: { text: words, blocks }, broadcast: card.phase === "worse" };
}

function asksAgain(card: CardState, focus: string): Note {
  const words = [
    bold("Another action needs approval"),
    ours(": "),
    saidLine(card.action?.title ?? "", 160),
    ours(". The buttons are on the card above."),
  ];
  const text = `Another action needs approval: ${notification(card.action?.title ?? "", 120)}`;
  return { key: `again:${focus}`, message: { text, blocks: [richText(paragraph(...words))] }, broadcast: true };
}

function handedOver(card: CardState): Note {
  const words = [bold("🚨 A person must go on"), ours(": "), saidLine(card.concluded?.reason ?? "", 500)];
  const text = `A person must go on: ${notification(card.alarm.name, 120)}`;
  return { key: "escalated", message: { text, blocks: [richText(paragraph(...words))] }, broadcast: true };
}

/** Leaves out what does not fit one message, last first: the modal and the terminal have the whole. */
export function shortened(text: string, blocks: readonly KnownBlock[]): SlackMessage {
  const kept: KnownBlock[] = [];
  let size = 0;
  for (const block of blocks) {
    size += JSON.stringify(block).length + 1;
    if (size > 12_000 || kept.length >= 45) break;
    kept.push(block);
  }
  return { text, blocks: kept };
}
