import * as z from "zod";
import { Mode } from "./mode.ts";

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words joined by hyphens");

/** A typed parameter of a reviewed command: the model fills it, the type decides what it may hold. */
export const ActionParameter = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("string"),
    description: z.string(),
    /** Anchored regular expression that every value must match. */
    pattern: z.string().regex(/^\^.*\$$/, "anchored with ^ and $"),
  }),
  z.strictObject({ type: z.literal("enum"), description: z.string(), values: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal("integer"), description: z.string(), min: z.int(), max: z.int() }),
]);
export type ActionParameter = z.infer<typeof ActionParameter>;

/**
 * What an action changes on the bill; `none` is a statement by its owner, a missing model means the price is unknown.
 * Every text field is a literal or `{{parameter}}`; numbers are text for that reason.
 */
export const CostModel = z.discriminatedUnion("model", [
  z.strictObject({ model: z.literal("none") }),
  z.strictObject({
    model: z.literal("ec2_capacity"),
    instanceType: z.string(),
    /** Instances wanted in total; what runs now is charged already. */
    desired: z.string(),
    /** Name of the Auto Scaling group whose present capacity is subtracted. */
    group: z.string(),
  }),
  z.strictObject({ model: z.literal("ec2_instances"), instanceType: z.string(), addInstances: z.string() }),
  z.strictObject({
    model: z.literal("ec2_type_change"),
    fromType: z.string(),
    toType: z.string(),
    instances: z.string(),
  }),
  z.strictObject({ model: z.literal("ebs_grow"), volumeType: z.string(), addGib: z.string() }),
  z.strictObject({
    model: z.literal("ebs_performance"),
    volumeType: z.string(),
    fromIops: z.string(),
    toIops: z.string(),
    /** MiB/s, gp3 only; left out when the throughput stays. */
    fromThroughput: z.string().optional(),
    toThroughput: z.string().optional(),
  }),
  z.strictObject({
    model: z.literal("rds_class"),
    engine: z.string(),
    fromClass: z.string(),
    toClass: z.string(),
    multiAz: z.boolean(),
  }),
  z.strictObject({
    model: z.literal("rds_replica"),
    engine: z.string(),
    class: z.string(),
    addReplicas: z.string(),
    multiAz: z.boolean(),
    /** Storage of each replica; left out for Aurora only, whose replicas share the cluster's volume. */
    volumeType: z.string().optional(),
    gib: z.string().optional(),
  }),
  z.strictObject({
    model: z.literal("rds_storage"),
    volumeType: z.string(),
    addGib: z.string(),
    multiAz: z.boolean(),
    engine: z.string().optional(),
  }),
  z.strictObject({
    model: z.literal("fargate_tasks"),
    vcpu: z.string(),
    memoryGib: z.string(),
    addTasks: z.string(),
    /** x86_64 when left out. */
    architecture: z.string().optional(),
  }),
  z.strictObject({
    model: z.literal("lambda_provisioned"),
    memoryMib: z.string(),
    addConcurrency: z.string(),
    architecture: z.string().optional(),
  }),
  z.strictObject({ model: z.literal("dynamodb_provisioned"), addReadUnits: z.string(), addWriteUnits: z.string() }),
]);
export type CostModel = z.infer<typeof CostModel>;

/** A fact that code checks for each target right before the change; one false stops that target. */
export const Precondition = z.discriminatedUnion("check", [
  z.strictObject({ check: z.literal("not_last_healthy") }),
  z.strictObject({ check: z.literal("outside_freeze") }),
  z.strictObject({
    check: z.literal("metric"),
    namespace: z.string(),
    metric: z.string(),
    /** Dimension that takes the target's id. */
    dimension: z.string(),
    comparison: z.enum(["<", "<=", ">", ">=", "=="]),
    value: z.number(),
    why: z.string(),
  }),
  z.strictObject({ check: z.literal("tag"), key: z.string(), value: z.string() }),
]);
export type Precondition = z.infer<typeof Precondition>;

export const RunbookAction = z.strictObject({
  id: slug,
  title: z.string().min(3),
  /** Slug of the body section that tells a person to do this: the citation that grounds it. */
  step: slug,
  document: z.strictObject({
    name: z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/),
    type: z.enum(["Command", "Automation"]),
    /** A number: `$LATEST` would let the document change after the review. */
    version: z.string().regex(/^\d+$/),
  }),
  /** Shell text of a Command document; `{{name}}` takes a parameter, quoted for the shell. */
  command: z.string().optional(),
  /** Parameters of an Automation document; `{{name}}` takes a parameter. */
  documentParameters: z.record(z.string(), z.string()).optional(),
  parameters: z.record(slug, ActionParameter),
  targets: z.discriminatedUnion("from", [
    z.strictObject({ from: z.literal("dimension"), dimension: z.string(), max: z.int().min(1) }),
    z.strictObject({ from: z.literal("parameter"), parameter: slug, max: z.int().min(1) }),
    z.strictObject({ from: z.literal("none") }),
  ]),
  risk: z.enum(["low", "medium", "high", "critical"]),
  cost: CostModel.optional(),
  preconditions: z.array(Precondition),
  /** Seconds that the command may run. */
  timeoutSeconds: z.int().min(1).max(3600),
  verification: z.strictObject({
    /** Healthy datapoints in a row of the alarm's own metric. */
    datapoints: z.int().min(1).max(60),
    /** Seconds to wait for them before the change counts as without effect. */
    withinSeconds: z.int().min(1).max(3600),
    guards: z.array(
      z.strictObject({
        namespace: z.string(),
        metric: z.string(),
        dimension: z.string(),
        comparison: z.enum(["<", "<=", ">", ">="]),
        value: z.number(),
      }),
    ),
  }),
  rollback: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("action"), action: slug }),
    z.strictObject({ kind: z.literal("none"), why: z.string().min(8) }),
  ]),
});
export type RunbookAction = z.infer<typeof RunbookAction>;

export const RunbookFrontMatter = z.strictObject({
  id: slug,
  title: z.string().min(3),
  owner: z.string().min(2),
  reviewed: z.iso.date(),
  alarms: z
    .array(
      z.strictObject({
        namespace: z.string().optional(),
        metric: z.string().optional(),
        /** Glob over the alarm's name. */
        name: z.string().optional(),
      }),
    )
    .min(1),
  services: z.array(z.string()).min(1),
  /** The most permissive mode that its owner grants; left out, that is the environment's. */
  mode: Mode.optional(),
  /** Tools that the body names; lint checks that each exists. */
  tools: z.array(z.string()),
  actions: z.array(RunbookAction),
});
export type RunbookFrontMatter = z.infer<typeof RunbookFrontMatter>;

export type RunbookSection = {
  readonly slug: string;
  readonly heading: string;
  readonly level: number;
  readonly text: string;
  /** SHA-256 of `text`, hex: a citation holds it, so a later edit shows. */
  readonly contentHash: string;
};

export type Runbook = RunbookFrontMatter & {
  readonly path: string;
  /** The whole file, as it is on disk. */
  readonly text: string;
  readonly sections: readonly RunbookSection[];
};

/** `disk-full#free-space`: the runbook's id and the section's slug. */
export const citation = (runbookId: string, step: string): string => `${runbookId}#${step}`;
