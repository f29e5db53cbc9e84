import { alarmPattern } from "../src/aws/alarm-pattern.ts";
import { policyOf } from "./defaults.ts";
import { type Door, type IntakeOptions, memberDoors } from "./members.ts";

export type Intake = ReturnType<typeof createIntake>;

/** Alarm changes from the account's own bus, through a queue that keeps their order, to the detector. */
export function createIntake(options: IntakeOptions) {
  const keepSeconds = 14 * 24 * 3600;
  const refused = new aws.sqs.Queue("RefusedAlarms", {
    fifoQueue: true,
    messageRetentionSeconds: keepSeconds,
    sqsManagedSseEnabled: true,
  });
  const alarms = new aws.sqs.Queue("Alarms", {
    fifoQueue: true,
    contentBasedDeduplication: true,
    // A failed batch is seen again after this; it must outlast the detector.
    visibilityTimeoutSeconds: 60,
    messageRetentionSeconds: 4 * 24 * 3600,
    sqsManagedSseEnabled: true,
    redrivePolicy: refused.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 })),
  });
  // Where the bus could not deliver: the service takes no ordered queue for this.
  const undelivered = new aws.sqs.Queue("UndeliveredAlarms", {
    messageRetentionSeconds: keepSeconds,
    sqsManagedSseEnabled: true,
  });
  const eventPattern = JSON.stringify(alarmPattern(options.ownPrefix));
  const rule = new aws.cloudwatch.EventRule("AlarmChanges", {
    description: "Alarms that go off or recover",
    eventPattern,
  });
  const doors: readonly Door[] = [{ name: "AlarmChangesToQueue", rule }, ...memberDoors(options, eventPattern)];
  for (const [name, queue] of [
    ["Alarms", alarms],
    ["UndeliveredAlarms", undelivered],
  ] as const) {
    new aws.sqs.QueuePolicy(`${name}Policy`, {
      queueUrl: queue.url,
      policy: $util.all([queue.arn, $util.all(doors.map((door) => door.rule.arn))]).apply(([queueArn, ruleArns]) =>
        policyOf({
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queueArn,
          Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
        }),
      ),
    });
  }
  for (const { name, rule, bus } of doors) {
    new aws.cloudwatch.EventTarget(name, {
      rule: rule.name,
      ...(bus !== undefined && { eventBusName: bus.name }),
      arn: alarms.arn,
      // One group: the detector sees one batch at a time, so two alarms of one resource cannot open two runs.
      sqsTarget: { messageGroupId: "alarms" },
      deadLetterConfig: { arn: undelivered.arn },
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
  }
  return { alarms, refused, undelivered };
}

/** Hands batches to the detector; what it could not take comes back, and after three times lies in `refused`. */
export function feedDetector(intake: Intake, detector: sst.aws.Function): void {
  new aws.lambda.EventSourceMapping("DetectorFeed", {
    eventSourceArn: intake.alarms.arn,
    functionName: detector.arn,
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });
}
