import { describe, expect, it } from "vitest";
import type { Fleet, MetricQuery } from "../../src/domain/ports.ts";
import { alarmAt, callTool } from "./call-tool.ts";

const one = "i-0123456789abcdef0";
const member = (id: string, healthy: boolean) => ({ id, healthy, group: "web", tags: { team: "shop", "aws:x": "y" } });
const fleetOf = (size: number): Fleet => {
  const members = [member(one, true), ...Array.from({ length: size - 1 }, (_, at) => member(`i-${at}`, at !== 7))];
  return {
    member: async (id) => members.find((candidate) => candidate.id === id),
    group: async (name) =>
      name === "web" ? { name, instanceType: "c5.large", desired: size, maximum: 40, members } : undefined,
  };
};

describe("describe_resource", () => {
  it("tells an instance, its group, and its fellows with the unhealthy ones first", async () => {
    const { forModel, findings } = await callTool("describe_resource", {}, { fleet: fleetOf(30) });
    const lines = forModel.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      `[t2c1-resource-1] ${one}: healthy (team=shop), in web`,
      "group web: c5.large, desired 30, maximum 40, 29 of 30 members healthy",
      "  i-7: UNHEALTHY (team=shop)",
    ]);
    expect(lines.at(-1)).toBe("  and 9 more");
    expect(findings).toHaveLength(1);
  });

  it("tells no secret that stands in a tag, nor in the words of a service that refuses", async () => {
    const tags = { api_key: "sk_live_4eC39HqLyjWDarjtT1zdp7dc", note: "password=hunter2hunter2" };
    const state = async () => undefined;
    const listed = { find: async () => [{ arn: "arn:aws:ecs:eu-west-1:1:service/prod/orders", tags }], state };
    const failing = { find: () => Promise.reject(new Error("no: password=hunter2hunter2")), state };
    const dimensions = { ClusterName: "prod", ServiceName: "orders" };
    const long = `${"Cookie: a=".padEnd(1189, "x")}\nAKIAIOSFODNN7EXAMPLE`;
    const talking = { ...listed, state: async () => ({ facts: [], troubles: [long], events: [] }) };
    for (const inventory of [listed, failing, talking]) {
      const { forModel } = await callTool("describe_resource", { dimensions }, { inventory });
      expect(forModel).toContain("[redacted-");
      expect(forModel).not.toMatch(/hunter2|4eC39HqLyjWDarjtT1zdp7dc|AKIA/);
    }
  });

  it("says of an instance that nobody knows that it is gone or not managed", async () => {
    const { status, forModel } = await callTool("describe_resource", {});
    expect(status).toBe("ok");
    expect(forModel).toContain(`${one}: not in the fleet`);
  });

  it("tells a service by its tags, its own account of itself and vital metrics, and what can not be seen", async () => {
    const asked: MetricQuery[] = [];
    const metrics = {
      neighbours: async () => [],
      query: async (query: MetricQuery) => {
        asked.push(query);
        return query.name === "CPUUtilization" ? [{ at: alarmAt, value: 93.456 }] : [];
      },
    };
    const inventory = {
      find: async (type: string, arnEnd: string) => [{ arn: `arn:aws:ecs:eu-west-1:1${arnEnd}`, tags: { type } }],
      state: async (dimension: string, { ServiceName }: Readonly<Record<string, string>>) =>
        dimension === "ServiceName" && ServiceName === "orders"
          ? {
              facts: ["ACTIVE: desired 4, running 1, pending 1"],
              troubles: Array.from({ length: 8 }, (_, at) => `task ${at} stopped: password=hunter2hunter2\n exit 137`),
              events: [{ at: alarmAt, text: "unable to place a task" }],
            }
          : undefined,
    };
    const dimensions = { ClusterName: "prod", ServiceName: "orders" };
    const { forModel } = await callTool("describe_resource", { dimensions }, { metrics, inventory });
    expect(forModel.split("\n")).toEqual([
      "[t2c1-resource-1] ECS service orders: arn:aws:ecs:eu-west-1:1:service/prod/orders (type=ecs:service)",
      "  ACTIVE: desired 4, running 1, pending 1",
      ...Array.from({ length: 6 }, (_, at) => `  NOT WELL: task ${at} stopped: password=[redacted-password] exit 137`),
      "  NOT WELL: and 2 more",
      "  event 2026-11-23T10:00Z unable to place a task",
      "  now: CPUUtilization 93.46 (Average)",
      "  Can not be seen from here: what stands in the task definition.",
    ]);
    expect(asked[0]).toMatchObject({ namespace: "AWS/ECS", dimensions });
  });

  it("goes on without tags or a state that can not be read, and says so", async () => {
    const refused = () => Promise.reject(new Error("AccessDenied"));
    const inventory = { find: refused, state: refused };
    const { forModel } = await callTool("describe_resource", { dimensions: { QueueName: "mail" } }, { inventory });
    expect(forModel).toContain("queue mail: tags could not be read: AccessDenied");
    expect(forModel).toContain("its state could not be looked up: AccessDenied");
  });

  it("is empty for what no source describes", async () => {
    const result = await callTool("describe_resource", { dimensions: { Planet: "mars" } });
    expect(result).toMatchObject({ status: "empty", forModel: expect.stringContaining("what Planet mars is") });
    expect(await callTool("describe_resource", {}, { incident: { dimensions: {} } })).toMatchObject({
      status: "empty",
    });
  });
});
