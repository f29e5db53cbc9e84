import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const besideTheProject = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Path of a public data set that is read in place, or undefined after saying on the console what is skipped without it. */
export function sharedData(path: string, whatIsSkipped: string): string | undefined {
  const full = join(process.env.HEALER_BENCH_DATA ?? besideTheProject, path);
  if (existsSync(full)) return full;
  console.log(`SKIPPED: ${whatIsSkipped}: no ${full}`);
  return undefined;
}
