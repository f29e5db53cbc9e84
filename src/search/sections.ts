import { createHash } from "node:crypto";
import type { Section } from "./types.ts";

/**
 * Splits markdown at its headings, outside of fenced code and front matter. Slugs are GitHub's, made unique the way
 * GitHub does; text before the first heading is the section `_top`, and a document without any text has no sections.
 */
export function sectionsOf(markdown: string): readonly Section[] {
  const lines = withoutFrontMatter(markdown).split(/\r\n|\n|\r/);
  const sections: Section[] = [];
  const used = new Map<string, number>();
  let open: { heading: string; level: number; from: number } = { heading: "", level: 0, from: 0 };
  const close = (to: number): void => {
    const text = lines.slice(open.from, to).join("\n").trim();
    if (open.level === 0 && text === "") return;
    const slug = open.level === 0 ? "_top" : uniqueSlug(open.heading, used);
    sections.push({ slug, heading: open.heading, level: open.level, text });
  };
  let fence = "";
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const mark = fenceMark(line);
    if (fence !== "") {
      if (closesFence(line, mark, fence)) fence = "";
      continue;
    }
    if (mark !== "") {
      fence = mark;
      continue;
    }
    const found = atxHeading(line) ?? setextHeading(lines, at);
    if (found === undefined) continue;
    close(at);
    open = { heading: found.heading, level: found.level, from: at + found.lines };
    at += found.lines - 1;
  }
  close(lines.length);
  return sections;
}

/** The citation's proof: changes when a single character of the section changes. */
export function contentHashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The heading's anchor as GitHub makes it, before it is made unique. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Text of a heading or title as a reader sees it, without markdown marks. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]{0,400})\]\([^)]{0,2000}\)/g, "$1")
    .replace(/<[^>]{1,400}>/g, "")
    .replace(/[`*]/g, "")
    .trim();
}

export function withoutFrontMatter(markdown: string): string {
  const text = markdown.charCodeAt(0) === 0xfeff ? markdown.slice(1) : markdown;
  const front = /^---[ \t]*\r?\n([\s\S]{0,65536}?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text);
  return front === null ? text : text.slice(front[0].length);
}

function uniqueSlug(heading: string, used: Map<string, number>): string {
  const base = slugOf(heading) || "section";
  let slug = base;
  let next = used.get(base) ?? 0;
  while (used.has(slug)) {
    next++;
    slug = `${base}-${next}`;
  }
  used.set(base, next);
  used.set(slug, used.get(slug) ?? 0);
  return slug;
}

type Heading = { readonly heading: string; readonly level: number; readonly lines: number };

function atxHeading(line: string): Heading | undefined {
  const found = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(line);
  if (found === null) return undefined;
  const heading = plainText((found[2] ?? "").replace(/(^|[ \t])#+[ \t]*$/, ""));
  return { heading, level: found[1]?.length ?? 1, lines: 1 };
}

/** A line of text underlined with `===` or `---`; only a lone line, since a paragraph before `---` is mostly a rule. */
function setextHeading(lines: readonly string[], at: number): Heading | undefined {
  const under = /^ {0,3}(={2,}|-{3,})[ \t]*$/.exec(lines[at + 1] ?? "");
  if (under === null) return undefined;
  const line = lines[at] ?? "";
  const before = lines[at - 1] ?? "";
  const isText = /^ {0,3}[^\s>#|*+-]/.test(line) && !line.includes("|");
  if (!isText || (before.trim() !== "" && atxHeading(before) === undefined)) return undefined;
  return { heading: plainText(line), level: under[1]?.startsWith("=") ? 1 : 2, lines: 2 };
}

function fenceMark(line: string): string {
  return /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
}

function closesFence(line: string, mark: string, fence: string): boolean {
  return mark.length >= fence.length && mark[0] === fence[0] && line.trim() === mark;
}
