import * as z from "zod";
import { HealerError, messageOf } from "../domain/errors.ts";
import { productNames } from "./products.ts";
import type { IndexArrays, SearchIndex, TextBytes } from "./types.ts";

/** The index as bytes, to load again with `loadIndex`. The same index gives the same bytes. */
export function saveIndex(index: SearchIndex): Uint8Array {
  const words = Buffer.from([...index.terms.keys()].join("\n"));
  const arrays = arrayNames.map((name) => index.arrays[name]);
  const header = Buffer.from(
    JSON.stringify({
      version: formatVersion,
      documentCount: index.documentCount,
      lengths: arrays.map((array) => array.length),
      wordBytes: words.length,
      textBytes: index.text.length,
      alarms: index.alarms,
      stamp: index.stamp,
      notes: index.notes,
    }),
  );
  const numbers = arrays.map((array) => padded(Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
  const head = [padded(header), ...numbers, padded(words)];
  const preface = Buffer.alloc(prefaceBytes);
  preface.write(magic, 0, "latin1");
  preface.writeUInt32LE(header.length, 4);
  preface.writeUInt32LE(prefaceBytes + head.reduce((sum, part) => sum + part.length, 0), 8);
  return Buffer.concat([preface, ...head, index.text.read(0, index.text.length)]);
}

/**
 * Reads what `saveIndex` wrote. Numbers stay views of `data`, so a large index loads in milliseconds. With `readText`
 * the data may end after its first `headBytes`, and the texts of hits are fetched as they are needed.
 */
export function loadIndex(data: Uint8Array, readText?: TextBytes["read"]): SearchIndex {
  try {
    return parse(data, readText);
  } catch (cause) {
    const why = messageOf(cause);
    throw new HealerError("bad_state", `the saved runbook index cannot be read: ${why}`, {
      hint: "Build the index again; it is only a cache of the runbook folder.",
      cause,
    });
  }
}

/** How much of a saved index must be in memory, told by its first `prefaceBytes`; the texts follow it. Undefined for anything else. */
export function headBytes(preface: Uint8Array): number | undefined {
  const bytes = Buffer.from(preface.buffer, preface.byteOffset, preface.byteLength);
  return bytes.length >= prefaceBytes && bytes.toString("latin1", 0, 4) === magic ? bytes.readUInt32LE(8) : undefined;
}

export const prefaceBytes = 12;

/** Text that is in memory. */
export function textBytes(bytes: Buffer): TextBytes {
  return { length: bytes.length, read: (from, to) => bytes.subarray(from, to) };
}

/** Path and title of a document. */
export function documentStrings(
  index: SearchIndex,
  document: number,
): { readonly path: string; readonly title: string } {
  const starts = index.arrays.documentStrings;
  const at = (offset: number): number => starts[document * 3 + offset] ?? 0;
  return { path: textAt(index, at(0), at(1)), title: textAt(index, at(1), at(2)) };
}

/** What a hit quotes of a section; empty when the document has none. */
export function sectionStrings(
  index: SearchIndex,
  document: number,
  section: number,
): { readonly slug: string; readonly heading: string; readonly text: string } {
  const last = index.arrays.documentSections[document + 1] ?? 0;
  if (section >= last) return { slug: "_top", heading: "", text: "" };
  const at = (offset: number): number => index.arrays.sectionStrings[section * 4 + offset] ?? 0;
  return { slug: textAt(index, at(0), at(1)), heading: textAt(index, at(1), at(2)), text: textAt(index, at(2), at(3)) };
}

function textAt(index: SearchIndex, from: number, to: number): string {
  return index.text.read(from, to).toString("utf8");
}

const magic = "HRX1";
const formatVersion = 2;
const arrayNames = [
  "postingStart",
  "postingDocument",
  "postingImpact",
  "tokens",
  "documentTokens",
  "documentSections",
  "sectionTokens",
  "documentStrings",
  "sectionStrings",
] as const satisfies readonly (keyof IndexArrays)[];

const headerSchema = z.object({
  version: z.literal(formatVersion),
  documentCount: z.int().nonnegative(),
  lengths: z.array(z.int().nonnegative()).length(arrayNames.length),
  wordBytes: z.int().nonnegative(),
  textBytes: z.int().nonnegative(),
  alarms: z.array(
    z.tuple([
      z.int().nonnegative(),
      z.object({
        namespace: z.string().optional(),
        metric: z.string().optional(),
        name: z.string().optional(),
      }),
    ]),
  ),
  stamp: z.string(),
  notes: z.array(z.string()),
});

function parse(data: Uint8Array, readText: TextBytes["read"] | undefined): SearchIndex {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  const bytes = Buffer.from(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  if (headBytes(bytes) === undefined) throw new Error("it is not a runbook index");
  const headerLength = bytes.readUInt32LE(4);
  const header = headerSchema.parse(JSON.parse(bytes.toString("utf8", prefaceBytes, prefaceBytes + headerLength)));
  let at = prefaceBytes + roundedUp(headerLength);
  const take = (length: number): number => {
    const from = at;
    at += roundedUp(length);
    if (from + length > bytes.length) throw new Error("it is cut short");
    return from;
  };
  const arrays = viewsOf(bytes, header.lengths, take);
  const terms = termsIn(bytes, take(header.wordBytes), header.wordBytes);
  const text =
    readText === undefined
      ? textBytes(bytes.subarray(at, take(header.textBytes) + header.textBytes))
      : { length: header.textBytes, read: readText };
  const { documentCount, alarms, stamp, notes } = header;
  return { documentCount, terms, productNames: productNames(terms), arrays, text, alarms, stamp, notes };
}

function viewsOf(bytes: Buffer, lengths: readonly number[], take: (length: number) => number): IndexArrays {
  const views = arrayNames.map((name, at) => {
    const length = lengths[at] ?? 0;
    const width = name === "postingImpact" ? 2 : 4;
    const from = bytes.byteOffset + take(length * width);
    return [
      name,
      width === 2 ? new Uint16Array(bytes.buffer, from, length) : new Uint32Array(bytes.buffer, from, length),
    ];
  });
  return Object.fromEntries(views) as IndexArrays;
}

function termsIn(bytes: Buffer, from: number, length: number): ReadonlyMap<string, number> {
  const terms = new Map<string, number>();
  if (length === 0) return terms;
  for (const word of bytes.toString("utf8", from, from + length).split("\n")) terms.set(word, terms.size);
  return terms;
}

function padded(bytes: Buffer): Buffer {
  const spare = roundedUp(bytes.length) - bytes.length;
  return spare === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(spare)]);
}

function roundedUp(length: number): number {
  return Math.ceil(length / 4) * 4;
}
