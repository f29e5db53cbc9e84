import * as z from "zod";
import { HealerError } from "../domain/errors.ts";

const minutes = z.number().positive().max(10_080);
const channel = z.string().regex(/^[CG][A-Z0-9]{2,20}$/, "a channel's id such as C0123456789, not its name");
const list = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ""));
const person = z
  .string()
  .regex(/^(slack:[A-Z0-9]+\/[UW][A-Z0-9]+|slack-group:[A-Z0-9]+\/S[A-Z0-9]+|(terminal|api):\S+)$/);

/** What connects a workspace; names of environment variables, and of the keys in a secret. */
const Variables = z
  .object({
    SLACK_BOT_TOKEN: z.string().regex(/^xoxb-/, "a bot token, which begins with xoxb-"),
    SLACK_SIGNING_SECRET: z.string().min(16).optional(),
    /** Turns Socket Mode on. */
    SLACK_APP_TOKEN: z
      .string()
      .regex(/^xapp-/, "an app-level token, which begins with xapp-")
      .optional(),
    SLACK_CHANNEL: channel,
    SLACK_TEAM_ID: z.string().optional(),
    SLACK_APP_ID: z.string().optional(),
    SLACK_TELL: z.enum(["asks", "changes", "all"]).default("asks"),
    SLACK_ESCALATION_CHANNEL: channel.optional(),
    SLACK_ESCALATION_GROUP: z
      .string()
      .regex(/^S[A-Z0-9]{2,20}$/, "a user group's id such as S0123456789")
      .optional(),
    SLACK_ESCALATION_MINUTES: z.string().transform(Number).pipe(minutes).default(10),
    SLACK_REMIND_MINUTES: list
      .transform((items) => items.map(Number))
      .pipe(z.array(minutes).max(10))
      .default([10, 3]),
    SLACK_OPERATORS: list.pipe(z.array(person)).optional(),
    SLACK_API_URL: z.url().optional(),
    HEALER_RUN_URL: z.string().optional(),
    HEALER_RUNBOOK_URL: z.string().optional(),
    HEALER_ALARM_URL: z.string().optional(),
  })
  .refine((all) => all.SLACK_SIGNING_SECRET !== undefined || all.SLACK_APP_TOKEN !== undefined, {
    path: ["SLACK_SIGNING_SECRET"],
    message: "without it, or SLACK_APP_TOKEN for Socket Mode, no click can be trusted",
  });
export type SlackConfig = z.infer<typeof Variables>;

/**
 * Undefined where no bot token is set: the healer then works without Slack. Rejects with `bad_input` anything half set,
 * naming the variable and never its value.
 */
export function slackConfig(environment: Readonly<Record<string, string | undefined>>): SlackConfig | undefined {
  if (environment.SLACK_BOT_TOKEN === undefined || environment.SLACK_BOT_TOKEN === "") return undefined;
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Variables.safeParse(set);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HealerError("bad_input", `${issue?.path[0]?.toString() ?? "Slack"}: ${issue?.message ?? "not valid"}`, {
    hint: "docs/slack.md lists every variable.",
  });
}
