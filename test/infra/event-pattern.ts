import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Pattern = Readonly<Record<string, unknown>>;
type Rule =
  | string
  | { readonly prefix: string }
  | { readonly "anything-but": string | readonly string[] | { readonly prefix: string } };

/** EventBridge's matching, as far as our rules use it: every named field must be there and fit one of its rules. */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (typeof event !== "object" || event === null) return false;
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Record<string, unknown>)[field];
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, value);
    const values = Array.isArray(value) ? value : [value];
    return values.some((each) => wanted.some((rule: Rule) => fits(rule, each)));
  });
}

function fits(rule: Rule, value: unknown): boolean {
  if (typeof rule === "string") return value === rule;
  if (typeof value !== "string") return false;
  if ("prefix" in rule) return value.startsWith(rule.prefix);
  const not = rule["anything-but"];
  if (typeof not === "object" && "prefix" in not) return !value.startsWith(not.prefix);
  return ![not].flat().includes(value);
}

/** AWS's own alarm samples, read in place. */
export function alarmSamples(): readonly { readonly file: string; readonly event: unknown }[] {
  const folder = join(import.meta.dirname, "../../../shared/samples");
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith("alarm-")) : [];
  if (files.length === 0) console.log(`SKIPPED: AWS's alarm samples against the rule: none in ${folder}`);
  return files.map((file) => ({ file, event: JSON.parse(readFileSync(join(folder, file), "utf8")) }));
}
