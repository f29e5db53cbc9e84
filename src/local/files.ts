import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../domain/journal.ts";
import type { PolicyText } from "../governance/policy.ts";

/** The project's own folder, wherever it was installed. */
export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));

export async function readPolicyText(folder = join(projectFolder, "policies")): Promise<PolicyText> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".cedar")).sort();
  const files = names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") }));
  return { schema: await readFile(join(folder, "schema.cedarschema"), "utf8"), files: await Promise.all(files) };
}

/** The system prompt with the hash that `run_started` keeps. */
export async function readPrompt(
  file = join(projectFolder, "prompts", "system.md"),
): Promise<{ text: string; hash: string }> {
  const text = (await readFile(file, "utf8")).trim();
  return { text, hash: sha256(text) };
}
