import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import type { Approval, ApprovalDecision } from "../domain/approval.ts";
import { colours, type Io, printable, wrap } from "./io.ts";
import { approvalRows } from "./timeline.ts";

export type Choice = Pick<ApprovalDecision, "kind" | "comment">;

/** True where somebody sits who can be asked. */
export const hasPerson = (io: Io): boolean => io.isTty && process.stdin.isTTY === true;

/** Asks whoever sits at the terminal; undefined when they leave (Ctrl-C, Ctrl-D): that decides nothing. */
export async function askPerson(
  { input, output }: { readonly input: Readable; readonly output: Writable } = {
    input: process.stdin,
    output: process.stdout,
  },
): Promise<Choice | undefined> {
  const readline = createInterface({ input, output, terminal: true });
  // At the end of its input a question never settles: the close has to.
  const left = new Promise<never>((_, reject) => readline.once("close", () => reject(new Error("left"))));
  const question = (text: string) => Promise.race([readline.question(text), left]).then((answer) => answer.trim());
  try {
    for (;;) {
      const answer = await question("  [a]pprove, [d]eny, or [c]hange (try: use 3 instances)? ");
      if (/^a(pprove)?$/i.test(answer)) return { kind: "approve", comment: "" };
      if (/^d(eny)?$/i.test(answer)) return { kind: "deny", comment: await question("  Why? ") };
      const wish = /^c(hange)?$/i.test(answer) ? await question("  What should change? ") : sentence(answer);
      if (wish !== "") return { kind: "change", comment: wish };
    }
  } catch {
    return undefined;
  } finally {
    readline.close();
  }
}

/** One letter or word is a slip; only a sentence is a wish. */
const sentence = (text: string): string => (/\S\s+\S/.test(text) ? text : "");

/** What an approval is about, framed, right above the question. */
export function approvalFrame(approval: Approval, io: Io): string {
  const paint = colours(io);
  const lines = approvalRows(approval).flatMap(([label, text]) =>
    wrap(printable(text), 19, io).map((line, at) => `  │ ${paint.bold((at === 0 ? label : "").padEnd(14))} ${line}`),
  );
  return `${paint.yellow("  ┌ approval needed")}\n${lines.join("\n")}\n  └ what is approved is byte for byte what runs\n`;
}
