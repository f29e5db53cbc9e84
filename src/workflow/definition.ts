/** ARNs of the functions behind the boxes. Locally they are only names. */
export type WorkflowFunctions = { readonly brain: string; readonly hands: string };

export type WorkflowTimes = {
  /** Seconds that a person may take in all; the approval record itself expires sooner. */
  readonly approvalSeconds: number;
  /** Seconds that one turn of a function may take. */
  readonly taskSeconds: number;
};

type State = Readonly<Record<string, unknown>>;
export type StateMachineDocument = {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
};

/** A year is the service's limit; a run that is older than this is a mistake. */
const runSeconds = 14 * 24 * 3600;

/**
 * The Amazon States Language document, the same on one machine and deployed. Step Functions owns time: waiting, timeout
 * and retry. What happens is in the journal, so the payload is two ids and this document branches on one word.
 */
export function workflowDefinition(functions: WorkflowFunctions, times: WorkflowTimes): StateMachineDocument {
  const { brain, hands } = functions;
  return {
    Comment: "Incident healer: drives one run until it is done.",
    StartAt: "Drive",
    TimeoutSeconds: runSeconds,
    States: {
      Drive: driven(brain, "/internal/drive", times, "Choose"),
      Choose: choice({ done: "Done", ask: "AskHuman", act: "Act", wait: "Wait" }, "Drive"),
      AskHuman: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters: {
          FunctionName: brain,
          Payload: {
            route: "/internal/ask",
            body: { "runId.$": "$.runId", "callId.$": "$.callId", "taskToken.$": "$$.Task.Token" },
          },
        },
        TimeoutSeconds: times.approvalSeconds,
        ResultPath: null,
        Retry: [{ ...retryTransient, ErrorEquals: passing }],
        // Nobody answered in time, or the answer was lost: the record says which, and Drive reads it.
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Drive" }],
        Next: "Drive",
      },
      Act: driven(hands, "/internal/act", times, "ChooseAfterAct"),
      ChooseAfterAct: choice({ done: "Done", ask: "AskHuman", act: "Act", wait: "Settle" }, "Drive"),
      Wait: { Type: "Wait", SecondsPath: "$.seconds", Next: "Drive" },
      Settle: { Type: "Wait", SecondsPath: "$.seconds", Next: "Act" },
      Escalate: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: {
          FunctionName: brain,
          Payload: { route: "/internal/escalate", body: { "runId.$": "$.runId", "error.$": "$.error.Cause" } },
        },
        TimeoutSeconds: times.taskSeconds,
        ResultPath: null,
        Retry: [{ ...retryTransient, ErrorEquals: ["States.ALL"] }],
        Next: "Done",
      },
      Done: { Type: "Succeed" },
    },
  };
}

/**
 * Errors that pass by themselves: the function's own retryable ones, Lambda's, and a function that died or ran out of time.
 * A driver may die at any instruction and be started again, so these are safe to repeat.
 */
const passing = [
  "Retryable",
  "Lambda.Unknown",
  "Sandbox.Timedout",
  "Runtime.ExitError",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];
const retryTransient = {
  ErrorEquals: [...passing, "States.Timeout"],
  IntervalSeconds: 2,
  MaxAttempts: 4,
  BackoffRate: 2,
} as const;

const driven = (functionName: string, route: string, times: WorkflowTimes, next: string): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: functionName, Payload: { route, body: { "runId.$": "$.runId" } } },
  ResultSelector: {
    "runId.$": "$.Payload.runId",
    "status.$": "$.Payload.status",
    "callId.$": "$.Payload.callId",
    "seconds.$": "$.Payload.seconds",
  },
  TimeoutSeconds: times.taskSeconds,
  Retry: [retryTransient],
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Escalate" }],
  Next: next,
});

const choice = (byStatus: Readonly<Record<string, string>>, otherwise: string): State => ({
  Type: "Choice",
  Choices: Object.entries(byStatus).map(([status, next]) => ({
    Variable: "$.status",
    StringEquals: status,
    Next: next,
  })),
  Default: otherwise,
});
