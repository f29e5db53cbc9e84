import { html } from "hono/html";
import { type Approval, people } from "../../domain/approval.ts";
import type { Incident } from "../../domain/incident.ts";
import { frame, tag, utc } from "./frame.ts";

/** Incidents, newest first, and above them what waits for a person. */
export function listPage(incidents: readonly Incident[], pending: readonly Approval[]) {
  const waits = new Set(pending.map((approval) => approval.runId));
  const rows = [...incidents]
    .reverse()
    .slice(0, 200)
    .map(
      (
        incident,
      ) => html`<tr><td><a href="/runs/${incident.runId}">${incident.title}</a><div class="soft mono">${incident.resource}</div></td>
      <td>${tag(waits.has(incident.runId) ? "waits for a person" : (incident.outcome ?? incident.status))}</td><td>${incident.severity}</td><td class="mono">${utc(incident.openedAt)}</td></tr>`,
    );
  const waiting = pending.map(
    (
      approval,
    ) => html`<div class="card wait"><b>${approval.card.title}</b> waits for ${people(approval.quorum)} until ${utc(approval.expiresAt)} UTC.
      <a href="/runs/${approval.runId}">Look and decide</a></div>`,
  );
  const table = html`<table><tr><th>Alarm</th><th>Outcome</th><th>Severity</th><th>Opened (UTC)</th></tr>${rows}</table>`;
  const none = html`<p class="soft">No incident yet. Send an alarm event, or break a service of the lab.</p>`;
  return frame("Incidents", html`<h1>Incidents</h1>${waiting}<h2>Runs</h2>${rows.length > 0 ? table : none}`, 5);
}
