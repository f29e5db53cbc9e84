import type { Architecture, PriceKey } from "../cost/unit-price.ts";

/** Which product of the Price List a key means: what to ask for, and what an answer must say to be it. */
export type ProductQuery = {
  readonly serviceCode: string;
  /** Attributes asked for, and checked again on each answer: a filter that the service ignores must not pass. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Checked on answers only: usage types begin with a region's short name that no table of ours should have to know. */
  readonly usageType?: RegExp;
  /** Units that the price may be in, in lower case, and how many of our units one of them is. */
  readonly units: Readonly<Record<string, number>>;
};

const hours = { hrs: 1, hours: 1, hour: 1 };
const gibMonths = { "gb-mo": 1, "gb-month": 1 };

/** Queries to try in order; the first that has any product decides. Undefined for what the list does not hold apart. */
export function queriesFor(key: PriceKey): readonly ProductQuery[] {
  switch (key.item) {
    case "ec2_instance":
      return [instance(key.instanceType)];
    case "ebs_storage":
      return [ebs("Storage", key.volumeType, `VolumeUsage.${usageName(key.volumeType)}`, gibMonths)];
    case "ebs_iops":
      return [ebs("System Operation", key.volumeType, iopsUsage(key), { "iops-mo": 1 })];
    case "ebs_throughput":
      return [
        ebs("Provisioned Throughput", key.volumeType, "VolumeP-Throughput.gp3", { "gibps-mo": 1024, "mibps-mo": 1 }),
      ];
    case "rds_instance":
      return [databaseInstance(key)];
    case "rds_storage":
      return databaseStorage(key);
    case "fargate_vcpu":
      return [fargate(`Fargate-${arm(key.architecture)}vCPU-Hours:perCPU`, { "vcpu-hours": 1 })];
    case "fargate_memory":
      return [fargate(`Fargate-${arm(key.architecture)}GB-Hours`, { "gb-hours": 1 })];
    case "lambda_provisioned":
      return [warmLambda(key.architecture)];
    case "dynamodb_read":
      return [tableCapacity("DDB-ReadUnits", "ReadCapacityUnit-Hrs")];
    case "dynamodb_write":
      return [tableCapacity("DDB-WriteUnits", "WriteCapacityUnit-Hrs")];
  }
}

/** The whole usage type, with or without a region's short name ("EUC1-") before it. */
const usage = (text: string): RegExp =>
  new RegExp(`^(?:[A-Z]{2,4}\\d?-)?${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

/** Without each of these the list also answers with dedicated hosts, unused reservations and SQL Server images. */
const instance = (instanceType: string): ProductQuery => ({
  serviceCode: "AmazonEC2",
  attributes: {
    instanceType,
    operatingSystem: "Linux",
    tenancy: "Shared",
    preInstalledSw: "NA",
    capacitystatus: "Used",
    licenseModel: "No License required",
    operation: "RunInstances",
  },
  usageType: usage(`BoxUsage:${instanceType}`),
  units: hours,
});

const ebs = (
  productFamily: string,
  volumeApiName: string,
  usageType: string,
  units: Readonly<Record<string, number>>,
): ProductQuery => ({
  serviceCode: "AmazonEC2",
  attributes: { productFamily, volumeApiName },
  usageType: usage(`EBS:${usageType}`),
  units,
});

/** io1 is older than its name: the bill calls it "piops". */
const usageName = (volumeType: string): string => (volumeType === "io1" ? "piops" : volumeType);

const iopsUsage = (key: Extract<PriceKey, { item: "ebs_iops" }>): string =>
  `VolumeP-IOPS.${usageName(key.volumeType)}${key.tier === 1 ? "" : `.tier${key.tier}`}`;

const engineNames: Readonly<Record<string, string>> = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  "aurora-mysql": "Aurora MySQL",
  "aurora-postgresql": "Aurora PostgreSQL",
};

const deployment = (multiAz: boolean): string => (multiAz ? "Multi-AZ" : "Single-AZ");

/** The usage type also tells Aurora Standard from Aurora I/O-Optimized, which share every other attribute. */
const databaseInstance = (key: Extract<PriceKey, { item: "rds_instance" }>): ProductQuery => ({
  serviceCode: "AmazonRDS",
  attributes: {
    productFamily: "Database Instance",
    instanceType: key.class,
    databaseEngine: engineNames[key.engine] ?? key.engine,
    deploymentOption: deployment(key.multiAz),
    licenseModel: "No license required",
  },
  usageType: usage(`${key.multiAz ? "Multi-AZUsage" : "InstanceUsage"}:${key.class}`),
  units: hours,
});

const databaseVolumes: Readonly<Record<string, readonly [volumeType: string, usageType: string]>> = {
  gp3: ["General Purpose-GP3", "GP3-Storage"],
  gp2: ["General Purpose", "GP2-Storage"],
  io1: ["Provisioned IOPS", "PIOPS-Storage"],
};

/** Storage is listed for each engine in some regions and for "Any" in others; the engine's own entry wins. */
function databaseStorage(key: Extract<PriceKey, { item: "rds_storage" }>): readonly ProductQuery[] {
  const volume = databaseVolumes[key.volumeType];
  if (volume === undefined) return [];
  const [volumeType, usageType] = volume;
  const engines = key.engine === undefined ? ["Any"] : [engineNames[key.engine] ?? key.engine, "Any"];
  return engines.map((databaseEngine) => ({
    serviceCode: "AmazonRDS",
    attributes: {
      productFamily: "Database Storage",
      volumeType,
      databaseEngine,
      deploymentOption: deployment(key.multiAz),
    },
    usageType: usage(`RDS:${key.multiAz ? "Multi-AZ-" : ""}${usageType}`),
    units: gibMonths,
  }));
}

const arm = (architecture: Architecture): string => (architecture === "arm64" ? "ARM-" : "");

/** One question for both parts of a task's price; the usage type tells them apart, and Spot and Windows from them. */
const fargate = (usageType: string, units: Readonly<Record<string, number>>): ProductQuery => ({
  serviceCode: "AmazonECS",
  attributes: { productFamily: "Compute" },
  usageType: usage(usageType),
  units: { ...hours, ...units },
});

const warmLambda = (architecture: Architecture): ProductQuery => ({
  serviceCode: "AWSLambda",
  attributes: { group: `AWS-Lambda-Provisioned-Concurrency${architecture === "arm64" ? "-ARM" : ""}` },
  units: { "lambda-gb-second": 1, "gb-second": 1, "gb-seconds": 1 },
});

const tableCapacity = (group: string, usageType: string): ProductQuery => ({
  serviceCode: "AmazonDynamoDB",
  attributes: { productFamily: "Provisioned IOPS", group },
  usageType: usage(usageType),
  units: { [usageType.toLowerCase()]: 1 },
});
