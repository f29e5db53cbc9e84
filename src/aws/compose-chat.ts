import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "../digest/redact.ts";
import { systemClock } from "../local/system.ts";
import { createSlackChat } from "../slack/client.ts";
import { createInbox, type Inbox, type SlackInboxDeps } from "../slack/inbox.ts";
import { createSlackNotifier, type SlackNotifierDeps } from "../slack/notifier.ts";
import { createPeople } from "../slack/people.ts";
import type { SlackSettings } from "../slack/settings.ts";
import { dynamoChatRecords, dynamoSeen } from "./dynamo-chat.ts";
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
): Inbox {
  const telling = composeNotifier(records, slack, token);
  return createInbox({
    ...telling,
    seen: dynamoSeen(records.dynamo),
    notifier: createSlackNotifier(telling),
    people: createPeople(telling.chat, systemClock),
    workflow: records.workflow,
    killSwitch: records.killSwitch,
    later,
    sleep: (milliseconds) => sleep(milliseconds),
    report: (outcome) =>
      console.log(JSON.stringify({ level: outcome.did === "failed" ? "ERROR" : "INFO", ...said(outcome) })),
  });
}

type Outcome = Parameters<SlackInboxDeps["report"]>[0];

const said = (outcome: Outcome) =>
  outcome.did === "failed"
    ? { did: "failed", message: outcome.error instanceof Error ? redact(outcome.error.message).text : "unknown" }
    : outcome;
