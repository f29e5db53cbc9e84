import { decodeEscapes, fromBase64, fromHex } from "./decode.ts";
import { isDestructive, type Verdict } from "./verdict.ts";

type Probe = (shellText: string) => Verdict;

/** Bounds the work spent on one program text; literals beyond it leave the text risky, never harmless. */
const codeLimit = 16_384;
const literalLimit = 60;
const literalLength = 4_000;

/**
 * The reason why program text of any language (python, perl, node, awk …) is destructive, or undefined when nothing
 * shows. Finds library calls that destroy, and shell text inside string literals; it can only raise a verdict.
 */
export function scanCode(code: string, probe: Probe): string | undefined {
  const head = code.slice(0, codeLimit);
  const call = destructiveCalls.find(([pattern]) => pattern.test(head));
  if (call) return call[1];
  const literals = literalsOf(code);
  for (const text of [...literals, ...joinedLists(code), literals.join("")]) {
    if (!plausible.test(text)) continue;
    const verdict = probe(text);
    if (isDestructive(verdict)) return `program text holds "${shorten(text)}": ${verdict.reason}`;
  }
  return undefined;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Something a shell could run: a word, then more. Keeps the probe away from plain words and numbers. */
const plausible = /^[^\n]*[A-Za-z:][\s\S]*[\s|;(/&]/;

function literalsOf(code: string): readonly string[] {
  const found: string[] = [];
  const literal =
    /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|`((?:\\[\s\S]|[^`\\])*)`|(?:\bqx?q?|%x)\s*[{([]([^})\]]*)[})\]]/g;
  for (const match of code.slice(0, codeLimit).matchAll(literal)) {
    if (found.length >= literalLimit) break;
    const raw = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? "").slice(0, literalLength);
    const text = decodeEscapes(raw);
    found.push(text);
    // An encoded literal is only worth reading when the program may decode it.
    const decoded = /b64|base64|atob|frombase|decode/i.test(code) ? fromBase64(raw) : undefined;
    const packed = /hex|pack|unhexlify/i.test(code) ? fromHex(raw) : undefined;
    if (decoded) found.push(decoded);
    if (packed) found.push(packed);
    if (/['"`]/.test(text) && text.length < code.length) found.push(...literalsOf(text).slice(0, 8));
  }
  return found;
}

/** `["rm", "-rf", "/"]` as the command line it stands for. */
function joinedLists(code: string): readonly string[] {
  const found: string[] = [];
  for (const match of code.slice(0, codeLimit).matchAll(/[[(]((?:\s*(?:"[^"]*"|'[^']*')\s*[,\]).[\]]*)+)/g)) {
    const words = [...(match[1] ?? "").matchAll(/"([^"]*)"|'([^']*)'/g)].map((word) => word[1] ?? word[2] ?? "");
    if (words.length > 1) found.push(words.join(" "));
    if (found.length >= literalLimit) break;
  }
  return found;
}

const destructiveCalls: readonly (readonly [RegExp, string])[] = [
  [
    /\brmtree\b|\bremovedirs\b|\brm_rf?\b|\brimraf\b|\bremove_entry(_secure)?\b|\bremove_tree\b/,
    "removes a directory tree",
  ],
  [/\b(rmSync|fs\.rm|rmdirSync|promises\.rm)\s*\([^)]*recursive/, "removes a directory tree"],
  [
    /\bos\.(remove|unlink|rmdir|truncate)\b|\b(unlinkSync|rmSync|rmdirSync|truncateSync|fs\.unlink|fs\.rm)\b|\bunlink[\s(]/,
    "removes or empties files",
  ],
  [
    /\b(File|Dir|FileUtils|Pathname)\.(delete|unlink|rmdir|rm\w*|truncate)\b|\.unlink\(|\bFiles\.delete/,
    "removes files",
  ],
  [/open\s*\(?\s*['"]\/dev\/(?!null|std|tty)/, "opens a device for writing"],
  [
    /\.(drop|dropDatabase|dropIndexes|drop_database|drop_collection|drop_all|dropUser|deleteIndex|delete_index|destroy_all|delete_all|deleteAll|flushall|flushdb|truncate)\s*\(?/i,
    "drops stored data",
  ],
  [/\.(deleteMany|delete_many|remove)\s*\(\s*(\{\s*\})?\s*\)/, "deletes every record"],
  [/\.(delete|destroy|terminate|purge|deregister)(_[a-z]\w*|[A-Z]\w*)?\s*\(/, "deletes what it names"],
  [/\b(os\.kill|process\.kill|Process\.kill)\s*\(?\s*(-1|1)\b/, "kills every process"],
  [/\bwhile\s+(1|True|true)\b[^\n]*\bfork\b|\bfork\s+while\b|fork\(\)\s*while/, "forks without end"],
  [/\bsocket\b[\s\S]*\bdup2\b|\bpty\.spawn\b[\s\S]*socket|socket[\s\S]*\bpty\.spawn\b/, "connects a shell to a socket"],
  [/\bprocess\.on\b.*while\s*\(true\)/, "never ends"],
];
