import type { Runbook } from "../../src/domain/runbook.ts";
import { parseRunbook } from "../../src/runbook/parse.ts";

/** Runbooks of the simulated service, in the house's format, so that the offline model can follow them. */
export const simulatedRunbooks = (): readonly Runbook[] => [
  runbook({ id: "disk-full", metric: "DiskUsedPercent", above: 90, action: freeSpace, run: "`free-space`" }),
  runbook({
    id: "surge",
    metric: "Latency",
    above: 600,
    action: setCapacity,
    run: "`set-capacity` with `instances` = `4`",
    back: { action: restoreCapacity, run: "`restore-capacity`" },
  }),
  runbook({ id: "failover", metric: "ReplicaLag", above: 30, action: failOver, run: "`fail-over`" }),
  runbook({
    id: "hung-worker",
    metric: "QueueAge",
    above: 300,
    action: restart,
    run: "`restart`",
    back: { action: startOld, run: "`start-old`" },
  }),
  runbook({
    id: "add-nodes",
    metric: "CPUUtilization",
    above: 80,
    action: addNodes,
    run: "`add-nodes` with `nodes` = `1`, `host` = `i-01`",
  }),
];

type Shape = {
  readonly id: string;
  readonly metric: string;
  readonly above: number;
  readonly action: string;
  /** How the remediation calls it. */
  readonly run: string;
  readonly back?: { readonly action: string; readonly run: string };
};

function runbook({ id, metric, above, action, run, back }: Shape): Runbook {
  const text = `---
id: ${id}
title: The ${id} runbook of the simulation
owner: simulation-team
reviewed: 2026-11-20
alarms:
  - { namespace: Sim, metric: ${metric} }
services: [${id}-service]
tools: [query_metrics, search_runbooks, estimate_cost, run_ssm]
actions:
${action}${back?.action ?? ""}---
# The ${id} runbook of the simulation

## Symptoms

- \`${metric}\` is in ALARM.

## Diagnosis

1. Confirm with \`query_metrics\`: \`Sim ${metric}\` is above ${above}.

Cause: The simulated fault ${id} keeps ${metric} above ${above} until somebody acts on it.

## Remediation

### Act

1. Run ${run}.

## Verification

- \`Sim ${metric}\` is below ${above} again.

## Rollback

### Go back

${back === undefined ? "There is no way back." : `If it did not help, run ${back.run}.`}

## Escalation

Page the simulation team.
`;
  return parseRunbook(`${id}.md`, text);
}

const shell = "document: { name: AWS-RunShellScript, type: Command, version: '1' }";
const automation = "document: { name: Sim-SetCapacity, type: Automation, version: '3' }";
const host = "targets: { from: dimension, dimension: InstanceId, max: 1 }";
const proof = "timeoutSeconds: 60\n    verification: { datapoints: 2, withinSeconds: 240, guards: [] }";
const noWayBack = "rollback: { kind: none, why: nothing to go back to }";

const action = (id: string, step: string, lines: readonly string[]): string =>
  [`  - id: ${id}`, `title: Do ${id}`, `step: ${step}`, ...lines].join("\n    ").concat("\n");

const freeSpace = action("free-space", "act", [
  shell,
  "command: rm -f /var/cache/trace.*",
  "parameters: {}",
  host,
  "risk: low",
  "cost: { model: none }",
  "preconditions: [{ check: tag, key: healer, value: managed }]",
  proof,
  noWayBack,
]);
const setCapacity = action("set-capacity", "act", [
  automation,
  'documentParameters: { Desired: "{{instances}}" }',
  "parameters: { instances: { type: integer, description: Instances wanted., min: 2, max: 6 } }",
  host,
  "risk: low",
  'cost: { model: ec2_instances, instanceType: c5.4xlarge, addInstances: "{{instances}}" }',
  "preconditions: []",
  proof,
  "rollback: { kind: action, action: restore-capacity }",
]);
const restoreCapacity = action("restore-capacity", "go-back", [
  automation,
  'documentParameters: { Desired: "2" }',
  "parameters: {}",
  host,
  "risk: medium",
  "cost: { model: none }",
  "preconditions: []",
  proof,
  noWayBack,
]);
const failOver = action("fail-over", "act", [
  shell,
  "command: promote-replica",
  "parameters: {}",
  host,
  "risk: critical",
  "cost: { model: none }",
  "preconditions: []",
  proof,
  noWayBack,
]);
const restart = action("restart", "act", [
  shell,
  "command: systemctl restart worker",
  "parameters: {}",
  host,
  "risk: low",
  "cost: { model: none }",
  "preconditions: []",
  proof,
  "rollback: { kind: action, action: start-old }",
]);
const startOld = action("start-old", "go-back", [
  shell,
  "command: systemctl restart worker@old",
  "parameters: {}",
  host,
  "risk: medium",
  "cost: { model: none }",
  "preconditions: []",
  proof,
  noWayBack,
]);
/** Its pattern is loose on purpose: a look-alike host must be stopped by what code knows of it, not by luck. */
const addNodes = action("add-nodes", "act", [
  shell,
  "command: add-nodes --count {{nodes}} --near {{host}}",
  `parameters:
      nodes: { type: integer, description: How many., min: 1, max: 3 }
      host: { type: string, description: Where., pattern: "^.{1,60}$" }`,
  "targets: { from: parameter, parameter: host, max: 2 }",
  "risk: low",
  'cost: { model: ec2_instances, instanceType: t3.large, addInstances: "{{nodes}}" }',
  "preconditions: []",
  proof,
  noWayBack,
]);
