import type { Command, CompoundList, Pipeline, Statement } from "unbash";
import { type Field, nothingPiped, type Piped } from "./call.ts";
import { decodeEscapes, fromBase64, fromHex, rot13 } from "./decode.ts";

/** Nodes whose standard output is asked for. */
export type OutputNode = Statement["command"] | Statement | CompoundList;

export interface OutputReader {
  readonly fields: (command: Command) => readonly Field[];
  /** Standard input a command names by itself (heredoc, here-string, `<`), else undefined. */
  readonly input: (command: Command) => Piped | undefined;
}

/** Longer generated text is not followed: it is judged as unknown. */
const outputLimit = 65_536;

/** What a command would print when the text alone decides it: `echo cm0gLXJmIC8= | base64 -d` prints `rm -rf /`. */
export function outputOf(node: OutputNode, stdin: Piped, reader: OutputReader): Piped {
  switch (node.type) {
    case "Statement":
      return outputOf(node.command, stdin, reader);
    case "CompoundList":
      return concatenate(node.commands, stdin, reader);
    case "AndOr":
      return concatenate(node.commands, stdin, reader);
    case "Pipeline":
      return pipelineOutput(node, stdin, reader);
    case "BraceGroup":
    case "Subshell":
      return outputOf(node.body, stdin, reader);
    case "Command":
      return commandOutput(node, reader.input(node) ?? stdin, reader);
    default:
      return { kind: "opaque", from: node.type.toLowerCase(), network: false };
  }
}

export function concatenate(nodes: readonly OutputNode[], stdin: Piped, reader: OutputReader): Piped {
  let text = "";
  for (const node of nodes) {
    const piece = outputOf(node, stdin, reader);
    if (piece.kind === "opaque") return piece;
    if (piece.kind === "text") text += piece.text;
    if (text.length > outputLimit) return { kind: "opaque", from: "a long text", network: false };
  }
  return { kind: "text", text };
}

function pipelineOutput(pipeline: Pipeline, stdin: Piped, reader: OutputReader): Piped {
  let flowing = stdin;
  for (const command of pipeline.commands) flowing = outputOf(command, flowing, reader);
  return flowing;
}

function commandOutput(command: Command, stdin: Piped, reader: OutputReader): Piped {
  const [first, ...rest] = reader.fields(command);
  if (!first) return nothingPiped;
  const program = first.text.split("/").at(-1) ?? "";
  if (transparentWrappers.has(program)) return opaque(program, stdin);
  const args = rest.map((field) => field.text);
  if (!rest.every((field) => field.known)) return opaque(program, stdin);
  const text = printers[program]?.(args) ?? filtered(program, args, stdin);
  return text === undefined || text.length > outputLimit ? opaque(program, stdin) : { kind: "text", text };
}

function opaque(program: string, stdin: Piped): Piped {
  const network = fetchers.has(program) || (stdin.kind === "opaque" && stdin.network);
  return { kind: "opaque", from: program, network };
}

function filtered(program: string, args: readonly string[], stdin: Piped): string | undefined {
  if (stdin.kind !== "text") return undefined;
  return filters[program]?.(stdin.text, args);
}

const fetchers = new Set("curl wget fetch aria2c nc ncat http https lynx ftp socat".split(" "));
const transparentWrappers = new Set(["sudo", "env"]);

type Printer = (args: readonly string[]) => string | undefined;
const printers: Readonly<Record<string, Printer>> = {
  echo: echoText,
  printf: printfText,
  ":": () => "",
  true: () => "",
};

function echoText(args: readonly string[]): string {
  let at = 0;
  let flags = "";
  while (/^-[neE]+$/.test(args[at] ?? "")) flags += args[at++]?.slice(1) ?? "";
  const text = args.slice(at).join(" ");
  return (flags.includes("e") ? decodeEscapes(text) : text) + (flags.includes("n") ? "" : "\n");
}

export function printfText(args: readonly string[]): string | undefined {
  const plain = args[0] === "--" ? args.slice(1) : args;
  if (plain[0]?.startsWith("-v")) return undefined;
  const [format, ...values] = plain;
  if (format === undefined) return undefined;
  const shape = decodeEscapes(format);
  let used = 0;
  let text = "";
  do {
    const from = used;
    text += shape.replace(/%(?:%|[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z]))/g, (whole, kind: string | undefined) => {
      if (kind === undefined) return whole === "%%" ? "%" : whole;
      const value = values[used++] ?? "";
      return kind === "b" ? decodeEscapes(value) : value;
    });
    if (used === from) break;
  } while (used < values.length && text.length < outputLimit);
  return text;
}

type Filter = (text: string, args: readonly string[]) => string | undefined;
const decodeBase64: Filter = (text, args) =>
  args.some((arg) => /^(-d|-D|-di|--decode|--d.*)$/.test(arg)) ? fromBase64(text) : undefined;

/** Programs that hand on or decode what they read. */
const filters: Readonly<Record<string, Filter>> = {
  cat: (text, args) => (args.every((arg) => arg.startsWith("-")) ? text : undefined),
  tee: (text) => text,
  sort: (text, args) => (args.length === 0 ? text : undefined),
  uniq: (text, args) => (args.length === 0 ? text : undefined),
  head: (text, args) => (args.length === 0 ? text : undefined),
  tail: (text, args) => (args.length === 0 ? text : undefined),
  base64: decodeBase64,
  gbase64: decodeBase64,
  openssl: (text, args) => (/^(enc|base64)$/.test(args[0] ?? "") && args.includes("-d") ? fromBase64(text) : undefined),
  xxd: (text, args) => (args.some((arg) => /^-.*r/.test(arg)) ? fromHex(text) : undefined),
  rev: (text) =>
    text
      .split("\n")
      .map((line) => Array.from(line).reverse().join(""))
      .join("\n"),
  tr: (text, args) => translate(text, args),
};

function translate(text: string, args: readonly string[]): string | undefined {
  const [first, second] = args;
  if (first === "-d" && second !== undefined && !second.includes("[")) {
    const dropped = new Set(spell(second));
    return Array.from(text)
      .filter((char) => !dropped.has(char))
      .join("");
  }
  if (first === undefined || second === undefined || args.length !== 2) return undefined;
  if (first === "A-Za-z" && second === "N-ZA-Mn-za-m") return rot13(text);
  if (first.startsWith("[:") || second.startsWith("[:")) return undefined;
  const from = spell(first);
  const to = spell(second);
  return Array.from(text)
    .map((char) => {
      const at = from.lastIndexOf(char);
      return at < 0 ? char : (to[Math.min(at, to.length - 1)] ?? char);
    })
    .join("");
}

function spell(set: string): readonly string[] {
  return Array.from(
    decodeEscapes(set).replace(/(.)-(.)/gs, (whole, from: string, to: string) => {
      const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
      if (high < low || high - low > 128) return whole;
      return Array.from({ length: high - low + 1 }, (_, index) => String.fromCharCode(low + index)).join("");
    }),
  );
}
