import type { Hono } from "hono";
import { once } from "../domain/once.ts";
import { createApp } from "../http/app.ts";
import type { Surroundings } from "./environment.ts";
import type { Records } from "./records.ts";

/** Each is read where it is needed, because a deployment without a chat has no chat's secrets. */
export type Secrets = {
  readonly apiTokens: () => Promise<string>;
  readonly slackBotToken: () => Promise<string>;
  readonly slackSigningSecret: () => Promise<string>;
};

type Later = (work: Promise<void>) => void;

type Around = () => Promise<Surroundings>;

/**
 * The public app with what its function may touch: records, the kill switch and the ends of waits. Nothing of it is read
 * before a request needs it, the deployment's settings neither: whoever comes first pays for a start, and most want one area.
 */
export function composePublicApp(around: Around, later: Later, secrets: Secrets): Hono {
  const records = once(async () => (await import("./records.ts")).composeRecords(await around()));
  return createApp({
    async desk() {
      const { authoriseByToken } = await import("../http/tokens.ts");
      return { ...(await records()), authorise: authoriseByToken(await secrets.apiTokens()) };
    },
    chat: () => chatOf(around, records, later, secrets),
  });
}

async function chatOf(around: Around, records: () => Promise<Records>, later: Later, secrets: Secrets) {
  const { slackSettingsOf } = await import("./slack-settings.ts");
  const slack = slackSettingsOf((await around()).deployment);
  if (slack === undefined) return undefined;
  const { slackRoutes } = await import("../http/routes/slack.ts");
  return slackRoutes({
    signingSecret: await secrets.slackSigningSecret(),
    clock: { now: Date.now },
    turnedAway: (why) => console.log(JSON.stringify({ level: "INFO", did: "ignored", why })),
    inbox: once(async () => {
      const { composeInbox } = await import("./compose-chat.ts");
      return composeInbox(await records(), slack, await secrets.slackBotToken(), later);
    }),
  });
}
