/** The parts of a thing's name, in normal form: `InstanceId` and `instance_id` are one. */
export type Identity = ReadonlyMap<string, string>;

export function identityOf(dimensions: Readonly<Record<string, string>>): Identity {
  const named = Object.entries(dimensions).map(([name, value]) => [normal(name), value] as const);
  return new Map(named.filter(([name]) => identifying.has(name)));
}

/** The dimensions that name a thing, as they are written. */
export function identifyingDimensions(dimensions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(dimensions).filter(([name]) => identifying.has(normal(name))));
}

const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Dimensions that name a thing. The others (path, type, zone, stage) only say which side of it is measured. */
const identifying: ReadonlySet<string> = new Set(
  [
    "instanceid autoscalinggroupname volumeid filesystemid natgatewayid vpnid hostid host hostname",
    "clustername servicename taskid taskdefinitionfamily namespace podname podid nodename container",
    "dbinstanceidentifier dbclusteridentifier cacheclusterid cachenodeid replicationgroupid clusteridentifier",
    "tablename domainname brokerid broker streamname deliverystreamname queuename topicname bucketname",
    "loadbalancer loadbalancername targetgroup apiid apiname distributionid webacl healthcheckid",
    "functionname statemachinearn rulename jobname jobqueue",
    "service application applicationname app component workload",
  ].flatMap((line) => line.split(" ")),
);
