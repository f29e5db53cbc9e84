import type {
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  RichTextElement,
  RichTextList,
  RichTextPreformatted,
  RichTextQuote,
  RichTextSection,
} from "@slack/web-api";
import { exact, line, words } from "./escape.ts";

/**
 * Builders for rich text, where Slack parses nothing: a mention or a link is an element of its own, so that text from a
 * log can never become one. Every card puts foreign words here and nowhere else.
 */
const said = (text: string, most: number): RichTextElement => ({ type: "text", text: words(text, most) });
export const saidLine = (text: string, most: number): RichTextElement => ({ type: "text", text: line(text, most) });
export const code = (text: string, most: number): RichTextElement => ({
  type: "text",
  text: line(text, most),
  style: { code: true },
});

/** Our own words, as they stand. */
export const ours = (text: string): RichTextElement => ({ type: "text", text });
export const bold = (text: string): RichTextElement => ({ type: "text", text, style: { bold: true } });
export const faint = (text: string): RichTextElement => ({ type: "text", text, style: { italic: true } });
export const boldSaid = (text: string, most: number): RichTextElement => ({
  type: "text",
  text: line(text, most),
  style: { bold: true },
});

/** The reader's own time zone; milliseconds since 1970. */
export const clock = (at: number, format: "time" | "ago"): RichTextElement => ({
  type: "date",
  timestamp: Math.floor(at / 1000),
  format: format === "ago" ? "{ago}" : "{time}",
  fallback: `${new Date(at).toISOString().slice(11, 16)} UTC`,
});

/** Ours only: built by code from settings, never found in a text. */
export const link = (url: string, text: string): RichTextElement => ({ type: "link", url, text: line(text, 200) });
export const userMention = (userId: string): RichTextElement => ({ type: "user", user_id: userId });
export const groupMention = (groupId: string): RichTextElement => ({ type: "usergroup", usergroup_id: groupId });

export const paragraph = (...elements: readonly RichTextElement[]): RichTextSection => ({
  type: "rich_text_section",
  elements: [...elements],
});
export const quote = (text: string, most: number): RichTextQuote => ({
  type: "rich_text_quote",
  elements: [said(text, most)],
});
export const bullets = (items: readonly (readonly RichTextElement[])[]): RichTextList => ({
  type: "rich_text_list",
  style: "bullet",
  elements: items.map((elements) => paragraph(...elements)),
});
const preformatted = (piece: string): RichTextPreformatted => ({
  type: "rich_text_preformatted",
  elements: [{ type: "text", text: piece }],
});

/** The whole command in as many boxes as it takes, at most ten; says how much is missing where that is not enough. */
export function wholeCommand(text: string): readonly KnownBlock[] {
  const pieces = exact(text, 2800);
  const blocks: KnownBlock[] = pieces.slice(0, 10).map((piece) => richText(preformatted(piece)));
  if (pieces.length <= 10) return blocks;
  return [
    ...blocks,
    richText(paragraph(bold(`${pieces.length - 10} more pieces do not fit here: read it in the terminal.`))),
  ];
}

export const richText = (...elements: RichTextBlock["elements"]): RichTextBlock => ({ type: "rich_text", elements });

/** Emoji codes (`:tada:`) stay letters. */
export const plain = (text: string): PlainTextElement => ({ type: "plain_text", text, emoji: false });

/** Our own markup; `verbatim` keeps Slack from making links of anything in it. */
export const markup = (text: string): MrkdwnElement => ({ type: "mrkdwn", text, verbatim: true });
