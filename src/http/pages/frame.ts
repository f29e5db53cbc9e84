import { html as escaping, raw } from "hono/html";
import { visible } from "../../domain/visible.ts";

/** Escapes, as hono's own, and spells out what nobody could see: no alarm may turn a command around before it is approved. */
export const html = (strings: TemplateStringsArray, ...values: readonly unknown[]): Html =>
  escaping(strings, ...values.map((value) => (typeof value === "string" ? visible(value) : value)));

export type Html = ReturnType<typeof escaping>;

const style = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#566072;--line:#d9dee7;--back:#f6f7f9;--card:#fff;--good:#13734a;--bad:#b42318;--warn:#8a5a00;--mark:#eef2ff;--go:#13734a}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa4b5;--line:#2c3442;--back:#12161d;--card:#1a202a;--good:#4cc38a;--bad:#ff7b72;--warn:#e3b341;--mark:#202a44}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:20px 20px 60px}h1{font-size:22px;line-height:1.3;margin:0 0 2px;overflow-wrap:anywhere}h2{font-size:16px;margin:24px 0 8px}.card h2{margin:0 0 6px;font-size:18px;overflow-wrap:anywhere}
h1,h2,dd,td,pre,li>div,p{unicode-bidi:isolate}a{color:inherit}:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}p{margin:4px 0;overflow-wrap:anywhere}.soft{color:var(--soft)}code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:8px 12px;background:var(--mark);border-radius:6px;max-height:24em;overflow:auto}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--line);vertical-align:top}td:first-child{overflow-wrap:anywhere}th{font-weight:600;color:var(--soft);font-size:13px}
tr:last-child td{border-bottom:0}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin:12px 0}
.card.wait{border:2px solid var(--warn)}.tag{display:inline-block;padding:1px 8px;border-radius:10px;border:1px solid currentColor;font-size:12px;font-weight:600;white-space:nowrap;vertical-align:middle}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}dl{display:grid;grid-template-columns:116px minmax(0,1fr);gap:6px 12px;margin:8px 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}.card dd{max-height:14em;overflow:auto}.card dd:has(pre){max-height:none}.card pre{max-height:none}.price{font-size:18px;font-weight:600}
svg.spark{display:block;width:100%;max-width:420px;height:64px;margin:4px 0}.spark *{fill:none;stroke:var(--good);stroke-width:2;vector-effect:non-scaling-stroke}.spark line{stroke:var(--bad);stroke-dasharray:5 4;stroke-width:1}
ol.time{list-style:none;margin:0;padding:0}ol.time>li{display:grid;grid-template-columns:64px minmax(0,1fr) auto;gap:12px;padding:6px 0;border-bottom:1px solid var(--line)}
ol.time>li>div{overflow-wrap:anywhere}ol.time time{color:var(--soft);text-align:right;font:13px/1.6 ui-monospace,monospace}details>summary{cursor:pointer;overflow-wrap:anywhere}
form{display:flex;gap:8px;flex-wrap:wrap;margin-top:12px;align-items:end}label{flex:1 1 220px;font-size:13px;color:var(--soft)}input{display:block;width:100%;padding:8px 10px;border:1px solid var(--soft);border-radius:6px;background:var(--back);color:var(--ink);font:inherit;font-size:16px}
button,a.go{padding:8px 16px;border-radius:6px;border:1px solid var(--soft);background:var(--card);color:inherit;font:inherit;font-weight:600;cursor:pointer}button.go,a.go{background:var(--go);border-color:var(--go);color:#fff}button.no{color:var(--bad);border-color:var(--bad)}a.go{display:inline-block;text-decoration:none;margin-top:8px}
@media(max-width:640px){main{padding:14px 12px 40px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}ol.time>li{grid-template-columns:52px minmax(0,1fr);gap:8px}ol.time>li>span,.wide{display:none}.tag{white-space:normal}button{flex:1 1 auto;min-height:44px}th,td{padding:8px}}`;

/** How often a page reloads itself, and whether its reader asked it to hold still. */
export type Refresh = { readonly seconds: number; readonly still: boolean };

/** One page. It reloads itself while something is going on, there is no script to do it, and its reader can stop that. */
export const frame = (
  title: string,
  body: Html | Promise<Html>,
  { seconds, still }: Refresh = { seconds: 0, still: true },
) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
${seconds > 0 && !still ? html`<meta http-equiv="refresh" content="${seconds}">` : ""}
<title>${title}</title><style>${raw(style)}</style></head><body><main>${body}${seconds > 0 ? reloading(seconds, still) : ""}</main></body></html>`;

const reloading = (seconds: number, still: boolean) =>
  html`<footer class="soft"><p>${still ? html`This page holds still. <a href="?">Reload by itself</a>` : html`Reloads every ${seconds} s. <a href="?still">Hold still</a>`}</p></footer>`;

const tones: Readonly<Record<string, string>> = {
  healed: "good",
  nothing_to_do: "good",
  recovered: "good",
  escalated: "bad",
  denied: "warn",
  open: "warn",
  pending: "warn",
  "waits for a person": "warn",
  "works on it": "warn",
  no_effect: "bad",
  worse: "bad",
};

export const tag = (word: string) =>
  html`<span class="tag ${tones[word] ?? "soft"}">${word.replaceAll("_", " ")}</span>`;

export const utc = (iso: string): string => iso.slice(0, 19).replace("T", " ");

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
] as const;

/** `23 min`, rounded down; seconds below two minutes. */
export function span(milliseconds: number): string {
  if (milliseconds < 120_000) return `${Math.max(0, Math.floor(milliseconds / 1000))} s`;
  const [width, unit] = units.find(([one]) => milliseconds >= one * 2) ?? [60_000, "min"];
  return `${Math.floor(milliseconds / width)} ${unit}`;
}

/** A moment in UTC and, on a page that is looked at now, how long ago that was. */
export const moment = (iso: string, now: number | undefined) =>
  html`<time datetime="${iso}">${utc(iso)} UTC</time>${now === undefined ? "" : ` (${span(now - Date.parse(iso))} ago)`}`;
