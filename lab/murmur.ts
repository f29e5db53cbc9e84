import type { Runtime } from "./runtime.ts";

/** What any service says while nothing is wrong, so that the line that matters has to be found. */
export function murmur(runtime: Runtime): void {
  const say = (): void => {
    const line = lines[Math.floor(Math.random() * lines.length)];
    if (line !== undefined) runtime.log(...line());
    setTimeout(say, 400 + Math.random() * 1_600).unref();
  };
  setTimeout(say, 200).unref();
}

const number = (most: number): number => Math.floor(Math.random() * most);

const lines: readonly (() => ["DEBUG" | "INFO" | "WARN", string])[] = [
  () => ["INFO", `health check answered peer=10.0.${number(8)}.${number(250)} status=200`],
  () => ["DEBUG", `configuration unchanged etag=${number(1e9).toString(36)} source=ssm:/lab/config`],
  () => [
    "INFO",
    `heap used_mb=${Math.round(process.memoryUsage().heapUsed / 1e6)} uptime_s=${Math.round(process.uptime())}`,
  ],
  () => ["DEBUG", `metrics flushed batch=${number(900)} took_ms=${1 + number(6)}`],
  () => ["INFO", `feature flags refreshed flags=${12 + number(3)} changed=0`],
  () => ["WARN", `slow name lookup host=config.lab.internal took_ms=${40 + number(60)}`],
];
