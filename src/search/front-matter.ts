import { parse as parseYaml } from "yaml";
import * as z from "zod";
import type { SearchDocument } from "./types.ts";

/**
 * A document of any markdown folder. What front matter says of id, title and alarms is taken where it is well formed
 * and passed over where it is not: a broken runbook must still be found by its words.
 */
export function documentOf(path: string, text: string): SearchDocument {
  const front = /^\ufeff?---[ \t]*\r?\n([\s\S]{0,65536}?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  const found = front?.[1] === undefined ? undefined : frontMatterSchema.safeParse(yamlIn(front[1]));
  if (found?.success !== true) return { path, text };
  const { id, title, alarms } = found.data;
  return { path, text, id, title, declaredAlarms: alarms };
}

const frontMatterSchema = z.object({
  id: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  alarms: z
    .array(z.object({ namespace: z.string().optional(), metric: z.string().optional(), name: z.string().optional() }))
    .optional()
    .catch(undefined),
});

function yamlIn(text: string): unknown {
  try {
    // No aliases: a few bytes of them expand to gigabytes.
    return parseYaml(text, { maxAliasCount: 0, logLevel: "silent" });
  } catch {
    return undefined;
  }
}
