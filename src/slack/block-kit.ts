import type { ContextBlock, KnownBlock, RichTextElement, SectionBlock } from "@slack/web-api";
import type { Approval, Person } from "../domain/approval.ts";
import { formatUsd } from "../domain/money.ts";
import { previewText } from "../domain/preview.ts";
import type { PriceQuote } from "../domain/tool.ts";
import { buttonsOf } from "./buttons.ts";
import type { CardAction, CardState } from "./card.ts";
import { line, notification } from "./escape.ts";
import { type Links, noLinks } from "./links.ts";
import { needsPerson, phaseLine } from "./phases.ts";
import {
  bold,
  boldSaid,
  bullets,
  clock,
  code,
  faint,
  link,
  markup,
  ours,
  paragraph,
  plain,
  quote,
  richText,
  saidLine,
  userMention,
} from "./rich.ts";

/** CloudWatch allows 255 characters; a longer name than this stands whole in the line below. */
const nameInHeader = 90;

export type SlackMessage = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/** The one message of an incident. Valid Block Kit within Slack's limits whatever the card's texts hold. */
export function messageOf(card: CardState, links: Links = noLinks): SlackMessage {
  const { words, sign } = phaseLine[card.phase];
  return { text: `${words}: ${notification(card.alarm.name, 120)}`, blocks: blocksOf(card, sign, words, links) };
}

function blocksOf(card: CardState, sign: string, words: string, links: Links): readonly KnownBlock[] {
  const waiting = card.phase === "pending" && card.approval !== undefined;
  return [
    { type: "header", text: plain(`${sign} ${words} · ${line(card.alarm.name, nameInHeader)}`) },
    richText(broken(card, links)),
    ...(waiting ? [] : happened(card)),
    ...(card.cause === undefined ? [] : [causeBlock(card.cause, waiting)]),
    ...(card.action === undefined ? [] : actionBlocks(card.action, card, links, waiting)),
    ...earlierBlock(card),
    ...(waiting && card.approval !== undefined ? [buttonsOf(card.approval), whoMay(card.approval)] : []),
    ...(waiting ? [] : [footer(card, links)]),
  ];
}

/** What is broken and since when. */
function broken(card: CardState, links: Links) {
  const { alarm, severity } = card;
  const url = links.alarm(alarm.name, alarm.region);
  return paragraph(
    ...(severity === undefined ? [] : [bold(severity), ours(" · ")]),
    ours(card.phase === "recovered" || card.phase === "nothing_to_do" ? "alarm at " : "in alarm since "),
    clock(alarm.since, "time"),
    ours(", "),
    clock(alarm.since, "ago"),
    ...(alarm.resource === "" ? [] : [ours(" · "), code(alarm.resource, 160)]),
    // The name never is the link's text: an alarm could be called "Approve".
    ...(url === undefined ? [] : [ours(" · "), link(url, "open alarm")]),
    ...(alarm.name.length > nameInHeader ? [ours("\n"), boldSaid(alarm.name, 255)] : []),
  );
}

/** Who decided, when, what ran and what the alarm's metric says now. */
function happened(card: CardState): readonly KnownBlock[] {
  const { approval } = card;
  const lines: (readonly RichTextElement[])[] = [
    ...(approval?.approvers ?? []).map(({ person, at }) => [bold("Approved"), ours(" by "), ...who(person, at)]),
    ...(approval?.endedBy === undefined ? [] : [endedLine(approval)]),
    ...(card.startedAt === undefined
      ? []
      : [
          [bold("Ran"), ours(" at "), clock(card.startedAt, "time"), ours(": "), code(card.action?.command ?? "", 200)],
        ]),
    ...(card.phase === "observed" && card.action !== undefined ? [observedLine(card.action)] : []),
    ...(card.result === undefined || card.phase === "observed"
      ? []
      : [[bold("Reported"), ours(": "), saidLine(card.result, 300)]]),
    ...(card.measured === undefined ? [] : [[bold("Measured"), ours(": "), saidLine(card.measured, 400)]]),
    ...(card.rollback === undefined ? [] : [[bold("Way back"), ours(": "), saidLine(card.rollback, 200)]]),
    ...(needsPerson(card)
      ? [[bold("A person must go on"), ours(": "), saidLine(card.concluded?.reason ?? "", 500)]]
      : []),
  ];
  return lines.length === 0 ? [] : [richText(bullets(lines))];
}

const observedLine = ({ wouldHave = "", assessment, command }: CardAction): readonly RichTextElement[] => [
  bold("Would have"),
  ours(`: ${wouldHave} Price ${assessment.price.known ? formatUsd(assessment.price.amount) : "unknown"}. `),
  code(command, 200),
];

const endWords: Readonly<Record<string, string>> = {
  denied: "Denied",
  changed: "Changes requested",
  expired: "Expired",
  void: "Withdrawn",
};

function endedLine(approval: Approval): readonly RichTextElement[] {
  const { endedBy, status } = approval;
  if (endedBy === undefined) return [];
  const by =
    endedBy.person === undefined
      ? [ours(" at "), clock(Date.parse(endedBy.at), "time")]
      : [ours(" by "), ...who(endedBy.person, endedBy.at)];
  const comment = endedBy.comment === "" ? [] : [ours(": "), saidLine(endedBy.comment, 500)];
  return [bold(endWords[status] ?? status), ...by, ...comment];
}

const who = (person: Person, at: string): readonly RichTextElement[] => [
  slackUser(person.id) ?? boldSaid(person.name, 80),
  ...(person.via === "slack" ? [] : [ours(` (${person.via})`)]),
  ours(" at "),
  clock(Date.parse(at), "time"),
];

function slackUser(personId: string): RichTextElement | undefined {
  const userId = /^slack:[A-Z0-9]+\/([UW][A-Z0-9]{2,20})$/.exec(personId)?.[1];
  return userId === undefined ? undefined : userMention(userId);
}

function causeBlock(cause: NonNullable<CardState["cause"]>, waiting: boolean): KnownBlock {
  const { strength, support, against, sources } = cause;
  const counted = `${support.length} ${support.length === 1 ? "finding" : "findings"} from ${sources} ${sources === 1 ? "source" : "sources"}`;
  const contrary =
    against.length === 0 ? [faint("none named")] : against.slice(0, 3).map((found) => saidLine(found.summary, 160));
  return richText(
    paragraph(bold("Root cause"), ours(", evidence "), bold(strength), ours(` (${counted})`)),
    quote(cause.text, waiting ? 700 : 300),
    paragraph(
      bold("Against it: "),
      ...contrary.flatMap((element, index) => (index === 0 ? [element] : [ours("; "), element])),
    ),
  );
}

function actionBlocks(action: CardAction, card: CardState, links: Links, waiting: boolean): readonly KnownBlock[] {
  const { plan } = action.assessment;
  const targets = plan?.targets ?? [];
  const shown = targets.slice(0, 3).flatMap((target) => [ours(" "), code(target, 80)]);
  const more = targets.length > 3 ? [ours(` and ${targets.length - 3} more`)] : [];
  const lead = waiting ? "Wants to run " : "Action ";
  // The same name may stand in two accounts, and only one of them was meant.
  const where = plan === undefined ? [] : [ours(" in "), code(`${plan.account || "this account"} ${plan.region}`, 80)];
  const head = richText(paragraph(bold(lead), boldSaid(action.title, 160), ours(" on"), ...shown, ...more, ...where));
  if (!waiting) return [head];
  return [
    head,
    facts(action, card, links),
    ...foreseen(action, card),
    ...(action.because.length === 0
      ? []
      : [
          richText(
            paragraph(bold("Asks because")),
            bullets(action.because.slice(0, 6).map((why) => [saidLine(why, 200)])),
          ),
        ]),
  ];
}

/** What the service foresees, and what another mode would have done: neither decides anything. */
function foreseen({ wouldHave }: CardAction, { approval }: CardState): readonly KnownBlock[] {
  const preview = approval?.card.preview;
  const lines = [
    ...(preview === undefined ? [] : [paragraph(bold("Preview"), ours(": "), saidLine(previewText(preview), 240))]),
    ...(wouldHave === undefined ? [] : [paragraph(faint(wouldHave))]),
  ];
  return lines.length === 0 ? [] : [richText(...lines)];
}

/** Numbers that code computed, two columns. Only text of our own stands in this markup. */
function facts(action: CardAction, card: CardState, links: Links): SectionBlock {
  const { assessment, digest } = action;
  const { risk, reversible, fleetSharePercent, lastHealthy, plan } = assessment;
  const count = plan?.targets.length ?? 0;
  const share = fleetSharePercent === null ? "fleet unknown" : `${Math.round(fleetSharePercent)} % of the fleet`;
  const approvals = `${card.approval?.approvers.length ?? 0} of ${card.approval?.quorum ?? 1}`;
  const fields = [
    ["Price", priceText(assessment.price)],
    ["Risk", `${risk}, ${reversible ? "can be undone" : "*can not be undone*"}`],
    [
      "Blast radius",
      `${count} ${count === 1 ? "target" : "targets"}, ${share}${lastHealthy ? ", *last healthy one*" : ""}`,
    ],
    ["Runbook step", stepText(action, links)],
    ["Approvals", `${approvals}, expires ${when(card.approval?.expiresAt)}`],
    ["Digest", digest === undefined ? "none" : `\`${digest.slice(0, 16)}\``],
  ];
  return { type: "section", fields: fields.map(([name, value]) => markup(`*${name}*\n${value}`)) };
}

function priceText(price: PriceQuote): string {
  if (!price.known) return "*unknown*, so a person decides";
  return `*${formatUsd(price.amount)}* for ${price.horizonHours} h · ${formatUsd(price.monthly)} a month`;
}

function stepText(action: CardAction, links: Links): string {
  const { citation } = action;
  if (citation === undefined) return "none: *no reviewed runbook holds it*";
  if (!/^[a-z0-9-]{1,80}$/.test(citation.runbook) || !/^[a-z0-9-]{1,80}$/.test(citation.step)) return "see Why?";
  const name = `${citation.runbook}#${citation.step}`;
  const url = links.runbook(citation.runbook, citation.step);
  return url === undefined ? `\`${name}\`` : `<${url}|${name}>`;
}

function when(iso: string | undefined): string {
  if (iso === undefined) return "never";
  const at = Date.parse(iso);
  return `<!date^${Math.floor(at / 1000)}^{time}|${new Date(at).toISOString().slice(11, 16)} UTC>`;
}

function earlierBlock(card: CardState): readonly KnownBlock[] {
  if (card.earlier.length === 0) return [];
  const last = card.earlier.slice(-4);
  const items = last.map(({ title, phase }) => [
    saidLine(title, 120),
    ours(`: ${phaseLine[phase].words.toLowerCase()}`),
  ]);
  return [richText(paragraph(bold("Before this")), bullets(items))];
}

function whoMay(approval: Approval): ContextBlock {
  const mentions = approval.allowed.flatMap((id) => {
    const user = /^slack:[A-Z0-9]+\/([UW][A-Z0-9]{2,20})$/.exec(id)?.[1];
    const group = /^slack-group:[A-Z0-9]+\/(S[A-Z0-9]{2,20})$/.exec(id)?.[1];
    return user !== undefined ? [`<@${user}>`] : group !== undefined ? [`<!subteam^${group}>`] : [];
  });
  const named = mentions.slice(0, 8);
  const rest = approval.allowed.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ") || "nobody: `approvers` is empty";
  const two = approval.quorum === 2 ? "Two different people must approve. " : "";
  return { type: "context", elements: [markup(`${two}May decide: ${list}. Whoever asked for it may not.`)] };
}

function footer(card: CardState, links: Links): ContextBlock {
  const digest = card.action?.digest === undefined ? "" : ` · digest \`${card.action.digest.slice(0, 16)}\``;
  const url = links.run(card.runId);
  const run = url === undefined ? `\`${card.runId}\`` : `<${url}|${card.runId}>`;
  return { type: "context", elements: [markup(`Run ${run}${digest} · details in the thread`)] };
}
