import type { AgentDeps } from "../agent/deps.ts";
import { HealerError } from "../domain/errors.ts";
import { once } from "../domain/once.ts";
import type { Clock, Notifier, Workflow } from "../domain/ports.ts";
import { systemClock } from "../local/system.ts";
import { unheard } from "./clients.ts";
import { type Dynamo, sdk } from "./dynamo.ts";
import { dynamoApprovals } from "./dynamo-approvals.ts";
import { dynamoIncidents } from "./dynamo-incidents.ts";
import { dynamoJournal } from "./dynamo-journal.ts";
import { dynamoLocks } from "./dynamo-locks.ts";
import { dynamoSpend } from "./dynamo-spend.ts";
import type { Surroundings } from "./environment.ts";
import { parameterKillSwitch } from "./kill-switch.ts";
import { stepFunctionsWorkflow } from "./sfn-workflow.ts";

export type Records = Pick<AgentDeps, "journal" | "incidents" | "approvals" | "spend" | "locks" | "killSwitch"> & {
  readonly dynamo: Dynamo;
  readonly clock: Clock;
  readonly workflow: Workflow;
};

/** The tables, the kill switch and the state machine: all that a function without tools needs. */
export async function composeRecords(around: Surroundings): Promise<Records> {
  const dynamo: Dynamo = { client: clientOnFirstUse(), tables: around.tables };
  return {
    dynamo,
    clock: systemClock,
    journal: dynamoJournal(dynamo),
    incidents: dynamoIncidents(dynamo),
    approvals: dynamoApprovals(dynamo),
    spend: dynamoSpend(dynamo),
    locks: dynamoLocks(dynamo),
    killSwitch: parameterKillSwitch(),
    workflow: workflowOf(around.stateMachineArn),
  };
}

/** Reading the SDK is most of what a function's start would cost, and a request that is turned away needs no table. */
function clientOnFirstUse(): Dynamo["client"] {
  const open = once(async (): Promise<Dynamo["client"]> => {
    const { DynamoDBClient } = await sdk();
    const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
    // Three waits of the SDK are seconds, five are twenty: queue, state machine and people try again themselves.
    return new DynamoDBClient({ maxAttempts: 3, requestHandler, logger: unheard });
  });
  const send = async (...given: readonly unknown[]): Promise<unknown> => {
    const client = await open();
    return (client.send.bind(client) as (...given: readonly unknown[]) => Promise<unknown>)(...given);
  };
  return { send: send as Dynamo["client"]["send"] };
}

/** Says nothing: the journal's own stream wakes the chat function, so that neither brain nor hands hold its token. */
export const streamTells: Notifier = { runChanged: async () => undefined, tick: async () => undefined };

function workflowOf(stateMachineArn: string | undefined): Workflow {
  const workflow = stepFunctionsWorkflow({ stateMachineArn: stateMachineArn ?? "" });
  if (stateMachineArn !== undefined) return workflow;
  return {
    ...workflow,
    async start(runId) {
      throw new HealerError("bad_state", `this function may not start the workflow of ${runId}`, {
        hint: "Only the detector starts runs.",
      });
    },
  };
}
