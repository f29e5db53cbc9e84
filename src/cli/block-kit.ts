import { writeFile } from "node:fs/promises";
import { HealerError } from "../domain/errors.ts";
import { linksOf } from "../slack/links.ts";
import { messageOfState, previewStates } from "../slack/preview/cards.ts";
import { previewPage } from "../slack/preview/html.ts";
import { messageProblems } from "../slack/validate.ts";

export type BlockKitPreviewArguments = {
  /** Where the page goes; standard output when left out. */
  readonly out?: string;
  /** One state only, by name. */
  readonly state?: string;
  /** The blocks themselves, for Slack's Block Kit Builder. */
  readonly json?: boolean;
};

export type Output = { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void };

const links = linksOf({
  run: "https://healer.example/runs/{run}",
  runbook: "https://git.example/runbooks/{runbook}.md#{step}",
  alarm: "https://{region}.console.aws.amazon.com/cloudwatch/home#alarmsV2:alarm/{alarm}",
});

/** `healer block-kit preview`: draws every state of the Slack card on one page, and fails when Slack would refuse one. */
export async function runBlockKitPreview(args: BlockKitPreviewArguments, io: Output): Promise<number> {
  const states = previewStates.filter((state) => args.state === undefined || state.name === args.state);
  if (states.length === 0) {
    throw new HealerError("bad_input", `there is no state ${args.state}`, {
      hint: `States: ${previewStates.map((state) => state.name).join(", ")}.`,
    });
  }
  const cards = states.map((state) => ({ ...state, message: messageOfState(state, links) }));
  const problems = cards.flatMap(({ name, message }) =>
    messageProblems(message).map((problem) => `${name}: ${problem}`),
  );
  for (const problem of problems) io.stderr(`${problem}\n`);
  const text =
    args.json === true
      ? JSON.stringify(
          cards.map(({ name, message }) => ({ name, ...message })),
          null,
          2,
        )
      : previewPage(cards);
  if (args.out !== undefined) await write(args.out, text);
  io.stdout(args.out === undefined ? `${text}\n` : `${cards.length} cards written to ${args.out}\n`);
  return problems.length > 0 ? 1 : 0;
}

const write = (path: string, text: string): Promise<void> =>
  writeFile(path, text).catch((error: Error) => {
    throw new HealerError("bad_input", `${path} can not be written: ${error.message}`, { hint: "Name another --out." });
  });
