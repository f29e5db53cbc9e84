import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { HealerError, messageOf } from "../src/domain/errors.ts";
import { projectFolder } from "../src/local/files.ts";
import { EvalCase } from "./case.ts";

export const casesFolder = join(projectFolder, "evals", "cases");

/**
 * Every case of a folder, by id. A case may name another as its `base` and say only what differs: the fields of
 * `alarm`, `world`, `fleet` and `expect` are taken over one by one, any other value is replaced. Rejects with `bad_input`, naming the file and the field.
 */
export async function loadCases(folder = casesFolder): Promise<readonly EvalCase[]> {
  const files = (
    await readdir(folder).catch(() => {
      throw bad(folder, "can not be read");
    })
  )
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const raw = new Map(
    files.map((name, index) => [basename(name).replace(/\.ya?ml$/, ""), readYaml(name, texts[index] ?? "")]),
  );
  return [...raw.keys()].map((id) => parseCase(id, raw));
}

/** Ids that contain the text, and cases of a kind or service of that name; all of them without a filter. */
export const filterCases = (cases: readonly EvalCase[], filter: string | undefined): readonly EvalCase[] =>
  filter === undefined || filter === ""
    ? cases
    : cases.filter(
        (one) => one.id.includes(filter) || one.kind.some((kind) => kind === filter) || one.services.includes(filter),
      );

type Raw = Readonly<Record<string, unknown>>;

function readYaml(name: string, text: string): Raw {
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 0 });
    if (isObject(value)) return value;
  } catch (error) {
    throw bad(name, messageOf(error));
  }
  throw bad(name, "it is no YAML object");
}

function parseCase(id: string, raw: ReadonlyMap<string, Raw>): EvalCase {
  const parsed = EvalCase.safeParse({ id, ...whole(id, raw, []) });
  if (parsed.success) return parsed.data;
  throw bad(`${id}.yaml`, z.prettifyError(parsed.error).split("\n").slice(0, 6).join(" "));
}

function whole(id: string, raw: ReadonlyMap<string, Raw>, below: readonly string[]): Raw {
  const own = raw.get(id);
  if (own === undefined) throw bad(`${below.at(-1)}.yaml`, `its base ${id} does not exist`);
  if (below.includes(id)) throw bad(`${id}.yaml`, "it is its own base");
  const { base, ...rest } = own;
  return typeof base === "string" ? merge(whole(base, raw, [...below, id]), rest) : rest;
}

/** Whose fields are taken over one by one; any other value is replaced as a whole. */
const merged = new Set(["alarm", "world", "expect", "fleet"]);

function merge(base: Raw, own: Raw): Raw {
  const both = Object.entries(own).map(([key, value]): readonly [string, unknown] => {
    const before = base[key];
    return [key, merged.has(key) && isObject(before) && isObject(value) ? merge(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(both) };
}

const isObject = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

const bad = (where: string, why: string): HealerError =>
  new HealerError("bad_input", `evals/cases/${where}: ${why}`, { hint: "docs/evals.md says what a case holds." });
