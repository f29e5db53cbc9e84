import { redact } from "../digest/redact.ts";
import type { CommandOutcome, Ports } from "../domain/ports.ts";
import { type ChangeTool, errorResult, okResult } from "../domain/tool.ts";

type Sending = Pick<ChangeTool<unknown, "commands">, "send" | "check" | "reconcile">;

/** Characters of output that the model sees of each target. */
const shownCharacters = 2000;

/** How a planned action is sent, watched and found again through Systems Manager; the same for every change tool. */
export const throughSystemsManager: Sending = {
  send: (plan, actionId, context) => context.commands.send(plan, actionId),
  reconcile: (plan, actionId, context) => context.commands.find(plan, actionId),
  async check(handle, plan, context) {
    const status = await (context as Pick<Ports, "commands">).commands.status(handle, plan);
    if (status.state === "running") return "running";
    const applied = status.outcomes.some((outcome) => outcome.state !== "undeliverable");
    const text = status.outcomes.map(describe).join("\n") || "no output";
    const people = `${plan.runbook?.action ?? "command"} ${status.state} on ${plan.targets.join(", ") || "the service"}`;
    if (status.state === "succeeded") return { result: okResult(text, people), applied };
    return { result: { ...errorResult(people, text), forModel: `${people}\n${text}` }, applied };
  },
};

function describe(outcome: CommandOutcome): string {
  const head = `${outcome.target}: ${outcome.state}, exit code ${outcome.exitCode}${outcome.truncated ? ", output cut by the service" : ""}`;
  const parts = [
    outcome.stdout && `stdout:\n${tail(outcome.stdout)}`,
    outcome.stderr && `stderr:\n${tail(outcome.stderr)}`,
  ];
  return [head, ...parts].filter((part) => part !== "").join("\n");
}

/** Redacted before it is cut: half a secret is one too, and no longer looks like one. */
function tail(output: string): string {
  const { text } = redact(output);
  const left = text.length - shownCharacters;
  return left <= 0 ? text : `[first ${left} characters left out]\n${text.slice(-shownCharacters)}`;
}
