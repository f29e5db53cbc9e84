import { describe, expect, it } from "vitest";
import type { CommandOutcome, CommandStatus } from "../../src/domain/ports.ts";
import { example, member, ports, shellDocument } from "../runbook/example.ts";
import { assess, contextWith, toolNamed } from "./around.ts";

const members = [member("i-1"), member("i-2"), member("i-3")];
const wanted = { runbook: "api-hung", action: "restart", parameters: { unit: "api", seconds: 3 } };
const around = ports({ runbooks: [example()], members, document: shellDocument });

describe("run_ssm", () => {
  it("plans the reviewed command on the alarm's own resource, and sends nothing to find that out", async () => {
    const { assessment } = await assess("run_ssm", wanted, around);
    expect(assessment).toMatchObject({
      kind: "change",
      risk: "low",
      managed: true,
      plan: { commandText: "systemctl restart 'api' && sleep '3'", targets: ["i-1"], runbook: { action: "restart" } },
    });
  });

  it("takes neither a command nor a target from the model", () => {
    const { input } = toolNamed("run_ssm", "change");
    const whole = { detailed_root_cause: "x".repeat(40), action_justification: "x".repeat(40), ...wanted };
    const good = { ...whole, citations: ["a#b"], findings: ["t1c0-log-1"] };
    expect(input.safeParse(good).success).toBe(true);
    for (const extra of [{ command: "id" }, { targets: ["i-9"] }, { commands: ["id"] }]) {
      expect(input.safeParse({ ...good, ...extra }).success).toBe(false);
    }
    expect(input.safeParse({ ...good, citations: [] }).success).toBe(false);
    expect(input.safeParse({ ...good, findings: [] }).success).toBe(false);
  });
});

describe("what it sent", () => {
  const outcome = (more: Partial<CommandOutcome>): CommandOutcome => ({
    target: "i-1",
    state: "succeeded",
    exitCode: 0,
    stdout: "",
    stderr: "",
    truncated: false,
    ...more,
  });
  const tool = toolNamed("run_ssm", "change");
  const check = async (status: CommandStatus) => {
    const { assessment } = await assess("run_ssm", wanted, around);
    if (assessment?.plan === undefined) throw new Error("no plan");
    const commands = { ...around.commands, status: async () => status };
    const context = contextWith({ ...around, commands }) as never;
    return tool.check({ kind: "command", id: "cmd-1" }, assessment.plan, context);
  };

  it("is waited for while it runs", async () => {
    expect(await check({ state: "running", outcomes: [] })).toBe("running");
  });

  it("is told with its output, the end of it where it is long", async () => {
    const stdout = `${"x".repeat(5000)}the end`;
    const checked = await check({ state: "succeeded", outcomes: [outcome({ stdout })] });
    expect(checked).toMatchObject({ applied: true, result: { status: "ok" } });
    if (checked === "running") return;
    expect(checked.result.forModel).toContain("the end");
    expect(checked.result.forModel).toContain("characters left out");
    expect(checked.result.forModel.length).toBeLessThan(2500);
  });

  it("tells no secret that it printed, not even the half of one that was cut", async () => {
    const secret = "hunter2-hunter2-hunter2";
    const long = `password=${secret}${" ".repeat(2000 - 8)}`;
    const checked = await check({
      state: "failed",
      outcomes: [outcome({ stdout: `DB_PASSWORD=${secret}\nok` }), outcome({ stdout: "x", stderr: long })],
    });
    if (checked === "running") throw new Error("it ended");
    expect(JSON.stringify(checked.result)).not.toContain("hunter2");
    expect(checked.result.forModel).toContain("DB_PASSWORD=[redacted-");
    expect(checked.result.forModel).toContain("ok");
  });

  it("counts as applied when it failed on a target, and not when it reached none", async () => {
    const failed = outcome({ state: "failed", exitCode: 3, stderr: "no such unit" });
    expect(await check({ state: "failed", outcomes: [failed] })).toMatchObject({
      applied: true,
      result: { status: "error", forModel: expect.stringContaining("no such unit") },
    });
    const unreached = outcome({ state: "undeliverable", exitCode: -1 });
    expect(await check({ state: "failed", outcomes: [unreached] })).toMatchObject({ applied: false });
    expect(await check({ state: "failed", outcomes: [unreached, failed] })).toMatchObject({ applied: true });
  });

  it("is sent and found by the same action id", async () => {
    const { assessment } = await assess("run_ssm", wanted, around);
    if (assessment?.plan === undefined) throw new Error("no plan");
    const asked: string[] = [];
    const commands = {
      ...around.commands,
      send: async (_: unknown, id: string) => ({ kind: "command" as const, id: `sent ${asked.push(id)}` }),
      find: async (_: unknown, id: string) => void asked.push(id),
    };
    const context = contextWith({ ...around, commands }) as never;
    expect(await tool.send(assessment.plan, "healer:run-1:t1c0", context)).toMatchObject({ id: "sent 1" });
    expect(await tool.reconcile(assessment.plan, "healer:run-1:t1c0", context)).toBeUndefined();
    expect(asked).toEqual(["healer:run-1:t1c0", "healer:run-1:t1c0"]);
  });
});
