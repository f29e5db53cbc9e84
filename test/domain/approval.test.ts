import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approval,
  type ApprovalDecision,
  applyDecision,
  type Person,
  peopleAmong,
} from "../../src/domain/approval.ts";
import { approvalId, card, digest, first, minute, runId, start } from "./story.ts";

const iso = (time: number): string => new Date(time).toISOString();
const person = (name: string): Person => ({ id: `slack:${name}`, name, via: "slack" });

const pending = (more: Partial<Approval> = {}): Approval => ({
  approvalId,
  runId,
  callId: first,
  digest,
  status: "pending",
  quorum: 1,
  approvers: [],
  requester: "slack:rita",
  allowed: ["slack:ada", "slack:bob", "slack:rita"],
  requestedAt: iso(start),
  expiresAt: iso(start + 30 * minute),
  card,
  version: 0,
  ...more,
});

const by = (
  name: string,
  kind: ApprovalDecision["kind"] = "approve",
  more: Partial<ApprovalDecision> = {},
): ApprovalDecision => ({
  kind,
  person: person(name),
  digest,
  comment: "fine",
  at: start + minute,
  ...more,
});
const system = (kind: "void" | "expire", at = start + minute): ApprovalDecision => ({ kind, comment: "by code", at });

/** Status after these decisions, refused ones left out. */
const statusAfter = (approval: Approval, ...decisions: readonly ApprovalDecision[]): Approval =>
  decisions.reduce((state, decision) => {
    const outcome = applyDecision(state, decision);
    return outcome.ok ? outcome.approval : state;
  }, approval);

const why = (approval: Approval, decision: ApprovalDecision): string => {
  const outcome = applyDecision(approval, decision);
  return outcome.ok ? `ok ${outcome.approval.status}` : outcome.why;
};

describe("a decision", () => {
  test("by an allowed person on what was shown is taken", () => {
    expect(statusAfter(pending(), by("ada"))).toMatchObject({
      status: "approved",
      version: 1,
      approvers: [{ person: person("ada"), at: iso(start + minute) }],
    });
    expect(statusAfter(pending(), by("ada", "deny"))).toMatchObject({
      status: "denied",
      approvers: [],
      endedBy: { person: person("ada"), comment: "fine" },
    });
    expect(statusAfter(pending(), by("ada", "change"))).toMatchObject({ status: "changed", version: 1 });
  });

  test.each([
    ["by nobody", pending(), { ...by("ada"), person: undefined }, /needs a person/],
    ["by a stranger", pending(), by("mallory"), /not among those/],
    ["for a change that nobody names", pending(), by("ada", "change", { comment: " \n" }), /say in a comment what/],
    ["by a look-alike", pending(), by("ad\u0430"), /not among those/],
    ["in other letters", pending(), by("Ada"), /not among those/],
    ["by whoever asked, though allowed", pending(), by("rita"), /whoever asked/],
    ["by whoever asked, to deny", pending(), by("rita", "deny"), /whoever asked/],
    ["when nobody is allowed", pending({ allowed: [] }), by("ada"), /not among those/],
    ["for another digest", pending(), by("ada", "approve", { digest: "b".repeat(64) }), /not what is waiting/],
    ["without a digest", pending(), by("ada", "deny", { digest: undefined as never }), /not what is waiting/],
    ["at its last moment", pending(), by("ada", "approve", { at: start + 30 * minute }), /expired at/],
    ["after its time", pending(), by("ada", "approve", { at: start + 300 * minute }), /expired at/],
    ["on one that is approved", pending({ status: "approved" }), by("bob"), /approved already/],
    ["on one that is denied", pending({ status: "denied" }), by("bob"), /denied already/],
    ["on one that is expired", pending({ status: "expired" }), by("bob"), /expired already/],
    ["on one that is void", pending({ status: "void" }), by("bob", "deny"), /void already/],
  ] as const)("%s is refused", (_, approval, decision, words) => {
    expect(why(approval, decision as ApprovalDecision)).toMatch(words);
  });

  test("by a person in an allowed group is taken, and the group makes nobody somebody else", () => {
    const listed = pending({ allowed: ["slack:group:oncall"] });
    const inGroup = { groups: ["slack:group:web", "slack:group:oncall"] };
    expect(statusAfter(listed, by("ada", "approve", inGroup))).toMatchObject({
      status: "approved",
      approvers: [{ person: person("ada") }],
    });
    expect(why(listed, by("ada"))).toMatch(/not among those/);
    expect(why(listed, by("ada", "approve", { groups: ["slack:group:web"] }))).toMatch(/not among those/);
    expect(why(listed, by("rita", "approve", inGroup))).toMatch(/whoever asked/);
  });

  test("just in time is taken", () => {
    expect(why(pending(), by("ada", "approve", { at: start + 30 * minute - 1 }))).toBe("ok approved");
  });

  test("made twice by the same person counts once, and says so", () => {
    const once = statusAfter(pending({ quorum: 2 }), by("ada"));
    expect(applyDecision(once, by("ada"))).toEqual({ ok: true, approval: once, repeated: true });
    expect(statusAfter(once, by("ada"), by("ada")).status).toBe("pending");
    expect(statusAfter(once, by("bob")).status).toBe("approved");
  });

  test("by the same person under an id of another kind does not count as a second one's", () => {
    const both = ["slack:ada", "api:ada", "api:bob", "slack:bob"];
    const byApi = (name: string, kind: ApprovalDecision["kind"] = "approve") =>
      by(name, kind, { person: { id: `api:${name}`, name, via: "api" } });
    const once = statusAfter(pending({ quorum: 2, allowed: both }), by("ada"));
    expect(why(once, byApi("ada"))).toMatch(/slack:ada approved before, and api:ada may be the same person/);
    expect(why(once, byApi("bob"))).toMatch(/only ids of one kind tell/);
    expect(statusAfter(once, byApi("bob", "deny")).status).toBe("denied");
    expect(statusAfter(once, by("bob")).status).toBe("approved");
    expect(statusAfter(pending({ quorum: 2, allowed: both }), byApi("ada"), byApi("bob")).status).toBe("approved");
  });

  test("is one of as many people as ids of one kind tell apart", () => {
    const people = (...ids: string[]) => peopleAmong(ids);
    expect(people()).toBe(0);
    expect(people("slack:ada", "api:ada", "terminal:ada")).toBe(1);
    expect(people("slack:ada", "slack:ada")).toBe(1);
    expect(people("slack:ada", "api:bob", "slack:bob")).toBe(2);
  });

  test("of one of two people to deny ends it, also after the other approved", () => {
    expect(statusAfter(pending({ quorum: 2 }), by("ada"), by("bob", "deny")).status).toBe("denied");
    expect(statusAfter(pending({ quorum: 2 }), by("ada"), by("ada", "deny")).status).toBe("denied");
  });
});

describe("code", () => {
  test("ends what is pending, and leaves alone what people decided", () => {
    expect(statusAfter(pending(), system("void"))).toMatchObject({ status: "void", endedBy: { comment: "by code" } });
    const approved = statusAfter(pending(), by("ada"));
    expect(applyDecision(approved, system("void"))).toEqual({ ok: true, approval: approved, repeated: true });
    expect(applyDecision(approved, system("expire", start + 99 * minute))).toMatchObject({ repeated: true });
  });

  test("lets nothing expire before its time", () => {
    expect(why(pending(), system("expire", start + 30 * minute - 1))).toMatch(/not expired yet/);
    expect(why(pending(), system("expire", start + 30 * minute))).toBe("ok expired");
  });
});

const decision = fc.record({
  kind: fc.constantFrom("approve", "deny", "change", "void", "expire") as fc.Arbitrary<ApprovalDecision["kind"]>,
  person: fc.option(fc.constantFrom("ada", "bob", "rita", "mallory").map(person), { nil: undefined }),
  digest: fc.constantFrom(digest, "b".repeat(64)),
  comment: fc.string(),
  at: fc.integer({ min: start, max: start + 60 * minute }),
}) as fc.Arbitrary<ApprovalDecision>;

test("no sequence of decisions approves without enough different, allowed people in time, or ends twice", () => {
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 12 }), fc.constantFrom(1, 2), (decisions, quorum) => {
      let state = pending({ quorum });
      for (const one of decisions) {
        const outcome = applyDecision(state, one);
        if (!outcome.ok) continue;
        if (state.status !== "pending") expect(outcome.approval).toEqual(state);
        expect(outcome.approval.version).toBe(state.version + (outcome.repeated ? 0 : 1));
        state = outcome.approval;
      }
      const people = new Set(state.approvers.map((one) => one.person.id));
      expect(people.size).toBe(state.approvers.length);
      for (const id of people) expect(["slack:ada", "slack:bob"]).toContain(id);
      for (const one of state.approvers) expect(Date.parse(one.at)).toBeLessThan(start + 30 * minute);
      expect(state.status === "approved").toBe(people.size >= quorum && state.endedBy === undefined);
      expect({ ...state, status: "", approvers: [], endedBy: undefined, version: 0 }).toEqual({
        ...pending({ quorum }),
        status: "",
        endedBy: undefined,
      });
    }),
    { numRuns: 500 },
  );
});
