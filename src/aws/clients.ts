import { setTimeout as pause } from "node:timers/promises";
import { once } from "../domain/once.ts";
import type { Credentials } from "./assume-role.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** One SDK package and one client of it, loaded on first use: eight clients loaded early cost 180 ms of every cold start. */
export type Sdk<Api, Client> = () => Promise<{ readonly api: Api; readonly client: Client }>;

export type ClientOptions = {
  /** Left out, the SDK reads it from the environment, as it does endpoints and credentials. */
  readonly region?: string;
  /** An assumed role's; left out, the process's own. */
  readonly credentials?: Credentials;
  /** One send and its retries; the SDK waits between them and repeats what is transient only. */
  readonly maxAttempts?: number;
  /** For one attempt; the SDK itself would wait for ever. */
  readonly requestTimeoutMs?: number;
  /** How fast this client may send; see `defaultPace`. */
  readonly pace?: { readonly burst: number; readonly perSecond: number };
};

/** The two ends of a package: how it is loaded, and the client of ours that it makes. */
const sdkOf =
  <Api, Client>(
    load: () => Promise<Api>,
    make: (api: Api, config: ClientConfig) => Client,
    defaults: ClientOptions = {},
  ): ((options?: ClientOptions) => Sdk<Api, Client>) =>
  (options = {}) =>
    once(async () => {
      const api = await load();
      return { api, client: make(api, await clientConfig({ ...defaults, ...options })) };
    });
type ClientConfig = Awaited<ReturnType<typeof clientConfig>>;

export const logsSdk = sdkOf(
  () => import("@aws-sdk/client-cloudwatch-logs"),
  (api, config) => new api.CloudWatchLogsClient(config),
);
export type LogsSdk = ReturnType<typeof logsSdk>;

export const cloudWatchSdk = sdkOf(
  () => import("@aws-sdk/client-cloudwatch"),
  (api, config) => new api.CloudWatchClient(config),
);
export type CloudWatchSdk = ReturnType<typeof cloudWatchSdk>;

export const ssmSdk = sdkOf(
  () => import("@aws-sdk/client-ssm"),
  (api, config) => new api.SSMClient(config),
);
export type SsmSdk = ReturnType<typeof ssmSdk>;

/** For SendCommand alone, which has no idempotency token: a repeated send could run the command twice. */
export const ssmSdkWithoutRetries = (options: ClientOptions = {}): SsmSdk => ssmSdk({ ...options, maxAttempts: 1 });

export const autoScalingSdk = sdkOf(
  () => import("@aws-sdk/client-auto-scaling"),
  (api, config) => new api.AutoScalingClient(config),
);
export type AutoScalingSdk = ReturnType<typeof autoScalingSdk>;

export const cloudTrailSdk = sdkOf(
  () => import("@aws-sdk/client-cloudtrail"),
  (api, config) => new api.CloudTrailClient(config),
);
export type CloudTrailSdk = ReturnType<typeof cloudTrailSdk>;

export const taggingSdk = sdkOf(
  () => import("@aws-sdk/client-resource-groups-tagging-api"),
  (api, config) => new api.ResourceGroupsTaggingAPIClient(config),
);
export type TaggingSdk = ReturnType<typeof taggingSdk>;

export const ecsSdk = sdkOf(
  () => import("@aws-sdk/client-ecs"),
  (api, config) => new api.ECSClient(config),
);
export type EcsSdk = ReturnType<typeof ecsSdk>;

export const rdsSdk = sdkOf(
  () => import("@aws-sdk/client-rds"),
  (api, config) => new api.RDSClient(config),
);
export type RdsSdk = ReturnType<typeof rdsSdk>;

export const lambdaSdk = sdkOf(
  () => import("@aws-sdk/client-lambda"),
  (api, config) => new api.LambdaClient(config),
);
export type LambdaSdk = ReturnType<typeof lambdaSdk>;

export const balancingSdk = sdkOf(
  () => import("@aws-sdk/client-elastic-load-balancing-v2"),
  (api, config) => new api.ElasticLoadBalancingV2Client(config),
);
export type BalancingSdk = ReturnType<typeof balancingSdk>;

/** For looking at tables of others; the healer's own are reached through `dynamo.ts`. */
export const tablesSdk = sdkOf(
  () => import("@aws-sdk/client-dynamodb"),
  (api, config) => new api.DynamoDBClient(config),
);
export type DynamoSdk = ReturnType<typeof tablesSdk>;

export const stepFunctionsSdk = sdkOf(
  () => import("@aws-sdk/client-sfn"),
  (api, config) => new api.SFNClient(config),
);
export type StepFunctionsSdk = ReturnType<typeof stepFunctionsSdk>;

/** A model may think for minutes, so one attempt gets two of them unless told otherwise. */
export const bedrockSdk = sdkOf(
  () => import("@aws-sdk/client-bedrock-runtime"),
  (api, config) => new api.BedrockRuntimeClient(config),
  { requestTimeoutMs: 120_000 },
);
export type BedrockSdk = ReturnType<typeof bedrockSdk>;

export const knowledgeSdk = sdkOf(
  () => import("@aws-sdk/client-bedrock-agent-runtime"),
  (api, config) => new api.BedrockAgentRuntimeClient(config),
);
export type KnowledgeSdk = ReturnType<typeof knowledgeSdk>;

/**
 * Requests that one client sends, retries counted: below the smallest quota that it meets (FilterLogEvents and the Pricing API
 * take 5 a second in most regions), so that the healer never throttles the account whose incident it handles.
 */
const defaultPace = { burst: 20, perSecond: 5 } as const;

async function clientConfig(options: ClientOptions) {
  const { region, credentials, maxAttempts = 3, requestTimeoutMs = 20_000, pace = defaultPace } = options;
  // HTTP/1.1 everywhere: the Bedrock clients' HTTP/2 default costs a third of the steps per second, and its failure
  // against a plain HTTP/1.1 endpoint is an uncaught error that ends the process.
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  });
  const bucket = createTokenBucket({
    ...pace,
    clock: { now: () => performance.now() },
    sleep: (milliseconds) => pause(milliseconds),
  });
  const send = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, sendOptions) => {
    await bucket.take();
    return send(request, sendOptions);
  };
  return {
    maxAttempts,
    requestHandler,
    logger: unheard,
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
  };
}

/**
 * Of each request and answer, a whole conversation among them, the SDK makes a redacted copy for the logger's `info`,
 * which by default throws it away. Where there is no `info` it makes none.
 */
export const unheard = { debug() {}, warn() {}, error() {}, info: undefined as never };
