import type { Member, Operation, ServiceModel, Shape } from "./service-model.ts";

/** The SDK's own schemas: a code for what is simple, a tuple for what is not, a function for what comes later in the file. */
type Schema = number | "unit" | readonly unknown[] | (() => Schema);

/** SDK packages by the name of the service model; of the three that speak XML the names alone are of use. */
const packages: Readonly<Record<string, () => Promise<object>>> = {
  autoscaling: () => import("@aws-sdk/client-auto-scaling"),
  "bedrock-agent-runtime": () => import("@aws-sdk/client-bedrock-agent-runtime"),
  "bedrock-runtime": () => import("@aws-sdk/client-bedrock-runtime"),
  cloudtrail: () => import("@aws-sdk/client-cloudtrail"),
  cloudwatch: () => import("@aws-sdk/client-cloudwatch"),
  dynamodb: () => import("@aws-sdk/client-dynamodb"),
  ecs: () => import("@aws-sdk/client-ecs"),
  elbv2: () => import("@aws-sdk/client-elastic-load-balancing-v2"),
  lambda: () => import("@aws-sdk/client-lambda"),
  logs: () => import("@aws-sdk/client-cloudwatch-logs"),
  pricing: () => import("@aws-sdk/client-pricing"),
  rds: () => import("@aws-sdk/client-rds"),
  ssm: () => import("@aws-sdk/client-ssm"),
  stepfunctions: () => import("@aws-sdk/client-sfn"),
  tagging: () => import("@aws-sdk/client-resource-groups-tagging-api"),
};

/**
 * What the SDK knows of a service, for one that no service model is at hand of: names and types of members, and neither
 * lengths nor patterns nor errors. A stub's answer with a misspelt member is found all the same.
 */
export async function sdkModel(service: string): Promise<ServiceModel | undefined> {
  const api = await packages[service]?.();
  if (api === undefined) return undefined;
  const shapes: Record<string, Shape> = {};
  const operations = Object.values(api as Readonly<Record<string, unknown>>).filter(isOperation);
  return {
    metadata: {
      protocol: service.startsWith("bedrock") || service === "lambda" ? "rest-json" : "json",
      jsonVersion: ["cloudwatch", "dynamodb", "stepfunctions"].includes(service) ? "1.0" : "1.1",
      endpointPrefix: service,
    },
    operations: Object.fromEntries(operations.map((operation) => [operation[2], operationOf(operation, shapes)])),
    shapes,
    bySdk: true,
  };
}

type OperationSchema = readonly [9, string, string, unknown, Schema, Schema];

function operationOf([, , name, traits, input, output]: OperationSchema, shapes: Record<string, Shape>): Operation {
  const { http: [method, requestUri] = ["POST", "/"] } = Object(traits) as { http?: readonly [string, string] };
  return {
    name,
    http: { method, requestUri },
    input: { shape: shapeOf(input, shapes) },
    output: { shape: shapeOf(output, shapes) },
  };
}

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;

const simple: Readonly<Record<number, Shape>> = {
  0: { type: "string" },
  1: { type: "double" },
  2: { type: "boolean" },
  4: { type: "timestamp" },
  5: { type: "timestamp", timestampFormat: "iso8601" },
  7: { type: "timestamp" },
  15: { type: "structure", document: true },
  21: { type: "blob" },
};
const list = 64;
const map = 128;

/** Writes the shape down and answers its name; one that refers to itself is written once. */
function shapeOf(schema: Schema, shapes: Record<string, Shape>): string {
  const found = typeof schema === "function" ? schema() : schema;
  if (typeof found === "number") return simpleShape(found, shapes);
  if (found === "unit") return shapeOf([3, "", "nothing", 0, [], []], shapes);
  if (isWithTraits(found)) return shapeOf(found[0], shapes);
  const [kind, , name, , third, fourth] = found as unknown as readonly [
    number,
    string,
    string,
    unknown,
    Schema,
    Schema,
  ];
  if (kind === 0) return shapeOf(third, shapes);
  if (shapes[name] !== undefined) return name;
  shapes[name] = { type: "structure" };
  shapes[name] = complexShape(kind, third, fourth, shapes);
  return name;
}

/** Traits say where a member stands and how it is shown. */
const isWithTraits = (schema: unknown): schema is readonly [Schema, unknown] =>
  Array.isArray(schema) && schema.length === 2;

function complexShape(kind: number, third: Schema, fourth: Schema, shapes: Record<string, Shape>): Shape {
  const member = (schema: Schema): Member => ({
    shape: shapeOf(schema, shapes),
    // A label of the path is the first of the traits that are written as bits.
    ...(isWithTraits(schema) && Number(schema[1]) % 2 === 1 && { location: "uri" as const }),
  });
  if (kind === 1) return { type: "list", member: member(third) };
  if (kind === 2) return { type: "map", key: member(third), value: member(fourth) };
  const names = third as unknown as readonly string[];
  const members = names.map((name, index) => [name, member((fourth as readonly Schema[])[index] as Schema)] as const);
  return { type: "structure", members: Object.fromEntries(members), ...(kind === 4 && { union: true }) };
}

function simpleShape(code: number, shapes: Record<string, Shape>): string {
  const name = `simple ${code}`;
  if (code >= map)
    shapes[name] = { type: "map", key: { shape: shapeOf(0, shapes) }, value: { shape: shapeOf(code - map, shapes) } };
  else if (code >= list) shapes[name] = { type: "list", member: { shape: shapeOf(code - list, shapes) } };
  else shapes[name] = simple[code] ?? { type: `of the SDK's code ${code}` };
  return name;
}

/** Names of all members that can stand in a shape, at any depth. */
export function memberNames(shape: string, { shapes }: ServiceModel): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const { members = {}, member, key, value } = shapes[name] ?? {};
    for (const each of Object.keys(members)) names.add(each);
    for (const inner of [...Object.values(members), member, key, value]) if (inner !== undefined) visit(inner.shape);
  };
  visit(shape);
  return names;
}
