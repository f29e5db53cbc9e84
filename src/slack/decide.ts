import type { KnownBlock } from "@slack/web-api";
import { decideApproval } from "../agent/decision.ts";
import type { Approval, Person } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import type { Notifier, Workflow } from "../domain/ports.ts";
import type { ButtonValue } from "./buttons.ts";
import { notification } from "./escape.ts";
import type { Clicker, Interaction } from "./interactions.ts";
import { changeModal, commandModal, whyModal } from "./modals.ts";
import { currentCard, type SlackNotifierDeps } from "./notifier.ts";
import { groupsAmong, identify, type People } from "./people.ts";
import { shortened } from "./thread.ts";

export type SlackDecisionDeps = SlackNotifierDeps & {
  readonly workflow: Workflow;
  readonly notifier: Notifier;
  readonly people: People;
};

/** What became of a click: exactly one of these, and never an exception that the clicker would not hear of. */
export type ClickOutcome =
  | { readonly did: "decided" | "opened"; readonly approvalId: string; readonly by: string }
  | { readonly did: "refused"; readonly why: string; readonly by: string }
  | { readonly did: "ignored"; readonly why: string };

/**
 * Carries out one verified interaction. Everything is checked against the approval's record, nothing against the message:
 * a button stays clickable by anyone in the channel, for ever. Refusals are told to the clicker alone.
 */
export async function handleInteraction(interaction: Interaction, deps: SlackDecisionDeps): Promise<ClickOutcome> {
  if (interaction.kind === "other") return { did: "ignored", why: interaction.type };
  const { by } = interaction;
  const identified = await identify(by, deps.people, deps.settings);
  if (!identified.ok) return refuse(by, identified.why, deps);
  try {
    const approval = await approvalAt(interaction, by, deps);
    return await carryOut(interaction, approval, identified.person, deps);
  } catch (error) {
    // Anything else may have come after the record was written: that is a fault to report, not a refusal to tell.
    if (!(error instanceof HealerError) || error.code !== "approval_refused") throw error;
    await refresh(interaction, deps);
    return refuse(by, error.message, deps);
  }
}

/** The record, if this card is really where it was posted: a copy elsewhere, or another run's message, decides nothing. */
async function approvalAt(value: ButtonValue, by: Clicker, deps: SlackDecisionDeps): Promise<Approval> {
  const approval = await deps.approvals.get(value.approval);
  if (approval === undefined) throw refusal("there is no such approval");
  const record = await deps.records.get(approval.runId);
  const here = record?.places.some((place) => place.channel === by.channel && place.ts === by.ts);
  if (here !== true) throw refusal("this is not the card of this approval; use the newest one");
  return approval;
}

async function carryOut(
  interaction: Exclude<Interaction, { kind: "other" }>,
  approval: Approval,
  person: Person,
  deps: SlackDecisionDeps,
): Promise<ClickOutcome> {
  const done = { did: "decided", approvalId: approval.approvalId, by: person.id } as const;
  switch (interaction.kind) {
    case "approve":
    case "deny":
    case "change": {
      const { kind, digest } = interaction;
      if (isRepeat(approval, kind, person)) return done;
      const comment = kind === "change" ? interaction.comment : "";
      const groups = await groupsAmong(approval.allowed, person, deps.people);
      const decision = { kind, person, groups, digest, comment, at: deps.clock.now() };
      await decideApproval(approval.approvalId, decision, deps);
      await refresh(interaction, deps);
      return done;
    }
    case "ask_change": {
      const groups = await groupsAmong(approval.allowed, person, deps.people);
      const listed = approval.allowed.includes(person.id) || groups.length > 0;
      if (!listed) throw refusal(`${person.name} is not among those who may decide this`);
      if (approval.status !== "pending") throw refusal(`it is ${approval.status} already`);
      const view = changeModal(approval, { channel: interaction.by.channel, ts: interaction.by.ts });
      await deps.chat.open(interaction.triggerId, view).catch(() => {
        throw refusal("the form could not be opened; click again");
      });
      return { ...done, did: "opened" };
    }
    case "why":
    case "command":
      await explain(interaction, approval, deps);
      return { ...done, did: "opened" };
  }
}

/** A second click, or Slack sending the first one again, after the same person ended it the same way. */
function isRepeat(approval: Approval, kind: "approve" | "deny" | "change", person: Person): boolean {
  const ended = kind === "deny" ? "denied" : "changed";
  return kind !== "approve" && approval.status === ended && approval.endedBy?.person?.id === person.id;
}

/** In a modal, or as a private note when the trigger's three seconds are over. */
async function explain(
  interaction: Extract<Interaction, { kind: "why" | "command" | "ask_change" }>,
  approval: Approval,
  deps: SlackDecisionDeps,
): Promise<void> {
  const card = await currentCard(approval.runId, deps);
  if (card === undefined) throw refusal("the run is gone");
  const view = interaction.kind === "why" ? whyModal(card) : commandModal(card);
  const { channel, userId } = interaction.by;
  await deps.chat
    .open(interaction.triggerId, view)
    .catch(() => deps.chat.whisper(channel, userId, shortened(view.title.text, view.blocks as readonly KnownBlock[])));
}

/** The card follows the record; when Slack is out, the next tick brings it up to date. */
async function refresh(value: ButtonValue, deps: SlackDecisionDeps): Promise<void> {
  const approval = await deps.approvals.get(value.approval);
  if (approval !== undefined) await deps.notifier.runChanged(approval.runId).catch(() => undefined);
}

/** A private note where Slack can deliver one; the refusal stands either way. */
async function refuse(by: Clicker, why: string, deps: SlackDecisionDeps): Promise<ClickOutcome> {
  const text = `Nothing was decided: ${notification(why, 300)}.`;
  await deps.chat.whisper(by.channel, by.userId, { text }).catch(() => undefined);
  return { did: "refused", why, by: by.userId };
}

const refusal = (why: string): HealerError =>
  new HealerError("approval_refused", why, { hint: "`/healer status` lists what waits for a decision." });
