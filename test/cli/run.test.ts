import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Approval } from "../../src/domain/approval.ts";
import { composeLocal } from "../../src/local/compose.ts";
import { alarmEvent, standInService } from "../flow/stand-in.ts";
import { healer, together } from "./healer.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-cli-run-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true }));
const at = ["--state", state];
let runId: string;
let approval: Approval;

/** Leaves a run behind that waits for a person, as a process does that was ended. */
beforeAll(async () => {
  const opened = await composeLocal({
    folder: state,
    evidence: standInService(folder).ports,
    settings: { approvers: ["terminal:ada"] },
  });
  const [taken] = await opened.receive(alarmEvent("checkout-latency"));
  runId = taken?.runId ?? "";
  while ((await opened.deps.approvals.list()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 300));
  [approval] = (await opened.deps.approvals.list()) as [Approval];
  await opened.close();
});

describe("a run that waits", () => {
  it("is listed, told and printed, for people and for programs", async () => {
    const [runs, show, shown, journal, entries] = await together([
      () => healer(["runs", ...at, "--json"]),
      () => healer(["show", runId, ...at, "--json"]),
      () => healer(["show", runId, ...at]),
      () => healer(["journal", runId, ...at]),
      () => healer(["journal", runId, ...at, "--json"]),
    ]);
    expect([runs, show, shown, journal, entries].map((answer) => answer?.code)).toEqual([0, 0, 0, 0, 0]);
    expect(JSON.parse(runs?.out ?? "")).toMatchObject([{ runId, status: "open" }]);
    expect(JSON.parse(show?.out ?? "")).toMatchObject({
      run: runId,
      outcome: "waiting_for_approval",
      actions: [{ tool: "run_ssm", action: "set-capacity", approval: { id: approval.approvalId, outcome: "pending" } }],
    });
    expect(shown?.out).toContain(`healer approve ${approval.approvalId} --digest ${approval.digest.slice(0, 12)}`);
    expect(shown?.out).toContain(approval.digest);
    const lines = (entries?.out ?? "").trim().split("\n");
    expect(journal?.out.trim().split("\n")).toHaveLength(lines.length);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ runId, seq: 1, events: [{ type: "run_started" }] });
  });

  it("verifies, and its exported pack verifies anywhere, until somebody touches it", async () => {
    const all = await healer(["audit", "verify", "--all", ...at]);
    expect(all).toMatchObject({ code: 0, out: expect.stringContaining(`${runId}:`) });
    const exported = await healer(["audit", "export", runId, ...at]);
    expect(exported.code).toBe(0);
    const pack = JSON.parse(exported.out);
    const check = (changed: unknown) => {
      const file = join(folder, `${Math.random()}.pack`);
      writeFileSync(file, JSON.stringify(changed));
      return healer(["audit", "verify", "--file", file, "--json"]);
    };
    const edited = structuredClone(pack);
    edited.entries[1].at = "2026-11-23T00:00:00.000Z";
    const dropped = { ...pack, entries: pack.entries.toSpliced(1, 1) };
    const cut = { ...pack, entries: pack.entries.slice(0, -1) };
    const [good, ...bad] = await together([pack, edited, dropped, cut].map((one) => () => check(one)));
    expect(good?.code, good?.err).toBe(0);
    expect(bad.map((answer) => answer.code)).toEqual([13, 13, 13]);
    const faults = bad.map((answer) => JSON.parse(answer.out)[0].fault.seq);
    expect(faults).toEqual([2, 2, pack.entries.length]);
  });

  it("is not decided by strangers, nor on another digest", async () => {
    const approve = ["approve", approval.approvalId, ...at];
    const answers = await together([
      () => healer([...approve, "--as", "mallory"]),
      () => healer([...approve, "--as", "ada", "--digest", "0".repeat(64)]),
      () => healer([...approve, "--as", "ada", "--digest", ""]),
      () => healer([...approve, "--as", "ada", "--digest", approval.digest.slice(0, 4)]),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 2, err: expect.stringContaining("approval_refused") });
    }
  });

  it("ends as denied, with its own exit code, and stays so", async () => {
    const deny = ["deny", approval.approvalId, ...at, "--as", "ada", "--comment", "not today"];
    const denied = await healer([...deny, "--digest", approval.digest.slice(0, 16), "--json"]);
    expect(denied.code, denied.err).toBe(12);
    expect(JSON.parse(denied.out)).toMatchObject({ run: runId, outcome: "denied" });
    expect((await healer(["approve", approval.approvalId, ...at, "--as", "ada"])).code).toBe(2);
    expect(standInService(folder).sent()).toEqual([]);
  });

  it("is in the list again after the list was made anew", async () => {
    const { code, out } = await healer(["runs", "--rebuild", ...at, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ runId, status: "closed", outcome: "denied" }]);
  });
});

describe("run --event", () => {
  const fresh = join(folder, "fresh");

  it("prints one object, and ends with the code of the outcome", async () => {
    const event = JSON.stringify(alarmEvent("orders-disk"));
    const { code, out, err } = await healer(["run", "--event", "-", "--json", "--state", fresh], event);
    expect(code).toBe(10);
    expect(err).toContain("no AWS account: this environment names none");
    expect(out.trim().split("\n")).toHaveLength(1);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      outcome: "escalated",
      run: expect.stringMatching(/^run-[0-9a-f]{12}$/),
      actions: [],
    });
    for (const key of [
      "rootCause",
      "citations",
      "findings",
      "verification",
      "tokens",
      "dollars",
      "milliseconds",
      "models",
    ]) {
      expect(report).toHaveProperty(key);
    }
    const again = await healer(["run", "--event", "-", "--json", "--state", fresh], event);
    expect(again.code).toBe(10);
    expect(JSON.parse(again.out)).toMatchObject({ run: report.run, entries: report.entries });
  });

  it("says why an event opens nothing", async () => {
    const event = JSON.stringify(alarmEvent("orders-disk", "OK", Date.now() + 5));
    const answer = await healer(["run", "--event", "-", "--json", "--state", join(folder, "quiet")], event);
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toEqual({
      run: null,
      outcome: "nothing_to_do",
      reason: expect.stringContaining("no open incident"),
      detection: "suppress",
    });
  });

  it("reads its event from a file with a tail of blanks, as editors leave it", async () => {
    const file = join(folder, "event.json");
    writeFileSync(file, `${JSON.stringify(alarmEvent("orders-disk", "OK"), null, 2)}\n\n`);
    expect(readFileSync(file, "utf8").endsWith("\n\n")).toBe(true);
    expect((await healer(["run", "--event", file, "--state", join(folder, "quiet")])).code).toBe(0);
  });
});

describe("run --lab", () => {
  const surge = ["run", "--lab", "traffic-surge", "--state", join(folder, "lab")];

  it("leaves when a person is needed and nobody can be asked, and says how to go on", async () => {
    const { code, out, err } = await healer(surge);
    expect(code, err).toBe(11);
    expect(out).toMatch(/Break it again to decide\n.*healer serve --lab traffic-surge/);
    expect(out).toMatch(/healer run --lab traffic-surge --wait 600 --state /);
  });

  it("goes on with that run when it is broken again, and tells it from its beginning", async () => {
    const { code, out, err } = await healer(surge);
    expect(code, err).toBe(11);
    const [, first] = /(apr-\S+) waits for 1 person/.exec(out) ?? [];
    const runs = JSON.parse((await healer(["runs", "--json", "--state", join(folder, "lab")])).out);
    expect(runs).toHaveLength(1);
    expect(out).toContain("checkout-latency-high ALARM");
    expect(first).toContain(runs[0].runId.replace("run-", "apr-"));
  });
});
