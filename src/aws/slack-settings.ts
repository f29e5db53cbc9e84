import { linksOf } from "../slack/links.ts";
import type { SlackSettings } from "../slack/settings.ts";
import type { Deployment } from "./deployment.ts";

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
