import { decideApproval, waitForDecision } from "../../src/agent/decision.ts";
import { drive } from "../../src/agent/drive.ts";
import { escalate } from "../../src/agent/escalate.ts";
import { takeEvent } from "../../src/agent/intake.ts";

/** The code under test. A test hands in a broken copy to see that the simulation notices. */
export type AgentCode = {
  readonly drive: typeof drive;
  readonly escalate: typeof escalate;
  readonly takeEvent: typeof takeEvent;
  readonly decideApproval: typeof decideApproval;
  readonly waitForDecision: typeof waitForDecision;
};

export const agentCode: AgentCode = { drive, escalate, takeEvent, decideApproval, waitForDecision };
