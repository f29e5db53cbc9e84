import { expect, it } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { localWorkflow } from "../../src/local/workflow.ts";
import { workflowDefinition } from "../../src/workflow/definition.ts";

const timeouts = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

it("leaves no timer behind that would hold the process up, when it is stopped while a run waits for a person", async () => {
  const before = timeouts();
  const asked = Promise.withResolvers<void>();
  const definition = workflowDefinition({ brain: "b", hands: "h" }, { approvalSeconds: 1_800, taskSeconds: 900 });
  const workflow = await localWorkflow(
    definition,
    async (_, route) => {
      if (route === "/internal/ask") asked.resolve();
      return { status: "ask", runId: "run-1", callId: "t1c0", seconds: 0 };
    },
    { next: (length) => "0".repeat(length) },
  );
  await workflow.start("run-1" as RunId);
  await asked.promise;
  expect(timeouts()).toBeGreaterThan(before);
  workflow.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(timeouts()).toBe(before);
});
