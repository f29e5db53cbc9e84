import type { Hono } from "hono";
import type { Approval } from "../../src/domain/approval.ts";
import type { ApprovalStore, ChatRecords } from "../../src/domain/ports.ts";
import { slackRoutes } from "../../src/http/routes/slack.ts";
import { actionIds } from "../../src/slack/buttons.ts";
import type { SlackPerson } from "../../src/slack/client.ts";
import type { ClickOutcome } from "../../src/slack/decide.ts";
import { createInbox } from "../../src/slack/inbox.ts";
import { noLinks } from "../../src/slack/links.ts";
import { createSlackNotifier } from "../../src/slack/notifier.ts";
import { createPeople } from "../../src/slack/people.ts";
import { minute, type SampleWords, sampleRunId, sampleStart } from "../../src/slack/preview/sample-parts.ts";
import { sampleRun } from "../../src/slack/preview/sample-run.ts";
import type { SlackSettings } from "../../src/slack/settings.ts";
import { seenInMemory } from "../../src/slack/signature.ts";
import {
  approvalsInMemory,
  chatInMemory,
  incidentsOf,
  journalOf,
  killSwitchInMemory,
  recordsInMemory,
  signedHeaders,
  workflowCounting,
} from "./stand-ins.ts";

export const secret = "8f742231b10e8888abcd99yyyzzz85a5";
export const plainWords: SampleWords = {
  alarm: "web-latency-p99",
  cause: "Traffic is four times the usual.",
  justification: "Two more workers bring the load down.",
  finding: "HTTP 503 since 02:48",
  command: "healer-scale --desired 6",
  reason: "it costs $32.64, over the $20.00 ceiling",
  result: "Desired capacity is 6.",
  measured: "newest datapoints: 0.31",
  comment: "no",
};

const member = (name: string, more: Partial<SlackPerson> = {}): SlackPerson => ({
  name,
  teamId: "T0HEALER1",
  stranger: undefined,
  ...more,
});
const people: Readonly<Record<string, SlackPerson>> = {
  U0ADA0001: member("Ada"),
  U0GRACE02: member("Grace"),
  U0EVE0003: member("Eve"),
  U0BOT0004: member("Bot", { stranger: "a bot" }),
  U0GUEST05: member("Guest", { stranger: "a guest" }),
  U0OTHER06: member("Other", { teamId: "T0ELSEWHERE" }),
};

export const settings: SlackSettings = {
  teamId: "T0HEALER1",
  appId: "A0HEALER1",
  channel: "C0INCIDENT",
  tell: "asks",
  escalation: { channel: "C0ONCALL", group: "S0ONCALL1", afterMs: 10 * minute },
  remindMs: [10 * minute, 5 * minute],
  operators: ["slack:T0HEALER1/U0ADA0001"],
  links: noLinks,
};

/** One pending approval whose card is posted, and every door around it. `restart` is a new process on the same stores. */
export async function openWorkspace(change: (approval: Approval) => Approval = (approval) => approval) {
  const { entries, approval: sampled, incident } = sampleRun(plainWords, []);
  const approval = change(sampled);
  const clock = { at: sampleStart + 5 * minute, now: () => clock.at };
  const kept = { entries: [...entries], incident };
  const approvals: ApprovalStore = approvalsInMemory([approval]);
  const records: ChatRecords = recordsInMemory();
  const workflow = workflowCounting();
  const killSwitch = killSwitchInMemory();
  const slack = chatInMemory(people);
  const outcomes: (ClickOutcome | { readonly did: "failed"; readonly error: unknown })[] = [];
  const work: Promise<void>[] = [];
  await approvals.keepToken(approval.approvalId, "token-1");

  const start = (): { app: Hono; notifier: ReturnType<typeof createSlackNotifier> } => {
    const base = {
      chat: slack.chat,
      settings,
      records,
      journal: journalOf(() => kept.entries),
      incidents: incidentsOf([kept.incident]),
      approvals,
      clock,
    };
    const notifier = createSlackNotifier(base);
    const inbox: Parameters<typeof createInbox>[0] = {
      ...base,
      notifier,
      workflow,
      killSwitch,
      people: createPeople(slack.chat, clock),
      seen: seenInMemory(clock),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      later: (promise) => void work.push(promise),
      report: (outcome) => void outcomes.push(outcome),
    };
    const app = slackRoutes({
      signingSecret: secret,
      clock,
      turnedAway: (why) => void outcomes.push({ did: "ignored", why }),
      inbox: async () => createInbox(inbox),
    });
    return { app, notifier };
  };
  const running = start();
  await running.notifier.runChanged(sampleRunId);
  const restart = () => Object.assign(running, start());
  const settle = async () => {
    while (work.length > 0) await work.shift();
  };
  return {
    ...slack,
    approval,
    approvals,
    records,
    workflow,
    killSwitch,
    clock,
    kept,
    outcomes,
    running,
    restart,
    settle,
  };
}
export type Workspace = Awaited<ReturnType<typeof openWorkspace>>;

export type Click = {
  readonly user?: string;
  readonly userTeam?: string;
  readonly team?: string;
  readonly app?: string;
  readonly channel?: string;
  readonly ts?: string;
  readonly digest?: string;
  readonly approval?: string;
  readonly button?: keyof typeof actionIds;
};

/** What Slack would send for a click on the posted card. */
export function clickBody(workspace: Workspace, click: Click = {}): string {
  const card = workspace.posted[0]?.place;
  const payload = {
    type: "block_actions",
    team: { id: click.team ?? "T0HEALER1", domain: "example" },
    user: { id: click.user ?? "U0ADA0001", username: "ada", team_id: click.userTeam ?? "T0HEALER1" },
    api_app_id: click.app ?? "A0HEALER1",
    token: "never looked at",
    container: {
      type: "message",
      message_ts: click.ts ?? card?.ts,
      channel_id: click.channel ?? card?.channel,
      is_ephemeral: false,
    },
    trigger_id: "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    channel: { id: click.channel ?? card?.channel, name: "incidents" },
    response_url: "https://hooks.slack.com/actions/never/used",
    actions: [
      {
        type: "button",
        action_id: actionIds[click.button ?? "approve"],
        block_id: "b",
        value: JSON.stringify({
          approval: click.approval ?? workspace.approval.approvalId,
          digest: click.digest ?? workspace.approval.digest,
        }),
        action_ts: "1548426417.840180",
      },
    ],
  };
  return `payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** Sends it signed, waits for the work after the answer, and says what came of it. */
export async function send(
  workspace: Workspace,
  body: string,
  path = "/slack/interactions",
  key = secret,
): Promise<Response> {
  const headers = signedHeaders(key, body, Math.floor(workspace.clock.at / 1000));
  const response = await workspace.running.app.request(path, { method: "POST", body, headers });
  await workspace.settle();
  return response;
}

export const click = (workspace: Workspace, what: Click = {}): Promise<Response> =>
  send(workspace, clickBody(workspace, what));
