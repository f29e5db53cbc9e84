import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Fleet, FleetGroup, FleetMember } from "../domain/ports.ts";
import { type AutoScalingSdk, autoScalingSdk, type SsmSdk, ssmSdk, type TaggingSdk, taggingSdk } from "./clients.ts";
import { unlessMissing, upstream } from "./upstream.ts";

export type FleetOptions = {
  readonly account: string;
  readonly region: string;
  readonly partition?: string;
  readonly autoScaling?: AutoScalingSdk;
  readonly ssm?: SsmSdk;
  readonly tagging?: TaggingSdk;
};

type FleetSdks = Required<FleetOptions>;

/** Auto Scaling groups as the fleet; an instance of no group is known by its Systems Manager agent. Tags are its own. */
export function asgFleet(options: FleetOptions): Fleet {
  const sdks: FleetSdks = {
    partition: "aws",
    autoScaling: autoScalingSdk(),
    ssm: ssmSdk(),
    tagging: taggingSdk(),
    ...options,
  };
  return { member: (id) => member(sdks, id), group: (name) => group(sdks, name) };
}

async function member(sdks: FleetSdks, id: string): Promise<FleetMember | undefined> {
  const grouped = id.startsWith("i-") ? await groupedInstance(sdks, id) : undefined;
  const found = grouped ?? (await managedInstance(sdks, id));
  if (found === undefined) return undefined;
  return { ...found, tags: (await tagsOf(sdks, [id])).get(id) ?? {} };
}

type Untagged = Omit<FleetMember, "tags">;

async function groupedInstance({ autoScaling }: FleetSdks, id: string): Promise<Untagged | undefined> {
  const { api, client } = await autoScaling();
  const input = { InstanceIds: [id] };
  const reply = await upstream(`look up the group of ${id}`, () =>
    client.send(new api.DescribeAutoScalingInstancesCommand(input)),
  );
  const found = reply.AutoScalingInstances?.find((instance) => instance.InstanceId === id);
  if (found === undefined) return undefined;
  return { id, healthy: inService(found.HealthStatus, found.LifecycleState), group: found.AutoScalingGroupName };
}

/** Group APIs spell it "HEALTHY" for one instance and "Healthy" for a group's. */
const inService = (health: string | undefined, lifecycle: string | undefined): boolean =>
  health?.toLowerCase() === "healthy" && lifecycle === "InService";

async function managedInstance({ ssm }: FleetSdks, id: string): Promise<Untagged | undefined> {
  const { api, client } = await ssm();
  const input = { Filters: [{ Key: "InstanceIds", Values: [id] }] };
  const missing = ["InvalidInstanceId", "InvalidInstanceInformationFilterValue"];
  const reply = await unlessMissing(`look up instance ${id}`, missing, () =>
    client.send(new api.DescribeInstanceInformationCommand(input)),
  );
  const found = reply?.InstanceInformationList?.find((instance) => instance.InstanceId === id);
  return found === undefined ? undefined : { id, healthy: found.PingStatus === "Online", group: undefined };
}

async function group(sdks: FleetSdks, name: string): Promise<FleetGroup | undefined> {
  const { api, client } = await sdks.autoScaling();
  const input = { AutoScalingGroupNames: [name] };
  const reply = await upstream(`look up group ${name}`, () =>
    client.send(new api.DescribeAutoScalingGroupsCommand(input)),
  );
  const found = reply.AutoScalingGroups?.find((candidate) => candidate.AutoScalingGroupName === name);
  if (found === undefined) return undefined;
  const instances = (found.Instances ?? []).flatMap((instance) =>
    instance.InstanceId === undefined
      ? []
      : [{ id: instance.InstanceId, healthy: inService(instance.HealthStatus, instance.LifecycleState), group: name }],
  );
  const tags = await tagsOf(
    sdks,
    instances.map(({ id }) => id),
  );
  return {
    name,
    instanceType: instanceTypeOf(found),
    desired: found.DesiredCapacity ?? 0,
    maximum: found.MaxSize ?? 0,
    members: instances.map((instance) => ({ ...instance, tags: tags.get(instance.id) ?? {} })),
  };
}

/** All types that the group runs. A mix, or none, is no type of any price list, so its price stays unknown. */
function instanceTypeOf({ Instances = [] }: AutoScalingGroup): string {
  const types = new Set(Instances.flatMap(({ InstanceType }) => InstanceType ?? []));
  return [...types].sort().join(",") || "unknown";
}

type Tags = Readonly<Record<string, string>>;

/** An instance that the tagging service does not list has no tags. */
async function tagsOf(sdks: FleetSdks, ids: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
  const { api, client } = await sdks.tagging();
  const found = new Map<string, Tags>();
  for (let start = 0; start < ids.length; start += 100) {
    const ResourceARNList = ids.slice(start, start + 100).map((id) => arnOf(sdks, id));
    const reply = await upstream("read instance tags", () =>
      client.send(new api.GetResourcesCommand({ ResourceARNList })),
    );
    for (const { ResourceARN, Tags } of reply.ResourceTagMappingList ?? []) {
      const id = ResourceARN?.split("/").at(-1);
      const pairs = (Tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""] as const]));
      if (id !== undefined) found.set(id, Object.fromEntries(pairs));
    }
  }
  return found;
}

function arnOf({ account, region, partition }: FleetSdks, id: string): string {
  const service = id.startsWith("mi-")
    ? `ssm:${region}:${account}:managed-instance`
    : `ec2:${region}:${account}:instance`;
  return `arn:${partition}:${service}/${id}`;
}
