import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { createLabCommands, type LabCommands } from "../../src/local/lab-commands.ts";
import { previewSteps } from "../../src/local/lab-documents.ts";

const base = mkdtempSync(join(tmpdir(), "healer-commands-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const documents = ["../../lab/documents", "../../runbooks/documents"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const target = "i-0123456789abcdef0";

function open(name: string, calls: unknown[] = []): LabCommands & { readonly folder: string; readonly home: string } {
  const folder = join(base, name);
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const commands = createLabCommands({
    folder,
    documentFolders: documents,
    clock: { now: () => Date.now() },
    host: (id) => (id === target ? { folder: home, environment: { PATH: "/usr/bin:/bin", HOME: home } } : undefined),
    api: async (service, api, inputs) => {
      calls.push([service, api, inputs]);
      if (inputs.DesiredCapacity === 9) throw new Error("ValidationError: above max value");
      return {};
    },
  });
  return { ...commands, folder, home };
}

async function shell(commands: LabCommands, commandText: string, more: Partial<PlannedAction> = {}) {
  const document = await commands.runner.document("AWS-RunShellScript", "1");
  const plan: PlannedAction = {
    document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash: document?.hash ?? "" },
    parameters: { commands: [commandText] },
    commandText,
    targets: [target],
    account: "111122223333",
    region: "us-east-1",
    timeoutSeconds: 20,
    ...more,
  };
  return plan;
}

async function finish(commands: LabCommands, plan: PlannedAction, actionId = "run-a/t1c1") {
  const handle = await commands.runner.send(plan, actionId);
  const status = await ended(commands, plan, handle);
  return { handle, status, outcome: status.outcomes[0] };
}

async function ended(
  commands: LabCommands,
  plan: PlannedAction,
  handle: Awaited<ReturnType<LabCommands["runner"]["send"]>>,
) {
  while (true) {
    const status = await commands.runner.status(handle, plan);
    if (status.state !== "running") return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return !isAlive(pid);
}

describe("commands of the lab's Systems Manager", () => {
  it("runs the text for real in the host's folder, with the host's environment and no other", async () => {
    const commands = open("real");
    const plan = await shell(
      commands,
      'pwd -P; echo "$HOME"; env | sort | cut -d= -f1 | tr "\\n" " "; echo made > file',
    );
    const { status, outcome } = await finish(commands, plan);
    expect(status.state).toBe("succeeded");
    expect(outcome?.stdout).toContain(`${commands.home}\nHOME`);
    expect(outcome?.stdout).not.toContain("npm_");
    expect(readFileSync(join(commands.home, "file"), "utf8")).toBe("made\n");
  });

  it("reports the exit code and what was said on the error stream", async () => {
    const commands = open("exit");
    const { status, outcome } = await finish(commands, await shell(commands, "echo out; echo wrong >&2; exit 3"));
    expect(status.state).toBe("failed");
    expect(outcome).toMatchObject({
      state: "failed",
      exitCode: 3,
      stdout: "out\n",
      stderr: "wrong\n",
      truncated: false,
    });
  });

  it("ends the whole process group at the time limit", async () => {
    const commands = open("limit");
    const plan = await shell(commands, "sh -c 'echo $$ > inner; sleep 60' & echo $$ > outer; wait", {
      timeoutSeconds: 1,
    });
    const { outcome } = await finish(commands, plan);
    expect(outcome?.state).toBe("timed_out");
    for (const name of ["inner", "outer"])
      expect(await gone(Number(readFileSync(join(commands.home, name), "utf8")))).toBe(true);
  });

  it("leaves no background job behind, and does not wait for one", async () => {
    const commands = open("background");
    const { outcome } = await finish(commands, await shell(commands, "sleep 60 & echo $! > job; echo done"));
    expect(outcome).toMatchObject({ state: "succeeded", stdout: "done\n" });
    expect(await gone(Number(readFileSync(join(commands.home, "job"), "utf8")))).toBe(true);
  });

  it("keeps the first 24,000 and 8,000 characters and says so", async () => {
    const commands = open("long");
    const text = "yes x | head -c 30000; yes y | head -c 9000 >&2";
    const { outcome } = await finish(commands, await shell(commands, text));
    expect(outcome?.stdout).toHaveLength(24_000);
    expect(outcome?.stderr).toHaveLength(8_000);
    expect(outcome).toMatchObject({ truncated: true, state: "succeeded" });
  });

  it("does not reach an instance that it does not know", async () => {
    const commands = open("unknown");
    const plan = await shell(commands, "echo here", { targets: [target, "i-00000000000000000"] });
    const { status } = await finish(commands, plan);
    expect(status.state).toBe("failed");
    expect(status.outcomes.map((outcome) => outcome.state)).toEqual(["succeeded", "undeliverable"]);
  });

  it("refuses a document that is not the approved one, before anything runs", async () => {
    const commands = open("hash");
    const plan = await shell(commands, "touch ran");
    const changed = { ...plan, document: { ...plan.document, hash: "0".repeat(64) } };
    await expect(commands.runner.send(changed, "run-a/t1c1")).rejects.toMatchObject({ code: "bad_input" });
    await expect(commands.runner.send({ ...plan, commandText: "touch other" }, "run-a/t1c1")).rejects.toThrow("differ");
    expect(await commands.runner.find(plan, "run-a/t1c1")).toBeUndefined();
    expect(readdirSync(commands.home)).toEqual([]);
    expect(await commands.runner.document("AWS-RunShellScript", "2")).toBeUndefined();
  });

  it("runs twice when it is sent twice under one action id, as the real service does", async () => {
    const commands = open("twice");
    const plan = await shell(commands, "echo ran >> count");
    const first = await finish(commands, plan, "run-a/t1c1");
    const second = await finish(commands, plan, "run-a/t1c1");
    expect(second.handle.id).not.toBe(first.handle.id);
    expect(readFileSync(join(commands.home, "count"), "utf8")).toBe("ran\nran\n");
    expect(await commands.runner.find(plan, "run-a/t1c1")).toEqual(first.handle);
  });

  it("has the intent on disk, with the action id as its comment, before the command begins", async () => {
    const commands = open("intent");
    const plan = await shell(commands, "cat ../commands/*.json");
    const { outcome } = await finish(commands, plan, "run-b/t2c1");
    expect(JSON.parse(outcome?.stdout ?? "{}")).toMatchObject({ comment: "run-b/t2c1", state: "running" });
  });

  it("cancels what runs when it stops", async () => {
    const commands = open("stop");
    const plan = await shell(commands, "echo $$ > shell; sleep 60");
    const handle = await commands.runner.send(plan, "run-a/t1c1");
    while (!existsSync(join(commands.home, "shell"))) await new Promise((resolve) => setTimeout(resolve, 20));
    await commands.stop();
    expect((await commands.runner.status(handle, plan)).outcomes[0]?.state).toBe("cancelled");
    expect(await gone(Number(readFileSync(join(commands.home, "shell"), "utf8")))).toBe(true);
  });
});

describe("a process that dies while its command runs", () => {
  it("takes the command with it, and the next one finds it interrupted", async () => {
    const commands = open("crash");
    const plan = await shell(commands, "echo $$ > shell; sleep 60; touch finished");
    const script = join(commands.folder, "sender.ts");
    const module = fileURLToPath(new URL("../../src/local/lab-commands.ts", import.meta.url));
    writeFileSync(
      script,
      `import { createLabCommands } from ${JSON.stringify(module)};
const commands = createLabCommands({ folder: ${JSON.stringify(commands.folder)}, documentFolders: ${JSON.stringify(documents)},
  clock: { now: () => Date.now() }, api: async () => ({}),
  host: () => ({ folder: ${JSON.stringify(commands.home)}, environment: { PATH: "/usr/bin:/bin" } }) });
await commands.runner.send(${JSON.stringify(plan)}, "run-c/t1c1");`,
    );
    const sender = spawn(process.execPath, [script], { stdio: "ignore" });
    while (!existsSync(join(commands.home, "shell"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const pid = Number(readFileSync(join(commands.home, "shell"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    sender.kill("SIGKILL");
    expect(await gone(pid)).toBe(true);
    const again = open("crash");
    const handle = await again.runner.find(plan, "run-c/t1c1");
    expect(handle).toBeDefined();
    if (handle === undefined) return;
    const status = await again.runner.status(handle, plan);
    expect(status.state).toBe("failed");
    expect(status.outcomes[0]?.stderr).toContain("interrupted");
    expect(existsSync(join(commands.home, "finished"))).toBe(false);
  });
});

describe("a folder of commands", () => {
  it("names the record that it cannot read", () => {
    const commands = open("corrupt");
    const path = join(commands.folder, "commands", "half.json");
    writeFileSync(path, '{ "id": "half"');
    expect(() => open("corrupt")).toThrow(
      expect.objectContaining({ code: "bad_state", message: expect.stringContaining(path) }),
    );
  });

  it("that takes no more refuses the command before anything runs", async () => {
    const commands = open("full");
    const plan = await shell(commands, "touch ran");
    rmSync(join(commands.folder, "commands"), { recursive: true });
    await expect(commands.runner.send(plan, "run-a/t1c1")).rejects.toMatchObject({ code: "state_full" });
    expect(readdirSync(commands.home)).toEqual([]);
  });

  it("that takes the intent but not the outcome still tells this process what became of it", async () => {
    const commands = open("full-later");
    const { status } = await finish(commands, await shell(commands, "rm -r ../commands; echo gone"));
    expect(status).toMatchObject({ state: "succeeded", outcomes: [{ stdout: "gone\n" }] });
  });
});

describe("automations", () => {
  const capacity = async (commands: LabCommands, parameters: Record<string, string[]>): Promise<PlannedAction> => {
    const document = await commands.runner.document("Healer-SetDesiredCapacity", "1");
    const { commandText: _, ...plan } = await shell(commands, "");
    return {
      ...plan,
      document: { name: "Healer-SetDesiredCapacity", type: "Automation", version: "1", hash: document?.hash ?? "" },
      parameters,
      targets: ["checkout-asg"],
    };
  };

  it("makes the document's own API call, with typed values", async () => {
    const calls: unknown[] = [];
    const commands = open("automation", calls);
    const plan = await capacity(commands, { AutoScalingGroupName: ["checkout-asg"], DesiredCapacity: ["4"] });
    const { handle, status } = await finish(commands, plan);
    expect(handle.kind).toBe("automation");
    expect(status.state).toBe("succeeded");
    const inputs = { AutoScalingGroupName: "checkout-asg", DesiredCapacity: 4, HonorCooldown: false };
    expect(calls).toEqual([["autoscaling", "SetDesiredCapacity", inputs]]);
  });

  it.each([
    ["a missing parameter", { AutoScalingGroupName: ["checkout-asg"] }, "DesiredCapacity is missing"],
    ["an unknown one", { AutoScalingGroupName: ["a"], DesiredCapacity: ["4"], Extra: ["1"] }, "no parameter Extra"],
    ["a number that is none", { AutoScalingGroupName: ["a"], DesiredCapacity: ["4; x"] }, "not a whole number"],
    ["a name against the pattern", { AutoScalingGroupName: ["a\n"], DesiredCapacity: ["4"] }, "does not match"],
    ["what the API refuses", { AutoScalingGroupName: ["a"], DesiredCapacity: ["9"] }, "above max value"],
  ])("fails on %s", async (_name, parameters, words) => {
    const commands = open("automation-bad");
    const { status, outcome } = await finish(commands, await capacity(commands, parameters));
    expect(status.state).toBe("failed");
    expect(outcome?.stderr).toContain(words);
  });
});

describe("the preview of an automation in the lab", () => {
  const foresee = async (name: string, type: "Automation" | "Command") => {
    const plan = await shell(open("preview"), "true", { document: { name, type, version: "1", hash: "" } });
    return open("preview").preview.of(plan, new AbortController().signal);
  };

  it("counts the steps of the document itself", async () => {
    expect(await foresee("Healer-SetDesiredCapacity", "Automation")).toEqual({
      known: true,
      mutatingSteps: 1,
      readOnlySteps: 0,
      undeterminedSteps: 0,
      regions: ["us-east-1"],
      targets: 1,
    });
  });

  it("calls a step undetermined whose call's name tells neither", () => {
    const step = (Api: string, isEnd = false) => ({
      name: Api,
      action: "aws:executeAwsApi" as const,
      inputs: { Service: "x", Api },
      isEnd,
    });
    const calls = ["DescribeInstances", "GetItem", "Invoke", "Settle", "ModifyVolume"].map((api) => step(api));
    const mainSteps = [...calls, step("DeleteVolume", true), step("TerminateInstances")];
    expect(previewSteps({ schemaVersion: "0.3", parameters: {}, mainSteps })).toEqual({
      readOnlySteps: 2,
      mutatingSteps: 2,
      undeterminedSteps: 2,
    });
  });

  it("is none for a document that the lab does not know", async () => {
    expect(await foresee("Healer-Nothing", "Automation")).toMatchObject({ known: false });
  });
});
