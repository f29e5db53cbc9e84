import { describe, expect, it } from "vitest";
import { awsInventory } from "../../src/aws/inventory.ts";
import { awsService, inTurn } from "./wire.ts";

const inventory = () => awsInventory({ account: "123456789012", region: "eu-west-1" });
const arn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/prod/${name}`;
const page = (names: readonly string[], PaginationToken = "") => ({
  output: {
    PaginationToken,
    ResourceTagMappingList: names.map((name) => ({ ResourceARN: arn(name), Tags: [{ Key: "team", Value: "shop" }] })),
  },
});

describe("the inventory of tagged resources", () => {
  it("goes through pages until the ARN's end fits, and asks for one type", async () => {
    const stub = await awsService("tagging", inTurn(page(["a", "other-orders"], "next"), page(["orders"])));
    expect(await inventory().find("ecs:service", ":service/prod/orders")).toEqual([
      { arn: arn("orders"), tags: { team: "shop" } },
    ]);
    expect(stub.calls.map((call) => call.input)).toEqual([
      { ResourceTypeFilters: ["ecs:service"], ResourcesPerPage: 100 },
      { ResourceTypeFilters: ["ecs:service"], ResourcesPerPage: 100, PaginationToken: "next" },
    ]);
  });

  it("is empty where nothing fits, and rejects where the service refuses", async () => {
    await awsService("tagging", inTurn(page(["a"])));
    expect(await inventory().find("ecs:service", ":service/prod/orders")).toEqual([]);
    await awsService("tagging", inTurn({ error: "AccessDeniedException" }));
    await expect(inventory().find("sqs", ":q")).rejects.toMatchObject({ code: "upstream_failed" });
  });
});
