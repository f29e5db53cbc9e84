/** A resource as Pulumi was asked to make it. */
export type MockedResource = {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
};

type Created = {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly id?: string;
};
type Called = { readonly token: string; readonly inputs: Record<string, unknown> };

const account = "123456789012";
const region = "eu-west-1";

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Stands for the provider: names and ARNs as AWS would give them, and the policy documents rendered. */
export function mocksFor(resources: MockedResource[]) {
  return {
    newResource({ type, name, inputs, id }: Created) {
      const plain = unseal(inputs) as Record<string, unknown>;
      resources.push({ type, name, inputs: plain });
      const made = [id, plain.name, plain.functionName].find(isName) ?? name;
      const arn = arnOf(type, made);
      const state = { ...plain, name: made, arn, ...more(type, made, arn) };
      return {
        id: type.includes("sqs/queue:") ? `https://sqs.${region}.amazonaws.com/${account}/${made}` : made,
        state,
      };
    },
    call({ token, inputs }: Called): Record<string, unknown> {
      const plain = unseal(inputs) as Record<string, unknown>;
      switch (token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return { accountId: account, arn: `arn:aws:iam::${account}:user/test`, userId: "test", id: account };
        case "aws:index/getRegion:getRegion":
          return { region, name: region, id: region };
        case "aws:index/getPartition:getPartition":
          return { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" };
        case "aws:iam/getPolicyDocument:getPolicyDocument":
          return { ...plain, json: renderPolicy(plain), id: "policy" };
        default:
          return plain;
      }
    },
  };
}

function arnOf(type: string, name: string): string {
  const [, service = "", kind = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  switch (kind) {
    case "function":
      return `arn:aws:lambda:${region}:${account}:function:${name}`;
    case "table":
      return `arn:aws:dynamodb:${region}:${account}:table/${name}`;
    case "queue":
      return `arn:aws:sqs:${region}:${account}:${name}`;
    case "role":
      return `arn:aws:iam::${account}:role/${name}`;
    case "bucket":
      return `arn:aws:s3:::${name}`;
    case "logGroup":
      return `arn:aws:logs:${region}:${account}:log-group:${name}`;
    case "stateMachine":
      return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    case "eventBus":
      return `arn:aws:events:${region}:${account}:event-bus/${name}`;
    case "eventRule":
      return `arn:aws:events:${region}:${account}:rule/${name}`;
    default:
      return `arn:aws:${service}:${region}:${account}:${kind}/${name}`;
  }
}

function more(type: string, name: string, arn: string): Record<string, unknown> {
  if (type.includes("dynamodb/table")) return { streamArn: `${arn}/stream/2026-11-23T00:00:00.000` };
  if (type.includes("sqs/queue:")) return { url: `https://sqs.${region}.amazonaws.com/${account}/${name}` };
  if (type.includes("s3/bucket:")) return { bucket: name };
  if (type.includes("apigatewayv2/api")) {
    return { apiEndpoint: "https://api.test", executionArn: `arn:aws:execute-api:${region}:${account}:api` };
  }
  if (type.includes("RandomBytes") || type.includes("randomBytes"))
    return { base64: Buffer.alloc(32, 7).toString("base64") };
  return {};
}

type Rendered = {
  statements?: { effect?: string; actions?: string[]; resources?: string[]; conditions?: Condition[] }[];
};
type Condition = { test: string; variable: string; values: string[] };

function renderPolicy({ statements = [] }: Rendered): string {
  const Statement = statements.map(({ effect = "Allow", actions, resources, conditions = [] }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(conditions.length > 0 && { Condition: renderConditions(conditions) }),
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

function renderConditions(conditions: readonly Condition[]): Record<string, Record<string, string[]>> {
  const rendered: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions) rendered[test] = { ...rendered[test], [variable]: values };
  return rendered;
}

const secretMark = "4dabf18193072939515e22adb298388d";

/** Secret outputs come in envelopes; left closed, everything after them would silently lose its policies. */
function unseal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unseal);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (secretMark in record && "value" in record) return unseal(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, unseal(inner)]));
}
