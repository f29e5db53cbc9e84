import type { IntakeDeps } from "../../src/agent/intake.ts";
import type { Approval, ApprovalDecision } from "../../src/domain/approval.ts";
import type { AgentCode } from "./agent.ts";
import { type Process, type ProcessHost, startProcess } from "./process.ts";
import type { PersonAct, Scenario } from "./scenarios.ts";

/** What a person really did, known to nobody but the simulation. */
export type Click = {
  readonly approvalId: string;
  readonly callId: string;
  readonly person: string;
  readonly does: PersonAct["does"];
  readonly digest: string;
  readonly at: number;
};

/** Shows a card to the scenario's people: they answer some minutes later, and press again when the door was broken. */
export function peopleOf(
  scenario: Scenario,
  host: ProcessHost,
  code: AgentCode,
  depsOf: (process: Process) => IntakeDeps,
): { readonly clicks: readonly Click[]; show(approval: Approval): void } {
  const clicks: Click[] = [];
  let shown = 0;
  const press = (act: PersonAct, approval: Approval, attempt: number): void => {
    const { approvalId, callId } = approval;
    const digest = act.does === "approve_wrong_digest" ? "f".repeat(64) : approval.digest;
    clicks.push({ approvalId, callId, person: `slack:${act.person}`, does: act.does, digest, at: host.time.now() });
    const { ended } = startProcess("door", host, (process) =>
      code.decideApproval(approvalId, decisionOf(act, digest, process.clock.now()), depsOf(process)),
    );
    void ended.then((end) => {
      const again = end === "died" || ("error" in end && isPassing(end.error));
      if (again && attempt < 6) host.time.after(5000, () => press(act, approval, attempt + 1));
    });
  };
  return {
    clicks,
    show(approval) {
      const acts = scenario.people[shown] ?? [];
      shown += 1;
      let delay = 0;
      for (const act of acts) {
        delay += host.random.between(70_000, 150_000);
        host.time.after(delay, () => press(act, approval, 0));
      }
    },
  };
}

function decisionOf(act: PersonAct, digest: string, at: number): ApprovalDecision {
  const kind = act.does === "approve_wrong_digest" ? "approve" : act.does;
  const person = { id: `slack:${act.person}`, name: act.person, via: "slack" as const };
  return { kind, person, digest, comment: act.comment ?? "", at };
}

const isPassing = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "retryable" in error && error.retryable === true;
