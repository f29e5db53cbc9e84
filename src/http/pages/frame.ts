import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

const style = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6577;--line:#d9dee7;--back:#f6f7f9;--card:#fff;--good:#157f4b;--bad:#b42318;--warn:#9a6700;--mark:#eef2ff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa4b5;--line:#2c3442;--back:#12161d;--card:#1a202a;--good:#4cc38a;--bad:#ff7b72;--warn:#e3b341;--mark:#202a44}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:24px 20px 60px}h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px}
a{color:inherit}p.soft,.soft{color:var(--soft)}code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;padding:10px 12px;background:var(--mark);border-radius:6px}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}th{font-weight:600;color:var(--soft);font-size:13px}
tr:last-child td{border-bottom:0}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin:10px 0}
.card.wait{border-color:var(--warn)}.tag{display:inline-block;padding:1px 8px;border-radius:10px;border:1px solid currentColor;font-size:12px;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}dl{display:grid;grid-template-columns:130px 1fr;gap:4px 12px;margin:8px 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
ol.time{list-style:none;margin:0;padding:0}ol.time>li{display:grid;grid-template-columns:64px minmax(0,1fr) auto;gap:12px;padding:7px 0;border-bottom:1px solid var(--line)}
ol.time time{color:var(--soft);text-align:right;font:13px/1.6 ui-monospace,monospace}details>summary{cursor:pointer;overflow-wrap:anywhere}@media(max-width:640px){dl{grid-template-columns:1fr}ol.time>li{grid-template-columns:48px minmax(0,1fr)}ol.time>li>span{display:none}}
form{display:flex;gap:8px;flex-wrap:wrap;margin-top:10px}input{flex:1;min-width:200px;padding:7px 10px;border:1px solid var(--line);border-radius:6px;background:var(--back);color:inherit;font:inherit}
button{padding:7px 16px;border-radius:6px;border:1px solid var(--line);background:var(--card);color:inherit;font:inherit;font-weight:600;cursor:pointer}button.go{background:var(--good);border-color:var(--good);color:#fff}button.no{color:var(--bad);border-color:var(--bad)}`;

/** One page. `refreshSeconds` reloads it while something is going on; there is no script to do it. */
export const frame = (title: string, body: Html | Promise<Html>, refreshSeconds = 0) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
${refreshSeconds > 0 ? html`<meta http-equiv="refresh" content="${refreshSeconds}">` : ""}
<title>${title}</title><style>${raw(style)}</style></head><body><main>${body}</main></body></html>`;

const tones: Readonly<Record<string, string>> = {
  healed: "good",
  nothing_to_do: "good",
  recovered: "good",
  escalated: "bad",
  denied: "warn",
  open: "warn",
  pending: "warn",
  "waits for a person": "warn",
};

export const tag = (word: string) =>
  html`<span class="tag ${tones[word] ?? "soft"}">${word.replaceAll("_", " ")}</span>`;

export const utc = (iso: string): string => iso.slice(0, 19).replace("T", " ");
