import { type Approval, people } from "../../domain/approval.ts";
import type { Incident } from "../../domain/incident.ts";
import { priceHeadline } from "../../domain/tool.ts";
import { frame, html, span, tag, utc } from "./frame.ts";

/** Incidents, newest first, and above them what waits for a person. */
export function listPage(incidents: readonly Incident[], pending: readonly Approval[], now: number, still = false) {
  const waits = new Set(pending.map((approval) => approval.runId));
  const rows = [...incidents]
    .reverse()
    .slice(0, 200)
    .map((incident) => row(incident, waits.has(incident.runId), now));
  const table = html`<table><thead><tr><th scope="col">Alarm</th><th scope="col">Outcome</th><th scope="col" class="wide">Severity</th><th scope="col">Opened</th></tr></thead><tbody>${rows}</tbody></table>`;
  const none = html`<p class="soft">No incident yet. Send an alarm event, or break a service of the lab.</p>`;
  const title = pending.length > 0 ? `(${pending.length}) Incidents` : "Incidents";
  return frame(
    title,
    html`<h1>Incidents</h1>${pending.map((approval) => waiting(approval, now))}<h2>Runs</h2>${rows.length > 0 ? table : none}`,
    { seconds: 5, still },
  );
}

function row(incident: Incident, waits: boolean, now: number) {
  const { runId, title, resource, severity, openedAt, outcome, status } = incident;
  const state = waits ? "waits for a person" : (outcome ?? (status === "open" ? "works on it" : status));
  return html`<tr><td><a href="/runs/${runId}">${title}</a><div class="soft mono">${resource}</div></td>
    <td>${tag(state)}</td><td class="wide">${severity}</td><td>${span(now - Date.parse(openedAt))} ago <time class="wide soft" datetime="${openedAt}">${utc(openedAt)} UTC</time></td></tr>`;
}

function waiting({ card, runId, quorum, approvers, expiresAt }: Approval, now: number) {
  return html`<section class="card wait"><h2>${card.title}</h2>
    <p>for <b>${card.alarm}</b>, ${priceHeadline(card.assessment.price)}</p>
    <p><b>Waits for ${people(quorum - approvers.length)}, ${span(Date.parse(expiresAt) - now)} left</b></p>
    <a class="go" href="/runs/${runId}">Look and decide</a></section>`;
}
