import { describe, expect, it } from "vitest";
import { messageProblems } from "../../src/slack/validate.ts";
import { openWorkspace, send, type Workspace } from "./workspace.ts";

const type = (text: string, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    command: "/healer",
    text,
    team_id: "T0HEALER1",
    user_id: "U0ADA0001",
    channel_id: "C0ANYWHERE",
    api_app_id: "A0HEALER1",
    ...more,
  }).toString();

async function answer(workspace: Workspace, text: string, more: Readonly<Record<string, string>> = {}) {
  const response = await send(workspace, type(text, more), "/slack/commands");
  const body = (await response.json()) as { response_type: string; text: string; blocks: unknown[] };
  expect(messageProblems(body)).toEqual([]);
  expect(body.response_type).toBe("ephemeral");
  return JSON.stringify(body);
}

describe("/healer", () => {
  it("status lists what is open, what waits, and whether changes run", async () => {
    const workspace = await openWorkspace();
    const text = await answer(workspace, "status");
    for (const wanted of ["Running", "web-latency-p99", "traffic-surge: add-capacity", "1 open, 1 waiting"])
      expect(text).toContain(wanted);
  });

  it("show gives the card without its buttons", async () => {
    const workspace = await openWorkspace();
    const text = await answer(workspace, `show ${workspace.approval.runId}`);
    expect(text).toContain("Approval needed");
    expect(text).not.toContain('"type":"actions"');
  });

  it.each(["show", "show run-nowhere-1", "show <!channel>"])("%s says that there is no such run", async (text) => {
    expect(await answer(await openWorkspace(), text)).toContain("There is no run");
  });

  it("stop and resume flip the switch, under the operator's name and reason", async () => {
    const workspace = await openWorkspace();
    await answer(workspace, "stop release in progress");
    expect(await workspace.killSwitch.read(["all"])).toMatchObject({
      stopped: true,
      by: "slack:T0HEALER1/U0ADA0001",
      why: "release in progress",
    });
    expect(await answer(workspace, "status")).toContain("release in progress");
    await answer(workspace, "resume");
    expect((await workspace.killSwitch.read(["all"])).stopped).toBe(false);
  });

  it("stops one runbook or service by name", async () => {
    const workspace = await openWorkspace();
    await answer(workspace, "stop runbook:disk-full too eager");
    expect((await workspace.killSwitch.read(["all"])).stopped).toBe(false);
    expect(await workspace.killSwitch.read(["runbook:disk-full"])).toMatchObject({ stopped: true, why: "too eager" });
  });

  it.each([
    ["somebody who is no operator", { user_id: "U0GRACE02" }],
    ["a guest", { user_id: "U0GUEST05" }],
    ["another workspace", { team_id: "T0ELSEWHERE" }],
    ["another app", { api_app_id: "A0ELSEWHERE" }],
  ])("stops nothing for %s", async (_name, more) => {
    const workspace = await openWorkspace();
    expect(await answer(workspace, "stop", more)).toContain("Not done");
    expect((await workspace.killSwitch.read(["all"])).stopped).toBe(false);
  });

  it.each(["", "help", "delete everything"])("answers %j with what it can do", async (text) => {
    expect(await answer(await openWorkspace(), text)).toContain("/healer status");
  });

  it("answers in time even when Slack's directory does not, and whispers the rest", async () => {
    const workspace = await openWorkspace();
    const person = workspace.chat.person;
    let release = (): void => undefined;
    workspace.chat.person = async (userId) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return person(userId);
    };
    const started = send(workspace, type("status"), "/slack/commands");
    setTimeout(() => release(), 2300);
    expect(await (await started).json()).toMatchObject({ text: "Working on it." });
    expect(workspace.whispers).toEqual([{ userId: "U0ADA0001", text: "1 open, 1 waiting" }]);
  });

  it("a form without its fields is answered 400", async () => {
    expect((await send(await openWorkspace(), "command=%2Fhealer", "/slack/commands")).status).toBe(400);
  });
});
