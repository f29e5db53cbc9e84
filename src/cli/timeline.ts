import { type Approval, people } from "../domain/approval.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Entry } from "../domain/journal.ts";
import { explanationsOf } from "../domain/message.ts";
import { previewText } from "../domain/preview.ts";
import { actionText, type Guarded, guardedText, priceText, whereText } from "../domain/tool.ts";
import { visible } from "../domain/visible.ts";
import { wouldHaveText } from "../domain/would-have.ts";
import { clip, colours, type Io, printable, wrap } from "./io.ts";

/** Tells a run as it happens, one journal entry at a time. */
export function createTimeline(io: Io): (entry: Entry) => void {
  let startedAt: number | undefined;
  return (entry) => {
    const at = Date.parse(entry.at);
    startedAt ??= at;
    for (const event of entry.events) {
      if (event.type === "run_started") startedAt = at;
      for (const line of linesOf(event, io)) {
        io.stdout(`${colours(io).dim(`${((at - startedAt) / 1000).toFixed(1).padStart(5)} s`)}  ${line}\n`);
      }
    }
  };
}

function linesOf(event: RunEvent, io: Io): readonly string[] {
  const paint = colours(io);
  const row = rowFor(io);
  switch (event.type) {
    case "run_started":
      return [row("alarm", `${event.alarm.alarmName} ${event.alarm.state.value}: ${event.alarm.state.reason}`)];
    case "alarm_screened":
      return guardedLines(event.guardrail, row, paint);
    case "model_replied":
      return repliedLines(event, row);
    case "call_assessed":
      return event.assessment === undefined ? [] : assessedLines(event, row, paint);
    case "approval_requested":
      return [
        ...(event.preview === undefined ? [] : [row("preview", previewText(event.preview))]),
        row("approval", `${event.approvalId} waits for ${people(event.quorum)} until ${event.expiresAt}`),
      ];
    case "approval_decided":
      return [
        row(
          "decided",
          `${event.outcome} by ${event.approvers.map((one) => one.person.name).join(", ") || "nobody"} ${event.comment}`,
        ),
      ];
    case "change_started":
      return [row("change", visible(actionText(event.plan)))];
    case "change_sent":
      return [
        row(
          "sent",
          `${event.handle.kind} ${event.handle.id}${event.reconciled ? " (found again after an interruption)" : ""}`,
        ),
      ];
    case "call_finished":
      return finishedLines(event, row, paint);
    case "verified":
      return [row("measured", `${words(event.verdict)}. ${event.measured}`, markOf(event.verdict, paint))];
    case "run_concluded":
      return [row("outcome", `${words(event.outcome)}. ${event.reason}`, markOf(event.outcome, paint))];
    case "alarm_recovered":
      return [row("alarm", `OK since ${event.at}, without a change of this run`)];
  }
}

/** Columns in front of the text: time, label and the spaces between. */
const margin = 21;
type Mark = { readonly words: string; readonly paint: (text: string) => string };
type Row = (label: string, text: string, mark?: Mark) => string;
type Paint = ReturnType<typeof colours>;

const rowFor =
  (io: Io): Row =>
  (label, text, mark) => {
    const [first = "", ...more] = wrap(clip(text, Math.max(60, io.columns - margin) * 3), margin, io);
    // Painted last: colour codes have no width, and in text from outside they do not survive.
    const told = mark === undefined ? first : first.replace(mark.words, () => mark.paint(mark.words));
    return `${colours(io).bold(label.padEnd(11))} ${[told, ...more].join(`\n${" ".repeat(margin)}`)}`;
  };

/** `nothing_to_do` for people. */
export const words = (name: string): string => name.replaceAll("_", " ");

function markOf(name: string, paint: Paint): Mark {
  const good = name === "healed" || name === "recovered" || name === "nothing_to_do";
  return { words: words(name), paint: good ? paint.green : name === "worse" ? paint.red : paint.yellow };
}

function repliedLines(event: Extract<RunEvent, { type: "model_replied" }>, row: Row): readonly string[] {
  const explained = explanationsOf(event.message).flatMap(({ rootCause, justification, citations }) => [
    ...(rootCause === undefined ? [] : [row("root cause", rootCause)]),
    ...(justification === undefined ? [] : [row("because", justification)]),
    ...(citations.length === 0 ? [] : [row("cites", citations.join(", "))]),
  ]);
  const asked = event.calls.map((call) => `${call.tool}${shortInput(call.input)}`).join("  ");
  return [row("model", asked === "" ? `(${event.stopReason}, no call)` : asked), ...explained];
}

function shortInput(input: unknown): string {
  const { group, metric, query, action } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const telling = [action, group, metric, query].find((value) => typeof value === "string");
  return telling === undefined ? "" : `(${clip(String(telling), 36)})`;
}

function assessedLines(event: Extract<RunEvent, { type: "call_assessed" }>, row: Row, paint: Paint): readonly string[] {
  const { assessment, decision } = event;
  if (assessment === undefined) return [];
  const verdict: Mark = {
    allow: { words: "runs alone", paint: paint.green },
    ask: { words: `asks ${people(decision.quorum)}`, paint: paint.yellow },
    deny: { words: "refused", paint: paint.red },
  }[decision.verdict];
  const why = decision.reasons.length === 0 ? "" : `: ${decision.reasons.join("; ")}`;
  const { plan } = assessment;
  return [
    ...(plan === undefined
      ? []
      : [
          row(
            "action",
            `${plan.runbook?.action ?? "ad hoc"} on ${plan.targets.join(", ") || "the service"} (${plan.document.name} v${plan.document.version}, digest ${event.digest?.slice(0, 12)})`,
          ),
        ]),
    row("price", priceText(assessment.price)),
    row(
      "risk",
      `${assessment.risk}; ${assessment.reversible ? "reversible" : "not reversible"}; ${assessment.riskReasons.join("; ")}`,
    ),
    row("decision", `${verdict.words} [${decision.policies.join(", ")}]${why}`, verdict),
    ...(event.wouldHave === undefined
      ? []
      : [row("would have", `${wouldHaveText(event.wouldHave)} [${event.wouldHave.policies.join(", ")}]`)]),
  ];
}

/** What an approval is about, for whoever decides it in a terminal. */
export const approvalRows = ({ card, digest }: Approval): readonly (readonly [label: string, text: string])[] => [
  ["will run", visible(card.action)],
  ...(card.assessment.plan === undefined ? [] : [["on", whereText(card.assessment.plan)] as const]),
  ...(card.preview === undefined ? [] : [["preview", previewText(card.preview)] as const]),
  ["price", priceText(card.assessment.price)],
  ["asked because", card.askedBecause.join("; ")],
  ["runbook step", card.citation],
  ["digest", digest],
];

function finishedLines(event: Extract<RunEvent, { type: "call_finished" }>, row: Row, paint: Paint): readonly string[] {
  const { result, refused } = event;
  const guarded = guardedLines(result.guardrail, row, paint);
  if (refused !== undefined)
    return [...guarded, row("refused", `${refused}: ${result.forPeople}`, { words: refused, paint: paint.red })];
  if (result.forPeople === "concluded") return [];
  const sign = { ok: "✓", empty: "–", error: "✗" }[result.status];
  const mark = result.status === "error" ? { words: sign, paint: paint.red } : undefined;
  return [...guarded, row(event.applied ? "ran" : "finding", `${sign} ${result.forPeople}`, mark)];
}

function guardedLines(guarded: Guarded | undefined, row: Row, paint: Paint): readonly string[] {
  if (guarded === undefined) return [];
  const words = guardedText(guarded);
  return [row("guardrail", words, { words, paint: paint.yellow })];
}

/** One entry with its hash, for `healer journal`; events of the same kind are counted. */
export function entryLine(entry: Entry): string {
  const counts = new Map<string, number>();
  for (const { type } of entry.events) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts].map(([type, count]) => (count === 1 ? type : `${type} ×${count}`));
  return `${String(entry.seq).padStart(4)}  ${entry.at}  ${entry.actor.padEnd(9)} ${entry.hash.slice(0, 12)}  ${printable(types.join(", "))}`;
}
