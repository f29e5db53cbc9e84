import type { Member, ServiceModel, Shape } from "./service-model.ts";

/** What is wrong with a value, by the model: missing and unknown members, types, lengths, ranges, enums, patterns. */
export function checkShape(value: unknown, shapeName: string, model: ServiceModel, path = "$"): readonly string[] {
  const shape = model.shapes[shapeName];
  if (shape === undefined) return [`${path}: the model has no shape ${shapeName}`];
  if (shape.document === true) return [];
  switch (shape.type) {
    case "structure":
      return checkStructure(value, shape, model, path);
    case "list":
      return checkList(value, shape, model, path);
    case "map":
      return checkMap(value, shape, model, path);
    case "string":
      return checkString(value, shape, path);
    case "integer":
    case "long":
      return Number.isInteger(value) ? checkRange(Number(value), shape, path) : [`${path}: not a whole number`];
    case "float":
    case "double":
      return typeof value === "number" ? checkRange(value, shape, path) : [`${path}: not a number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: not a boolean`];
    case "timestamp":
      return isTime(value, shape) ? [] : [`${path}: not a time`];
    case "blob":
      return typeof value === "string" ? [] : [`${path}: not base64 text`];
    default:
      return [`${path}: a shape of unknown type ${shape.type}`];
  }
}

/** The name that a member has in a JSON body. */
export const wireName = (name: string, member: Member): string =>
  member.location === undefined ? (member.locationName ?? name) : name;

function checkStructure(value: unknown, shape: Shape, model: ServiceModel, path: string): readonly string[] {
  if (!isRecord(value)) return [`${path}: not an object`];
  const members = Object.entries(shape.members ?? {});
  const byWireName = new Map(members.map(([name, member]) => [wireName(name, member), member]));
  const present = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  const wireNameOf = (name: string): string => wireName(name, shape.members?.[name] ?? { shape: "" });
  const missing = (shape.required ?? []).filter((name) => (value[wireNameOf(name)] ?? undefined) === undefined);
  const unknown = present.filter(([name]) => !byWireName.has(name) && name !== "__type");
  const inner = present.flatMap(([name, content]) => {
    const member = byWireName.get(name);
    return member === undefined ? [] : checkMember(content, member, model, `${path}.${name}`);
  });
  return [
    ...missing.map((name) => `${path}.${wireNameOf(name)}: required and missing`),
    ...unknown.map(([name]) => `${path}.${name}: unknown member`),
    ...(shape.union === true && present.length !== 1 ? [`${path}: a union with ${present.length} members`] : []),
    ...inner,
  ];
}

function checkMember(value: unknown, member: Member, model: ServiceModel, path: string): readonly string[] {
  if (member.jsonvalue !== true) return checkShape(value, member.shape, model, path);
  return typeof value === "string" && isJson(value) ? [] : [`${path}: not a string of JSON`];
}

function checkList(value: unknown, shape: Shape, model: ServiceModel, path: string): readonly string[] {
  if (!Array.isArray(value)) return [`${path}: not a list`];
  const { member } = shape;
  const inner = value.flatMap((item, index) =>
    member === undefined ? [] : checkMember(item, member, model, `${path}[${index}]`),
  );
  return [...checkLength(value.length, shape, path), ...inner];
}

function checkMap(value: unknown, shape: Shape, model: ServiceModel, path: string): readonly string[] {
  if (!isRecord(value)) return [`${path}: not a map`];
  const { key, value: content } = shape;
  const entries = Object.entries(value);
  const inner = entries.flatMap(([name, item]) => [
    ...(key === undefined ? [] : checkShape(name, key.shape, model, `${path} key ${JSON.stringify(name)}`)),
    ...(content === undefined ? [] : checkMember(item, content, model, `${path}[${JSON.stringify(name)}]`)),
  ]);
  return [...checkLength(entries.length, shape, path), ...inner];
}

function checkString(value: unknown, shape: Shape, path: string): readonly string[] {
  if (typeof value !== "string") return [`${path}: not a string`];
  const shown = JSON.stringify(value.slice(0, 60));
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return [`${path}: ${shown} is none of ${shape.enum.slice(0, 8).join(", ")}`];
  }
  const pattern = shape.pattern === undefined ? undefined : wholePattern(shape.pattern);
  const fits = pattern === undefined || pattern.test(value);
  // The service counts characters, not UTF-16 units.
  return [
    ...checkLength(Array.from(value).length, shape, path),
    ...(fits ? [] : [`${path}: ${shown} does not fit ${shape.pattern}`]),
  ];
}

/** AWS matches whole strings. A pattern in Java's dialect that JavaScript cannot read is not checked. */
function wholePattern(pattern: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {}
  }
  return undefined;
}

const checkLength = (length: number, { min, max }: Shape, path: string): readonly string[] =>
  length < (min ?? 0) || length > (max ?? Infinity)
    ? [`${path}: length ${length} is outside ${min ?? 0}..${max ?? ""}`]
    : [];

const checkRange = (value: number, { min, max }: Shape, path: string): readonly string[] =>
  value < (min ?? -Infinity) || value > (max ?? Infinity)
    ? [`${path}: ${value} is outside ${min ?? ""}..${max ?? ""}`]
    : [];

/** Seconds since 1970 in a JSON body, unless the model asks for a date. */
const isTime = (value: unknown, { timestampFormat }: Shape): boolean =>
  timestampFormat === undefined || timestampFormat === "unixTimestamp"
    ? typeof value === "number"
    : typeof value === "string" && !Number.isNaN(Date.parse(value));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
