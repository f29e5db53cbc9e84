import { describe, expect, it } from "vitest";
import { alarmPattern } from "../../src/aws/alarm-pattern.ts";
import { alarmSamples, matches } from "./event-pattern.ts";
import { type Graph, named, ofType, statementsOf } from "./graph.ts";

/** What must hold of the way from the account's bus to the detector. */
export function describeIntake(graph: () => Graph): void {
  describe("intake", () => {
    it("keeps order and loses nothing: dead letters at every hop", () => {
      const queue = named(graph(), "aws:sqs/queue:Queue", "Alarms").inputs;
      expect(queue).toMatchObject({ fifoQueue: true, contentBasedDeduplication: true, sqsManagedSseEnabled: true });
      expect(JSON.parse(String(queue.redrivePolicy))).toMatchObject({
        deadLetterTargetArn: expect.stringContaining("RefusedAlarms"),
        maxReceiveCount: 3,
      });
      expect(named(graph(), "aws:sqs/queue:Queue", "RefusedAlarms").inputs.fifoQueue).toBe(true);
      // The bus takes no ordered queue for what it could not deliver.
      expect(named(graph(), "aws:sqs/queue:Queue", "UndeliveredAlarms").inputs.fifoQueue).not.toBe(true);
      const [target] = ofType(graph(), "aws:cloudwatch/eventTarget:EventTarget");
      expect(target?.inputs).toMatchObject({
        deadLetterConfig: { arn: expect.stringContaining("UndeliveredAlarms") },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        sqsTarget: { messageGroupId: "alarms" },
      });
      const feed = named(graph(), "aws:lambda/eventSourceMapping:EventSourceMapping", "DetectorFeed").inputs;
      expect(feed.functionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      const detector = named(graph(), "aws:lambda/function:Function", "DetectorFunction").inputs;
      expect(Number(queue.visibilityTimeoutSeconds)).toBeGreaterThanOrEqual(Number(detector.timeout));
    });

    it("gives back from a batch only what was not taken, wherever there are batches", () => {
      const feeds = ofType(graph(), "aws:lambda/eventSourceMapping:EventSourceMapping");
      expect(feeds.map(({ name }) => name).sort()).toEqual(["AnchorFeed", "ChatFeed", "DetectorFeed"]);
      for (const { name, inputs } of feeds) {
        expect(inputs.functionResponseTypes, name).toEqual(["ReportBatchItemFailures"]);
      }
    });

    it("keeps what was given up for two weeks, encrypted, and waiting alarms for four days", () => {
      for (const { name, inputs } of ofType(graph(), "aws:sqs/queue:Queue")) {
        const days = name === "Alarms" ? 4 : 14;
        expect(inputs, name).toMatchObject({ messageRetentionSeconds: days * 86_400, sqsManagedSseEnabled: true });
      }
    });

    it("lets only the rule write into the queues", () => {
      for (const { inputs } of ofType(graph(), "aws:sqs/queuePolicy:QueuePolicy")) {
        expect(statementsOf(inputs.policy)).toEqual([
          expect.objectContaining({
            Principal: { Service: "events.amazonaws.com" },
            Action: ["sqs:SendMessage"],
            Condition: { ArnEquals: { "aws:SourceArn": [expect.stringContaining(":rule/")] } },
          }),
        ]);
      }
    });

    it("takes the alarms that AWS documents, on the account's own bus", () => {
      const { inputs } = named(graph(), "aws:cloudwatch/eventRule:EventRule", "AlarmChanges");
      expect(inputs.eventBusName ?? "default").toBe("default");
      const pattern = JSON.parse(String(inputs.eventPattern));
      expect(pattern).toEqual(alarmPattern("incident-healer-production-"));
      for (const { file, event } of alarmSamples()) expect(matches(pattern, event), file).toBe(true);
    });
  });
}
