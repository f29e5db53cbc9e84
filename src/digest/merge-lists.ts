import { groupBy, type MergedTemplate } from "./merged.ts";
import { isConstant, isWord, manyWords, mask } from "./values.ts";

/** Joins templates that differ only inside quotes, once there are enough contents for the quotes to hold a variable. */
export function joinQuoted(templates: readonly MergedTemplate[]): MergedTemplate[] {
  return groupBy(templates, ({ tokens }) => quotedMasked(tokens).join(" ")).flatMap((group) => {
    const masked = quotedMasked((group[0] as MergedTemplate).tokens);
    if (group.length < 3 || masked.filter(isWord).length < 2) return group;
    return [{ tokens: masked, members: group.flatMap((template) => template.members) }];
  });
}

/** Puts one mask between each pair of quotes, unless what is quoted begins with a constant (`"GET ...`). */
function quotedMasked(tokens: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    kept.push(token);
    if (token !== '"' && token !== "'") continue;
    const close = tokens.indexOf(token, at + 1);
    if (close <= at + 1 || close > at + 10 || isConstant(tokens[at + 1] as string)) continue;
    kept.push(mask, token);
    at = close;
  }
  return kept;
}

/** Joins templates that differ only in a list with commas (`alice, bob`), once its items or its length vary enough. */
export function joinLists(templates: readonly MergedTemplate[]): MergedTemplate[] {
  return groupBy(templates, ({ tokens }) => listsMasked(tokens).join(" ")).flatMap((group) => {
    const masked = listsMasked((group[0] as MergedTemplate).tokens);
    const lengths = new Set(group.map(({ tokens }) => tokens.length)).size;
    const varies = group.length >= manyWords || (group.length >= 3 && lengths >= 2);
    if (!varies || masked.filter(isWord).length < 2) return group;
    return [{ tokens: masked, members: group.flatMap((template) => template.members) }];
  });
}

/** Puts one mask where words or values follow one another with commas between. */
function listsMasked(tokens: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    let end = at;
    while (isItem(tokens[end]) && tokens[end + 1] === "," && isItem(tokens[end + 2])) end += 2;
    kept.push(end > at ? mask : (tokens[at] as string));
    at = end;
  }
  return kept;
}

function isItem(token: string | undefined): boolean {
  return token !== undefined && (token === mask || (/[\p{L}\p{N}]/u.test(token) && !isConstant(token)));
}
