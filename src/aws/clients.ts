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

type LogsApi = typeof import("@aws-sdk/client-cloudwatch-logs");
export type LogsSdk = Sdk<LogsApi, InstanceType<LogsApi["CloudWatchLogsClient"]>>;
export const logsSdk = (options: ClientOptions = {}): LogsSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-cloudwatch-logs");
    return { api, client: new api.CloudWatchLogsClient(await clientConfig(options)) };
  });

type CloudWatchApi = typeof import("@aws-sdk/client-cloudwatch");
export type CloudWatchSdk = Sdk<CloudWatchApi, InstanceType<CloudWatchApi["CloudWatchClient"]>>;
export const cloudWatchSdk = (options: ClientOptions = {}): CloudWatchSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-cloudwatch");
    return { api, client: new api.CloudWatchClient(await clientConfig(options)) };
  });

type SsmApi = typeof import("@aws-sdk/client-ssm");
export type SsmSdk = Sdk<SsmApi, InstanceType<SsmApi["SSMClient"]>>;
export const ssmSdk = (options: ClientOptions = {}): SsmSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-ssm");
    return { api, client: new api.SSMClient(await clientConfig(options)) };
  });

/** For SendCommand alone, which has no idempotency token: a repeated send could run the command twice. */
export const ssmSdkWithoutRetries = (options: ClientOptions = {}): SsmSdk => ssmSdk({ ...options, maxAttempts: 1 });

type AutoScalingApi = typeof import("@aws-sdk/client-auto-scaling");
export type AutoScalingSdk = Sdk<AutoScalingApi, InstanceType<AutoScalingApi["AutoScalingClient"]>>;
export const autoScalingSdk = (options: ClientOptions = {}): AutoScalingSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-auto-scaling");
    return { api, client: new api.AutoScalingClient(await clientConfig(options)) };
  });

type CloudTrailApi = typeof import("@aws-sdk/client-cloudtrail");
export type CloudTrailSdk = Sdk<CloudTrailApi, InstanceType<CloudTrailApi["CloudTrailClient"]>>;
export const cloudTrailSdk = (options: ClientOptions = {}): CloudTrailSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-cloudtrail");
    return { api, client: new api.CloudTrailClient(await clientConfig(options)) };
  });

type TaggingApi = typeof import("@aws-sdk/client-resource-groups-tagging-api");
export type TaggingSdk = Sdk<TaggingApi, InstanceType<TaggingApi["ResourceGroupsTaggingAPIClient"]>>;
export const taggingSdk = (options: ClientOptions = {}): TaggingSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-resource-groups-tagging-api");
    return { api, client: new api.ResourceGroupsTaggingAPIClient(await clientConfig(options)) };
  });

type EcsApi = typeof import("@aws-sdk/client-ecs");
export type EcsSdk = Sdk<EcsApi, InstanceType<EcsApi["ECSClient"]>>;
export const ecsSdk = (options: ClientOptions = {}): EcsSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-ecs");
    return { api, client: new api.ECSClient(await clientConfig(options)) };
  });

type RdsApi = typeof import("@aws-sdk/client-rds");
export type RdsSdk = Sdk<RdsApi, InstanceType<RdsApi["RDSClient"]>>;
export const rdsSdk = (options: ClientOptions = {}): RdsSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-rds");
    return { api, client: new api.RDSClient(await clientConfig(options)) };
  });

type LambdaApi = typeof import("@aws-sdk/client-lambda");
export type LambdaSdk = Sdk<LambdaApi, InstanceType<LambdaApi["LambdaClient"]>>;
export const lambdaSdk = (options: ClientOptions = {}): LambdaSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-lambda");
    return { api, client: new api.LambdaClient(await clientConfig(options)) };
  });

type BalancingApi = typeof import("@aws-sdk/client-elastic-load-balancing-v2");
export type BalancingSdk = Sdk<BalancingApi, InstanceType<BalancingApi["ElasticLoadBalancingV2Client"]>>;
export const balancingSdk = (options: ClientOptions = {}): BalancingSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-elastic-load-balancing-v2");
    return { api, client: new api.ElasticLoadBalancingV2Client(await clientConfig(options)) };
  });

type DynamoApi = typeof import("@aws-sdk/client-dynamodb");
export type DynamoSdk = Sdk<DynamoApi, InstanceType<DynamoApi["DynamoDBClient"]>>;
/** For looking at tables of others; the healer's own are reached through `dynamo.ts`. */
export const tablesSdk = (options: ClientOptions = {}): DynamoSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-dynamodb");
    return { api, client: new api.DynamoDBClient(await clientConfig(options)) };
  });

type StepFunctionsApi = typeof import("@aws-sdk/client-sfn");
export type StepFunctionsSdk = Sdk<StepFunctionsApi, InstanceType<StepFunctionsApi["SFNClient"]>>;
export const stepFunctionsSdk = (options: ClientOptions = {}): StepFunctionsSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-sfn");
    return { api, client: new api.SFNClient(await clientConfig(options)) };
  });

type BedrockApi = typeof import("@aws-sdk/client-bedrock-runtime");
export type BedrockSdk = Sdk<BedrockApi, InstanceType<BedrockApi["BedrockRuntimeClient"]>>;
/** A model may think for minutes, so one attempt gets two of them unless told otherwise. */
export const bedrockSdk = (options: ClientOptions = {}): BedrockSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-bedrock-runtime");
    const config = await clientConfig({ ...options, requestTimeoutMs: options.requestTimeoutMs ?? 120_000 });
    return { api, client: new api.BedrockRuntimeClient(config) };
  });

type KnowledgeApi = typeof import("@aws-sdk/client-bedrock-agent-runtime");
export type KnowledgeSdk = Sdk<KnowledgeApi, InstanceType<KnowledgeApi["BedrockAgentRuntimeClient"]>>;
export const knowledgeSdk = (options: ClientOptions = {}): KnowledgeSdk =>
  once(async () => {
    const api = await import("@aws-sdk/client-bedrock-agent-runtime");
    return { api, client: new api.BedrockAgentRuntimeClient(await clientConfig(options)) };
  });

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
