import type { Approval } from "../domain/approval.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Entry } from "../domain/journal.ts";
import { toolUsesOf } from "../domain/message.ts";
import { formatUsd } from "../domain/money.ts";
import { previewText } from "../domain/preview.ts";
import { type Guarded, guardedText, type PriceQuote } from "../domain/tool.ts";
import { wouldHaveText } from "../domain/would-have.ts";
import { clip, colours, type Io, printable } from "./io.ts";

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
  const width = Math.max(60, io.columns - 26);
  const row = (label: string, text: string) => `${paint.bold(label.padEnd(11))} ${clip(text, width * 3)}`;
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
        row("approval", `${event.approvalId} waits for ${event.quorum} person(s) until ${event.expiresAt}`),
      ];
    case "approval_decided":
      return [
        row(
          "decided",
          `${event.outcome} by ${event.approvers.map((one) => one.person.name).join(", ") || "nobody"} ${event.comment}`,
        ),
      ];
    case "change_started":
      return [
        row("change", event.plan.commandText ?? `${event.plan.document.name} ${JSON.stringify(event.plan.parameters)}`),
      ];
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
      return [row("measured", `${paintVerdict(event.verdict, paint)}. ${event.measured}`)];
    case "run_concluded":
      return [
        row(
          "outcome",
          `${event.outcome === "healed" ? paint.green(event.outcome) : paint.yellow(event.outcome)}. ${event.reason}`,
        ),
      ];
    case "alarm_recovered":
      return [row("alarm", `OK since ${event.at}, without a change of this run`)];
  }
}

type Row = (label: string, text: string) => string;
type Paint = ReturnType<typeof colours>;

function repliedLines(event: Extract<RunEvent, { type: "model_replied" }>, row: Row): readonly string[] {
  const explained = toolUsesOf(event.message).flatMap((use) => {
    const input = use.input as Readonly<Record<string, unknown>> | null;
    const cause = input?.["detailed_root_cause"];
    const why = input?.["action_justification"];
    const cited = input?.["citations"];
    return [
      ...(typeof cause === "string" ? [row("root cause", cause)] : []),
      ...(typeof why === "string" ? [row("because", why)] : []),
      ...(Array.isArray(cited) && cited.length > 0 ? [row("cites", cited.join(", "))] : []),
    ];
  });
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
  const verdict = {
    allow: paint.green("runs alone"),
    ask: paint.yellow(`asks ${decision.quorum} person(s)`),
    deny: paint.red("refused"),
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
    row("decision", `${verdict} [${decision.policies.join(", ")}]${why}`),
    ...(event.wouldHave === undefined
      ? []
      : [row("would have", `${wouldHaveText(event.wouldHave)} [${event.wouldHave.policies.join(", ")}]`)]),
  ];
}

export const priceText = (price: PriceQuote): string =>
  price.known
    ? `${formatUsd(price.amount)} over ${price.horizonHours} h (${formatUsd(price.monthly)} a month): ${price.basis} [${price.source}${price.asOf && `, ${price.asOf}`}]`
    : `unknown: ${price.why}`;

/** What an approval is about, for whoever decides it in a terminal. */
export const approvalRows = ({ card }: Approval): readonly (readonly [label: string, text: string])[] => [
  ["will run", card.action],
  ...(card.preview === undefined ? [] : [["preview", previewText(card.preview)] as const]),
  ["price", priceText(card.assessment.price)],
];

function finishedLines(event: Extract<RunEvent, { type: "call_finished" }>, row: Row, paint: Paint): readonly string[] {
  const { result, refused } = event;
  const guarded = guardedLines(result.guardrail, row, paint);
  if (refused !== undefined) return [...guarded, row("refused", `${paint.red(refused)}: ${result.forPeople}`)];
  if (result.forPeople === "concluded") return [];
  const mark = { ok: "✓", empty: "–", error: paint.red("✗") }[result.status];
  return [...guarded, row(event.applied ? "ran" : "finding", `${mark} ${result.forPeople}`)];
}

const guardedLines = (guarded: Guarded | undefined, row: Row, paint: Paint): readonly string[] =>
  guarded === undefined ? [] : [row("guardrail", paint.yellow(guardedText(guarded)))];

function paintVerdict(verdict: string, paint: Paint): string {
  if (verdict === "recovered") return paint.green(verdict);
  return verdict === "worse" ? paint.red(verdict) : paint.yellow(verdict.replace("_", " "));
}

/** Whole text of every event, for `healer journal`. */
export const entryLines = (entry: Entry): string =>
  `${String(entry.seq).padStart(4)}  ${entry.at}  ${entry.actor.padEnd(9)} ${entry.hash.slice(0, 12)}  ${printable(entry.events.map((event) => event.type).join(", "))}`;
