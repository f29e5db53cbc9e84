import type { ApprovalStore, ChatRecords, Clock, IncidentStore, JournalStore, Notifier } from "../domain/ports.ts";
import { createSlackChat, type SlackChat } from "./client.ts";
import type { SlackConfig } from "./config.ts";
import { linksOf } from "./links.ts";
import { createSlackNotifier } from "./notifier.ts";
import { createPeople, type People } from "./people.ts";
import type { SlackSettings } from "./settings.ts";

export type SlackPorts = {
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly journal: JournalStore;
  readonly incidents: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly records: ChatRecords;
};

/** A workspace, ready to tell and to be asked: what the routes and Socket Mode need beside their own doors. */
export type Slack = SlackPorts & {
  readonly chat: SlackChat;
  readonly settings: SlackSettings;
  readonly notifier: Notifier;
  readonly people: People;
};

/** Rejects when the token is no good: a healer whose cards nobody gets should not start as if all were well. */
export async function connectSlack(
  config: SlackConfig,
  approvers: readonly string[],
  ports: SlackPorts,
): Promise<Slack> {
  const { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: token } = config;
  const chat = createSlackChat({ token, clock: ports.clock, sleep: ports.sleep, ...(apiUrl && { apiUrl }) });
  const known = { teamId: config.SLACK_TEAM_ID, appId: config.SLACK_APP_ID };
  const self = known.teamId && known.appId ? { teamId: known.teamId, appId: known.appId } : await chat.self();
  const settings: SlackSettings = {
    ...self,
    channel: config.SLACK_CHANNEL,
    tell: config.SLACK_TELL,
    remindMs: config.SLACK_REMIND_MINUTES.map(milliseconds),
    operators: config.SLACK_OPERATORS ?? approvers,
    links: linksOf({ run: config.HEALER_RUN_URL, runbook: config.HEALER_RUNBOOK_URL, alarm: config.HEALER_ALARM_URL }),
    ...escalationOf(config),
  };
  const notifier = createSlackNotifier({ ...ports, chat, settings });
  const people = createPeople(chat, ports.clock);
  return { ...ports, chat, settings, notifier, people };
}

function escalationOf(config: SlackConfig): Pick<SlackSettings, "escalation"> {
  const { SLACK_ESCALATION_CHANNEL: channel, SLACK_ESCALATION_GROUP: group } = config;
  if (channel === undefined && group === undefined) return {};
  return {
    escalation: {
      channel: channel ?? config.SLACK_CHANNEL,
      afterMs: milliseconds(config.SLACK_ESCALATION_MINUTES),
      ...(group && { group }),
    },
  };
}

const milliseconds = (minutes: number): number => minutes * 60_000;
