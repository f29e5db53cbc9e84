import { setTimeout as sleep } from "node:timers/promises";
import type { Hono } from "hono";
import { dynamoChatRecords } from "../aws/dynamo-chat.ts";
import type { Notifier } from "../domain/ports.ts";
import { slackRoutes } from "../http/routes/slack.ts";
import type { LocalHealer } from "../local/compose.ts";
import { slackConfig } from "../slack/config.ts";
import { connectSlack } from "../slack/connect.ts";
import { createInbox, type SlackInboxDeps } from "../slack/inbox.ts";
import { seenInMemory } from "../slack/signature.ts";
import { runSocketMode } from "../slack/socket-mode.ts";
import type { Io } from "./io.ts";

export type ServedSlack = { readonly notifier: Notifier; readonly routes: Hono | undefined; stop(): void };

const tickMs = 60_000;

/** Slack for a long-lived process, over HTTP or Socket Mode, as docs/slack.md says. Undefined without a bot token. */
export async function serveSlack(healer: LocalHealer, io: Io): Promise<ServedSlack | undefined> {
  const config = slackConfig(process.env);
  if (config === undefined) return undefined;
  const { deps, state } = healer;
  const { clock } = deps.ports;
  const ports = {
    ...deps,
    clock,
    sleep: (milliseconds: number) => sleep(milliseconds),
    records: dynamoChatRecords(state.dynamo),
  };
  const slack = await connectSlack(config, deps.settings.approvers, ports);
  const inbox = {
    ...deps,
    ...slack,
    seen: seenInMemory(clock),
    later: (work: Promise<void>) => void work.catch(() => undefined),
    report: (outcome: Parameters<SlackInboxDeps["report"]>[0]) => {
      if (outcome.did === "failed")
        io.stderr(`Slack: ${outcome.error instanceof Error ? outcome.error.message : String(outcome.error)}\n`);
    },
  };
  const stopping = new AbortController();
  const timer = setInterval(() => void slack.notifier.tick().catch(() => undefined), tickMs);
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = config;
  if (appToken !== undefined) {
    void runSocketMode({ appToken, signal: stopping.signal }, inbox).catch((error: Error) =>
      io.stderr(`Slack: ${error.message}\n`),
    );
  }
  return {
    notifier: slack.notifier,
    routes:
      signingSecret === undefined
        ? undefined
        : slackRoutes({
            signingSecret,
            clock,
            turnedAway: (why) => io.stderr(`Slack: ${why}\n`),
            inbox: async () => createInbox(inbox),
          }),
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}
