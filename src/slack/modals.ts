import type { KnownBlock, ModalView } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../domain/approval.ts";
import { formatUsd } from "../domain/money.ts";
import { ButtonValue } from "./buttons.ts";
import type { CardState } from "./card.ts";
import { bold, bullets, code, faint, ours, paragraph, plain, quote, richText, saidLine, wholeCommand } from "./rich.ts";

export const changeCallback = "healer_request_changes";
export const changeInput = { block: "healer_change_words", action: "words" } as const;
/** Longest comment that is taken; what goes back to the model should be an instruction, not an essay. */
export const mostComment = 1500;

/** What the modal must bring back, since a submission names no message. */
export const ChangeMetadata = z.strictObject({ ...ButtonValue.shape, channel: z.string(), ts: z.string() });
export type ChangeMetadata = z.infer<typeof ChangeMetadata>;

/** Asks for words that go back to the model. */
export const changeModal = (
  approval: Approval,
  place: { readonly channel: string; readonly ts: string },
): ModalView => ({
  type: "modal",
  callback_id: changeCallback,
  private_metadata: JSON.stringify({
    approval: approval.approvalId,
    digest: approval.digest,
    ...place,
  } satisfies ChangeMetadata),
  title: plain("Request changes"),
  submit: plain("Send to the healer"),
  close: plain("Back"),
  blocks: [
    richText(
      paragraph(bold("Proposed: "), saidLine(approval.card.title, 200)),
      paragraph(
        faint("This ends the approval. Your words go to the model, which may propose another action; that asks again."),
      ),
    ),
    {
      type: "input",
      block_id: changeInput.block,
      label: plain("What should be different?"),
      element: {
        type: "plain_text_input",
        action_id: changeInput.action,
        multiline: true,
        min_length: 3,
        max_length: mostComment,
        placeholder: plain("Only i-0abc, and keep the last 3 days of logs."),
      },
    },
  ],
});

/** The evidence, for whoever asks "Why?". */
export const whyModal = (card: CardState): ModalView => ({
  type: "modal",
  title: plain("Why?"),
  close: plain("Close"),
  blocks: [...evidenceBlocks(card), ...priceBlocks(card)],
});

/** Exactly what would run, nothing shortened. */
export const commandModal = (card: CardState): ModalView => ({
  type: "modal",
  title: plain("Exact command"),
  close: plain("Close"),
  blocks: commandBlocks(card),
});

export function evidenceBlocks(card: CardState): readonly KnownBlock[] {
  const { cause, action } = card;
  if (cause === undefined) return [richText(paragraph(ours("Nobody has named a cause yet.")))];
  const found = (findings: typeof cause.support) =>
    findings
      .slice(0, 8)
      .map(({ id, summary, source }) => [
        code(id, 60),
        ours(" "),
        saidLine(summary, 200),
        ours(" · "),
        saidLine(source, 80),
      ]);
  return [
    richText(paragraph(bold(`Root cause, evidence ${cause.strength}`)), quote(cause.text, 1500)),
    ...(cause.support.length === 0 ? [] : [richText(paragraph(bold("For it")), bullets(found(cause.support)))]),
    cause.against.length === 0
      ? richText(paragraph(bold("Against it: "), faint("none named")))
      : richText(paragraph(bold("Against it")), bullets(found(cause.against))),
    ...(action === undefined || action.justification === ""
      ? []
      : [richText(paragraph(bold("Why this action, in the model's words")), quote(action.justification, 1200))]),
  ];
}

export function priceBlocks(card: CardState): readonly KnownBlock[] {
  const { action } = card;
  if (action === undefined) return [];
  const { price, riskReasons } = action.assessment;
  const lines = price.known
    ? [
        [bold("Price"), ours(": "), saidLine(price.basis, 300), ours(` = ${formatUsd(price.amount)}`)],
        [bold("Priced from"), ours(": "), saidLine(`${price.source} ${price.asOf}`, 200)],
      ]
    : [[bold("Price unknown"), ours(": "), saidLine(price.why, 300)]];
  return [
    richText(
      paragraph(bold("What code computed")),
      bullets([
        ...lines,
        ...riskReasons.slice(0, 5).map((why) => [bold("Risk"), ours(": "), saidLine(why, 200)]),
        ...action.policies.slice(0, 5).map((policy) => [bold("Policy"), ours(": "), code(policy, 80)]),
      ]),
    ),
  ];
}

export function commandBlocks(card: CardState): KnownBlock[] {
  const { action } = card;
  const plan = action?.assessment.plan;
  if (action === undefined || plan === undefined) return [richText(paragraph(ours("There is no command.")))];
  return [
    richText(
      paragraph(
        bold(`${plan.document.type} document `),
        code(`${plan.document.name} version ${plan.document.version}`, 200),
        ours(" in "),
        code(`${plan.account}/${plan.region}`, 100),
      ),
      bullets(
        plan.targets
          .slice(0, 20)
          .map((target) => [code(target, 100)])
          .concat(plan.targets.length > 20 ? [[ours(`and ${plan.targets.length - 20} more`)]] : []),
      ),
    ),
    ...wholeCommand(action.command),
    richText(
      paragraph(bold("Digest "), code(action.digest ?? "none", 80)),
      paragraph(faint("Any change of it voids the approval.")),
    ),
  ];
}
