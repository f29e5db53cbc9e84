import type { CostModel } from "../domain/runbook.ts";

/** Options of `healer cost`, for node's parseArgs. */
export const options = {
  region: { type: "string" },
  hours: { type: "string" },
  json: { type: "boolean" },
  offline: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  count: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  gib: { type: "string" },
  type: { type: "string" },
  "from-iops": { type: "string" },
  "to-iops": { type: "string" },
  "from-throughput": { type: "string" },
  "to-throughput": { type: "string" },
  engine: { type: "string" },
  "multi-az": { type: "boolean" },
  replicas: { type: "string" },
  vcpu: { type: "string" },
  memory: { type: "string" },
  arch: { type: "string" },
  "launch-type": { type: "string" },
  read: { type: "string" },
  write: { type: "string" },
} as const;

export type Values = {
  readonly [Name in keyof typeof options]?:
    | ((typeof options)[Name]["type"] extends "boolean" ? boolean : string)
    | undefined;
};

export const costUsage = `healer cost <what> … --region R [--hours 24] [--json] [--offline]
  ec2 TYPE [--count N]                       N more instances (default 1)
  ec2 TYPE --to TYPE [--count N]             another type for N running instances
  asg TYPE --from N --to N                   another capacity of an Auto Scaling group
  ebs TYPE --gib N                           a volume grown by N GiB
  ebs TYPE --from-iops N --to-iops N [--from-throughput N --to-throughput N]
  rds CLASS --engine E --to CLASS [--multi-az]
  rds CLASS --engine E --replicas N [--type gp3 --gib N] [--multi-az]
  rds --type gp3 --gib N [--engine E] [--multi-az]
  fargate --vcpu N --memory GIB --count N [--arch arm64]      (ecs is the same)
  lambda --memory MIB --count N [--arch arm64]                provisioned concurrency
  dynamodb --read N --write N                                 provisioned capacity units, more (or less: --read=-5)
  none
Prices come from the AWS Price List API where credentials or AWS_ENDPOINT_URL_PRICING are set, else from the dated
snapshot; the answer says which. Exit code: 0 price known, 3 price unknown, 2 wrong arguments.`;

/** The cost model that the words mean, or what is missing; the values themselves are judged by the estimate. */
export function modelFromArguments(
  [what, name, ...rest]: readonly string[],
  values: Values,
): { readonly model: CostModel } | { readonly problem: string } {
  if (rest.length > 0) return { problem: `what is ${JSON.stringify(rest[0])}?` };
  switch (what) {
    case "none":
      return { model: { model: "none" } };
    case "ec2":
      return ec2(name, values);
    case "asg":
      return group(name, values);
    case "ebs":
      return ebs(name, values);
    case "rds":
      return rds(name, values);
    case "ecs":
    case "fargate":
      return fargate(values);
    case "lambda":
      return need(values, ["memory", "count"], ({ memory, count }) => ({
        model: "lambda_provisioned",
        memoryMib: memory,
        addConcurrency: count,
        ...architecture(values),
      }));
    case "dynamodb":
      if (values.read === undefined && values.write === undefined)
        return { problem: "dynamodb: --read or --write is missing" };
      return {
        model: { model: "dynamodb_provisioned", addReadUnits: values.read ?? "0", addWriteUnits: values.write ?? "0" },
      };
    default:
      return { problem: what === undefined ? "the price of what?" : `no price for ${JSON.stringify(what)}` };
  }
}

type Answer = ReturnType<typeof modelFromArguments>;
type TextOption = Exclude<keyof Values, "json" | "offline" | "help" | "multi-az">;

function need<const Name extends TextOption>(
  values: Values,
  names: readonly Name[],
  build: (present: Readonly<Record<Name, string>>) => CostModel,
): Answer {
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) return { problem: `${missing.map((name) => `--${name}`).join(" and ")} missing` };
  return { model: build(values as Readonly<Record<Name, string>>) };
}

function ec2(name: string | undefined, { to, count = "1" }: Values): Answer {
  if (name === undefined) return { problem: "ec2: which instance type?" };
  if (to === undefined) return { model: { model: "ec2_instances", instanceType: name, addInstances: count } };
  return { model: { model: "ec2_type_change", fromType: name, toType: to, instances: count } };
}

function group(name: string | undefined, values: Values): Answer {
  if (name === undefined) return { problem: "asg: which instance type?" };
  const whole = /^\d{1,6}$/;
  if (!whole.test(values.from ?? "") || !whole.test(values.to ?? "")) {
    return { problem: "asg: --from and --to are the present and the wanted number of instances" };
  }
  const addInstances = String(Number(values.to) - Number(values.from));
  return { model: { model: "ec2_instances", instanceType: name, addInstances } };
}

function ebs(name: string | undefined, values: Values): Answer {
  if (name === undefined) return { problem: "ebs: which volume type?" };
  if (values["from-iops"] === undefined && values["to-iops"] === undefined) {
    return need(values, ["gib"], ({ gib }) => ({ model: "ebs_grow", volumeType: name, addGib: gib }));
  }
  return need(values, ["from-iops", "to-iops"], (iops) => ({
    model: "ebs_performance",
    volumeType: name,
    fromIops: iops["from-iops"],
    toIops: iops["to-iops"],
    ...(values["from-throughput"] === undefined ? {} : { fromThroughput: values["from-throughput"] }),
    ...(values["to-throughput"] === undefined ? {} : { toThroughput: values["to-throughput"] }),
  }));
}

function rds(name: string | undefined, values: Values): Answer {
  const multiAz = values["multi-az"] ?? false;
  if (name === undefined) {
    return need(values, ["type", "gib"], ({ type, gib }) => ({
      model: "rds_storage",
      volumeType: type,
      addGib: gib,
      multiAz,
      ...(values.engine === undefined ? {} : { engine: values.engine }),
    }));
  }
  if (values.replicas === undefined) {
    return need(values, ["engine", "to"], ({ engine, to }) => ({
      model: "rds_class",
      engine,
      fromClass: name,
      toClass: to,
      multiAz,
    }));
  }
  return need(values, ["engine", "replicas"], ({ engine, replicas }) => ({
    model: "rds_replica",
    engine,
    class: name,
    addReplicas: replicas,
    multiAz,
    ...(values.type === undefined ? {} : { volumeType: values.type }),
    ...(values.gib === undefined ? {} : { gib: values.gib }),
  }));
}

function fargate(values: Values): Answer {
  if ((values["launch-type"] ?? "fargate").toLowerCase() !== "fargate") {
    return { problem: "tasks on EC2 cost what their instances cost: ask for asg or ec2" };
  }
  return need(values, ["vcpu", "memory", "count"], ({ vcpu, memory, count }) => ({
    model: "fargate_tasks",
    vcpu,
    memoryGib: memory,
    addTasks: count,
    ...architecture(values),
  }));
}

const architecture = ({ arch }: Values) => (arch === undefined ? {} : { architecture: arch });
