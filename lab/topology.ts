import { createHash } from "node:crypto";
import type { AlarmDefinition } from "../src/domain/ports.ts";

export const serviceNames = [
  "orders",
  "checkout",
  "reports",
  "sessions",
  "payments",
  "catalog",
  "gateway",
  "shipping",
  "recommendations",
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Articles that customers ask for: `sku-0` and so on. */
export const articles = 200;

type LabAlarm = Pick<
  AlarmDefinition,
  "comparison" | "threshold" | "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData"
> & {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly stat: string;
  readonly description: string;
};

export type ServiceSpec = {
  /** Requests a second in quiet times. */
  readonly perSecond: number;
  /** Hosts that run from the start. */
  readonly hosts: number;
  readonly group?: { readonly name: string; readonly instanceType: string; readonly maximum: number };
  /** Bytes of the volume `var/lib/<service>`. */
  readonly capacity?: number;
  readonly alarm: LabAlarm;
};

/** The place that the lab's alarms and instances claim to be in: an account number that AWS uses in its own examples. */
export const place = { account: "111122223333", region: "us-east-1" } as const;

const threeInARow = { evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: "missing" } as const;
const twoOfThree = { evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: "missing" } as const;

export const services: Readonly<Record<ServiceName, ServiceSpec>> = {
  orders: {
    perSecond: 12,
    hosts: 1,
    capacity: 8 * 1024 * 1024,
    alarm: {
      name: "orders-disk-used-high",
      namespace: "Lab/Host",
      metric: "DiskUsedPercent",
      stat: "Average",
      comparison: ">",
      threshold: 90,
      ...twoOfThree,
      description: "The volume /var/lib/orders of the order service is almost full.",
    },
  },
  checkout: {
    perSecond: 20,
    hosts: 2,
    group: { name: "checkout-asg", instanceType: "c5.4xlarge", maximum: 6 },
    alarm: {
      name: "checkout-latency-high",
      namespace: "Lab/Service",
      metric: "Latency",
      stat: "p95",
      comparison: ">",
      threshold: 600,
      ...threeInARow,
      description: "Customers wait more than 600 ms for a basket price (p95, milliseconds).",
    },
  },
  reports: {
    perSecond: 8,
    hosts: 1,
    alarm: {
      name: "reports-oldest-job-age-high",
      namespace: "Lab/Service",
      metric: "OldestJobAge",
      stat: "Maximum",
      comparison: ">",
      threshold: 3,
      ...twoOfThree,
      description: "The oldest report job has waited more than 3 seconds.",
    },
  },
  sessions: {
    perSecond: 15,
    hosts: 1,
    alarm: {
      name: "sessions-memory-used-high",
      namespace: "Lab/Service",
      metric: "MemoryUsedPercent",
      stat: "Average",
      comparison: ">",
      threshold: 85,
      ...twoOfThree,
      description: "The session cache uses more than 85 % of its memory.",
    },
  },
  payments: {
    perSecond: 12,
    hosts: 1,
    alarm: {
      name: "payments-error-rate-high",
      namespace: "Lab/Service",
      metric: "ErrorRate",
      stat: "Average",
      comparison: ">",
      threshold: 5,
      ...twoOfThree,
      description: "More than 5 % of payment requests fail.",
    },
  },
  catalog: {
    perSecond: 15,
    hosts: 1,
    alarm: {
      name: "catalog-connection-pool-exhausted",
      namespace: "Lab/Service",
      metric: "PoolInUsePercent",
      stat: "Average",
      comparison: ">=",
      threshold: 95,
      ...threeInARow,
      description: "The catalog's database connection pool has no free connection.",
    },
  },
  gateway: {
    perSecond: 6,
    hosts: 1,
    alarm: {
      name: "gateway-certificate-expiry",
      namespace: "Lab/Service",
      metric: "DaysToExpiry",
      stat: "Minimum",
      comparison: "<",
      threshold: 7,
      ...twoOfThree,
      description: "The gateway's TLS certificate expires within 7 days, or has expired.",
    },
  },
  shipping: {
    perSecond: 10,
    hosts: 1,
    alarm: {
      name: "shipping-error-rate-high",
      namespace: "Lab/Service",
      metric: "ErrorRate",
      stat: "Average",
      comparison: ">",
      threshold: 5,
      ...twoOfThree,
      description: "More than 5 % of shipping quotes fail.",
    },
  },
  recommendations: {
    perSecond: 40,
    hosts: 1,
    alarm: {
      name: "recommendations-latency-high",
      namespace: "Lab/Service",
      metric: "Latency",
      stat: "p95",
      comparison: ">",
      threshold: 800,
      ...twoOfThree,
      description: "Recommendations take more than 800 ms (p95, milliseconds).",
    },
  },
};

export const hostName = (service: ServiceName, index: number): string => `${service}-${index}`;

/** The same name has the same id in every lab, in the form that Systems Manager asks for. */
export const instanceId = (host: string): string =>
  `i-${createHash("sha256").update(`lab/${host}`).digest("hex").slice(0, 17)}`;

export const serviceOf = (host: string): ServiceName => host.slice(0, host.lastIndexOf("-")) as ServiceName;

/** Dimensions of what one host measures: as at EC2, its id and nothing else. */
export const hostDimensions = (host: string): Readonly<Record<string, string>> => ({ InstanceId: instanceId(host) });

/** Dimensions of what a service's customers see: its group where it has one, else its only host. */
export const serviceDimensions = (service: ServiceName): Readonly<Record<string, string>> => {
  const group = services[service].group?.name;
  return group === undefined ? hostDimensions(hostName(service, 1)) : { AutoScalingGroupName: group };
};

export function alarmOf(service: ServiceName, period: number): { definition: AlarmDefinition; description: string } {
  const { name, namespace, metric, stat, description, ...rule } = services[service].alarm;
  return {
    description,
    definition: {
      alarmArn: `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:${name}`,
      alarmName: name,
      metric: { namespace, name: metric, dimensions: serviceDimensions(service), stat, period },
      ...rule,
    },
  };
}
