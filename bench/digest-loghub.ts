import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { digestLines } from "../src/digest/lines.ts";

/** Where the public data sets are: beside the project, or where HEALER_BENCH_DATA says. */
export const dataFolder = process.env.HEALER_BENCH_DATA ?? resolve(import.meta.dirname, "../../shared/data");
export const loghubFolder = join(dataFolder, "loghub-2k");

export interface SystemScore {
  readonly system: string;
  readonly accuracy: number;
  readonly clusters: number;
  readonly truth: number;
}

/** Names of the systems that have raw lines and ground truth; empty where the data is absent. */
export function loghubSystems(): readonly string[] {
  if (!existsSync(loghubFolder)) return [];
  return readdirSync(loghubFolder)
    .filter((system) => existsSync(join(loghubFolder, system, `${system}_2k.log`)))
    .sort();
}

/** Grouping accuracy of one system from its raw lines, headers and all, against the corrected labels where they exist. */
export async function scoreSystem(system: string): Promise<SystemScore> {
  const lines = readFileSync(join(loghubFolder, system, `${system}_2k.log`), "utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const digest = await digestLines(lines, { keepAssignments: true });
  const truth = readLabels(system);
  const found = lines.map((_, index) => String(digest.clusterOfLine(index + 1)));
  return {
    system,
    accuracy: groupingAccuracy(found, truth),
    clusters: new Set(found).size,
    truth: new Set(truth).size,
  };
}

/**
 * Share of lines whose group is exactly the ground truth's (Zhu et al., "Tools and Benchmarks for Automated Log
 * Parsing", ICSE-SEIP 2019): one line too many or too few and the whole group counts as wrong.
 */
export function groupingAccuracy(found: readonly string[], truth: readonly string[]): number {
  const pairs = new Map<string, number>();
  const foundSizes = new Map<string, number>();
  const truthSizes = new Map<string, number>();
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  found.forEach((cluster, index) => {
    add(pairs, `${cluster}\u0000${truth[index]}`);
    add(foundSizes, cluster);
    add(truthSizes, truth[index] as string);
  });
  let right = 0;
  for (const [pair, size] of pairs) {
    const [cluster, label] = pair.split("\u0000") as [string, string];
    if (foundSizes.get(cluster) === size && truthSizes.get(label) === size) right += size;
  }
  return right / found.length;
}

function readLabels(system: string): readonly string[] {
  const corrected = join(loghubFolder, "corrected", system, `${system}_2k.log_structured_corrected.csv`);
  const original = join(loghubFolder, system, `${system}_2k.log_structured.csv`);
  const [header, ...rows] = parseCsv(readFileSync(existsSync(corrected) ? corrected : original, "utf8"));
  const column = (header as readonly string[]).indexOf("EventId");
  return rows.map((row) => row[column] as string);
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/gy;
  let row: string[] = [];
  for (let match = field.exec(text); match !== null && field.lastIndex <= text.length; match = field.exec(text)) {
    const value = match[1] as string;
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (match[2] !== ",") {
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    }
    if (field.lastIndex >= text.length) break;
  }
  return rows;
}
