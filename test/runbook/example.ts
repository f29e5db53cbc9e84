import type { Fleet, FleetMember, MetricPoint, Ports } from "../../src/domain/ports.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import { parseRunbook } from "../../src/runbook/parse.ts";

export const frontMatter = `id: api-hung
title: The API hangs
owner: api-team
reviewed: 2026-11-20
alarms:
  - namespace: AWS/ApplicationELB
services: [api]
tools: [query_metrics, run_ssm]
actions:
  - id: restart
    title: Restart the API
    step: restart-it
    document: { name: AWS-RunShellScript, type: Command, version: "1" }
    command: systemctl restart {{unit}} && sleep {{seconds}}
    parameters:
      unit: { type: string, description: Unit., pattern: "^.*$" }
      seconds: { type: integer, description: Seconds., min: 0, max: 30 }
    targets: { from: dimension, dimension: InstanceId, max: 2 }
    risk: low
    cost: { model: none }
    preconditions:
      - { check: tag, key: healer, value: managed }
    timeoutSeconds: 30
    verification: { datapoints: 3, withinSeconds: 60, guards: [] }
    rollback: { kind: none, why: A restart can not be taken back. }
`;

export const body = `# The API hangs

## Symptoms

It hangs.

## Diagnosis

1. Confirm with \`query_metrics\`: \`AWS/ApplicationELB Latency\` is above 5.

## Remediation

### Restart it

Run \`restart\`.

## Verification

It answers.

## Rollback

None.

## Escalation

Page the API team.
`;

export const runbookText = (front = frontMatter, rest = body): string => `---\n${front}---\n${rest}`;

/** The example with parts of its text replaced; a part that is not there is a mistake of the test. */
export function example(...changes: readonly (readonly [string, string])[]): Runbook {
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the example has no ${JSON.stringify(from)}`);
    return before.replace(from, to);
  }, runbookText());
  return parseRunbook("api-hung.md", text);
}

export const managed = { healer: "managed" } as const;
export const member = (id: string, more: Partial<FleetMember> = {}): FleetMember => ({
  id,
  healthy: true,
  group: "api",
  tags: managed,
  ...more,
});

export const fleetOf = (members: readonly FleetMember[]): Fleet => ({
  member: async (id) => members.find((one) => one.id === id),
  group: async (name) => {
    const own = members.filter((one) => one.group === name);
    return own.length === 0
      ? undefined
      : { name, instanceType: "c5.large", desired: own.length, maximum: 9, members: own };
  },
});

export const now = Date.parse("2026-11-23T10:00:00.000Z");

/** Ports that answer from what they are given; what a test does not give does not exist. */
export function ports(
  given: {
    readonly runbooks?: readonly Runbook[];
    readonly members?: readonly FleetMember[];
    readonly points?: readonly MetricPoint[];
    readonly freeze?: string;
    readonly document?: Awaited<ReturnType<Ports["commands"]["document"]>>;
  } = {},
): Pick<Ports, "runbooks" | "commands" | "fleet" | "pricing" | "metrics" | "calendar" | "clock"> {
  const never = async (): Promise<never> => {
    throw new Error("nothing is sent here");
  };
  return {
    runbooks: {
      get: async (id) => given.runbooks?.find((runbook) => runbook.id === id),
      search: async () => ({ abstained: true, hits: [] }),
    },
    commands: { document: async () => given.document, send: never, find: never, status: never },
    fleet: fleetOf(given.members ?? []),
    pricing: { quote: async (model) => ({ known: false, why: `asked for ${JSON.stringify(model)}` }) },
    metrics: { query: async () => given.points ?? [], neighbours: async () => [] },
    calendar: { freezeAt: () => given.freeze },
    clock: { now: () => now },
  };
}

export const shellDocument = { type: "Command", version: "1", hash: "e".repeat(64) } as const;
