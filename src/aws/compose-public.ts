import type { Hono } from "hono";
import { createApp } from "../http/app.ts";
import { slackRoutes } from "../http/routes/slack.ts";
import { authoriseByToken } from "../http/tokens.ts";
import { systemClock } from "../local/system.ts";
import { composeInbox, slackSettingsOf } from "./compose-chat.ts";
import { dynamoSeen } from "./dynamo-chat.ts";
import type { Surroundings } from "./environment.ts";
import { composeRecords, type Records } from "./records.ts";

/** Each is read where it is needed, because a deployment without a chat has no chat's secrets. */
export type Secrets = {
  readonly apiTokens: () => string;
  readonly slackBotToken: () => string;
  readonly slackSigningSecret: () => string;
};

type Later = (work: Promise<void>) => void;

/** The public app with what its function may touch: records, the kill switch and the ends of waits. */
export async function composePublicApp(around: Surroundings, later: Later, secrets: Secrets): Promise<Hono> {
  const records = await composeRecords(around);
  const chat = chatOf(around, records, later, secrets);
  return createApp({
    ...records,
    clock: systemClock,
    authorise: authoriseByToken(secrets.apiTokens()),
    ...(chat !== undefined && { chat }),
  });
}

function chatOf(around: Surroundings, records: Records, later: Later, secrets: Secrets): Hono | undefined {
  const slack = slackSettingsOf(around.deployment);
  if (slack === undefined) return undefined;
  return slackRoutes({
    ...composeInbox(records, slack, secrets.slackBotToken(), later),
    signingSecret: secrets.slackSigningSecret(),
    seen: dynamoSeen(records.dynamo),
  });
}
