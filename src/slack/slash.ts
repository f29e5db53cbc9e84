import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { RunId } from "../domain/ids.ts";
import type { KillSwitch } from "../domain/ports.ts";
import { messageOf, type SlackMessage } from "./block-kit.ts";
import { notification } from "./escape.ts";
import { currentCard, type SlackNotifierDeps } from "./notifier.ts";
import { groupsAmong, identify, type People } from "./people.ts";
import { bold, bullets, clock, code, faint, ours, paragraph, richText, saidLine } from "./rich.ts";

/** The form fields of a slash command that we use. */
export const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(""),
  team_id: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  api_app_id: z.string(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

export type SlashDeps = SlackNotifierDeps & { readonly killSwitch: KillSwitch; readonly people: People };

/** Answers `/healer status | stop | resume | show <run>`; only the person who typed it sees the answer. */
export async function answerCommand(command: SlashCommand, deps: SlashDeps): Promise<SlackMessage> {
  const by = { userId: command.user_id, userTeamId: undefined, teamId: command.team_id, appId: command.api_app_id };
  const identified = await identify(by, deps.people, deps.settings);
  if (!identified.ok) return said(`Not done: ${identified.why}.`);
  const [word = "", ...rest] = command.text.trim().split(/\s+/);
  try {
    switch (word.toLowerCase()) {
      case "status":
        return await status(deps);
      case "show":
        return await show(rest[0] ?? "", deps);
      case "stop":
      case "resume":
        return await flip(word.toLowerCase() === "stop", rest, identified.person, deps);
      default:
        return usage;
    }
  } catch (error) {
    if (error instanceof HealerError) return said(`Not done: ${error.message}. ${error.hint}`);
    throw error;
  }
}

async function status(deps: SlashDeps): Promise<SlackMessage> {
  const incidents = (await deps.incidents.recent(deps.clock.now())).filter((incident) => incident.status !== "closed");
  const waiting = await deps.approvals.pending();
  const stop = await deps.killSwitch.read(["all"]).catch(() => ({ stopped: true, why: "the switch can not be read" }));
  const state = stop.stopped
    ? [bold("Stopped"), ours(": nothing is changed. "), saidLine(stop.why ?? "no reason given", 200)]
    : [bold("Running")];
  const open = incidents
    .slice(0, 10)
    .map((incident) => [
      bold(`${incident.severity} `),
      saidLine(incident.alarmName, 120),
      ours(" since "),
      clock(Date.parse(incident.openedAt), "time"),
      ours(" · "),
      code(incident.runId, 80),
    ]);
  const asked = waiting
    .slice(0, 10)
    .map((approval) => [
      saidLine(approval.card.title, 120),
      ours(" expires "),
      clock(Date.parse(approval.expiresAt), "time"),
      ours(" · "),
      code(approval.runId, 80),
    ]);
  const blocks = [
    richText(paragraph(...state)),
    list("Open incidents", open, incidents.length),
    list("Waiting for a decision", asked, waiting.length),
  ];
  return { text: `${incidents.length} open, ${waiting.length} waiting`, blocks };
}

const list = (title: string, items: readonly Parameters<typeof bullets>[0][number][], count: number) =>
  items.length === 0
    ? richText(paragraph(bold(title), ours(": none")))
    : richText(paragraph(bold(`${title} (${count})`)), bullets(items));

async function show(text: string, deps: SlashDeps): Promise<SlackMessage> {
  const runId = RunId.safeParse(text);
  const card = runId.success ? await currentCard(runId.data, deps) : undefined;
  if (card === undefined)
    return said(`There is no run ${text || "without a name"}. "/healer status" lists the open ones.`);
  const { text: fallback, blocks } = messageOf(card, deps.settings.links);
  // A copy that only one person sees is no card: its buttons would be refused anyway.
  return { text: fallback, blocks: blocks.filter((block) => block.type !== "actions") };
}

const Scope = z.string().regex(/^(all|service:[\w.-]{1,100}|runbook:[a-z0-9-]{1,100})$/);

async function flip(
  stopped: boolean,
  words: readonly string[],
  person: { readonly id: string; readonly name: string },
  deps: SlashDeps,
): Promise<SlackMessage> {
  const { operators } = deps.settings;
  const groups = await groupsAmong(operators, person, deps.people);
  if (!operators.includes(person.id) && groups.length === 0)
    return said(`Not done: ${person.name} is not an operator.`);
  const named = Scope.safeParse(words[0]);
  const scope = named.success ? named.data : "all";
  const why = (named.success ? words.slice(1) : words).join(" ").slice(0, 200);
  const at = new Date(deps.clock.now()).toISOString();
  await deps.killSwitch.set(scope, { stopped, by: person.id, at, why });
  const done = stopped ? "Stopped: nothing more is changed" : "Resumed: changes may run again";
  return said(`${done} (${scope}).`);
}

const said = (text: string): SlackMessage => ({
  text: notification(text, 400),
  blocks: [richText(paragraph(saidLine(text, 400)))],
});

const usage: SlackMessage = {
  text: "/healer status, stop, resume or show",
  blocks: [
    richText(
      bullets([
        [code("/healer status", 40), ours(" what is open and what waits for a decision")],
        [code("/healer show <run>", 40), ours(" one incident's card")],
        [code("/healer stop [all | service:<name> | runbook:<id>] [why]", 80), ours(" nothing more is changed")],
        [code("/healer resume [all | service:<name> | runbook:<id>]", 80), ours(" changes may run again")],
      ]),
      paragraph(faint("Only operators may stop and resume.")),
    ),
  ],
};
