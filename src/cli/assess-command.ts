import { type CommandAssessment, createCommandAssessor } from "../governance/command/assess.ts";

export interface AssessCommandIo {
  /** Text in pieces of any size; a line ends at `\n`. */
  readonly stdin: AsyncIterable<string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/**
 * `healer assess-command`: says for each line of standard input what running it could do, in the order given and one
 * answer a line. Nothing is run. Exit code 0 when every line was judged, 2 when there was none.
 */
export async function runAssessCommand(args: { readonly json?: boolean }, io: AssessCommandIo): Promise<number> {
  const assess = createCommandAssessor();
  let judged = 0;
  for await (const line of linesOf(io.stdin)) {
    judged++;
    const assessment = assess(line);
    io.stdout(`${args.json === true ? jsonLine(assessment) : tableLine(assessment)}\n`);
  }
  if (judged > 0) return 0;
  io.stderr(
    "No command was given. Give one command a line on standard input, for example: echo 'ls -l' | healer assess-command\n",
  );
  return 2;
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
  let kept: string[] = [];
  for await (const piece of pieces) {
    const lines = String(piece).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield withoutReturn([...kept, line].join(""));
      kept = [];
    }
    if (last !== "") kept.push(last);
  }
  if (kept.length > 0) yield withoutReturn(kept.join(""));
}

function jsonLine({ command, class: commandClass, reason }: CommandAssessment): string {
  return JSON.stringify({ command, class: commandClass, reason });
}

const classWidth = "destructive".length;
const commandWidth = 48;

/** Lines are printed as they are judged, so the columns have fixed widths. */
function tableLine({ command, class: commandClass, reason }: CommandAssessment): string {
  return `${commandClass.padEnd(classWidth)}  ${clipped(visible(command)).padEnd(commandWidth)}  ${visible(reason)}`;
}

function clipped(text: string): string {
  return text.length > commandWidth ? `${text.slice(0, commandWidth - 1)}…` : text;
}

/** The commands are untrusted: control characters would let one rewrite the screen. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
