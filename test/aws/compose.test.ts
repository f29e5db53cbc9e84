import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { composeAgent } from "../../src/aws/compose.ts";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { dynamoChatRecords, dynamoSeen } from "../../src/aws/dynamo-chat.ts";
import { readEnvironment } from "../../src/aws/environment.ts";
import { gaugeLine } from "../../src/aws/gauges.ts";
import { composeRecords } from "../../src/aws/records.ts";
import { RunId } from "../../src/domain/ids.ts";
import { projectFolder } from "../../src/local/files.ts";
import { openState, type State } from "../../src/local/state.ts";
import { type AwsStub, startAwsStub } from "../wire/aws-stub.ts";

const alarm = (name: string, at: string) => ({
  version: "0",
  id: "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
  "detail-type": "CloudWatch Alarm State Change",
  source: "aws.cloudwatch",
  account: "123456789012",
  time: at,
  region: "eu-west-1",
  resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`],
  detail: {
    alarmName: name,
    state: { value: "ALARM", reason: "Threshold Crossed", timestamp: at },
    previousState: { value: "OK", reason: "fine", timestamp: at },
    configuration: {
      metrics: [
        {
          id: "m1",
          metricStat: {
            metric: { namespace: "AWS/EC2", name: "CPUUtilization", dimensions: { InstanceId: "i-0123456789abcdef0" } },
            period: 60,
            stat: "Average",
          },
          returnData: true,
        },
      ],
    },
  },
});

describe("functions as they are deployed, on the embedded tables", () => {
  let folder: string;
  let state: State;
  let workflow: AwsStub;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "healer-compose-"));
    state = await openState(folder);
    const { port } = JSON.parse(await readFile(join(folder, "endpoint.json"), "utf8"));
    workflow = await startAwsStub({
      service: "stepfunctions",
      answer: () => ({
        output: { executionArn: "arn:aws:states:eu-west-1:123456789012:execution:healer:run-1", startDate: 1 },
      }),
    });
    Object.assign(process.env, {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "stub",
      AWS_SECRET_ACCESS_KEY: "stub",
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_SFN: workflow.url,
      HEALER_ACCOUNT: "123456789012",
      HEALER_SETTINGS: JSON.stringify(deploymentOf("test", {})),
      HEALER_AUDIT: "healer-audit",
      HEALER_INCIDENTS: "healer-incidents",
      HEALER_APPROVALS: "healer-approvals",
      HEALER_STATE_MACHINE: "arn:aws:states:eu-west-1:123456789012:stateMachine:healer",
      HEALER_FILES: projectFolder,
    });
  });
  afterAll(async () => {
    await state.close();
    await workflow.close();
    await rm(folder, { recursive: true });
  });

  it("the detector's own handler opens a run for an alarm from the queue, and starts its workflow once", async () => {
    const { handler } = await import("../../src/handlers/detector.ts");
    const body = JSON.stringify(alarm("web-cpu", new Date().toISOString()));
    const time = { getRemainingTimeInMillis: () => 30_000 };
    const answer = await handler({ Records: [{ messageId: "m1", body }] }, time);
    expect(answer).toEqual({ batchItemFailures: [] });
    const { journal } = await composeRecords(readEnvironment(process.env));
    const [runId, ...others] = await journal.runIds();
    expect(others).toEqual([]);
    const [first] = await journal.read(RunId.parse(runId));
    expect(first?.events[0]).toMatchObject({ type: "run_started", mode: "suggest", environment: "test" });
    expect(workflow.calls.map((call) => call.input)).toEqual([
      { stateMachineArn: process.env.HEALER_STATE_MACHINE, name: runId, input: JSON.stringify({ runId }) },
    ]);
    // Delivered twice, as queues do.
    expect(await handler({ Records: [{ messageId: "m1", body }] }, time)).toEqual({ batchItemFailures: [] });
    expect(await journal.runIds()).toEqual([runId]);
    expect(workflow.problems).toEqual([]);
  });

  it("the detector gives back what is no alarm, so that it becomes a dead letter", async () => {
    const { handler } = await import("../../src/handlers/detector.ts");
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const time = { getRemainingTimeInMillis: () => 30_000 };
    const answer = await handler({ Records: [{ messageId: "m7", body: "not JSON" }] }, time);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m7" }] });
  });

  it("hands and detector can not talk to a model, whatever a journal asks for", async () => {
    const deps = await composeAgent(readEnvironment(process.env), { thinks: false });
    await expect(deps.model.converse({} as never, AbortSignal.timeout(1000))).rejects.toThrow("never talks to a model");
  });

  it("only the detector can start a run", async () => {
    const deps = await composeAgent({ ...readEnvironment(process.env), stateMachineArn: undefined }, { thinks: true });
    await expect(deps.workflow.start(RunId.parse("run-0123456789ab"))).rejects.toThrow("may not start");
  });

  it("a run whose alarm fired in an account that nobody listed ends with a person, before anything is looked at", async () => {
    const elsewhere = alarm("web-elsewhere", new Date().toISOString());
    const body = JSON.stringify({
      ...elsewhere,
      account: "999999999999",
      resources: ["arn:aws:cloudwatch:eu-west-1:999999999999:alarm:web-elsewhere"],
    });
    const time = { getRemainingTimeInMillis: () => 30_000 };
    const { handler: detector } = await import("../../src/handlers/detector.ts");
    expect(await detector({ Records: [{ messageId: "m9", body }] }, time)).toEqual({ batchItemFailures: [] });
    const { journal, incidents } = await composeRecords(readEnvironment(process.env));
    const opened = (await incidents.recent(Date.now())).find(({ alarmName }) => alarmName === "web-elsewhere");
    if (opened === undefined) throw new Error("no incident");
    // Whatever would be asked for, this address answers nothing.
    for (const name of ["BEDROCK_RUNTIME", "CLOUDWATCH", "CLOUDWATCH_LOGS", "SSM", "STS"]) {
      process.env[`AWS_ENDPOINT_URL_${name}`] = "http://127.0.0.1:9";
    }
    const { handler: brain } = await import("../../src/handlers/brain.ts");
    const call = { route: "/internal/drive", body: { runId: opened.runId } };
    expect(await brain(call, time)).toMatchObject({ status: "done" });
    expect((await journal.read(opened.runId)).at(-1)?.events).toMatchObject([
      {
        type: "run_concluded",
        outcome: "escalated",
        reason: expect.stringContaining("Account 999999999999 is not on the allow-list."),
      },
    ]);
    expect(await incidents.get(opened.incidentId)).toMatchObject({ status: "closed", outcome: "escalated" });
  });

  it("cards' places live beside incidents and are no incident; of two writers one wins", async () => {
    const { dynamo, incidents } = await composeRecords(readEnvironment(process.env));
    const records = dynamoChatRecords(dynamo);
    const runId = RunId.parse("run-0123456789ab");
    const before = (await incidents.list()).length;
    const record = { runId, places: [], notes: [], version: 1 };
    expect(await records.put(record)).toBe(true);
    expect(await records.put(record)).toBe(false);
    expect(await records.put({ ...record, notes: ["a"], version: 2 })).toBe(true);
    expect(await records.put({ ...record, version: 2 })).toBe(false);
    expect(await records.get(runId)).toEqual({ ...record, notes: ["a"], version: 2 });
    expect(await incidents.list()).toHaveLength(before);
  });

  it("a configured guardrail is the agent's, by name and version; without one there is none", async () => {
    const around = readEnvironment(process.env);
    const guarded = { ...around.deployment, guardrail: { id: "gr1234567890", version: "3" } };
    const deps = await composeAgent({ ...around, deployment: guarded }, { thinks: false });
    expect(deps.guardrail?.name).toBe("gr1234567890:3");
    expect((await composeAgent(around, { thinks: false })).guardrail).toBeUndefined();
  });

  it("a request is taken once", async () => {
    const { dynamo } = await composeRecords(readEnvironment(process.env));
    const seen = dynamoSeen(dynamo);
    const taken = await Promise.all(Array.from({ length: 5 }, () => seen.first("k", Date.now() + 1000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it("the gauges are one line of the embedded metric format", async () => {
    const line = await gaugeLine(await composeRecords(readEnvironment(process.env)));
    expect(line).toMatch(/^\{.*\}\n$/);
    const { _aws, ...values } = JSON.parse(line);
    const [{ Namespace, Metrics }] = _aws.CloudWatchMetrics;
    expect(Namespace).toBe("IncidentHealer");
    expect(Metrics.map(({ Name }: { Name: string }) => Name).sort()).toEqual(Object.keys(values).sort());
    expect(values).toMatchObject({ IncidentsOpen: 1, ApprovalsExpiring: 0 });
  });
});
