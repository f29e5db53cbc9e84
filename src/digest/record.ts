/** Lines of a record beyond the first that decide its template. */
const maxKeyLines = 4;

/**
 * What a multi-line record is known by: its first line and the lines that name exceptions. Stack frames are left out,
 * because one fault seen at two depths is one fault.
 */
export function recordKey(text: string, start: number): string {
  const lines = text.slice(start).split("\n", 200);
  const telling = lines.slice(1).filter((line) => namesException(line) || (!isFrame(line) && line.trim() !== ""));
  const exceptions = telling.filter(namesException);
  const kept = exceptions.length > 0 ? exceptions : telling;
  return [lines[0], ...kept.slice(0, maxKeyLines)].map((line) => (line as string).trim()).join(" ");
}

/** True for a line that only continues the record before it: indented, or a known part of a stack trace. */
export function continuesRecord(line: string): boolean {
  const code = line.charCodeAt(0);
  if (line.length === 0 || code === 32 || code === 9) return true;
  // Nearly every line is decided by its first letter: a, C, S, T, F, g, }, ], ), ., ^.
  return firstLetters[code & 127] === 1 && continuation.test(line);
}

/** An unindented line that ends a stack trace, such as Python's `ValueError: …`. */
export function namesException(line: string): boolean {
  return /^\s*(?:Caused by: |Suppressed: )|^\s*(?:[\w$]+\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)(?::|$)|^\s*panic: /.test(
    line,
  );
}

const firstLetters = new Uint8Array(128);
for (const letter of "aCSTFgDc}]).^") firstLetters[letter.charCodeAt(0)] = 1;
const continuation =
  /^(?:at [\w$<>./@[\]]|Caused by: |Suppressed: |Traceback \(most recent|File "|goroutine \d+|During handling of the above|created by |[})\]]+[,;]?$|\.\.\. \d+ more|\.{3}|\^+\s*$)/;

function isFrame(line: string): boolean {
  return /^\s+(?:at |File "|\.\.\. \d+ (?:more|common)|in |from |#\d+ |\S+\.go:\d+)|^\s*(?:Traceback|goroutine|created by)|^\s{3,}/.test(
    line,
  );
}
