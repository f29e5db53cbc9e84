import { HealerError } from "../domain/errors.ts";
import type { LogsSdk } from "./clients.ts";
import { isNamed, upstream, upstreamError } from "./upstream.ts";

const most = 20;

/** Names of log groups that contain the text, at most 20; characters that no name can hold are left out of it. */
export async function logGroups(sdk: LogsSdk, containing: string): Promise<readonly string[]> {
  const pattern = containing.replace(/[^.\-_/#A-Za-z0-9]/g, "").slice(0, 512);
  if (pattern === "" && containing !== "") return [];
  const { api, client } = await sdk();
  const names: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    const input = {
      limit: 50,
      ...(pattern !== "" && { logGroupNamePattern: pattern }),
      ...(nextToken !== undefined && { nextToken }),
    };
    const reply = await upstream(`list log groups containing "${pattern}"`, () =>
      client.send(new api.DescribeLogGroupsCommand(input)),
    );
    names.push(...(reply.logGroups ?? []).flatMap((group) => group.logGroupName ?? []));
    nextToken = reply.nextToken;
    if (nextToken === undefined || names.length >= most) break;
  }
  return names.slice(0, most);
}

/** The class of a group, by which it can do more or less; undefined for one that is not listed. */
export async function logGroupClass(sdk: LogsSdk, group: string): Promise<string | undefined> {
  const name = groupIdentifier(group).replace(/^arn:.*:log-group:/, "");
  const { api, client } = await sdk();
  const reply = await upstream(`look up log group "${name}"`, () =>
    client.send(new api.DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 })),
  );
  return reply.logGroups?.find(({ logGroupName }) => logGroupName === name)?.logGroupClass;
}

/** The error of a log call: a missing group is `not_found`, so that the model looks for the right name. */
export function logError(asked: string, group: string, error: unknown): HealerError {
  if (!isNamed(error, "ResourceNotFoundException")) return upstreamError(asked, error);
  return new HealerError("not_found", `no log group "${group}" in this account and region`, {
    hint: "List the groups whose name contains a part of it.",
    cause: error,
  });
}

/** Describing a group gives its ARN with a star at the end; reading one takes it without. */
export const groupIdentifier = (group: string): string => group.replace(/:\*$/, "");
