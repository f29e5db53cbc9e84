import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { readdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { HealerError } from "../domain/errors.ts";
import { buildIndex } from "../search/build.ts";
import { documentOf } from "../search/front-matter.ts";
import { headBytes, loadIndex, prefaceBytes, saveIndex } from "../search/store.ts";
import type { SearchDocument, SearchIndex } from "../search/types.ts";

/** The index of a folder of markdown: from `saved` when that is of this very state of the folder, else built and saved. */
export async function openRunbookIndex(folder: string, saved: string | undefined): Promise<SearchIndex> {
  const files = await markdownIn(folder);
  const stamp = stampOf(files);
  const known = saved === undefined ? undefined : savedIndex(saved);
  if (known?.stamp === stamp) return known;
  const read = await Promise.all(files.map(async (file) => documentIn(file)));
  const documents = read.filter((document) => document !== undefined);
  const index = buildIndex(documents, stamp);
  const built = { ...index, notes: [...index.notes, ...notesOn(folder, files.length, documents.length)] };
  if (saved !== undefined) await keep(saved, built);
  return built;
}

function notesOn(folder: string, found: number, indexed: number): readonly string[] {
  if (found === 0) return [`${folder} holds no file that ends in .md, .markdown or .mdx`];
  const skipped = found - indexed;
  if (skipped === 0) return [];
  return [
    skipped === 1 ? "1 file with binary content was left out" : `${skipped} files with binary content were left out`,
  ];
}

type MarkdownFile = { readonly file: string; readonly path: string; readonly size: number; readonly changed: number };

/** Links are followed only to files inside the folder and never to folders, so that no cycle and no way out exists. */
async function markdownIn(folder: string): Promise<readonly MarkdownFile[]> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new HealerError("bad_input", `there is no folder ${folder}.`, {
      hint: "Give a folder of markdown files.",
      cause,
    });
  });
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new HealerError("bad_input", `${folder} is not a folder that can be read.`, {
      hint: "Give a folder of markdown files.",
      cause,
    });
  });
  const found = await Promise.all(
    entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && /\.(?:md|markdown|mdx)$/i.test(entry.name))
      .map((entry) => fileAt(root, join(entry.parentPath, entry.name))),
  );
  return found.filter((file) => file !== undefined).sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function fileAt(root: string, file: string): Promise<MarkdownFile | undefined> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined || !real.startsWith(root + sep)) return undefined;
  const { size, mtimeMs } = await stat(real);
  return { file, path: relative(root, file).split(sep).join("/"), size, changed: mtimeMs };
}

async function documentIn({ file, path }: MarkdownFile): Promise<SearchDocument | undefined> {
  const text = await readFile(file, "utf8");
  return text.slice(0, 8_192).includes("\u0000") ? undefined : documentOf(path, text);
}

function stampOf(files: readonly MarkdownFile[]): string {
  const hash = createHash("sha256");
  for (const { path, size, changed } of files) hash.update(`${path}\n${size}\n${changed}\n`);
  return hash.digest("hex");
}

/**
 * A saved index that is missing or damaged is only a cache that missed. The file stays open for the texts of hits:
 * another process may replace it meanwhile, and this one must go on reading the file it knows.
 */
export function savedIndex(path: string): SearchIndex | undefined {
  try {
    const file = openSync(path, "r");
    const head = headBytes(bytesOf(file, 0, prefaceBytes));
    if (head !== undefined) {
      return loadIndex(bytesOf(file, 0, head), (from, to) => bytesOf(file, head + from, to - from));
    }
    closeSync(file);
    return undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
}

/** Written beside and renamed, so that a reader never sees half an index. */
async function keep(file: string, index: SearchIndex): Promise<void> {
  try {
    await writeFile(`${file}.${process.pid}`, saveIndex(index));
    await rename(`${file}.${process.pid}`, file);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw new HealerError("bad_input", `the index cannot be kept in ${file}: ${code}.`, {
      hint: "Give --index a file that can be written.",
      cause,
    });
  }
}
