/** One JSON log line as text: what happened first, the rest as `key=value`. */
export interface FlatRecord {
  readonly message: string;
  readonly timestamp?: number;
  readonly level?: string;
}

const messageKeys = new Set(["message", "msg", "log", "event", "text", "body", "@message", "short_message"]);
const timeKeys = new Set(["timestamp", "time", "ts", "@timestamp", "datetime", "date", "t", "eventtime", "asctime"]);
const levelKeys = new Set(["level", "severity", "lvl", "loglevel", "log.level", "levelname", "severitytext"]);
const maxFields = 60;
const maxDepth = 4;

/** Undefined when the text is not one JSON object: then it is an ordinary line. */
export function flattenJson(text: string): FlatRecord | undefined {
  const last = text.charCodeAt(text.length - 1);
  if (text.charCodeAt(0) !== 123 || (last !== 125 && last !== 32)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== "object") return undefined;
  const found: Found = { fields: [] };
  collect(value as Readonly<Record<string, unknown>>, "", 0, found);
  const message = [found.message, ...found.fields].filter((part) => part !== undefined && part !== "").join(" ");
  return {
    message: message === "" ? text : message,
    ...(found.timestamp === undefined ? {} : { timestamp: found.timestamp }),
    ...(found.level === undefined ? {} : { level: found.level }),
  };
}

interface Found {
  message?: string;
  timestamp?: number;
  level?: string;
  readonly fields: string[];
}

function collect(record: Readonly<Record<string, unknown>>, prefix: string, depth: number, found: Found): void {
  for (const [key, value] of Object.entries(record)) {
    if (found.fields.length >= maxFields) return;
    const name = key.toLowerCase();
    const top = depth === 0;
    if (typeof value === "string" && messageKeys.has(name) && found.message === undefined && depth < 2)
      found.message = value;
    else if (top && timeKeys.has(name) && found.timestamp === undefined && timeOf(value) !== undefined) {
      found.timestamp = timeOf(value) as number;
    } else if (depth < 2 && levelKeys.has(name) && found.level === undefined && levelOf(value) !== undefined) {
      found.level = levelOf(value) as string;
    } else if (value !== null && typeof value === "object" && depth < maxDepth) {
      collect(value as Readonly<Record<string, unknown>>, `${prefix}${key}.`, depth + 1, found);
    } else if (value !== null && value !== "") {
      found.fields.push(`${prefix}${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
    }
  }
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === "string") {
    const parsed = /^\d{13}$/.test(value) ? Number(value) : Date.parse(value);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  if (typeof value !== "number" || value < 8e8) return undefined;
  return value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1000 : value > 1e11 ? value : value * 1000;
}

/** Words stay; pino's and bunyan's numbers become words. */
function levelOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return undefined;
  if (value >= 60) return "fatal";
  return value >= 50 ? "error" : value >= 40 ? "warn" : value >= 30 ? "info" : "debug";
}
