import { type Approval, people } from "../../domain/approval.ts";
import { formatUsd, type MicroUsd } from "../../domain/money.ts";
import { previewText } from "../../domain/preview.ts";
import { allCalls, type CallState, lastVerdict, type Run } from "../../domain/run.ts";
import { priceBasis, priceHeadline, whereText } from "../../domain/tool.ts";
import { wouldHaveText } from "../../domain/would-have.ts";
import { html, span, tag, utc } from "./frame.ts";
import { sparkline } from "./spark.ts";

/** What whoever is woken reads first: what is broken, why, what was done about it, at what price, and what the metric said. */
export function summary(run: Run) {
  const { concluded, started } = run;
  const verified = lastVerdict(run);
  const cause = concluded?.rootCause ?? lastCause(run);
  return html`<section class="card" aria-label="Summary"><dl>
    ${concluded === undefined ? "" : html`<dt>Outcome</dt><dd><b>${concluded.reason}</b></dd>`}
    <dt>Alarm</dt><dd>${started?.alarm.state.reason ?? ""}</dd>
    ${run.recoveredAt === undefined ? "" : html`<dt>Recovered</dt><dd>OK since ${utc(run.recoveredAt)} UTC, without a change of this run</dd>`}
    <dt>Cause</dt><dd>${cause ?? (concluded === undefined ? "not known yet" : "not established")}</dd>
    ${changesOf(run).map(changeRow)}
    ${verified === undefined ? "" : html`<dt>Measured</dt><dd>${tag(verified.verdict)} ${verified.measured}${sparkline(verified.datapoints, started?.alarm.threshold)}</dd>`}
  </dl></section>`;
}

/** What the model said last, while the run has no conclusion. */
const lastCause = (run: Run): string | undefined =>
  allCalls(run)
    .map(({ input }) => (input as { readonly detailed_root_cause?: unknown } | null)?.detailed_root_cause)
    .findLast((said) => typeof said === "string");

const changesOf = (run: Run): readonly CallState[] =>
  allCalls(run).filter(({ kind, assessed }) => kind === "change" && assessed?.assessment?.plan !== undefined);

function changeRow(call: CallState) {
  const { assessed, finished } = call;
  if (assessed?.assessment?.plan === undefined) return "";
  const { plan, price } = assessed.assessment;
  // What did not run costs nothing: its arithmetic would only stand in the way of what did.
  const basis = finished?.refused === undefined ? priceBasis(price) : "";
  return html`<dt>Action</dt><dd><b>${plan.runbook?.action ?? plan.document.name}</b> on ${plan.targets.join(", ") || "the service"}: ${becameOf(call)}
    ${assessed.wouldHave === undefined ? "" : html`<div class="warn">${wouldHaveText(assessed.wouldHave)}</div>`}</dd>
    <dt>Price</dt><dd>${priceHeadline(price)} ${basis && html`<span class="soft">${basis}</span>`}</dd>`;
}

function becameOf({ finished, decided }: CallState): string {
  const who =
    decided && `${decided.outcome} by ${namesOf(decided.approvers)}${decided.comment && ` (${decided.comment})`}`;
  if (finished === undefined) return ["not finished", ...(who === undefined ? [] : [who])].join(", ");
  if (finished.refused === undefined) return ["ran", ...(who === undefined ? [] : [who])].join(", ");
  return `did not run: ${decided === undefined || decided.outcome === "approved" ? finished.refused : who}`;
}

const namesOf = (approvers: readonly { readonly person: { readonly name: string } }[]): string =>
  approvers.map((one) => one.person.name).join(", ") || "nobody";

/** What waits, in the order in which it is judged, with the buttons that decide it. */
export function approvalCard(approval: Approval, run: Run, now: number | undefined) {
  const { card, approvalId, expiresAt, quorum, approvers } = approval;
  const { price, risk, reversible } = card.assessment;
  const left = now === undefined ? "" : `, ${span(Date.parse(expiresAt) - now)} left`;
  const have = approvers.length === 0 ? "" : `; approved by ${namesOf(approvers)}`;
  return html`<section class="card wait" aria-labelledby="${approvalId}"><h2 id="${approvalId}">${card.title}</h2>
    <p><b>Waits for ${people(quorum - approvers.length)}${left}</b> <span class="soft">(until ${utc(expiresAt)} UTC${have})</span></p>
    <dl><dt>Will run</dt><dd><pre tabindex="0">${card.action}</pre></dd>
    ${card.assessment.plan === undefined ? "" : html`<dt>On</dt><dd class="mono">${whereText(card.assessment.plan)}</dd>`}
    ${card.preview === undefined ? "" : html`<dt>Preview</dt><dd>${previewText(card.preview)}</dd>`}
    <dt>Price</dt><dd><span class="price">${priceHeadline(price)}</span> <span class="soft">${priceBasis(price)}</span></dd>
    <dt>Asked because</dt><dd>${card.askedBecause.join("; ")}</dd>
    <dt>Broken</dt><dd>${run.started?.alarm.state.reason ?? card.alarm}</dd>
    <dt>Cause</dt><dd>${card.rootCause}</dd></dl>
    <form method="post" action="/approvals/${approvalId}"><input type="hidden" name="digest" value="${approval.digest}">
    <label>Why, or what should change <input name="comment" maxlength="2000" autocomplete="off"></label><button class="go" name="kind" value="approve">Approve</button>
    <button class="no" name="kind" value="deny">Deny</button><button name="kind" value="change">Ask for a change</button></form>
    <dl><dt>Why this</dt><dd>${card.justification}</dd>
    <dt>Risk</dt><dd>${risk}, ${reversible ? "reversible" : "not reversible"}; runbook step <span class="mono">${card.citation}</span></dd>
    <dt>Digest</dt><dd class="mono">${approval.digest}</dd></dl></section>`;
}

/** One line that says what a run has cost so far. */
export const spentText = (run: Run): string =>
  `${run.tokens} tokens, ${formatUsd(run.spent as MicroUsd)} spent by the run, ${formatUsd(run.changed as MicroUsd)} of changes`;
