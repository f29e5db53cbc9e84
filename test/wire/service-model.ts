import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { sharedData } from "./shared-data.ts";

/** The parts of AWS's public service description (botocore's service-2.json) that a request can be checked against. */
export type ServiceModel = {
  readonly metadata: {
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
  };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Made from the SDK's schemas, which know names and types only. */
  readonly bySdk?: true;
};

export type Operation = {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
};

export type Member = {
  readonly shape: string;
  readonly location?: "uri" | "querystring" | "header" | "headers" | "statusCode";
  readonly locationName?: string;
  readonly jsonvalue?: boolean;
};

export type Shape = {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly document?: boolean;
  readonly payload?: string;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly timestampFormat?: "iso8601" | "rfc822" | "unixTimestamp";
  /** Of an error: its status, and whether it is the service's fault. */
  readonly error?: { readonly httpStatusCode?: number };
  readonly fault?: boolean;
};

/** Not among the shared models. */
const withoutModel: ReadonlySet<string> = new Set(["cloudtrail", "tagging"]);
const models = new Map<string, ServiceModel | undefined>();

/** The model of a service by its file name (`ssm`, `logs`, `dynamodb` …), or undefined with a visible SKIPPED line. */
export function serviceModel(service: string): ServiceModel | undefined {
  if (!models.has(service)) models.set(service, readModel(service));
  return models.get(service);
}

function readModel(service: string): ServiceModel | undefined {
  if (withoutModel.has(service)) return undefined;
  const path = sharedData(
    `service-models/${service}.json.gz`,
    `checking ${service} requests against AWS's service model`,
  );
  return path === undefined ? undefined : JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
}
