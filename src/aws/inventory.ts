import type { Inventory, ListedResource, ResourceState } from "../domain/ports.ts";
import {
  type BalancingSdk,
  balancingSdk,
  type ClientOptions,
  type DynamoSdk,
  type EcsSdk,
  ecsSdk,
  type LambdaSdk,
  lambdaSdk,
  type RdsSdk,
  rdsSdk,
  type TaggingSdk,
  tablesSdk,
  taggingSdk,
} from "./clients.ts";
import { targetGroupState } from "./state-balancing.ts";
import { ecsServiceState } from "./state-ecs.ts";
import { functionState } from "./state-lambda.ts";
import { databaseState } from "./state-rds.ts";
import { tableState } from "./state-table.ts";
import { upstream } from "./upstream.ts";

const mostPages = 20;

export type InventoryOptions = ClientOptions & {
  readonly account: string;
  readonly region: string;
  readonly partition?: string;
  readonly tagging?: TaggingSdk;
  readonly ecs?: EcsSdk;
  readonly rds?: RdsSdk;
  readonly lambda?: LambdaSdk;
  readonly balancing?: BalancingSdk;
  readonly tables?: DynamoSdk;
};

/**
 * Resources by their tags, with one light client for every service; what never had a tag is not listed. The client of a
 * service is loaded when a resource of it is looked at.
 */
export function awsInventory(options: InventoryOptions): Inventory {
  const { region, credentials } = options;
  const where = { region, ...(credentials !== undefined && { credentials }) };
  const { tagging = taggingSdk(where), ecs = ecsSdk(where), rds = rdsSdk(where) } = options;
  const { lambda = lambdaSdk(where), balancing = balancingSdk(where), tables = tablesSdk(where) } = options;
  const { partition = "aws", account } = options;
  const states: Readonly<Record<string, (value: string, all: Dimensions) => Promise<ResourceState | undefined>>> = {
    ServiceName: (name, { ClusterName }) => ecsServiceState(ClusterName ?? "default", name, ecs),
    DBInstanceIdentifier: (name) => databaseState(name, rds),
    FunctionName: (name) => functionState(name, lambda),
    TableName: (name) => tableState(name, tables),
    TargetGroup: (name) =>
      targetGroupState(`arn:${partition}:elasticloadbalancing:${region}:${account}:${name}`, balancing),
  };
  return {
    find: (type, arnEnd) => find(tagging, type, arnEnd),
    async state(dimension, dimensions) {
      const value = dimensions[dimension];
      const look = Object.hasOwn(states, dimension) ? states[dimension] : undefined;
      return value === undefined ? undefined : look?.(value, dimensions);
    },
  };
}

type Dimensions = Readonly<Record<string, string>>;

async function find(sdk: TaggingSdk, type: string, arnEnd: string): Promise<readonly ListedResource[]> {
  const { api, client } = await sdk();
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = { ResourceTypeFilters: [type], ResourcesPerPage: 100, ...(token && { PaginationToken: token }) };
    const reply = await upstream(`list resources of type ${type}`, () =>
      client.send(new api.GetResourcesCommand(input)),
    );
    const found = (reply.ResourceTagMappingList ?? []).flatMap(({ ResourceARN: arn, Tags = [] }) => {
      if (arn === undefined || !arn.endsWith(arnEnd)) return [];
      const pairs = Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""] as const]));
      return [{ arn, tags: Object.fromEntries(pairs) }];
    });
    if (found.length > 0) return found;
    token = reply.PaginationToken;
    if (token === undefined || token === "") break;
  }
  return [];
}
