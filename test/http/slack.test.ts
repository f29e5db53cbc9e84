import { handle, type LambdaEvent } from "hono/aws-lambda";
import { describe, expect, it } from "vitest";
import { applyDecision, Person } from "../../src/domain/approval.ts";
import { HealerError } from "../../src/domain/errors.ts";
import { changeCallback, changeInput } from "../../src/slack/modals.ts";
import { minute, sampleStart } from "../../src/slack/preview/sample-parts.ts";
import { sampleRun } from "../../src/slack/preview/sample-run.ts";
import { signedHeaders } from "../slack/stand-ins.ts";
import {
  type Click,
  click,
  clickBody,
  openWorkspace,
  plainWords,
  secret,
  send,
  type Workspace,
} from "../slack/workspace.ts";

/** Whether the transition itself already lets groups in. */
const recordKnowsGroups = (() => {
  const { approval } = sampleRun(plainWords, []);
  const person = { id: "slack:T0HEALER1/U0GRACE02", name: "Grace", via: "slack" as const };
  const groups = ["slack-group:T0HEALER1/S0ONCALL1"];
  const decision = { kind: "approve" as const, person, groups, digest: approval.digest, comment: "", at: sampleStart };
  return applyDecision({ ...approval, allowed: groups }, decision).ok;
})();
if (!recordKnowsGroups) console.log("SKIPPED: user groups as approvers: applyDecision does not read `groups` yet");

const statusOf = async (workspace: Workspace) => (await workspace.approvals.get(workspace.approval.approvalId))?.status;
const cardText = (workspace: Workspace) => JSON.stringify(workspace.posted[0]?.message.blocks);

function submission(workspace: Workspace, comment: string, user = "U0ADA0001"): string {
  const { place } = workspace.posted[0] ?? {};
  const { approvalId: approval, digest } = workspace.approval;
  const payload = {
    type: "view_submission",
    team: { id: "T0HEALER1" },
    user: { id: user, team_id: "T0HEALER1" },
    api_app_id: "A0HEALER1",
    view: {
      callback_id: changeCallback,
      private_metadata: JSON.stringify({ approval, digest, ...place }),
      state: {
        values: { [changeInput.block]: { [changeInput.action]: { type: "plain_text_input", value: comment } } },
      },
    },
  };
  return `payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

describe("a good click", () => {
  it("approves: record, workflow and card follow, once", async () => {
    const workspace = await openWorkspace();
    const response = await click(workspace);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(await statusOf(workspace)).toBe("approved");
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
    expect(cardText(workspace)).toContain("Approved");
    expect(cardText(workspace)).not.toContain('"type":"actions"');
    expect(workspace.outcomes.map((outcome) => outcome.did)).toEqual(["decided"]);
  });

  it("is answered before its work is done", async () => {
    const workspace = await openWorkspace();
    let release = (): void => undefined;
    const person = workspace.chat.person;
    workspace.chat.person = async (userId) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return person(userId);
    };
    const body = clickBody(workspace);
    const headers = signedHeaders(secret, body, workspace.clock.at / 1000);
    const response = await workspace.running.app.request("/slack/interactions", { method: "POST", body, headers });
    expect(response.status).toBe(200);
    expect(await statusOf(workspace)).toBe("pending");
    release();
    await workspace.settle();
    expect(await statusOf(workspace)).toBe("approved");
  });

  it("denies", async () => {
    const workspace = await openWorkspace();
    await click(workspace, { button: "deny" });
    expect(await statusOf(workspace)).toBe("denied");
    expect(cardText(workspace)).toContain("Denied");
  });

  it("asks for changes through a form, and the words are kept for the model", async () => {
    const workspace = await openWorkspace();
    await click(workspace, { button: "change" });
    expect(workspace.opened.map((view) => view.callback_id)).toEqual([changeCallback]);
    await send(workspace, submission(workspace, "Only one instance."));
    const approval = await workspace.approvals.get(workspace.approval.approvalId);
    expect(approval).toMatchObject({ status: "changed", endedBy: { comment: "Only one instance." } });
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
  });

  it("shows evidence and command to anyone of the workspace, and as a note when the trigger is dead", async () => {
    const workspace = await openWorkspace();
    await click(workspace, { button: "why", user: "U0EVE0003" });
    await click(workspace, { button: "command", user: "U0EVE0003" });
    expect(workspace.opened.map((view) => view.title.text)).toEqual(["Why?", "Exact command"]);
    workspace.state.triggersDead = true;
    await click(workspace, { button: "why", user: "U0GRACE02" });
    expect(workspace.whispers.at(-1)).toMatchObject({ userId: "U0GRACE02" });
    expect(await statusOf(workspace)).toBe("pending");
  });

  it("of a member of an allowed user group comes with that group for the record to judge", async () => {
    const allowed = ["slack-group:T0HEALER1/S0ONCALL1"];
    const workspace = await openWorkspace((approval) => ({ ...approval, allowed }));
    const decisions: unknown[] = [];
    const { decide } = workspace.approvals;
    Object.assign(workspace.approvals, {
      decide: (...args: Parameters<typeof decide>) => {
        decisions.push(args[1]);
        return decide(...args);
      },
    });
    await click(workspace, { user: "U0GRACE02" });
    await click(workspace, { user: "U0EVE0003" });
    expect(decisions).toMatchObject([{ groups: allowed }, { groups: [] }]);
    expect(workspace.outcomes.at(-1)).toMatchObject({ did: "refused", by: "U0EVE0003" });
  });

  it.skipIf(!recordKnowsGroups)("of a member of an allowed user group decides", async () => {
    const allowed = ["slack-group:T0HEALER1/S0ONCALL1"];
    const workspace = await openWorkspace((approval) => ({ ...approval, allowed }));
    await click(workspace, { user: "U0GRACE02" });
    expect(await statusOf(workspace)).toBe("approved");
    expect(cardText(workspace)).not.toContain("actions");
  });

  it("counts two different people where two are needed", async () => {
    const workspace = await openWorkspace((approval) => ({ ...approval, quorum: 2 }));
    await click(workspace);
    expect(await statusOf(workspace)).toBe("pending");
    expect(cardText(workspace)).toContain("1 of 2");
    workspace.clock.at += 2000;
    await click(workspace);
    expect(await statusOf(workspace)).toBe("pending");
    await click(workspace, { user: "U0GRACE02" });
    expect(await statusOf(workspace)).toBe("approved");
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
  });
});

/** Each ends refused with a private note to the clicker, the record as it was, and nothing resumed. */
const refused: readonly (readonly [string, Click, string])[] = [
  ["somebody who is not in the list", { user: "U0EVE0003" }, "not among those who may decide"],
  ["a bot", { user: "U0BOT0004" }, "a bot decides nothing"],
  ["a guest", { user: "U0GUEST05" }, "a guest decides nothing"],
  ["somebody whom Slack does not know", { user: "U0NOBODY9" }, "can not say who you are"],
  ["a member of another organisation, by the payload", { userTeam: "T0ELSEWHERE" }, "other organisations"],
  ["a member of another organisation, by the directory", { user: "U0OTHER06" }, "other organisations"],
  ["another workspace", { team: "T0ELSEWHERE" }, "another workspace"],
  ["another app", { app: "A0ELSEWHERE" }, "another app"],
  ["a copy of the card in another channel", { channel: "C0RANDOM01" }, "not the card"],
  ["another message of the channel", { ts: "1600000000.000001" }, "not the card"],
  ["an approval that does not exist", { approval: "apr-made-up-0001" }, "no such approval"],
  ["another digest than what waits: drifted", { digest: "0".repeat(64) }, "what was shown is not what is waiting"],
];

describe("a bad click has one outcome: refused, told to the clicker alone, nothing run", () => {
  it.each(refused)("%s", async (_name, what, words) => {
    const workspace = await openWorkspace();
    expect((await click(workspace, what)).status).toBe(200);
    expect(workspace.outcomes).toMatchObject([{ did: "refused" }]);
    expect(workspace.whispers).toHaveLength(1);
    expect(workspace.whispers[0]?.text).toContain(words);
    expect(await statusOf(workspace)).toBe("pending");
    expect(workspace.workflow.resumed).toEqual([]);
  });

  it("the requester, even where the list names him", async () => {
    const workspace = await openWorkspace((approval) => ({ ...approval, requester: "slack:T0HEALER1/U0ADA0001" }));
    await click(workspace);
    expect(workspace.whispers[0]?.text).toContain("asked for a change may not decide it");
    expect(await statusOf(workspace)).toBe("pending");
  });

  it("nobody at all while the list is empty", async () => {
    const workspace = await openWorkspace((approval) => ({ ...approval, allowed: [] }));
    await click(workspace);
    expect(await statusOf(workspace)).toBe("pending");
  });

  it("late: after the expiry", async () => {
    const workspace = await openWorkspace();
    workspace.clock.at += 60 * minute;
    await click(workspace);
    expect(workspace.whispers[0]?.text).toContain("it expired at");
    expect(cardText(workspace)).toContain("Expired");
    expect(workspace.workflow.resumed).toEqual([]);
  });

  it("late: somebody else has decided", async () => {
    const workspace = await openWorkspace();
    await click(workspace, { button: "deny" });
    await click(workspace, { user: "U0GRACE02" });
    expect(workspace.whispers.map((one) => one.userId)).toEqual(["U0GRACE02"]);
    expect(await statusOf(workspace)).toBe("denied");
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
  });
});

describe("a request that Slack did not send", () => {
  it.each([
    ["forged with another secret", "guess", 0, 401],
    ["signed six minutes ago", secret, -360, 401],
    ["signed six minutes ahead", secret, 360, 401],
  ])("%s is answered 401, and its body is not looked at", async (_name, key, offset, status) => {
    const workspace = await openWorkspace();
    const body = clickBody(workspace);
    const headers = signedHeaders(key, body, workspace.clock.at / 1000 + offset);
    const response = await workspace.running.app.request("/slack/interactions", { method: "POST", body, headers });
    expect(response.status).toBe(status);
    // Slack shows nobody the answer, so the function's log says what a rotated secret or a wrong clock looks like.
    const why = expect.stringMatching(/(does not match|five minutes off); .* check SlackSigningSecret and the clock/);
    expect(workspace.outcomes).toEqual([{ did: "ignored", why }]);
    expect(await statusOf(workspace)).toBe("pending");
  });

  it("without any signature is answered 401, on both routes", async () => {
    const workspace = await openWorkspace();
    for (const path of ["/slack/interactions", "/slack/commands"]) {
      const response = await workspace.running.app.request(path, { method: "POST", body: clickBody(workspace) });
      expect(response.status).toBe(401);
    }
  });

  it("that is larger than anything Slack sends is answered 413", async () => {
    const workspace = await openWorkspace();
    expect((await send(workspace, "x".repeat(1_000_001))).status).toBe(413);
  });

  it.each([
    ["no payload", "a=b"],
    ["a payload that is no JSON", "payload=%7B"],
    ["a payload without a type", "payload=%7B%7D"],
    ["a click without actions", `payload=${encodeURIComponent('{"type":"block_actions"}')}`],
    ["bytes that are no text", "payload=%ff%fe"],
  ])("with %s, rightly signed, is answered 400", async (_name, body) => {
    const workspace = await openWorkspace();
    expect((await send(workspace, body)).status).toBe(400);
  });

  it("of a kind that is not ours is answered 200 and ignored", async () => {
    const workspace = await openWorkspace();
    expect((await send(workspace, `payload=${encodeURIComponent('{"type":"shortcut"}')}`)).status).toBe(200);
    expect(workspace.outcomes).toEqual([{ did: "ignored", why: "shortcut" }]);
  });
});

describe("again and at once", () => {
  it("a double click decides once", async () => {
    const workspace = await openWorkspace();
    await Promise.all([click(workspace), click(workspace, { ts: workspace.posted[0]?.place.ts ?? "" })]);
    workspace.clock.at += 1000;
    await click(workspace);
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
    expect((await workspace.approvals.get(workspace.approval.approvalId))?.approvers).toHaveLength(1);
    expect(workspace.whispers).toEqual([]);
  });

  it("a denial that Slack sends again is the same denial, without a complaint", async () => {
    const workspace = await openWorkspace();
    await click(workspace, { button: "deny" });
    workspace.clock.at += 1000;
    await click(workspace, { button: "deny" });
    expect(workspace.whispers).toEqual([]);
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
  });

  it("a replayed request, byte for byte, is answered 200 and does nothing", async () => {
    const workspace = await openWorkspace((approval) => ({ ...approval, quorum: 2 }));
    const body = clickBody(workspace);
    await send(workspace, body);
    const response = await send(workspace, body);
    expect(response.status).toBe(200);
    expect(workspace.outcomes.map((outcome) => outcome.did)).toEqual(["decided", "ignored"]);
  });

  it("approve and deny at the same moment: one wins, the other is told", async () => {
    for (const first of ["approve", "deny"] as const) {
      const workspace = await openWorkspace();
      const second = first === "approve" ? "deny" : "approve";
      await Promise.all([click(workspace, { button: first }), click(workspace, { button: second, user: "U0GRACE02" })]);
      expect(await statusOf(workspace)).toMatch(/^(approved|denied)$/);
      expect(workspace.outcomes.map((outcome) => outcome.did).sort()).toEqual(["decided", "refused"]);
      expect(workspace.whispers).toHaveLength(1);
      expect(workspace.workflow.resumed).toEqual(["token-1"]);
    }
  });

  it("a restart in between loses nothing, and the click that came before it is not taken twice", async () => {
    const workspace = await openWorkspace();
    workspace.restart();
    const body = clickBody(workspace);
    await send(workspace, body);
    expect(await statusOf(workspace)).toBe("approved");
    workspace.restart();
    await send(workspace, body);
    expect(workspace.workflow.resumed).toEqual(["token-1"]);
    expect((await workspace.approvals.get(workspace.approval.approvalId))?.approvers).toHaveLength(1);
  });
});

describe("trouble elsewhere", () => {
  it("an outage of Slack between click and card loses no decision; the next tick brings the card up to date", async () => {
    const workspace = await openWorkspace();
    const update = workspace.chat.update;
    workspace.chat.update = async () => {
      throw new HealerError("upstream_failed", "Slack is out", { hint: "", retryable: true });
    };
    await click(workspace);
    expect(await statusOf(workspace)).toBe("approved");
    expect(cardText(workspace)).toContain("Approval needed");
    workspace.chat.update = update;
    await workspace.running.notifier.tick();
    expect(cardText(workspace)).toContain("Approved");
  });

  it("while Slack is out the terminal decides, and the card follows later", async () => {
    const workspace = await openWorkspace();
    workspace.state.down = true;
    const person = Person.parse({ id: "terminal:ada", name: "Ada", via: "terminal" });
    const { approvalId, digest } = workspace.approval;
    await workspace.approvals.decide(approvalId, {
      kind: "deny",
      person,
      digest,
      comment: "no",
      at: workspace.clock.at,
    });
    await expect(workspace.running.notifier.tick()).rejects.toThrow("Slack is out");
    workspace.state.down = false;
    await workspace.running.notifier.tick();
    expect(cardText(workspace)).toContain("(terminal)");
  });

  it("a fault after the record was written is reported, and nobody is told that nothing was decided", async () => {
    const workspace = await openWorkspace();
    workspace.workflow.resume = async () => {
      throw new HealerError("upstream_failed", "Step Functions is out", { hint: "", retryable: true });
    };
    await click(workspace);
    expect(await statusOf(workspace)).toBe("approved");
    expect(workspace.outcomes).toMatchObject([{ did: "failed" }]);
    expect(workspace.whispers).toEqual([]);
  });

  it("a form that is sent back empty says so in the form", async () => {
    const workspace = await openWorkspace();
    const response = await send(workspace, submission(workspace, "  "));
    expect(await response.json()).toMatchObject({ response_action: "errors" });
    expect(await statusOf(workspace)).toBe("pending");
  });

  it("a form of somebody who may not decide is refused like a click", async () => {
    const workspace = await openWorkspace();
    await send(workspace, submission(workspace, "Give me root.", "U0EVE0003"));
    expect(workspace.outcomes).toMatchObject([{ did: "refused" }]);
    expect(await statusOf(workspace)).toBe("pending");
  });
});

it("a Lambda event with a base64 body is verified over the decoded bytes", async () => {
  const workspace = await openWorkspace();
  const body = clickBody(workspace);
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/slack/interactions",
    rawQueryString: "",
    headers: { host: "example.com", ...signedHeaders(secret, body, workspace.clock.at / 1000) },
    requestContext: { http: { method: "POST", path: "/slack/interactions" }, domainName: "example.com" },
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  };
  const answer = await handle(workspace.running.app)(event as unknown as LambdaEvent);
  await workspace.settle();
  expect(answer.statusCode).toBe(200);
  expect(await statusOf(workspace)).toBe("approved");
});
