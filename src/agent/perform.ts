import type { RunEvent } from "../domain/event.ts";
import type { RefusalKind, Step } from "../domain/next.ts";
import type { CallState, Run } from "../domain/run.ts";
import { errorResult, isResult } from "../domain/tool.ts";
import { abandoned } from "./abandon.ts";
import { awaitApproval, requestApproval } from "./ask.ts";
import { checkChange, executeChange, reconcileChange } from "./change.ts";
import { ground } from "./conclude.ts";
import type { AgentDeps } from "./deps.ts";
import type { Pause } from "./drive.ts";
import { inAuto, judgeChange } from "./judge.ts";
import { readAll } from "./read.ts";
import { screenAlarm } from "./screen.ts";
import { think } from "./think.ts";
import { verify } from "./verify.ts";

/** Does one step. What it yields is durable before its next line runs; what it returns is why it has to wait. */
export type Performance = AsyncGenerator<readonly RunEvent[], Pause | undefined, void>;

export function perform(step: Step, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const alarm = run.started?.alarm;
  const here = alarm && deps.at?.({ runId: run.runId, account: alarm.account, region: alarm.region });
  if (here === undefined) return performWith(step, run, deps, signal);
  if ("outOfReach" in here) return conclude(`${here.outOfReach} Nothing more is read or changed there.`, run);
  const { ports, locks, readOnly } = here;
  if (step.do === "assess" && readOnly !== undefined) {
    return refuse({ do: "refuse", call: step.call, kind: "denied", words: readOnly });
  }
  return performWith(step, run, { ...deps, ports, locks }, signal);
}

function performWith(step: Step, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  switch (step.do) {
    case "screen":
      return screenAlarm(run, deps, signal);
    case "think":
      return think(run, deps, signal);
    case "read":
      return readAll(step.calls, run, deps, signal);
    case "assess":
      return assess(step.call, run, deps, signal);
    case "refuse":
      return refuse(step);
    case "request_approval":
      return requestApproval(step.call, run, deps);
    case "await_approval":
      return awaitApproval(step.call, run, deps);
    case "execute":
      return executeChange(step.call, run, deps, signal);
    case "reconcile":
      return reconcileChange(step.call, run, deps, signal);
    case "check":
      return checkChange(step.call, run, deps, signal);
    case "verify":
      return verify(step.calls, run, deps);
    case "ground":
      return ground(step.call, run, deps);
    case "conclude":
      return conclude(step.reason, run);
    case "done":
      throw new Error("a concluded run has nothing to perform");
  }
}

async function* assess(call: CallState, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const judged = await judgeChange(run, call, deps, signal);
  if (isResult(judged)) {
    yield [{ type: "call_finished", callId: call.callId, result: judged, applied: false, refused: "invalid" }];
    return undefined;
  }
  const { assessment, facts, decision, digest } = judged;
  const wouldHave = await inAuto(judged, deps);
  yield [
    {
      type: "call_assessed",
      callId: call.callId,
      decision,
      facts,
      assessment,
      ...(digest && { digest }),
      ...(wouldHave && { wouldHave }),
    },
  ];
  return undefined;
}

const hints: Partial<Readonly<Record<RefusalKind, string>>> = {
  invalid: "Correct the input and call it again.",
  observed:
    "Nothing runs in this mode, whatever you choose. Conclude with outcome escalate and say what is to be done.",
};

async function* refuse(step: Extract<Step, { do: "refuse" }>): Performance {
  const result = errorResult(step.words, hints[step.kind] ?? "Choose another way, or conclude.");
  yield [{ type: "call_finished", callId: step.call.callId, result, applied: false, refused: step.kind }];
  return undefined;
}

async function* conclude(reason: string, run: Run): Performance {
  yield [abandoned(run, reason)];
  return undefined;
}
