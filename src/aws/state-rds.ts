import type { DBInstance } from "@aws-sdk/client-rds";
import type { ResourceState } from "../domain/ports.ts";
import { type RdsSdk, rdsSdk } from "./clients.ts";
import { unlessMissing } from "./upstream.ts";

/** Minutes of events that are read. */
const eventMinutes = 180;

/** A database instance: class, storage and its limit, what is pending, and its newest events. */
export function databaseState(name: string, sdk: RdsSdk = rdsSdk()): Promise<ResourceState | undefined> {
  return unlessMissing(`describe database ${name}`, ["DBInstanceNotFoundFault", "DBInstanceNotFound"], async () => {
    const { api, client } = await sdk();
    const reply = await client.send(new api.DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    const instance = reply.DBInstances?.[0];
    if (instance === undefined) return undefined;
    const of = { SourceIdentifier: name, SourceType: "db-instance" as const, Duration: eventMinutes };
    const { Events = [] } = await client.send(new api.DescribeEventsCommand(of));
    const events = Events.flatMap(({ Date: at, Message: text }) =>
      at === undefined || text === undefined ? [] : [{ at: at.getTime(), text }],
    );
    return { facts: factsOf(instance), troubles: [], events: events.reverse() };
  });
}

function factsOf(instance: DBInstance): readonly string[] {
  const { Engine, EngineVersion, AllocatedStorage, MaxAllocatedStorage, StorageType, Iops } = instance;
  const pending = Object.entries(instance.PendingModifiedValues ?? {}).filter(([, value]) => value !== undefined);
  const source = instance.ReadReplicaSourceDBInstanceIdentifier;
  const replicas = instance.ReadReplicaDBInstanceIdentifiers ?? [];
  return [
    `${instance.DBInstanceStatus ?? "status unknown"}: ${instance.DBInstanceClass ?? "?"}, ${Engine ?? "?"} ${EngineVersion ?? ""}, ${instance.MultiAZ === true ? "two zones" : "one zone"}`,
    `storage ${AllocatedStorage ?? "?"} GiB of ${StorageType ?? "?"}${Iops === undefined ? "" : `, ${Iops} IOPS`}, ${MaxAllocatedStorage === undefined ? "does not grow by itself" : `grows by itself up to ${MaxAllocatedStorage} GiB`}`,
    ...(source === undefined ? [] : [`replica of ${source}`]),
    ...(replicas.length === 0 ? [] : [`replicas: ${replicas.join(", ")}`]),
    // Names alone: a pending password stands among the values.
    ...(pending.length === 0 ? [] : [`changes pending: ${pending.map(([name]) => name).join(", ")}`]),
  ];
}
