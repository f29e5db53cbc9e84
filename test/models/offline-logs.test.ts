import { describe, expect, it } from "vitest";
import { conditionOf } from "../../src/models/offline-fill.ts";
import { firstError, logOf, logToRead, statedIn } from "../../src/models/offline-logs.ts";
import type { SeenCall, ShownRunbook } from "../../src/models/offline-read.ts";

const cluster = (index: number, severity: string, count: number, at: string, line: string) =>
  `[t2c0-log-c${index}] ${severity} ×${count} (1 %) 2026-11-23T${at}Z–09:10:40Z\n  | a template <*>\n  e.g. | ${line}`;
const single = (index: number, at: string, line: string) =>
  `[t2c0-log-c${index}] UNKNOWN ×1 2026-11-23T${at}Z\n  | ${line}`;
const digest = (...clusters: readonly string[]) => ["LOG DIGEST of x: 9 events", ...clusters, "LEDGER: x"].join("\n");
const version = { type: "integer", min: 1, max: 999 };

describe("a parameter that a log states", () => {
  const broke = cluster(1, "ERROR", 114, "09:05:00", "ERROR [version 18] KeyError");
  const worked = cluster(2, "INFO", 55, "08:55:00", "INFO [version 17] charged 30");

  it("is the one that working lines name, with the finding that says so", () => {
    expect(statedIn(digest(broke, worked), "version", version)).toEqual({ value: 17, finding: "t2c0-log-c2" });
  });

  it.each([
    ["only failing lines name one", digest(broke)],
    ["somebody else's line names another one", digest(broke, worked, single(3, "09:09:00", "INFO use version 3"))],
    ["the one that works also fails", digest(worked, cluster(3, "ERROR", 4, "09:06:00", "ERROR [version 17] too"))],
    ["it is out of the reviewed range", digest(cluster(1, "INFO", 5, "08:55:00", "INFO version 1000 serves"))],
    ["it is no number", digest(cluster(1, "INFO", 5, "08:55:00", "INFO version latest serves"))],
    ["nothing names it", digest(cluster(1, "INFO", 5, "08:55:00", "INFO conversion 17 done"))],
  ])("stays open when %s", (_, text) => {
    expect(statedIn(text, "version", version)).toBeUndefined();
  });

  it("is taken as text only where the reviewed pattern or list allows it", () => {
    const text = digest(single(1, "09:04:00", "INFO alias live: 17 -> 18"));
    expect(statedIn(text, "alias", { type: "string", pattern: "^[a-z]+$" })?.value).toBe("live");
    expect(statedIn(text, "alias", { type: "string", pattern: "^v[0-9]$" })).toBeUndefined();
    expect(statedIn(text, "alias", { type: "enum", values: ["live"] })?.value).toBe("live");
    expect(statedIn(text, "alias", { type: "enum", values: ["beta"] })).toBeUndefined();
    expect(statedIn(text, "alias", { type: "string" })).toBeUndefined();
  });
});

describe("the first error of a log", () => {
  it("is told with the single lines right before it, and none after it or long before", () => {
    const text = digest(
      cluster(1, "ERROR", 9, "09:06:00", "ERROR later"),
      cluster(2, "ERROR", 201, "09:04:00", "ERROR total is not a function"),
      single(3, "09:03:00", "INFO shop 7.2.0 started"),
      single(4, "08:30:00", "INFO long ago"),
      single(5, "09:05:00", "INFO after it"),
    );
    const told = firstError(text);
    expect(told?.words).toBe(
      '"ERROR total is not a function" since 2026-11-23T09:04:00Z, right after "INFO shop 7.2.0 started".',
    );
    expect(told?.findings).toEqual(["t2c0-log-c2", "t2c0-log-c3"]);
  });

  it("is nothing where nothing fails", () => {
    expect(firstError(digest(single(1, "09:03:00", "INFO well")))).toBeUndefined();
  });
});

describe("the log that a runbook tells its reader to read", () => {
  const runbook = (logStep: string) => ({ logStep }) as ShownRunbook;
  const alarm = { alarm: "shop-alb-5xx", dimensions: '{"LoadBalancer":"app/shop/50dc","FunctionName":"pay-fn"}' };
  const read = (group: string, status: "success" | "error", text: string): SeenCall => ({
    id: "u",
    name: "fetch_logs",
    input: { group },
    status,
    text,
  });

  it("is the named one, filled from the alarm's dimensions", () => {
    expect(logToRead(runbook("3. Read the log group `/aws/lambda/<function>` now."), [], alarm)).toBe(
      "/aws/lambda/pay-fn",
    );
    expect(logToRead(runbook("3. Read the log group `/aws/<stage>` now."), [], alarm)).toBeUndefined();
    expect(logToRead(runbook(""), [], alarm)).toBeUndefined();
  });

  it("is else found by the resource's name, among the groups that the answer lists", () => {
    const step = runbook("4. Read the service's own log group around the first error.");
    expect(logToRead(step, [], alarm)).toBe("shop");
    const asked = [read("shop", "error", "no such group\nLog groups: /ecs/workshop, /ecs/shop.")];
    expect(logToRead(step, asked, alarm)).toBe("/ecs/shop");
    const both = [...asked, read("/ecs/shop", "success", "LOG DIGEST")];
    expect(logToRead(step, both, alarm)).toBeUndefined();
    expect(logOf(step, both, alarm)?.text).toBe("LOG DIGEST");
  });

  it("is left alone where two groups could be meant", () => {
    const step = runbook("4. Read the service's own log group.");
    const asked = [read("shop", "error", "x\nLog groups: /ecs/shop, /ecs/shop/sidecar.")];
    expect(logToRead(step, asked, alarm)).toBeUndefined();
    expect(logOf(step, asked, alarm)).toBeUndefined();
  });
});

describe("a condition that no check looks at", () => {
  const action = { step: "book#reboot" } as Parameters<typeof conditionOf>[0];
  const remediation = (preface: string, step: string) =>
    `book#remediation] Remediation\n${preface}\n\nbook#reboot] Reboot\n${step}\n\nbook#other] Other\nOnly when the moon is full.`;

  it.each([
    ["in the step", "Heal the client.", "Run `reboot` with `a` from the\nalarm, only when nobody can log in."],
    ["before all steps", "Only after the cause is gone: a message may be half done.", "Run `reboot`."],
    ["at the beginning", "Wait.", "Once all three agree, run `reboot`."],
  ])("is found %s", (_, preface, step) => {
    expect(conditionOf(action, remediation(preface, step))).toMatch(/only (?:when|after)|^Once/i);
  });

  it("is none where only another step has one, or where the word means something else", () => {
    expect(conditionOf(action, remediation("Only rotated traces may go.", "Run `reboot` at once."))).toBeUndefined();
  });
});
