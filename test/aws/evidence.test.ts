import { expect, it } from "vitest";
import { awsEvidence } from "../../src/aws/evidence.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";

it("sends nothing through clients of another region than the plan's", async () => {
  const { commands } = awsEvidence({ clock: { now: () => 0 }, account: "1", region: "us-east-1" });
  const plan = { region: "eu-west-1" } as PlannedAction;
  await expect(commands.send(plan, "healer:run-x:t1c0")).rejects.toMatchObject({
    code: "bad_state",
    message: expect.stringContaining("eu-west-1"),
  });
});
