import type { Workflow } from "../domain/ports.ts";
import { type StepFunctionsSdk, stepFunctionsSdk } from "./clients.ts";
import { isNamed, upstreamError } from "./upstream.ts";

export type StepFunctionsOptions = { readonly stateMachineArn: string; readonly sdk?: StepFunctionsSdk };

/** The state machine as the workflow: one execution for a run, named after it. */
export function stepFunctionsWorkflow({ stateMachineArn, sdk = stepFunctionsSdk() }: StepFunctionsOptions): Workflow {
  return {
    async start(runId) {
      const { api, client } = await sdk();
      try {
        await client.send(
          new api.StartExecutionCommand({ stateMachineArn, name: runId, input: JSON.stringify({ runId }) }),
        );
      } catch (error) {
        // The name is taken for 90 days after an execution closed: the run was started, and that is all that was asked.
        if (!isNamed(error, "ExecutionAlreadyExists")) throw upstreamError(`start the workflow of ${runId}`, error);
      }
    },
    async resume(taskToken) {
      const { api, client } = await sdk();
      try {
        await client.send(new api.SendTaskSuccessCommand({ taskToken, output: "{}" }));
      } catch (error) {
        // Used, expired or gone: a second click, or a decision after the time was up. The approval's record decides.
        if (!isNamed(error, "TaskTimedOut", "TaskDoesNotExist", "InvalidToken")) {
          throw upstreamError("end the wait for an approval", error);
        }
      }
    },
  };
}
