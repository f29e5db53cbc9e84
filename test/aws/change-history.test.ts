import { describe, expect, it } from "vitest";
import { changeHistory } from "../../src/aws/change-history.ts";
import { type QueryAnswer, startQueryStub } from "./query-stub.ts";
import { awsService, byOperation, inTurn } from "./wire.ts";

const end = Date.parse("2026-11-23T10:00:00Z");
const query = { start: end - 3_600_000, end, resources: ["web-asg"] };
const history = (now = end + 3_600_000) => changeHistory({ clock: { now: () => now }, pauseMilliseconds: 1 });

type Trail = { readonly id: string; readonly name: string; readonly more?: object; readonly record?: object };
const trailEvent = ({ id, name, more = {}, record = {} }: Trail) => ({
  EventId: id,
  EventName: name,
  ReadOnly: "false",
  EventTime: end / 1000 - 600,
  EventSource: "ecs.amazonaws.com",
  Username: "anna",
  CloudTrailEvent: JSON.stringify(record),
  ...more,
});
const trail = (...events: readonly object[]) => ({ output: { Events: events } });

async function surroundings(scaling: QueryAnswer = { xml: "<Activities/>" }, commands: object = { output: {} }) {
  const stub = await startQueryStub(() => scaling);
  process.env.AWS_ENDPOINT_URL_AUTO_SCALING = stub.url;
  const ssm = await awsService("ssm", inTurn(commands as never));
  return { stub, ssm, [Symbol.asyncDispose]: () => stub[Symbol.asyncDispose]() };
}

describe("changes from an account", () => {
  it("ask CloudTrail for the named resource, then for all write events, in the window", async () => {
    await using _ = await surroundings();
    const cloudTrail = await awsService("cloudtrail", inTurn(trail()));
    await history().read(query);
    const window = { StartTime: query.start / 1000, EndTime: query.end / 1000, MaxResults: 50 };
    expect(cloudTrail.calls.map((call) => call.input)).toEqual([
      { LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue: "web-asg" }], ...window },
      { LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }], ...window },
    ]);
  });

  it("say who, on what, and what was set; an event told twice is one, and a read is none", async () => {
    await using _ = await surroundings();
    const deploy = trailEvent({
      id: "1",
      name: "UpdateService",
      more: { Resources: [{ ResourceType: "AWS::ECS::Service", ResourceName: "orders" }] },
      record: {
        userIdentity: { arn: "arn:aws:sts::1:assumed-role/deploy/anna", invokedBy: "codepipeline.amazonaws.com" },
        requestParameters: { service: "orders", taskDefinition: "orders:42", networkConfiguration: { list: [1] } },
      },
    });
    const look = trailEvent({ id: "2", name: "DescribeServices", more: { ReadOnly: "true" } });
    await awsService("cloudtrail", inTurn(trail(deploy, look)));
    const { changes } = await history().read(query);
    expect(changes).toEqual([
      {
        at: end - 600_000,
        who: "deploy/anna through codepipeline.amazonaws.com",
        what: "UpdateService",
        resources: ["orders"],
        detail: "service=orders taskDefinition=orders:42",
        source: "CloudTrail",
        failed: false,
      },
    ]);
  });

  it("keep refused attempts, marked as failed", async () => {
    await using _ = await surroundings();
    const refused = trailEvent({ id: "1", name: "TerminateInstances", record: { errorCode: "AccessDenied" } });
    await awsService("cloudtrail", inTurn(trail(refused)));
    expect((await history().read(query)).changes).toMatchObject([{ failed: true, detail: "AccessDenied" }]);
  });

  it.each(["", "not json", "[]", "null", '{"userIdentity":7,"requestParameters":"x","responseElements":[]}'])(
    "survive an event's record that is %j",
    async (CloudTrailEvent) => {
      await using _ = await surroundings();
      await awsService(
        "cloudtrail",
        inTurn(trail(trailEvent({ id: "1", name: "RunInstances", more: { CloudTrailEvent } }))),
      );
      expect((await history().read(query)).changes).toMatchObject([{ what: "RunInstances", who: "anna" }]);
    },
  );

  it("stop after ten pages and say how far back they reach", async () => {
    await using _ = await surroundings();
    const page = { output: { Events: [trailEvent({ id: "1", name: "PutParameter" })], NextToken: "more" } };
    const cloudTrail = await awsService("cloudtrail", inTurn(page));
    const { missing } = await history().read({ ...query, resources: [] });
    expect(cloudTrail.calls).toHaveLength(10);
    expect(missing).toEqual(["CloudTrail: all write events before 2026-11-23T09:50:00Z (too many)"]);
  });

  it("tell scaling activities and sent commands, and join a command to the event of its sender", async () => {
    const activity = (start: string) =>
      `<member><ActivityId>a</ActivityId><AutoScalingGroupName>web-asg</AutoScalingGroupName><Cause>an alarm</Cause>
       <Description>Launching a new EC2 instance: i-1</Description><StatusCode>Failed</StatusCode><StartTime>${start}</StartTime></member>`;
    const listed = {
      CommandId: "11111111-2222-3333-4444-555555555555",
      DocumentName: "AWS-RunShellScript",
      RequestedDateTime: end / 1000 - 60,
      InstanceIds: ["i-0123456789abcdef0"],
      Parameters: { commands: ["systemctl restart nginx"] },
      Status: "Success",
    };
    await using at = await surroundings(
      { xml: `<Activities>${activity("2026-11-23T09:55:00Z")}${activity("2026-11-20T00:00:00Z")}</Activities>` },
      { output: { Commands: [listed] } },
    );
    const sent = { responseElements: { command: { commandId: listed.CommandId } } };
    await awsService("cloudtrail", inTurn(trail(trailEvent({ id: "1", name: "SendCommand", record: sent }))));
    const { changes, sources } = await history().read(query);
    expect(sources).toEqual(["CloudTrail", "Auto Scaling", "Systems Manager"]);
    expect(changes.map(({ what, key }) => [what, key])).toEqual([
      ["SendCommand", `command ${listed.CommandId}`],
      ["scaling activity", undefined],
      ["AWS-RunShellScript", `command ${listed.CommandId}`],
    ]);
    expect(changes[1]).toMatchObject({
      failed: true,
      resources: ["web-asg"],
      detail: expect.stringContaining("Launching"),
    });
    expect(changes[2]?.detail).toBe("systemctl restart nginx | Success");
    expect(at.ssm.calls[0]?.input).toMatchObject({
      Filters: [
        { key: "InvokedAfter", value: "2026-11-23T09:00:00Z" },
        { key: "InvokedBefore", value: "2026-11-23T10:00:00Z" },
      ],
    });
  });

  it("name a source that refused and go on with the others", async () => {
    await using _ = await surroundings({ error: "AccessDenied", status: 403 });
    await awsService("cloudtrail", inTurn(trail()));
    const { sources, missing } = await history().read(query);
    expect(sources).toEqual(["CloudTrail", "Systems Manager"]);
    expect(missing).toEqual([expect.stringMatching(/^Auto Scaling: .*AccessDenied/)]);
  });

  it("reject when no source at all answers", async () => {
    await using _ = await surroundings({ error: "AccessDenied", status: 403 }, { error: "AccessDeniedException" });
    await awsService("cloudtrail", byOperation({ LookupEvents: { error: "AccessDeniedException" } }));
    await expect(history().read(query)).rejects.toMatchObject({ code: "upstream_failed" });
  });

  it("say that the newest events may still be on their way", async () => {
    await using _ = await surroundings();
    await awsService("cloudtrail", inTurn(trail()));
    expect((await history(end + 60_000).read(query)).missing).toEqual([expect.stringContaining("on their way")]);
  });
});
