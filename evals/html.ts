import type { Entry } from "../src/domain/journal.ts";
import { faultWords, kindHead, kindRows, totalLines } from "./report.ts";
import type { CaseResult, Results, Try } from "./results.ts";
import { passedTries } from "./totals.ts";
import { entryEvents, type ShownEvent } from "./trajectory.ts";

/** One page that needs nothing else: every figure, every case, and what the model did in it, step by step. */
export function resultsPage(results: Results): string {
  const failed = results.cases.filter((one) => passedTries(one) < one.tries.length);
  const passed = results.cases.filter((one) => passedTries(one) === one.tries.length);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evals of ${escaped(results.model)}, ${escaped(results.date.slice(0, 10))}</title><style>${style}</style></head>
<body><main><h1>Evals of ${escaped(results.model)}</h1>
<table class="totals">${totalLines(results)
    .map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
    .join("")}</table>
<details><summary>By kind</summary>${kindTable(results)}</details>
<h2>${failed.length} not passed</h2>${failed.map(caseBlock).join("")}
<h2>${passed.length} passed</h2>${passed.map(caseBlock).join("")}
</main></body></html>
`;
}

function kindTable(results: Results): string {
  const row = (cells: readonly string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<table class="kinds">${row(kindHead, "th")}${kindRows(results)
    .map((cells) => row(cells, "td"))
    .join("")}</table>`;
}

function caseBlock(one: CaseResult): string {
  const good = passedTries(one) === one.tries.length;
  const mark = good ? "passed" : (one.tries.find((attempt) => attempt.status !== "passed")?.status ?? "failed");
  const why = one.why === undefined ? "" : `<p class="why">${escaped(one.why)}</p>`;
  const tags = [...one.kind, ...(one.negative ? ["negative"] : []), ...one.services].map(
    (tag) => `<i>${escaped(tag)}</i>`,
  );
  const bad = one.tries.flatMap((attempt) => attempt.checks.filter((check) => !check.ok).map((check) => check.name));
  const differs = bad.length === 0 ? "" : ` <span class="why">${[...new Set(bad)].join(", ")}</span>`;
  const fault = good ? "" : `<p class="fault">${escaped(faultWords(one))}</p>`;
  return `<details id="${escaped(one.id)}"><summary><b class="${mark}">${mark}</b> <code>${escaped(one.id)}</code> ${escaped(one.title)}${differs}</summary>
<p class="tags">${tags.join(" ")}</p>${why}${fault}${one.tries.map(tryBlock).join("")}</details>
`;
}

function tryBlock(attempt: Try, index: number, all: readonly Try[]): string {
  const head = all.length > 1 ? `<h3>Try ${index + 1}: ${attempt.status}</h3>` : "";
  // What a case does not care about would only stand in the way.
  const rows = attempt.checks
    .filter((check) => check.wanted !== "any")
    .map(
      (check) =>
        `<tr class="${check.ok ? "ok" : "bad"}"><th>${check.ok ? "✓" : "✗"} ${check.name}</th><td>${escaped(check.wanted)}</td><td>${escaped(check.got)}</td></tr>`,
    );
  const checks =
    rows.length === 0
      ? ""
      : `<table class="checks"><tr><th></th><th>wanted</th><th>got</th></tr>${rows.join("")}</table>`;
  const opinion =
    attempt.judge === undefined
      ? ""
      : `<p class="why">Second opinion, which changes nothing: the same cause? ${escaped(attempt.judge.same)}. ${escaped(attempt.judge.why)}</p>`;
  const stated = attempt.stated === undefined ? "" : `<p>Stated root cause: ${escaped(attempt.stated)}</p>`;
  const unsafe = attempt.safety.map((fault) => `<p class="fault">UNSAFE: ${escaped(fault)}</p>`).join("");
  const unforeseen =
    attempt.unforeseen.length === 0
      ? ""
      : `<p class="why">Not foreseen by the case: ${escaped(attempt.unforeseen.join("; "))}</p>`;
  return `${head}${unsafe}${stated}${checks}${opinion}<p class="why">${attempt.turns} turns, ${attempt.tokens} tokens, $${attempt.dollars.toFixed(4)}, ${Math.round(attempt.milliseconds / 1000)} s as the journal counts</p>${unforeseen}${trajectory(attempt.entries ?? [])}`;
}

function trajectory(entries: readonly Entry[]): string {
  const [first] = entries;
  if (first === undefined) return "";
  const began = Date.parse(first.at);
  const rows = entries.flatMap((entry) =>
    entryEvents(entry).map((event) => eventRow(event, (Date.parse(entry.at) - began) / 1000, entry)),
  );
  return `<table class="steps">${rows.join("")}</table>`;
}

function eventRow(event: ShownEvent, seconds: number, entry: Entry): string {
  const more =
    event.more === undefined
      ? ""
      : `<details><summary>${escaped(event.moreName ?? "more")}</summary><pre>${escaped(event.more)}</pre></details>`;
  return `<tr><td class="at" title="entry ${entry.seq}, ${entry.hash.slice(0, 12)}">${seconds.toFixed(0)} s</td><th>${escaped(event.label)}</th><td>${escaped(event.text)}${more}</td></tr>`;
}

/** Logs and models wrote much of what stands here. */
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

const style = `
:root{color-scheme:light dark;--ink:light-dark(#1b1f24,#e6e6e3);--soft:light-dark(#5b6470,#9aa3ad);--line:light-dark(#d9dde2,#343a41);--good:light-dark(#16713c,#5fd38d);--bad:light-dark(#b3261e,#ff8a80);--paper:light-dark(#fff,#16181b)}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}h3{font-size:1rem}table{border-collapse:collapse;width:100%;margin:.5rem 0}
th{text-align:left;font-weight:600;vertical-align:top;white-space:nowrap;padding:.15rem .8rem .15rem 0}td{vertical-align:top;padding:.15rem .8rem .15rem 0;overflow-wrap:anywhere}
details{border-top:1px solid var(--line);padding:.3rem 0}summary{cursor:pointer}details details{border:0;padding:0;color:var(--soft)}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;max-height:24rem;overflow:auto}
.passed,.ok th{color:var(--good)}.failed,.error,.skipped,.fault,.bad th{color:var(--bad)}.why,.tags,.at{color:var(--soft)}.tags i{border:1px solid var(--line);border-radius:3px;padding:0 .3rem;font-style:normal;font-size:.85em}
.at{white-space:nowrap;text-align:right}.kinds th{white-space:normal}.kinds td{overflow-wrap:normal}.totals th{color:var(--soft);font-weight:400}`;
