import { alarmPattern, memberBusOf } from "../src/aws/alarm-pattern.ts";
import { policyOf } from "./defaults.ts";

export type IntakeOptions = {
  /** Of the healer's own alarms, which it leaves alone. */
  readonly ownPrefix: string;
  readonly partition: $util.Input<string>;
  /** Accounts, and regions of this account, that alarms may come from besides this one. */
  readonly members: readonly string[];
  readonly regions: readonly string[];
};

/** A rule whose events go to the detector's queue; `bus` is the account's default one unless it is named. */
export type Door = {
  readonly name: string;
  readonly rule: aws.cloudwatch.EventRule;
  readonly bus?: aws.cloudwatch.EventBus;
};

/**
 * A bus of its own for alarms of other accounts and regions, so that nobody's policy on the account's default bus is
 * replaced. Only listed accounts may put something there, and only what CloudWatch itself said: a source that begins with
 * `aws.` can not be written by hand.
 */
export function memberDoors(options: IntakeOptions, eventPattern: string): readonly Door[] {
  const { ownPrefix, members, regions, partition } = options;
  if (members.length + regions.length === 0) return [];
  const bus = new aws.cloudwatch.EventBus("MemberAlarms", { name: memberBusOf(ownPrefix) });
  if (members.length > 0) {
    new aws.cloudwatch.EventBusPolicy("MemberAlarmsPolicy", {
      eventBusName: bus.name,
      policy: $util.all([bus.arn, partition]).apply(([busArn, inPartition]) =>
        policyOf({
          Sid: "ListedAccountsForwardAlarms",
          Effect: "Allow",
          Principal: { AWS: members.map((member) => `arn:${inPartition}:iam::${member}:root`) },
          Action: "events:PutEvents",
          Resource: busArn,
          Condition: { StringEquals: { "events:source": alarmPattern(ownPrefix).source[0] } },
        }),
      ),
    });
  }
  const rule = new aws.cloudwatch.EventRule("MemberAlarmChanges", {
    description: "Alarms of other accounts and regions that go off or recover",
    eventBusName: bus.name,
    eventPattern,
  });
  return [{ name: "MemberAlarmsToQueue", rule, bus }];
}
