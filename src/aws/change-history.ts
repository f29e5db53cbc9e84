import { messageOf } from "../domain/errors.ts";
import type { Change, ChangeHistory, ChangeQuery, Clock } from "../domain/ports.ts";
import { abortable, type SourceAnswer } from "./change-source.ts";
import {
  type AutoScalingSdk,
  autoScalingSdk,
  type CloudTrailSdk,
  cloudTrailSdk,
  type SsmSdk,
  ssmSdk,
} from "./clients.ts";
import { trailChanges } from "./cloudtrail.ts";
import { commandChanges } from "./ssm-history.ts";
import { upstream } from "./upstream.ts";

export type ChangeHistoryOptions = {
  readonly clock: Clock;
  readonly cloudTrail?: CloudTrailSdk;
  readonly autoScaling?: AutoScalingSdk;
  readonly ssm?: SsmSdk;
  /** Pause between two questions to CloudTrail, which takes two a second for the whole account. */
  readonly pauseMilliseconds?: number;
};

/** CloudTrail is behind by this much, usually less. */
const trailDelayMs = 15 * 60_000;

/** CloudTrail's write events, Auto Scaling's activities and Systems Manager's commands. One that fails is named, not fatal. */
export function changeHistory(options: ChangeHistoryOptions): ChangeHistory {
  const { clock, cloudTrail = cloudTrailSdk(), autoScaling = autoScalingSdk(), ssm = ssmSdk() } = options;
  const pauseMs = options.pauseMilliseconds ?? 550;
  return {
    async read(query) {
      const asked = [
        ["CloudTrail", trailChanges(cloudTrail, query, pauseMs)],
        ["Auto Scaling", scalingChanges(autoScaling, query)],
        ["Systems Manager", commandChanges(ssm, query)],
      ] as const;
      const answers = await Promise.allSettled(asked.map(([, answer]) => answer));
      const failures = answers.filter((answer) => answer.status === "rejected");
      if (failures.length === asked.length) throw failures[0]?.reason;
      const missing = answers.flatMap((answer, index) =>
        answer.status === "fulfilled" ? answer.value.missing : [`${asked[index]?.[0]}: ${messageOf(answer.reason)}`],
      );
      const late = clock.now() - query.end < trailDelayMs;
      return {
        changes: answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value.changes : [])),
        sources: asked.flatMap(([name], index) => (answers[index]?.status === "fulfilled" ? [name] : [])),
        missing: late ? [...missing, "CloudTrail events of the last 15 minutes may still be on their way"] : missing,
      };
    },
  };
}

const mostPages = 3;

async function scalingChanges(sdk: AutoScalingSdk, query: ChangeQuery): Promise<SourceAnswer> {
  const { api, client } = await sdk();
  const changes: Change[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = { MaxRecords: 100, ...(token !== undefined && { NextToken: token }) };
    const reply = await upstream("read scaling activities", () =>
      client.send(new api.DescribeScalingActivitiesCommand(input), abortable(query)),
    );
    const activities = reply.Activities ?? [];
    for (const activity of activities) {
      const at = activity.StartTime?.getTime() ?? 0;
      if (at < query.start || at > query.end) continue;
      changes.push({
        at,
        who: "Auto Scaling",
        what: "scaling activity",
        resources: activity.AutoScalingGroupName === undefined ? [] : [activity.AutoScalingGroupName],
        detail: [activity.Description, activity.StatusMessage, activity.Cause].filter(Boolean).join(". ").slice(0, 300),
        source: "Auto Scaling",
        failed: activity.StatusCode === "Failed" || activity.StatusCode === "Cancelled",
      });
    }
    // Newest first, except for those in progress: the last one tells how far back this page reached.
    const oldest = activities.at(-1)?.StartTime?.getTime() ?? 0;
    token = reply.NextToken;
    if (token === undefined || oldest < query.start) return { changes, missing: [] };
  }
  return { changes, missing: [`Auto Scaling activities beyond the newest ${mostPages * 100}`] };
}
