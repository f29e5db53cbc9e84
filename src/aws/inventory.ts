import type { Inventory, ListedResource } from "../domain/ports.ts";
import { type TaggingSdk, taggingSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

const mostPages = 20;

/** Resources by their tags: one light client for every service. What never had a tag is not listed. */
export function taggedInventory(sdk: TaggingSdk = taggingSdk()): Inventory {
  return { find: (type, arnEnd) => find(sdk, type, arnEnd) };
}

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
