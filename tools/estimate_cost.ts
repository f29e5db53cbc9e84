import * as z from "zod";
import { formatUsd } from "../src/domain/money.ts";
import { isResult, okResult, readTool } from "../src/domain/tool.ts";
import { assessAction } from "../src/runbook/plan.ts";

export const estimateCost = readTool({
  name: "estimate_cost",
  description:
    "What a runbook action would add to the bill. The same code prices the call itself; what is over the ceiling or has no known price asks a person.",
  needs: ["runbooks", "commands", "fleet", "pricing", "metrics", "calendar", "clock"],
  input: z.strictObject({
    runbook: z.string().max(64),
    action: z.string().max(64),
    parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  async execute(input, context) {
    const assessed = await assessAction(input, context.incident, context);
    if (isResult(assessed)) return assessed;
    const { price } = assessed;
    const id = `${context.callId}-cost`;
    const text = price.known
      ? `${formatUsd(price.amount)} over ${price.horizonHours} h, ${formatUsd(price.monthly)} a month if left on: ${price.basis} (${price.source}, ${price.asOf})`
      : `unknown: ${price.why}. An unknown price asks a person.`;
    const people = price.known
      ? `${formatUsd(price.amount)} over ${price.horizonHours} h`
      : `price unknown: ${price.why}`;
    return okResult(`[${id}] ${input.runbook} ${input.action}: ${text}`, people, {
      findings: [{ id, summary: text, source: price.known ? price.source : "none" }],
    });
  },
});
