import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { verifyChain } from "../../src/domain/journal.ts";
import { replay } from "../../src/domain/run.ts";
import { composeLocal } from "../../src/local/compose.ts";
import { standInService } from "./stand-in.ts";

const child = fileURLToPath(new URL("./child.ts", import.meta.url));
const healer = fileURLToPath(new URL("../../bin/healer.mjs", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "healer-crash-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function killed(...args: readonly string[]): Promise<string> {
  const running = spawn(process.execPath, [child, folder, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  running.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [, signal] = await once(running, "exit");
  expect(signal).toBe("SIGKILL");
  return said;
}

const resumed = async (): Promise<string> =>
  (await promisify(execFile)(process.execPath, [child, folder, "resume", "never"])).stdout;

/** Opens what the processes left behind, and answers how the only run ended. */
async function aftermath() {
  const service = standInService(folder);
  const opened = await composeLocal({ folder: join(folder, "state"), evidence: service.ports, settings: {} });
  try {
    const [runId] = await opened.deps.journal.runIds();
    if (runId === undefined) throw new Error("no run was journaled");
    const entries = await opened.deps.journal.read(runId);
    const heads = (await opened.witness.anchors()).get(runId) ?? [];
    const approvals = await opened.deps.approvals.list();
    const incidents = await opened.deps.incidents.list();
    const fault = verifyChain(runId, entries, heads);
    return { run: replay(runId, entries), fault, approvals, incidents, heads, entries, sent: service.sent() };
  } finally {
    await opened.close();
  }
}

it.each(["run_started", "sending", "change_sent"])(
  "goes on after a kill -9 right after %s, and changes exactly once",
  async (dieAt) => {
    await killed("start", dieAt);
    await resumed();
    const { run, fault, sent, incidents } = await aftermath();
    expect(fault).toBeUndefined();
    expect(run.concluded?.outcome).toBe("healed");
    expect(sent).toHaveLength(1);
    expect(incidents.map((incident) => incident.status)).toEqual(["closed"]);
  },
  60_000,
);

it("never sends what it can not know the fate of: killed between the intent and the send, it changes nothing", async () => {
  const said = await killed("start", "change_started");
  expect(said.trim().split("\n").at(-1)).toBe("change_started");
  await resumed();
  const { run, fault, sent } = await aftermath();
  expect(fault).toBeUndefined();
  expect(sent).toHaveLength(0);
  expect(run.concluded?.outcome).toBe("escalated");
  expect(Object.values(run.calls).find((call) => call.started)?.finished?.result.forModel).toContain("never sent");
}, 60_000);

it("waits again after a kill -9 while it waits for a person, and a decision from another process ends the wait", async () => {
  await killed("start", "approval_requested", "checkout-latency");
  const running = spawn(process.execPath, [child, folder, "resume", "never"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(running, "exit");
  await once(running.stdout, "data");
  const approvalId = await onlyApproval();
  const args = ["approve", approvalId, "--as", "ada", "--state", join(folder, "state"), "--json"];
  const approved = await promisify(execFile)(process.execPath, [healer, ...args], { cwd: folder });
  expect(JSON.parse(approved.stdout)).toMatchObject({ status: "approved" });
  expect(await ended).toEqual([0, null]);
  const { run, fault, sent, approvals } = await aftermath();
  expect(fault).toBeUndefined();
  expect(run.concluded?.outcome).toBe("healed");
  expect(sent).toHaveLength(1);
  expect(approvals).toHaveLength(1);
}, 60_000);

async function onlyApproval(): Promise<string> {
  const other = await composeLocal({
    folder: join(folder, "state"),
    evidence: standInService(folder).ports,
    settings: {},
  });
  try {
    const [approval] = await other.deps.approvals.list();
    return approval?.approvalId ?? "";
  } finally {
    await other.close();
  }
}
