import { handle } from "hono/aws-lambda";
import { composePublicApp } from "../aws/compose-public.ts";
import { once } from "../domain/once.ts";
import { createLater } from "../http/later.ts";

/** Slack gives up after three seconds. */
const later = createLater(2_300);
const secret = (name: "ApiTokens" | "SlackBotToken" | "SlackSigningSecret") => async () =>
  (await import("sst")).Resource[name].value;
const around = once(async () => (await import("../aws/environment.ts")).readEnvironment(process.env));
const app = composePublicApp(around, later.take, {
  apiTokens: secret("ApiTokens"),
  slackBotToken: secret("SlackBotToken"),
  slackSigningSecret: secret("SlackSigningSecret"),
});
const answer = handle(app);

/** The public door: the console, the API and Slack. Nothing that drives a run is mounted here. */
export const handler: typeof answer = async (event, context) => {
  const response = await answer(event, context);
  await later.settle();
  return response;
};
