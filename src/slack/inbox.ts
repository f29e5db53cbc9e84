import { HealerError } from "../domain/errors.ts";
import type { SeenOnce } from "../domain/ports.ts";
import type { SlackMessage } from "./block-kit.ts";
import { type ClickOutcome, handleInteraction, type SlackDecisionDeps } from "./decide.ts";
import { jsonOf, parseInteraction } from "./interactions.ts";
import { changeInput } from "./modals.ts";
import { answerCommand, SlashCommand, type SlashDeps } from "./slash.ts";

export type SlackInboxDeps = SlackDecisionDeps &
  SlashDeps & {
    /** Takes work that goes on after the answer: Slack waits three seconds. Where a process is frozen when it has
     * answered, it must keep it awake or hand the work on. */
    readonly later: (work: Promise<void>) => void;
    readonly sleep: (milliseconds: number) => Promise<void>;
    /** Hears of every outcome, also of faults that nobody waits for. */
    readonly report: (outcome: ClickOutcome | { readonly did: "failed"; readonly error: unknown }) => void;
  };

/** What comes in over HTTP, once its signature holds. */
export type Inbox = {
  readonly seen: SeenOnce;
  readonly report: SlackInboxDeps["report"];
  /** The form field `payload`; see `takeInteraction`. */
  interaction(payload: string): object | undefined;
  /** The form's fields; rejects with `bad_input` where one is missing. */
  command(fields: Readonly<Record<string, string>>): Promise<object>;
};

/** The one door for what Slack sends over HTTP. */
export const createInbox = (deps: SlackInboxDeps & { readonly seen: SeenOnce }): Inbox => ({
  seen: deps.seen,
  report: deps.report,
  interaction: (payload) => takeInteraction(jsonOf(payload, "the form field `payload`"), deps),
  async command(fields) {
    const command = SlashCommand.safeParse(fields);
    if (command.success) return takeCommand(command.data, deps);
    const missing = `${command.error.issues[0]?.path.join(".")} is missing`;
    throw new HealerError("bad_input", missing, { hint: "Slack sends it with every command." });
  },
});

type Shown = Pick<SlackMessage, "text"> & Partial<SlackMessage>;

/** Slack gives up after three seconds. */
const patienceMs = 2000;

/**
 * Takes an interaction that is known to be Slack's, through whatever door. What comes back is the answer's body, undefined
 * for an empty one; the work goes on after it. Rejects with `bad_input` what has no shape of ours.
 */
export function takeInteraction(payload: unknown, deps: SlackInboxDeps): object | undefined {
  const interaction = parseInteraction(payload);
  if (interaction.kind === "change" && interaction.comment.length < 3) {
    return { response_action: "errors", errors: { [changeInput.block]: "Say what should be different." } };
  }
  const work = handleInteraction(interaction, deps);
  deps.later(work.then(deps.report, (error: unknown) => deps.report({ did: "failed", error })));
  return undefined;
}

/** The answer, or the promise of one: what takes longer than Slack waits is whispered when it is there. */
export async function takeCommand(command: SlashCommand, deps: SlackInboxDeps): Promise<object> {
  const answer: Promise<Shown> = answerCommand(command, deps);
  const late = deps.sleep(patienceMs).then(() => undefined);
  const first = await Promise.race([answer, late]);
  if (first !== undefined) return { response_type: "ephemeral", ...first };
  const whispered = answer.then((message) => deps.chat.whisper(command.channel_id, command.user_id, message));
  deps.later(whispered.catch((error: unknown) => deps.report({ did: "failed", error })));
  return { response_type: "ephemeral", text: "Working on it." };
}
