import { describe, expect, it } from "vitest";
import { asgFleet } from "../../src/aws/asg-fleet.ts";
import { type QueryAnswer, type QueryCall, startQueryStub } from "./query-stub.ts";
import { awsService, byOperation, inTurn } from "./wire.ts";

const one = "i-0123456789abcdef0";
const arn = (id: string) => `arn:aws:ec2:eu-west-1:123456789012:instance/${id}`;
const tagged = (id: string, ...Tags: readonly object[]) => ({
  output: { ResourceTagMappingList: [{ ResourceARN: arn(id), Tags }] },
});
const fleet = () => asgFleet({ account: "123456789012", region: "eu-west-1" });

async function autoScaling(answer: (call: QueryCall) => QueryAnswer) {
  const stub = await startQueryStub(answer);
  process.env.AWS_ENDPOINT_URL_AUTO_SCALING = stub.url;
  return stub;
}

const inGroup = `<AutoScalingInstances><member><InstanceId>${one}</InstanceId><AutoScalingGroupName>web</AutoScalingGroupName>
  <HealthStatus>HEALTHY</HealthStatus><LifecycleState>InService</LifecycleState></member></AutoScalingInstances>`;

describe("a fleet member", () => {
  it("is known by its group, with the instance's own tags", async () => {
    await using stub = await autoScaling(() => ({ xml: inGroup }));
    const tagging = await awsService("tagging", inTurn(tagged(one, { Key: "healer", Value: "yes" })));
    expect(await fleet().member(one)).toEqual({ id: one, healthy: true, group: "web", tags: { healer: "yes" } });
    expect(stub.calls[0]?.form.get("InstanceIds.member.1")).toBe(one);
    expect(tagging.calls[0]?.input).toEqual({ ResourceARNList: [arn(one)] });
  });

  it.each([
    ["Online", true],
    ["ConnectionLost", false],
  ])("outside any group is known by its agent, which is %s", async (PingStatus, healthy) => {
    await using _stub = await autoScaling(() => ({ xml: "<AutoScalingInstances/>" }));
    await awsService("tagging", inTurn({ output: {} }));
    await awsService("ssm", inTurn({ output: { InstanceInformationList: [{ InstanceId: one, PingStatus }] } }));
    expect(await fleet().member(one)).toEqual({ id: one, healthy, group: undefined, tags: {} });
  });

  it("is undefined when nobody knows it", async () => {
    await using _stub = await autoScaling(() => ({ xml: "<AutoScalingInstances/>" }));
    await awsService("ssm", inTurn({ output: { InstanceInformationList: [] } }));
    expect(await fleet().member(one)).toBeUndefined();
    await awsService("ssm", byOperation({ DescribeInstanceInformation: { error: "InvalidInstanceId" } }));
    expect(await fleet().member("nonsense")).toBeUndefined();
  });

  it("is never undefined because a service refused", async () => {
    await using _stub = await autoScaling(() => ({ error: "AccessDenied", status: 403 }));
    await expect(fleet().member(one)).rejects.toMatchObject({ code: "upstream_failed", retryable: false });
  });

  it("is not without tags because the tagging service refused", async () => {
    await using _stub = await autoScaling(() => ({ xml: inGroup }));
    await awsService("tagging", inTurn({ error: "AccessDeniedException", status: 400 }));
    await expect(fleet().member(one)).rejects.toMatchObject({ code: "upstream_failed" });
  });
});

describe("a fleet group", () => {
  const instance = (id: string, type: string, health: string, state: string) =>
    `<member><InstanceId>${id}</InstanceId><InstanceType>${type}</InstanceType><HealthStatus>${health}</HealthStatus>
     <LifecycleState>${state}</LifecycleState></member>`;
  const groupXml = (...instances: readonly string[]) => ({
    xml: `<AutoScalingGroups><member><AutoScalingGroupName>web</AutoScalingGroupName><DesiredCapacity>2</DesiredCapacity>
      <MaxSize>6</MaxSize><Instances>${instances.join("")}</Instances></member></AutoScalingGroups>`,
  });

  it("has a size, a type and members, of which only those in service count as healthy", async () => {
    await using stub = await autoScaling(() =>
      groupXml(
        instance(one, "c5.large", "Healthy", "InService"),
        instance("i-0123456789abcdef1", "c5.large", "Healthy", "Terminating"),
      ),
    );
    await awsService("tagging", inTurn(tagged(one, { Key: "healer", Value: "yes" })));
    expect(await fleet().group("web")).toMatchObject({
      name: "web",
      instanceType: "c5.large",
      desired: 2,
      maximum: 6,
      members: [
        { id: one, healthy: true, group: "web", tags: { healer: "yes" } },
        { id: "i-0123456789abcdef1", healthy: false, tags: {} },
      ],
    });
    expect(stub.calls[0]?.form.get("AutoScalingGroupNames.member.1")).toBe("web");
  });

  it("of mixed types, or of none, has a type that no price list holds", async () => {
    await using _stub = await autoScaling(() =>
      groupXml(
        instance(one, "c5.large", "Healthy", "InService"),
        instance("i-0123456789abcdef1", "m5.large", "Healthy", "InService"),
      ),
    );
    await awsService("tagging", inTurn({ output: {} }));
    expect((await fleet().group("web"))?.instanceType).toBe("c5.large,m5.large");
    await using _empty = await autoScaling(() => groupXml());
    expect((await fleet().group("web"))?.instanceType).toBe("unknown");
  });

  it("is undefined when there is none of that name", async () => {
    await using _stub = await autoScaling(() => ({ xml: "<AutoScalingGroups/>" }));
    expect(await fleet().group("web")).toBeUndefined();
  });
});
