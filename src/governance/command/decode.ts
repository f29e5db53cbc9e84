/** Text behind base64, or undefined when the input is not base64 of printable text. */
export function fromBase64(text: string): string | undefined {
  const packed = text.replace(/\s+/g, "").replace(/-/g, "+").replace(/_/g, "/");
  if (packed.length < 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return undefined;
  return printable(Buffer.from(packed, "base64").toString("latin1"));
}

/** Text behind a run of hexadecimal digits, with or without `\x` and blanks between bytes. */
export function fromHex(text: string): string | undefined {
  const packed = text.replace(/\\x|0x|[\s:,]/g, "");
  if (packed.length < 4 || packed.length % 2 === 1 || !/^[0-9a-fA-F]+$/.test(packed)) return undefined;
  return printable(Buffer.from(packed, "hex").toString("latin1"));
}

/** Backslash escapes as `printf`, `echo -e` and most languages' strings read them. */
export function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u\{?([0-9a-fA-F]{1,6})\}?|0?([0-7]{1,3})|(.))/gs,
    (
      whole,
      hex: string | undefined,
      unicode: string | undefined,
      octal: string | undefined,
      other: string | undefined,
    ) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (unicode !== undefined) return codePoint(Number.parseInt(unicode, 16)) ?? whole;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return other === undefined ? whole : (simpleEscapes[other] ?? other);
    },
  );
}

export function rot13(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function codePoint(value: number): string | undefined {
  return value <= 0x10ffff ? String.fromCodePoint(value) : undefined;
}

function printable(text: string): string | undefined {
  return /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(text) ? text : undefined;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
};
