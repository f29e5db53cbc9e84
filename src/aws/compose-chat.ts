import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "../digest/redact.ts";
import { systemClock } from "../local/system.ts";
import { createSlackChat } from "../slack/client.ts";
import type { SlackInboxDeps } from "../slack/inbox.ts";
import { linksOf } from "../slack/links.ts";
import { createSlackNotifier, type SlackNotifierDeps } from "../slack/notifier.ts";
import { createPeople } from "../slack/people.ts";
import type { SlackSettings } from "../slack/settings.ts";
import type { Deployment } from "./deployment.ts";
import { dynamoChatRecords } from "./dynamo-chat.ts";
import type { Records } from "./records.ts";

/** What tells people in Slack, for the functions that hold the bot's token. */
export function composeNotifier(records: Records, slack: SlackSettings, token: string): SlackNotifierDeps {
  return {
    chat: createSlackChat({ token, clock: systemClock, sleep: (milliseconds) => sleep(milliseconds) }),
    settings: slack,
    records: dynamoChatRecords(records.dynamo),
    journal: records.journal,
    incidents: records.incidents,
    approvals: records.approvals,
    clock: systemClock,
  };
}

/** What takes clicks and commands from Slack. `later` is work that goes on after Slack has its answer. */
export function composeInbox(
  records: Records,
  slack: SlackSettings,
  token: string,
  later: (work: Promise<void>) => void,
): SlackInboxDeps {
  const telling = composeNotifier(records, slack, token);
  return {
    ...telling,
    notifier: createSlackNotifier(telling),
    people: createPeople(telling.chat, systemClock),
    workflow: records.workflow,
    killSwitch: records.killSwitch,
    later,
    sleep: (milliseconds) => sleep(milliseconds),
    report: (outcome) =>
      console.log(JSON.stringify({ level: outcome.did === "failed" ? "ERROR" : "INFO", ...said(outcome) })),
  };
}

/** Undefined where the deployment has no chat. */
export function slackSettingsOf({ slack, approvers }: Deployment): SlackSettings | undefined {
  if (slack === undefined) return undefined;
  const { escalation, remindMinutes, operators, links } = slack;
  return {
    teamId: slack.teamId,
    appId: slack.appId,
    channel: slack.channel,
    tell: slack.tell,
    remindMs: remindMinutes.map((minutes) => minutes * 60_000),
    operators: operators.length > 0 ? operators : approvers,
    links: linksOf(links),
    ...(escalation && {
      escalation: {
        channel: escalation.channel,
        afterMs: escalation.afterMinutes * 60_000,
        ...(escalation.group !== undefined && { group: escalation.group }),
      },
    }),
  };
}

type Outcome = Parameters<SlackInboxDeps["report"]>[0];

const said = (outcome: Outcome) =>
  outcome.did === "failed"
    ? { did: "failed", message: outcome.error instanceof Error ? redact(outcome.error.message).text : "unknown" }
    : outcome;
