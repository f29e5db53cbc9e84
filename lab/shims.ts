import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ask = fileURLToPath(new URL("./shims/ask.mjs", import.meta.url));

export const shimFolder = (folder: string): string => join(folder, "shims");

/** Writes the tiny scripts that stand first on a command's PATH. */
export function writeShims(folder: string): void {
  const shims = shimFolder(folder);
  mkdirSync(shims, { recursive: true });
  for (const name of ["systemctl", "journalctl", "df", "free", "top", "ss", "certbot"]) {
    const script = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(ask)} ${name} "$@"\n`;
    writeFileSync(join(shims, name), script, { mode: 0o755 });
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
