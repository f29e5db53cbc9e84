/**
 * Varied log lines of a made-up estate, the same ones for the same seed: sixty statements of services, kernels and
 * proxies with numbers, ids, addresses, paths, names and quoted values, most frequent first, each behind a header.
 */
export function createLineSource(seed: number): () => string {
  const random = mulberry(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const integer = (limit: number) => Math.floor(random() * limit);
  const hex = (length: number) => Array.from({ length }, () => integer(16).toString(16)).join("");
  const values: Readonly<Record<string, () => string>> = {
    n: () => String(integer(100_000)),
    ms: () => `${integer(5000)}ms`,
    f: () => (random() * 1000).toFixed(3),
    ip: () => `10.${integer(256)}.${integer(256)}.${integer(256)}`,
    port: () => String(1024 + integer(60_000)),
    uuid: () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    hex: () => `0x${hex(8)}`,
    id: () => `${pick(["ord", "usr", "txn", "inv"])}_${hex(10)}`,
    user: () => pick(users),
    host: () => `${pick(["web", "db", "cache", "queue"])}-${integer(40)}.${pick(["eu", "us"])}.internal`,
    path: () => `/${pick(["api", "srv", "var"])}/${pick(["orders", "users", "logs"])}/${integer(10_000)}`,
    word: () => pick(words),
  };
  let time = Date.UTC(2026, 5, 1);
  return () => {
    time += integer(40);
    const statement = statements[Math.floor(random() ** 2 * statements.length)] as string;
    const level = statement.startsWith("!") ? "ERROR" : random() < 0.1 ? "WARN" : "INFO";
    const body = statement
      .replace(/^!/, "")
      .replace(/\{(\w+)\}/g, (_, name: string) => (values[name] as () => string)());
    return `${new Date(time).toISOString()} ${level} [worker-${integer(16)}] ${pick(components)}: ${body}`;
  };
}

/** Small, fast and seeded (mulberry32, public domain). */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const users = "alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil".split(" ");
const words = "amber basin cedar delta ember fjord grove haven inlet jetty knoll lagoon mesa nook oasis prairie".split(
  " ",
);
const components = ["orders.Api", "billing.Worker", "auth.Session", "store.Cache", "edge.Proxy", "jobs.Scheduler"];
const statements = [
  "GET {path} 200 in {ms} from {ip}",
  "Accepted connection from {ip}:{port}",
  "Request {uuid} completed with status {n} in {ms}",
  "cache hit for key {id} size={n} ttl={n}",
  "session opened for user {user} from {ip}",
  "session closed for user {user}",
  "POST {path} 201 in {ms} from {ip}",
  "Enqueued job {id} on queue {word} depth={n}",
  "Dequeued job {id} after {ms} attempts={n}",
  "Heartbeat from {host} latency={f} load={f}",
  "Flushed {n} records ({n} bytes) to {path}",
  "lease {uuid} renewed by {host} for {n} seconds",
  "Compacted segment {n} of {n} in {ms}",
  "token issued for client {id} scope={word} expires={n}",
  "replica {host} is {n} ms behind primary {host}",
  "gc pause {f} ms heap={n} freed={n}",
  "DNS lookup for {host} took {ms}",
  "payment {id} authorised amount={f} currency=EUR",
  "worker {n} picked task {uuid} priority={n}",
  "config reloaded from {path} version {n}",
  "cache miss for key {id}",
  "upload of {path} finished, {n} parts, checksum {hex}",
  "TLS handshake with {ip}:{port} completed in {ms}",
  "metrics pushed to {host}:{port} series={n}",
  "throttled client {ip} for {n} seconds",
  "index {word} refreshed, {n} documents, {f} s",
  "snapshot {uuid} created, size {n} MB",
  "retrying call to {host} attempt {n} of 5",
  "circuit breaker {word} half-open after {ms}",
  'parsed statement "select {n} from {word}" in {ms}',
  "thread pool resized from {n} to {n}",
  "evicted {n} entries, {n} remaining",
  "opened file {path} with descriptor {n}",
  "mounted volume {uuid} at {path}",
  "scheduled backup of {word} at {n}",
  "feature {word} enabled for {n} percent of users",
  "notification {id} delivered to {user} via email",
  "partition {n} reassigned from {host} to {host}",
  "consumer group {word} rebalanced, generation {n}",
  "offset {n} committed for partition {n}",
  "!connection to {host}:{port} refused after {ms}",
  "!query failed with code {n} on {host}",
  "!timeout waiting for lock {id} held by {user}",
  "!disk usage at {n} percent on {host}",
  "!request {uuid} failed with NullPointerException at line {n}",
  "deployed build {n} to {host}",
  "health check of {host} passed in {ms}",
  "invalidated {n} sessions of user {user}",
  "archived log {path} ({n} bytes)",
  "rotated key {id} for service {word}",
];
