import type { Button, KnownBlock, RichTextElement } from "@slack/web-api";
import type { SlackMessage } from "../block-kit.ts";
import { style } from "./style.ts";

/** Names for the ids in the samples, as Slack would look them up. */
const names: Readonly<Record<string, string>> = { U0ADA0001: "Ada", U0GRACE02: "Grace", S0ONCALL1: "oncall" };

/** Messages as Slack would draw them, near enough to judge them by; shows only what our cards are made of. */
export const previewPage = (
  cards: readonly { readonly name: string; readonly title: string; readonly message: SlackMessage }[],
): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cards</title>
<style>${style}</style></head>
<body>${cards.map((card) => section(card.name, card.title, card.message)).join("\n")}</body></html>
`;

const section = (name: string, title: string, message: SlackMessage): string => `<section id="${escaped(name)}">
<h1>${escaped(title)}</h1>
<article><div class="face">H</div><div class="body">
<p class="by"><b>Healer</b> <span class="app">APP</span> <time>2:54 AM</time></p>
${message.blocks.map(blockHtml).join("\n")}
</div></article></section>`;

/** Our cards are made of five kinds of blocks; another one is a bug of theirs, and loud. */
function blockHtml(block: KnownBlock): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (block.type) {
    case "header":
      return `<h2>${escaped(block.text.text)}</h2>`;
    case "section":
      return `<div class="fields">${(block.fields ?? []).map((field) => `<div>${markupHtml(field.text)}</div>`).join("")}</div>`;
    case "context":
      return `<p class="context">${block.elements.map((one) => ("text" in one ? markupHtml(one.text) : "")).join(" ")}</p>`;
    case "actions":
      return `<div class="actions">${block.elements.map((one) => (one.type === "button" ? buttonHtml(one) : "")).join("")}</div>`;
    case "rich_text":
      return `<div class="rich">${block.elements.map(partHtml).join("")}</div>`;
    default:
      throw new Error(`the preview does not draw ${block.type}`);
  }
}

const buttonHtml = (button: Button): string =>
  `<button class="${button.style ?? "plain"}">${escaped(button.text.text)}</button>`;

type Part = Extract<KnownBlock, { type: "rich_text" }>["elements"][number];

function partHtml(part: Part): string {
  switch (part.type) {
    case "rich_text_section":
      return `<p>${part.elements.map(elementHtml).join("")}</p>`;
    case "rich_text_quote":
      return `<blockquote>${part.elements.map(elementHtml).join("")}</blockquote>`;
    case "rich_text_preformatted":
      return `<pre>${part.elements.map(elementHtml).join("")}</pre>`;
    case "rich_text_list":
      return `<ul>${part.elements.map((item) => `<li>${item.elements.map(elementHtml).join("")}</li>`).join("")}</ul>`;
  }
}

function elementHtml(element: RichTextElement): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (element.type) {
    case "text":
      return styled(escaped(element.text).replace(/\n/g, "<br>"), element.style ?? {});
    case "link":
      return `<a>${escaped(element.text ?? element.url)}</a>`;
    case "user":
      return mention(element.user_id);
    case "usergroup":
      return mention(element.usergroup_id);
    case "date":
      return element.format === "{ago}" ? "3 minutes ago" : timeHtml(element.timestamp);
    default:
      throw new Error(`the preview does not draw ${element.type}`);
  }
}

function styled(
  html: string,
  how: { readonly bold?: boolean; readonly italic?: boolean; readonly code?: boolean },
): string {
  const inner = how.code === true ? `<code>${html}</code>` : html;
  const slanted = how.italic === true ? `<i>${inner}</i>` : inner;
  return how.bold === true ? `<b>${slanted}</b>` : slanted;
}

/** Only the markup that our own fields use. */
function markupHtml(text: string): string {
  return text
    .split(/(<[^<>]+>)/)
    .map((piece) => (piece.startsWith("<") ? tagHtml(piece.slice(1, -1)) : plainMarkup(piece)))
    .join("");
}

function tagHtml(tag: string): string {
  const date = /^!date\^(\d+)\^/.exec(tag)?.[1];
  if (date !== undefined) return timeHtml(Number(date));
  if (tag.startsWith("@")) return mention(tag.slice(1));
  if (tag.startsWith("!subteam^")) return mention(tag.slice("!subteam^".length));
  return `<a>${escaped(tag.split("|")[1] ?? tag)}</a>`;
}

const plainMarkup = (text: string): string =>
  escaped(text)
    .replace(/\*([^*\n]+)\*/g, "<b>$1</b>")
    .replace(/`([^`\n]+)`/g, "<code>$1</code>")
    .replace(/\n/g, "<br>");

const mention = (id: string): string => `<span class="mention">@${escaped(names[id] ?? id)}</span>`;
const timeHtml = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(11, 16).replace(/^0/, "").concat(" AM");

const escaped = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ?? character,
  );
