import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { checkError, statusOf } from "./check-error.ts";
import { checkShape } from "./check-shape.ts";
import { type ReadRequest, readRequest, type WireRequest } from "./read-request.ts";
import { sdkModel } from "./sdk-model.ts";
import { type ServiceModel, serviceModel } from "./service-model.ts";

/** A request that reached the stub. */
export type AwsCall = ReadRequest &
  WireRequest & {
    /** Region and service name that the request was signed for; undefined when it was not signed with SigV4. */
    readonly signedFor: { readonly region: string; readonly service: string } | undefined;
  };

/** What the stub sends back: an output, an error as the service shapes it, or raw bytes. */
export type AwsAnswer =
  | { readonly output: Readonly<Record<string, unknown>>; readonly delayMs?: number }
  | AwsError
  /** For what no model allows: a proxy's page, a reply cut short, a value that is newer than the model. */
  | { readonly raw: string; readonly status?: number; readonly contentType?: string; readonly delayMs?: number }
  /** Cuts the connection without an answer. */
  | { readonly hangUp: true; readonly delayMs?: number };

export type AwsError = {
  readonly error: string;
  readonly message?: string;
  /** The model's own when left out. */
  readonly status?: number;
  /** Further members of the error's shape. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** True for an error on purpose that the operation does not declare; any other such is noted as a problem. */
  readonly undeclared?: true;
  readonly delayMs?: number;
};

export type AwsStub = AsyncDisposable & {
  /** For a client's `endpoint` or an AWS_ENDPOINT_URL_* variable. */
  readonly url: string;
  readonly calls: readonly AwsCall[];
  /** What was wrong with requests, and with the stub's own outputs and errors, by AWS's model; tests expect none. */
  readonly problems: readonly string[];
  /** False when nothing is known of the service: then only the transport is real and nothing is checked. */
  readonly checked: boolean;
  readonly close: () => Promise<void>;
};

/**
 * An HTTP server on 127.0.0.1 that stands for one AWS service. Each request is checked against AWS's own service model
 * (json and rest-json protocols), or without one against the SDK's schemas; a wrong one is refused as the service would,
 * and noted in `problems`.
 */
export async function startAwsStub(options: {
  /** File name in the service models: ssm, logs, dynamodb, stepfunctions, bedrock-runtime, pricing … */
  readonly service: string;
  readonly answer: (call: AwsCall, index: number) => AwsAnswer | Promise<AwsAnswer>;
}): Promise<AwsStub> {
  const model = serviceModel(options.service) ?? (await sdkModel(options.service));
  const calls: AwsCall[] = [];
  const problems: string[] = [];

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await receive(incoming);
    const call = { ...request, ...readRequest(request, model), signedFor: signedFor(request) };
    calls.push(call);
    problems.push(...call.problems.map((problem) => `${call.operation} request ${problem}`));
    const refusal: AwsAnswer = { error: "ValidationException", message: call.problems.join("; ") };
    const answer = call.problems.length > 0 ? refusal : await options.answer(call, calls.length - 1);
    if (answer.delayMs !== undefined) await sleep(answer.delayMs, undefined, { ref: false });
    problems.push(...checkAnswer(answer, call, model).map((problem) => `${call.operation} ${problem}`));
    send(answer, call, outgoing, model);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((cause) => {
      problems.push(`the stub failed: ${cause instanceof Error ? cause.stack : cause}`);
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => stop(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    problems,
    checked: model !== undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function receive(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]),
  );
  return {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function signedFor(request: WireRequest): AwsCall["signedFor"] {
  const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? "");
  return scope === null ? undefined : { region: scope[1] ?? "", service: scope[2] ?? "" };
}

/** An answer that the service could never give would prove nothing about the code that reads it. */
function checkAnswer(answer: AwsAnswer, call: AwsCall, model: ServiceModel | undefined): readonly string[] {
  const operation = model?.operations[call.operation];
  if (model === undefined || operation === undefined) return [];
  if ("error" in answer && call.problems.length === 0) return checkError(answer, operation, model);
  if (!("output" in answer)) return [];
  const shape = operation.output?.shape;
  if (shape !== undefined) return checkShape(answer.output, shape, model).map((problem) => `output ${problem}`);
  return Object.keys(answer.output).length === 0 ? [] : ["output: the operation has none"];
}

function send(answer: AwsAnswer, call: AwsCall, outgoing: ServerResponse, model: ServiceModel | undefined): void {
  if ("hangUp" in answer) {
    outgoing.destroy();
    return;
  }
  const { jsonVersion, protocol } = model?.metadata ?? {};
  const type = protocol === "rest-json" ? "application/json" : `application/x-amz-json-${jsonVersion ?? "1.1"}`;
  const headers = { "x-amzn-requestid": "stub-request" };
  if ("raw" in answer) {
    outgoing
      .writeHead(answer.status ?? 200, { ...headers, "content-type": answer.contentType ?? type })
      .end(answer.raw);
  } else if ("error" in answer) {
    const { error, message = error, more } = answer;
    const named = { ...headers, "content-type": type, "x-amzn-errortype": error };
    const body = JSON.stringify({ __type: error, message, ...more });
    outgoing.writeHead(answer.status ?? statusOf(error, call.operation, model), named).end(body);
  } else {
    outgoing.writeHead(200, { ...headers, "content-type": type }).end(JSON.stringify(answer.output));
  }
}
