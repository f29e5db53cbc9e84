/** One thing that a price list has a price for. Each kind maps to one product of the AWS Price List and one unit. */
export type PriceKey =
  | { readonly item: "ec2_instance"; readonly instanceType: string }
  | { readonly item: "ebs_storage"; readonly volumeType: string }
  | { readonly item: "ebs_iops"; readonly volumeType: string; readonly tier: 1 | 2 | 3 }
  | { readonly item: "ebs_throughput"; readonly volumeType: "gp3" }
  | { readonly item: "rds_instance"; readonly engine: string; readonly class: string; readonly multiAz: boolean }
  | {
      readonly item: "rds_storage";
      readonly volumeType: string;
      readonly multiAz: boolean;
      readonly engine: string | undefined;
    }
  | { readonly item: "fargate_vcpu"; readonly architecture: Architecture }
  | { readonly item: "fargate_memory"; readonly architecture: Architecture }
  | { readonly item: "lambda_provisioned"; readonly architecture: Architecture }
  | { readonly item: "dynamodb_read" }
  | { readonly item: "dynamodb_write" };

export type Architecture = "x86_64" | "arm64";

/** What the unit price is charged for, besides the quantity. */
export type Period = "second" | "hour" | "month";

/** The price of one unit for one period, in dollars. Tiered products give their dearest and cheapest tier. */
export type UnitPrice =
  | {
      readonly known: true;
      readonly dearest: number;
      readonly cheapest: number;
      readonly source: string;
      /** Date of the price, ISO. */
      readonly asOf: string;
    }
  | { readonly known: false; readonly why: string };

/** Where unit prices come from. Answers `known: false` for what it does not hold, and never guesses. */
export type UnitPrices = {
  lookUp(key: PriceKey, region: string): Promise<UnitPrice>;
};

export const unknownPrice = (why: string): { readonly known: false; readonly why: string } => ({ known: false, why });

/** How the unit reads in the arithmetic: "$0.107/h", "$0.088/GiB-month". */
export const unitOf: Readonly<Record<PriceKey["item"], { readonly period: Period; readonly label: string }>> = {
  ec2_instance: { period: "hour", label: "h" },
  ebs_storage: { period: "month", label: "GiB-month" },
  ebs_iops: { period: "month", label: "IOPS-month" },
  ebs_throughput: { period: "month", label: "MiB/s-month" },
  rds_instance: { period: "hour", label: "h" },
  rds_storage: { period: "month", label: "GiB-month" },
  fargate_vcpu: { period: "hour", label: "vCPU-h" },
  fargate_memory: { period: "hour", label: "GiB-h" },
  lambda_provisioned: { period: "second", label: "GiB-s" },
  dynamodb_read: { period: "hour", label: "RCU-h" },
  dynamodb_write: { period: "hour", label: "WCU-h" },
};

/** For people: what the key names, and all that tells it from its neighbours. */
export function describeKey(key: PriceKey): string {
  switch (key.item) {
    case "ec2_instance":
      return key.instanceType;
    case "ebs_storage":
      return `${key.volumeType} storage`;
    case "ebs_iops":
      return `${key.volumeType} IOPS${key.tier === 1 ? "" : ` (tier ${key.tier})`}`;
    case "ebs_throughput":
      return `${key.volumeType} throughput`;
    case "rds_instance":
      return `${key.class} ${key.engine}${key.multiAz ? " Multi-AZ" : ""}`;
    case "rds_storage":
      return `RDS ${key.volumeType} storage${key.multiAz ? " Multi-AZ" : ""}${key.engine ? ` (${key.engine})` : ""}`;
    case "fargate_vcpu":
      return `Fargate vCPU (${key.architecture})`;
    case "fargate_memory":
      return `Fargate memory (${key.architecture})`;
    case "lambda_provisioned":
      return `Lambda provisioned concurrency (${key.architecture})`;
    case "dynamodb_read":
      return "DynamoDB read capacity";
    case "dynamodb_write":
      return "DynamoDB write capacity";
  }
}
