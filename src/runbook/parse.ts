import { parse as parseYaml, YAMLParseError } from "yaml";
import * as z from "zod";
import { HealerError, messageOf } from "../domain/errors.ts";
import { type Runbook, RunbookFrontMatter } from "../domain/runbook.ts";
import { contentHashOf, sectionsOf } from "../search/sections.ts";

/** Rejects with `bad_runbook`, naming the file and the field, when the front matter is missing, broken or incomplete. */
export function parseRunbook(path: string, text: string): Runbook {
  const found = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text);
  if (found?.[1] === undefined) throw badRunbook(path, "it does not begin with front matter between two `---` lines");
  const front = RunbookFrontMatter.safeParse(readYaml(path, found[1]));
  if (!front.success) throw badRunbook(path, z.prettifyError(front.error).split("\n").slice(0, 6).join(" "));
  const sections = sectionsOf(text).map((section) => ({ ...section, contentHash: contentHashOf(section.text) }));
  return { ...front.data, path, text, sections };
}

function readYaml(path: string, text: string): unknown {
  try {
    // No aliases: a few bytes of them expand to gigabytes.
    return parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw badRunbook(path, `line ${(error.linePos?.[0].line ?? 0) + 1}: ${error.message}`);
    throw badRunbook(path, messageOf(error));
  }
}

const badRunbook = (path: string, why: string): HealerError =>
  new HealerError("bad_runbook", `${path}: ${why}`, {
    hint: "`healer runbooks lint` checks a folder; docs say what each field holds.",
  });
