import * as z from "zod";
import { ActionDigest, ApprovalId, CallId, RunId } from "./ids.ts";
import { AutomationPreview } from "./preview.ts";
import { Assessment } from "./tool.ts";

/** A person as the door that let them in knows them: `slack:T1/U2`, `terminal:ada`. */
export const Person = z.strictObject({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  via: z.enum(["slack", "terminal", "api", "demo"]),
});
export type Person = z.infer<typeof Person>;

export const ApprovalStatus = z.enum(["pending", "approved", "denied", "changed", "expired", "void"]);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** A durable, expiring, single-use permission for one digest. Never holds a task token: that lies in a field of its own. */
export const Approval = z.strictObject({
  approvalId: ApprovalId,
  runId: RunId,
  callId: CallId,
  digest: ActionDigest,
  status: ApprovalStatus,
  quorum: z.int().min(1).max(2),
  approvers: z.array(z.strictObject({ person: Person, at: z.iso.datetime() })),
  /** Whose words ended it, unless it was approved. */
  endedBy: z.strictObject({ person: Person.optional(), at: z.iso.datetime(), comment: z.string() }).optional(),
  /** Id of the person or system that asked; may not approve. */
  requester: z.string(),
  /** Ids that may decide; empty means nobody may. */
  allowed: z.array(z.string()),
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  card: z.strictObject({
    title: z.string(),
    alarm: z.string(),
    rootCause: z.string(),
    justification: z.string(),
    action: z.string(),
    citation: z.string(),
    evidence: z.array(z.string()),
    askedBecause: z.array(z.string()),
    policies: z.array(z.string()),
    assessment: Assessment,
    /** Of an Automation; absent in records from before there were any. */
    preview: AutomationPreview.optional(),
  }),
  version: z.int().nonnegative(),
});
export type Approval = Readonly<z.infer<typeof Approval>>;

export type ApprovalDecision = {
  readonly kind: "approve" | "deny" | "change" | "void" | "expire";
  /** Absent for `void` and `expire`, which are the system's. */
  readonly person?: Person;
  /** Ids of user groups that the door vouches the person is in; they count where the list names the group. */
  readonly groups?: readonly string[];
  /** The digest that the person was shown. */
  readonly digest?: string;
  readonly comment: string;
  readonly at: number;
};

export type DecisionOutcome =
  | { readonly ok: true; readonly approval: Approval; readonly repeated: boolean }
  | { readonly ok: false; readonly why: string };

/** One place for who, when and what: each late, double, forged or drifted decision has one outcome here. */
export function applyDecision(approval: Approval, decision: ApprovalDecision): DecisionOutcome {
  const at = new Date(decision.at).toISOString();
  if (decision.kind === "void" || decision.kind === "expire") return endBySystem(approval, decision, at);
  const { person } = decision;
  if (person === undefined) return refuse("a decision needs a person");
  if (!isAllowed(approval, person, decision.groups ?? []))
    return refuse(`${person.name} is not among those who may decide this`);
  if (person.id === approval.requester) return refuse("whoever asked for a change may not decide it");
  const already = approval.approvers.some((approver) => approver.person.id === person.id);
  if (decision.kind === "approve" && already) return { ok: true, approval, repeated: true };
  if (approval.status !== "pending") return refuse(`it is ${approval.status} already`);
  if (decision.at >= Date.parse(approval.expiresAt)) return refuse(`it expired at ${approval.expiresAt}`);
  if (decision.digest !== approval.digest) return refuse("what was shown is not what is waiting: look at it again");
  const before = approval.approvers.find((approver) => directoryOf(approver.person.id) !== directoryOf(person.id));
  if (decision.kind === "approve" && before !== undefined) {
    return refuse(
      `${before.person.id} approved before, and ${person.id} may be the same person: only ids of one kind tell`,
    );
  }
  if (decision.kind === "change" && decision.comment.trim() === "")
    return refuse("say in a comment what should change");
  return { ok: true, approval: decided(approval, decision, person, at), repeated: false };
}

function decided(approval: Approval, decision: ApprovalDecision, person: Person, at: string): Approval {
  const version = approval.version + 1;
  if (decision.kind !== "approve") {
    const status = decision.kind === "deny" ? "denied" : "changed";
    return { ...approval, version, status, endedBy: { person, at, comment: decision.comment } };
  }
  const approvers = [...approval.approvers, { person, at }];
  return {
    ...approval,
    version,
    approvers,
    status: peopleAmong(idsOf(approvers)) >= approval.quorum ? "approved" : "pending",
  };
}

function endBySystem(approval: Approval, decision: ApprovalDecision, at: string): DecisionOutcome {
  if (approval.status !== "pending") return { ok: true, approval, repeated: true };
  if (decision.kind === "expire" && decision.at < Date.parse(approval.expiresAt))
    return refuse("it has not expired yet");
  const status = decision.kind === "expire" ? "expired" : "void";
  const ended = { at, comment: decision.comment };
  return {
    ok: true,
    repeated: false,
    approval: { ...approval, version: approval.version + 1, status, endedBy: ended },
  };
}

/** How many people these ids are for certain: one person may have one in Slack, one of the API and one of a terminal. */
export function peopleAmong(ids: readonly string[]): number {
  const known = [...new Set(ids)];
  return Math.max(0, ...known.map((id) => known.filter((other) => directoryOf(other) === directoryOf(id)).length));
}

export const idsOf = (approvers: Approval["approvers"]): readonly string[] => approvers.map(({ person }) => person.id);

/** Who gave out an id: only within one directory are two ids two people. */
const directoryOf = (id: string): string => id.slice(0, id.indexOf(":"));

/** Exact comparison on ids; a look-alike spelling is another person. */
const isAllowed = (approval: Approval, person: Person, groups: readonly string[]): boolean =>
  [person.id, ...groups].some((id) => approval.allowed.includes(id));

const refuse = (why: string): DecisionOutcome => ({ ok: false, why });

/** `1 person`, `2 people`. */
export const people = (count: number): string => `${count} ${count === 1 ? "person" : "people"}`;
