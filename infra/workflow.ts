import { workflowDefinition } from "../src/workflow/definition.ts";
import { policyOf, trustOf } from "./defaults.ts";
import { tracing } from "./function.ts";

/** Seconds that one turn of the brain or the hands may take: what Lambda allows. */
export const taskSeconds = 900;

export type WorkflowOptions = {
  readonly name: string;
  readonly account: $util.Output<string>;
  readonly brain: sst.aws.Function;
  readonly hands: sst.aws.Function;
  readonly approvalMinutes: number;
  readonly traced: boolean;
};

/** The document that also runs on one machine, with the functions' ARNs in it, and a role that may call those two. */
export function createWorkflow({
  name,
  account,
  brain,
  hands,
  approvalMinutes,
  traced,
}: WorkflowOptions): aws.sfn.StateMachine {
  const role = new aws.iam.Role("WorkflowRole", {
    assumeRolePolicy: account.apply((id) => trustOf("states.amazonaws.com", id)),
    inlinePolicies: [
      {
        name: "invoke",
        policy: $util
          .all([brain.arn, hands.arn])
          .apply((arns) =>
            policyOf(
              { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: arns },
              ...(traced ? [{ Effect: "Allow", Action: tracing.actions, Resource: tracing.resources }] : []),
            ),
          ),
      },
    ],
  });
  const times = { approvalSeconds: approvalMinutes * 60 + 60, taskSeconds };
  return new aws.sfn.StateMachine("Workflow", {
    name,
    type: "STANDARD",
    roleArn: role.arn,
    ...(traced && { tracingConfiguration: { enabled: true } }),
    definition: $util
      .all([brain.arn, hands.arn])
      .apply(([brainArn, handsArn]) => JSON.stringify(workflowDefinition({ brain: brainArn, hands: handsArn }, times))),
  });
}
