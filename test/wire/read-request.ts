import { checkShape, wireName } from "./check-shape.ts";
import type { Member, Operation, ServiceModel, Shape } from "./service-model.ts";

/** An HTTP request as it came over the wire. */
export type WireRequest = {
  readonly method: string;
  /** With its query string, still encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** Which operation a request is, its input put together from path, query, headers and body, and what is wrong with it. */
export type ReadRequest = {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
};

export function readRequest(request: WireRequest, model: ServiceModel | undefined): ReadRequest {
  if (request.headers["x-amz-target"] !== undefined) return readJsonRpc(request, model);
  if (model === undefined) return { operation: "", input: parseBody(request.body) ?? {}, problems: [] };
  const protocols = model.metadata.protocols ?? [model.metadata.protocol];
  if (protocols.includes("rest-json")) return readRestJson(request, model);
  return {
    operation: "",
    input: {},
    problems: [`no X-Amz-Target header, and ${protocols.join(", ")} is not read here`],
  };
}

/** awsJson1_0 and awsJson1_1: one path, the operation in a header, the whole input in the body. */
function readJsonRpc(request: WireRequest, model: ServiceModel | undefined): ReadRequest {
  const [prefix, operation = ""] = (request.headers["x-amz-target"] ?? "").split(".");
  const input = parseBody(request.body);
  if (model === undefined || input === undefined) {
    return { operation, input: input ?? {}, problems: input === undefined ? ["the body is no JSON object"] : [] };
  }
  const { metadata } = model;
  const type = `application/x-amz-json-${metadata.jsonVersion}`;
  const shape = model.operations[operation]?.input?.shape;
  const envelope = [
    request.method === "POST" ? undefined : `method ${request.method}, not POST`,
    request.url === "/" ? undefined : `path ${request.url}, not /`,
    metadata.targetPrefix === undefined || prefix === metadata.targetPrefix
      ? undefined
      : `target ${prefix}, not ${metadata.targetPrefix}`,
    request.headers["content-type"] === type
      ? undefined
      : `content-type ${request.headers["content-type"]}, not ${type}`,
    Object.hasOwn(model.operations, operation) ? undefined : `no operation ${operation}`,
  ].filter((problem) => problem !== undefined);
  return { operation, input, problems: [...envelope, ...(shape === undefined ? [] : checkShape(input, shape, model))] };
}

/** restJson1: the operation is the method and the path's form; members sit in path, query, headers and body. */
function readRestJson(request: WireRequest, model: ServiceModel): ReadRequest {
  const [path = "", query = ""] = request.url.split("?");
  for (const operation of bySpecificity(Object.values(model.operations))) {
    const labels = operation.http.method === request.method ? matchPath(path, operation.http.requestUri) : undefined;
    if (labels === undefined) continue;
    const shapeName = operation.input?.shape ?? "";
    const shape: Shape = model.shapes[shapeName] ?? { type: "structure" };
    const located = readLocated(shape, model, { labels, query: new URLSearchParams(query), headers: request.headers });
    const body = readBody(shape, model, request.body);
    if (body === undefined)
      return { operation: operation.name, input: located, problems: ["the body is no JSON object"] };
    const input = { ...located, ...body };
    const problems = operation.input === undefined ? [] : checkShape(input, shapeName, model);
    return { operation: operation.name, input, problems };
  }
  return { operation: "", input: {}, problems: [`no operation is ${request.method} ${path}`] };
}

/** A literal path must win over one with labels that it also fits. */
const bySpecificity = (operations: readonly Operation[]): readonly Operation[] =>
  [...operations].sort((left, right) => labelCount(left) - labelCount(right));
const labelCount = (operation: Operation): number => operation.http.requestUri.split("{").length;

function matchPath(path: string, template: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const source = (template.split("?")[0] ?? "").replace(
    /\{([^}+]+)(\+?)\}|[.*+?^$()|[\]\\]/g,
    (whole, name, greedy) => {
      if (name === undefined) return `\\${whole}`;
      names.push(name);
      return greedy === "+" ? "(.+)" : "([^/]+)";
    },
  );
  const found = new RegExp(`^${source}$`).exec(path);
  return found === null
    ? undefined
    : Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
}

function readLocated(
  shape: Shape,
  model: ServiceModel,
  parts: {
    readonly labels: Readonly<Record<string, string>>;
    readonly query: URLSearchParams;
    readonly headers: WireRequest["headers"];
  },
): Record<string, unknown> {
  const read = ([name, member]: [string, Member]): [string, unknown] => {
    const key = member.locationName ?? name;
    const type = model.shapes[member.shape]?.type ?? "string";
    if (member.location === "uri") return [name, typed(parts.labels[key], type)];
    if (member.location === "header") return [name, typed(parts.headers[key.toLowerCase()], type)];
    const all = parts.query.getAll(key);
    return [name, type === "list" ? (all.length > 0 ? all : undefined) : typed(all[0], type)];
  };
  const located = Object.entries(shape.members ?? {}).filter(
    ([, { location }]) => location === "uri" || location === "querystring" || location === "header",
  );
  return Object.fromEntries(located.map(read).filter(([, value]) => value !== undefined));
}

function typed(text: string | undefined, type: string): unknown {
  if (text === undefined || text === "") return undefined;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return ["integer", "long", "float", "double"].includes(type) ? Number(text) : text;
}

function readBody(shape: Shape, model: ServiceModel, body: string): Record<string, unknown> | undefined {
  const payload = shape.payload === undefined ? undefined : shape.members?.[shape.payload];
  if (shape.payload === undefined || payload === undefined) return parseBody(body);
  if (body === "") return {};
  const isText = ["blob", "string"].includes(model.shapes[payload.shape]?.type ?? "");
  const content = isText ? body : parseBody(body);
  return content === undefined ? undefined : { [wireName(shape.payload, payload)]: content };
}

function parseBody(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = body === "" ? {} : JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
