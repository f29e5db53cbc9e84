import { Resource } from "sst";
import { composeNotifier } from "../aws/compose-chat.ts";
import { readEnvironment } from "../aws/environment.ts";
import { gaugeLine } from "../aws/gauges.ts";
import { composeRecords, streamTells } from "../aws/records.ts";
import { slackSettingsOf } from "../aws/slack-settings.ts";
import { fromSchedule, fromStream, type Invocation } from "../http/adapter.ts";
import { createBackgroundApp } from "../http/background.ts";
import { createSlackNotifier } from "../slack/notifier.ts";

const around = readEnvironment(process.env);
const slack = slackSettingsOf(around.deployment);
const records = await composeRecords(around);
const token = () => Resource.SlackBotToken.value;
const notifier = slack === undefined ? streamTells : createSlackNotifier(composeNotifier(records, slack, token()));
const measure = async () => void process.stdout.write(await gaugeLine(records));
const app = createBackgroundApp({ notifier, measure });
const told = fromStream(app, "/internal/told");
const tick = fromSchedule(app, "/internal/tick");

/** Shows what the journal's stream brings, and once a minute what an outage left stale. */
export const handler = (event: Parameters<typeof told>[0] | object, invocation: Invocation) =>
  "Records" in event ? told(event, invocation) : tick(event, invocation);
