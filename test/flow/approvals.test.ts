import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Approval } from "../../src/domain/approval.ts";
import { allCalls } from "../../src/domain/run.ts";
import { type TestHealer, testHealer } from "./healer.ts";
import { alarmEvent } from "./stand-in.ts";

let test: TestHealer;

/** Each with a state folder of its own: an alarm that opens more incidents within the hour counts as flapping. */
const withHealer = (): void => {
  beforeAll(async () => {
    test = await testHealer();
  });
  afterAll(() => test.end());
};

const surge = async () => {
  test.service.breakAgain();
  const runId = await test.start(alarmEvent("checkout-latency"));
  return { runId, approval: await test.pending(runId), before: test.service.sent().length };
};

const decide = (approval: Approval, body: Readonly<Record<string, string>>, headers = {}) =>
  test.ask(`/api/approvals/${approval.approvalId}/decision`, { digest: approval.digest, ...body }, headers);

const concluded = async (runId: string) => (await test.run(runId)).concluded?.outcome;

describe("a change over $20", () => {
  withHealer();

  it("waits, and runs exactly what was shown once it is approved", async () => {
    const { runId, approval, before } = await surge();
    expect(approval.card.askedBecause.join()).toContain("over the $20.00 ceiling");
    expect(approval.card.assessment.price).toMatchObject({ known: true });
    expect(test.service.sent()).toHaveLength(before);

    const answer = await decide(approval, { kind: "approve" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: "approved", approvers: [{ person: { id: "api:ada" } }] });
    await test.healer.workflow.ended(runId as never);
    expect(await concluded(runId)).toBe("healed");
    expect(test.service.sent()).toHaveLength(before + 1);
    expect(test.service.sent().at(-1)?.plan).toEqual(approval.card.assessment.plan);
  });

  it("changes nothing when it is denied, and tells the model why", async () => {
    const { runId, approval, before } = await surge();
    expect((await decide(approval, { kind: "deny", comment: "wait for the release" })).status).toBe(200);
    await test.healer.workflow.ended(runId as never);
    expect(await concluded(runId)).toBe("denied");
    expect(test.service.sent()).toHaveLength(before);
    const run = await test.run(runId);
    const refused = allCalls(run).find((call) => call.finished?.refused === "rejected");
    expect(refused?.finished?.result.forModel).toContain("Denied by Ada: wait for the release");
    expect((await decide(approval, { kind: "approve" })).status).toBe(409);
  });

  it("goes back to the model when a change is asked for, and the new action asks again", async () => {
    const { runId, approval, before } = await surge();
    expect((await decide(approval, { kind: "change", comment: "use 3 instances" })).status).toBe(200);
    const second = await test.pending(runId);
    expect(second.approvalId).not.toBe(approval.approvalId);
    expect(second.digest).not.toBe(approval.digest);
    expect(second.card.assessment.plan?.parameters["DesiredCapacity"]).toEqual(["3"]);
    expect(test.service.sent()).toHaveLength(before);
    expect((await decide(second, { kind: "approve" })).status).toBe(200);
    await test.healer.workflow.ended(runId as never);
    expect(await concluded(runId)).toBe("healed");
    expect(test.service.sent().at(-1)?.plan.parameters["DesiredCapacity"]).toEqual(["3"]);
  });
});

it("lets an approval that nobody decides expire, and changes nothing", async () => {
  const hasty = await testHealer({ approvalTtlMs: 1500 });
  try {
    const runId = await hasty.start(alarmEvent("checkout-latency"));
    const approval = await hasty.pending(runId);
    await hasty.healer.workflow.ended(runId);
    expect(await hasty.healer.deps.approvals.get(approval.approvalId)).toMatchObject({ status: "expired" });
    expect((await hasty.run(runId)).concluded?.outcome).toBe("escalated");
    expect(hasty.service.sent()).toHaveLength(0);
    const late = await hasty.ask(`/api/approvals/${approval.approvalId}/decision`, {
      kind: "approve",
      digest: approval.digest,
    });
    expect(late.status).toBe(409);
    expect(late.headers.get("content-type")).toContain("application/problem+json");
  } finally {
    await hasty.end();
  }
});

describe("the console", () => {
  withHealer();

  it("lets a browser send the page's own form with its origin, so that the buttons decide", async () => {
    const { runId, approval } = await surge();
    const page = await test.ask(`/runs/${runId}`);
    // What makes browsers send `Origin: null` with a form of the same site, which is refused below.
    expect(page.headers.get("referrer-policy")).toBe("same-origin");
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec(await page.text())?.[1] ?? "";
    const form = new URLSearchParams({ kind: "deny", comment: "not now", digest }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded", accept: "text/html" };
    const path = `/approvals/${approval.approvalId}`;
    const foreign = await test.ask(path, form, { ...type, origin: "null" });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).toContain("<h1>another site asked for this</h1>");
    const answer = await test.ask(path, form, { ...type, origin: "http://127.0.0.1" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/runs/${runId}`]);
    await test.healer.workflow.ended(runId as never);
    expect(await concluded(runId)).toBe("denied");
    const missing = await test.ask("/runs/run-000000000000", undefined, { accept: "text/html" });
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining("no such page or run")]);
  });

  it("takes no wish for a change that says none", async () => {
    const { runId, approval } = await surge();
    const path = `/approvals/${approval.approvalId}`;
    const form = new URLSearchParams({ kind: "change", digest: approval.digest }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const back = (await test.ask(path, form, type)).headers.get("location") ?? "";
    expect(await (await test.ask(back)).text()).toContain("say in a comment what should change");
    expect(await test.healer.deps.approvals.get(approval.approvalId)).toMatchObject({ status: "pending" });
    await decide(approval, { kind: "deny" });
    await test.healer.workflow.ended(runId as never);
  });
});

describe("the public door", () => {
  withHealer();

  it("refuses strangers, foreign pages, other digests and unknown ids, and the approval stays pending", async () => {
    const { runId, approval } = await surge();
    const approve = { kind: "approve" };
    const refusals: readonly (readonly [number, Promise<Response>])[] = [
      [401, decide(approval, approve, { authorization: "Bearer wrong" })],
      [401, decide(approval, approve, { authorization: "" })],
      [401, decide(approval, approve, { authorization: "", cookie: "healer=%E0%A4%A" })],
      [403, decide(approval, approve, { origin: "http://evil.example" })],
      [403, decide(approval, approve, { origin: "null" })],
      [403, decide(approval, approve, { origin: "http://127.0.0.1:9999" })],
      [409, decide(approval, { ...approve, digest: "0".repeat(64) })],
      [400, decide(approval, { kind: "maybe" })],
      [400, decide(approval, { ...approve, comment: "x".repeat(2001) })],
      [400, test.ask("/api/approvals/nonsense/decision", { kind: "approve", digest: approval.digest })],
      [409, test.ask("/api/approvals/apr-0000/decision", { kind: "approve", digest: approval.digest })],
    ];
    for (const [status, answer] of refusals) expect((await answer).status).toBe(status);
    const form = new URLSearchParams({ kind: "approve" }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect((await test.ask(`/approvals/${approval.approvalId}`, form, type)).status).toBe(400);
    expect((await test.ask("/approvals/nonsense", `${form}&digest=1`, type)).status).toBe(400);

    expect(await test.healer.deps.approvals.get(approval.approvalId)).toMatchObject({
      status: "pending",
      approvers: [],
    });
    expect((await decide(approval, approve, { origin: "http://127.0.0.1" })).status).toBe(200);
    await test.healer.workflow.ended(runId as never);
  });

  it("answers no internal route", async () => {
    const [{ runId } = { runId: "run-0000" }] = await test.healer.deps.incidents.list();
    for (const route of ["event", "drive", "act", "ask", "escalate"]) {
      const answer = await test.ask(`/internal/${route}`, { runId, callId: "t1c0", taskToken: "t", error: "e" });
      expect(answer.status).toBe(404);
    }
  });

  it("never shows a task token", async () => {
    const { runId, approval } = await surge();
    const shown = await Promise.all(
      ["/api/approvals", "/api/runs", `/api/runs/${runId}`, `/runs/${runId}`, "/"].map(async (path) =>
        (await test.ask(path)).text(),
      ),
    );
    expect(shown.join()).toContain(approval.approvalId);
    const { GetItemCommand } = await import("@aws-sdk/client-dynamodb");
    const { client, tables } = test.healer.state.dynamo;
    const Key = { approvalId: { S: approval.approvalId } };
    let kept = "";
    // The wait begins a moment after the request is journaled.
    while (kept === "") {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tables.approvals, Key, ConsistentRead: true }),
      );
      kept = Item?.["taskToken"]?.S ?? "";
    }
    expect(kept).toMatch(/^[a-z0-9]{40}$/);
    for (const text of shown) expect(text).not.toContain(kept);
    await decide(approval, { kind: "deny" });
    await test.healer.workflow.ended(runId as never);
  });

  it("is void when the alarm goes back to OK by itself", async () => {
    const { runId, approval, before } = await surge();
    test.service.healByItself();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const [taken] = await test.healer.receive(alarmEvent("checkout-latency", "OK"));
    expect(taken?.detection.kind).toBe("close");
    await test.healer.workflow.ended(runId as never);
    expect(await test.healer.deps.approvals.get(approval.approvalId)).toMatchObject({ status: "void" });
    expect(allCalls(await test.run(runId)).some((call) => call.finished?.refused === "void")).toBe(true);
    expect(test.service.sent()).toHaveLength(before);
    const incident = (await test.healer.deps.incidents.list()).find((one) => one.runId === runId);
    expect(incident?.status).toBe("closed");
  });
});
