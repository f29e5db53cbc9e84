import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HealerError } from "../domain/errors.ts";

export interface RawLines {
  readonly lines: AsyncIterable<string>;
  /** What was met so far; complete when the lines are. */
  readonly counted: () => Counted;
}

interface Counted {
  readonly bytes: number;
  readonly oversized: number;
  readonly binary: number;
  readonly invalid: number;
  readonly encoding: string;
}

const maxLineBytes = 1 << 20;

/** Splits any byte stream into lines of bounded length: gzip is unpacked, UTF-16 decoded, bad bytes replaced and counted. */
export function openLines(stream: Readable): RawLines {
  const counted = { bytes: 0, oversized: 0, binary: 0, invalid: 0, encoding: "utf-8" };

  async function* lines(): AsyncGenerator<string> {
    let kept: Buffer[] = [];
    let keptBytes = 0;
    let cut = false;
    const take = (part: Buffer): void => {
      const room = maxLineBytes - keptBytes;
      if (part.length > room) cut = true;
      if (room <= 0 || part.length === 0) return;
      const bytes = part.length > room ? part.subarray(0, room) : part;
      kept.push(bytes);
      keptBytes += bytes.length;
    };
    const line = (): string => {
      const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
      if (cut) counted.oversized++;
      kept = [];
      keptBytes = 0;
      cut = false;
      return readable(bytes, counted);
    };
    for await (const chunk of decoded(stream, counted)) {
      let from = 0;
      for (let end = chunk.indexOf(10, from); end >= 0; end = chunk.indexOf(10, from)) {
        // A whole line inside one chunk, the usual case, needs no copying.
        if (keptBytes === 0 && end - from <= maxLineBytes) yield readable(chunk.subarray(from, end), counted);
        else {
          take(chunk.subarray(from, end));
          yield line();
        }
        from = end + 1;
      }
      if (from < chunk.length) take(Buffer.from(chunk.subarray(from)));
    }
    if (keptBytes > 0) yield line();
  }

  return { lines: lines(), counted: () => counted };
}

/** The stream's bytes as UTF-8, whatever they came in. */
async function* decoded(stream: Readable, counted: { bytes: number; encoding: string }): AsyncGenerator<Buffer> {
  let first = true;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let unpacking: ReturnType<typeof createGunzip> | undefined;
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const chunk = next.value;
    counted.bytes += chunk.length;
    if (first) {
      first = false;
      if (chunk[0] === 0x1f && chunk[1] === 0x8b) {
        counted.encoding = "gzip";
        unpacking = createGunzip();
        yield* unpacked(unpacking, chunk, iterator, counted);
        return;
      }
      if (chunk[0] === 0xff && chunk[1] === 0xfe) decoder = new TextDecoder("utf-16le");
      else if (chunk[0] === 0xfe && chunk[1] === 0xff) decoder = new TextDecoder("utf-16be");
      if (decoder !== undefined) counted.encoding = decoder.encoding;
    }
    if (decoder !== undefined) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    else yield chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
  }
}

async function* unpacked(
  unpacking: ReturnType<typeof createGunzip>,
  first: Buffer,
  rest: AsyncIterator<Buffer>,
  counted: { bytes: number },
): AsyncGenerator<Buffer> {
  const feeding = (async () => {
    unpacking.write(first);
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      counted.bytes += next.value.length;
      if (!unpacking.write(next.value)) await new Promise((resolve) => unpacking.once("drain", resolve));
    }
    unpacking.end();
  })();
  feeding.catch((error: Error) => unpacking.destroy(error));
  try {
    for await (const chunk of unpacking) yield chunk as Buffer;
  } catch (error) {
    throw new HealerError("bad_input", `The gzip data is damaged: ${(error as Error).message}.`, {
      hint: "Unpack it as far as it goes (gzip -dc FILE) and pipe that into `-`.",
      cause: error,
    });
  }
}

/** Text of one line; mostly unreadable bytes become a note of their number, few become replacement characters. */
function readable(bytes: Buffer, counted: { binary: number; invalid: number }): string {
  const text = bytes.toString("utf8");
  const invalid = text.includes("\ufffd");
  if (!invalid && !text.includes("\u0000")) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: unreadable characters are what is counted
  const unreadable = text.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
  if (unreadable * 10 < text.length * 3) {
    if (invalid) counted.invalid++;
    return text.replaceAll("\u0000", "");
  }
  counted.binary++;
  return `binary data (${bytes.length} bytes)`;
}
