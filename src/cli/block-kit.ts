import { writeFile } from "node:fs/promises";
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
    io.stderr(`There is no state ${args.state}.\nStates: ${previewStates.map((state) => state.name).join(", ")}.`);
    return 1;
  }
  const cards = states.map((state) => ({ ...state, message: messageOfState(state, links) }));
  const problems = cards.flatMap(({ name, message }) =>
    messageProblems(message).map((problem) => `${name}: ${problem}`),
  );
  for (const problem of problems) io.stderr(problem);
  const text =
    args.json === true
      ? JSON.stringify(
          cards.map(({ name, message }) => ({ name, ...message })),
          null,
          2,
        )
      : previewPage(cards);
  const failure = args.out === undefined ? undefined : await written(args.out, text);
  if (failure !== undefined) io.stderr(failure);
  else io.stdout(args.out === undefined ? text : `${cards.length} cards written to ${args.out}`);
  return problems.length > 0 || failure !== undefined ? 1 : 0;
}

/** Why the file could not be written, or undefined. */
const written = (path: string, text: string): Promise<string | undefined> =>
  writeFile(path, text).then(
    () => undefined,
    (error: Error) => `The page could not be written to ${path}: ${error.message}`,
  );
