import { trustOf } from "./defaults.ts";
import type { Storage } from "./storage.ts";

type Feed = { readonly retries: number; readonly seconds: number; readonly from: "TRIM_HORIZON" | "LATEST" };

/** The journal's stream: to the anchors, which may lose nothing, and to the chat, which the next tick makes good. */
export function feedFromJournal(
  storage: Storage,
  anchor: sst.aws.Function,
  chat: sst.aws.Function,
  lost: aws.sqs.Queue,
): void {
  feed("AnchorFeed", storage, anchor, { retries: 10_000, seconds: 86_400, from: "TRIM_HORIZON" }, lost);
  feed("ChatFeed", storage, chat, { retries: 3, seconds: 300, from: "LATEST" });
}

function feed(name: string, storage: Storage, target: sst.aws.Function, how: Feed, lost?: aws.sqs.Queue): void {
  new aws.lambda.EventSourceMapping(name, {
    eventSourceArn: storage.audit.nodes.table.streamArn,
    functionName: target.arn,
    startingPosition: how.from,
    batchSize: 100,
    functionResponseTypes: ["ReportBatchItemFailures"],
    maximumRetryAttempts: how.retries,
    maximumRecordAgeInSeconds: how.seconds,
    bisectBatchOnFunctionError: true,
    filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ["INSERT"] }) }] },
    ...(lost !== undefined && { destinationConfig: { onFailure: { destinationArn: lost.arn } } }),
  });
}

/** Once a minute: reminders, escalation, and cards that an outage left stale. */
export function tickEveryMinute(chat: sst.aws.Function, account: $util.Output<string>): void {
  const role = new aws.iam.Role("TickRole", {
    assumeRolePolicy: account.apply((id) => trustOf("scheduler.amazonaws.com", id)),
    inlinePolicies: [
      {
        name: "invoke",
        policy: chat.arn.apply((arn) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [arn] }],
          }),
        ),
      },
    ],
  });
  new aws.scheduler.Schedule("Tick", {
    scheduleExpression: "rate(1 minute)",
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn: chat.arn, roleArn: role.arn, input: "{}", retryPolicy: { maximumRetryAttempts: 0 } },
  });
}
