import { resourceOf } from "../../domain/alarm.ts";
import { type Approval, people } from "../../domain/approval.ts";
import type { RunEvent } from "../../domain/event.ts";
import { type Entry, verifyChain } from "../../domain/journal.ts";
import { type Explanation, explanationsOf } from "../../domain/message.ts";
import { previewText } from "../../domain/preview.ts";
import { type Run, replay } from "../../domain/run.ts";
import { actionText, type Guarded, guardedText, priceHeadline } from "../../domain/tool.ts";
import { wouldHaveText } from "../../domain/would-have.ts";
import { frame, type Html, html, moment, tag, utc } from "./frame.ts";
import { approvalCard, spentText, summary } from "./summary.ts";

/** One run told from its journal; reloads itself while the run goes on, but not under the hands of who decides. */
export function runPage(
  entries: readonly Entry[],
  approvals: readonly Approval[],
  problem: string | undefined,
  now: number | undefined,
  still = false,
) {
  const concluded = entries.some((entry) => entry.events.some((event) => event.type === "run_concluded"));
  const waits = approvals.some((approval) => approval.status === "pending");
  const body = html`<nav><a href="/">All incidents</a></nav>${runBody(entries, approvals, problem, now)}`;
  return frame(`${waits ? "waits: " : ""}${titleOf(entries)}`, body, { seconds: concluded || waits ? 0 : 2, still });
}

function titleOf(entries: readonly Entry[]): string {
  const [started] = entries[0]?.events ?? [];
  return started?.type === "run_started" ? started.alarm.alarmName : "Run";
}

/** What waits or how it stands, then what happened, and whether the chain holds. */
export function runBody(
  entries: readonly Entry[],
  approvals: readonly Approval[],
  problem: string | undefined,
  now: number | undefined,
) {
  const first = entries[0];
  if (first === undefined) throw new Error("a page needs a journal");
  const run = replay(first.runId, entries);
  const alarm = run.started?.alarm;
  const pending = run.concluded === undefined ? approvals.filter(({ status }) => status === "pending") : [];
  const state = run.concluded?.outcome ?? (pending.length > 0 ? "waits for a person" : "works on it");
  const lines = entries.flatMap((entry) => entry.events.filter(isTold).map((event) => line(event, entry, run)));
  return html`<header><h1>${titleOf(entries)} ${tag(state)}</h1>
    <p class="soft">${alarm === undefined ? "" : html`${resourceOf(alarm)} · since ${moment(alarm.state.at, now)}`}${run.started?.mode === "auto" ? "" : ` · mode ${run.started?.mode}`}</p></header>
    ${problem === undefined ? "" : html`<p class="bad" role="alert">${problem}</p>`}
    ${pending.length > 0 ? pending.map((approval) => approvalCard(approval, run, now)) : summary(run)}
    <h2>Timeline</h2><p class="soft mono">${first.runId} · ${entries.length} entries, ${chainOf(entries)} · ${spentText(run)}</p>
    <ol class="time">${lines}</ol>`;
}

function chainOf(entries: readonly Entry[]) {
  const fault = verifyChain(entries[0]?.runId ?? "", entries, []);
  if (fault === undefined) return html`<span class="good">chain holds</span>`;
  return html`<span class="bad">broken at ${fault.seq}: ${fault.why}</span>`;
}

/** Reading is always allowed: a line for each would hide the decisions that matter. */
const isTold = (event: RunEvent): boolean => event.type !== "call_assessed" || event.assessment !== undefined;

function line(event: RunEvent, entry: Entry, run: Run) {
  const seconds = ((Date.parse(entry.at) - run.startedAt) / 1000).toFixed(1);
  return html`<li><time datetime="${entry.at}">${seconds} s</time><div>${told(event, run)}</div><span class="soft mono">${entry.actor} #${entry.seq}</span></li>`;
}

function told(event: RunEvent, run: Run) {
  switch (event.type) {
    case "run_started":
      return html`<b>Alarm</b> ${event.alarm.state.reason}`;
    case "alarm_screened":
      return folded(html`<b>Alarm screened</b> ${guarded(event.guardrail) ?? "the guardrail let it pass"}`, event.text);
    case "model_replied":
      return html`${folded(
        html`<b>Model</b> ${event.calls.map((call) => call.tool).join(", ") || event.stopReason} <span class="soft">${event.modelId}, ${event.usage.inputTokens + event.usage.outputTokens} tokens</span>`,
        JSON.stringify(event.message.content, null, 1),
      )}${explanationsOf(event.message).map(explained)}`;
    case "call_assessed":
      return html`<b>Decision</b> ${tag(event.decision.verdict)} <span class="mono">${event.decision.policies.join(", ")}</span> ${event.decision.reasons.join("; ")}
        ${event.assessment === undefined ? "" : html`<span class="soft">${event.assessment.risk} risk, ${priceHeadline(event.assessment.price)}</span>`}
        ${event.wouldHave === undefined ? "" : html`<div class="warn">${wouldHaveText(event.wouldHave)} <span class="mono">${event.wouldHave.policies.join(", ")}</span></div>`}`;
    case "approval_requested":
      return html`<b>Asks</b> ${people(event.quorum)} until ${utc(event.expiresAt)} UTC${event.preview === undefined ? "" : `; ${previewText(event.preview)}`}`;
    case "approval_decided":
      return html`<b>Decided</b> ${tag(event.outcome)} ${event.approvers.map((one) => one.person.name).join(", ")} ${event.comment}`;
    case "change_started":
      return html`<b>Change</b> <pre>${actionText(event.plan)}</pre> <span class="soft mono">digest ${event.digest}</span>`;
    case "change_sent":
      return html`<b>Sent</b> <span class="mono">${event.handle.kind} ${event.handle.id}</span>${event.reconciled ? " (found again after an interruption)" : ""}`;
    case "call_finished":
      return folded(
        html`<b>${run.calls[event.callId]?.tool ?? event.callId}</b> ${event.refused === undefined ? "" : html`<span class="bad">refused, ${event.refused}:</span>`} ${event.result.forPeople} ${guarded(event.result.guardrail) ?? ""}`,
        event.result.forModel,
      );
    case "verified":
      return html`<b>Measured</b> ${tag(event.verdict)} ${event.measured}`;
    case "run_concluded":
      return html`<b>Outcome</b> ${tag(event.outcome)} ${event.reason}`;
    case "alarm_recovered":
      return html`<b>Alarm</b> OK since ${utc(event.at)} UTC, without a change of this run`;
  }
}

/** One line that opens to all that the model wrote or read. */
const folded = (head: Html | Promise<Html>, all: string) =>
  html`<details><summary>${head}</summary><pre>${all}</pre></details>`;

const guarded = (by: Guarded | undefined) =>
  by === undefined ? undefined : html`<span class="warn">guardrail ${guardedText(by)}</span>`;

const explained = ({ rootCause, justification, citations }: Explanation) =>
  html`<dl>${rootCause === undefined ? "" : html`<dt>Root cause</dt><dd>${rootCause}</dd>`}
    ${justification === undefined ? "" : html`<dt>Because</dt><dd>${justification}</dd>`}
    ${citations.length === 0 ? "" : html`<dt>Cites</dt><dd class="mono">${citations.join(", ")}</dd>`}</dl>`;
