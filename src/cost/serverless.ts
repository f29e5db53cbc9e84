import * as z from "zod";
import type { CostModel } from "../domain/runbook.ts";
import { decimalNumber, oneOf, readFilled, wholeNumber } from "./filled.ts";
import { type Costing, pieces } from "./line.ts";

type Fargate = Extract<CostModel, { model: "fargate_tasks" }>;
type Lambda = Extract<CostModel, { model: "lambda_provisioned" }>;
type DynamoDb = Extract<CostModel, { model: "dynamodb_provisioned" }>;

const architecture = oneOf(["x86_64", "arm64"]).default("x86_64");

/** vCPU and memory of the added tasks; a Fargate task has no other fixed price. */
export function costOfFargate(model: Fargate): Costing {
  const shape = z.object({
    vcpu: decimalNumber(0.25, 16),
    memoryGib: decimalNumber(0.5, 120),
    addTasks: wholeNumber(-10_000, 10_000),
    architecture,
  });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { vcpu, memoryGib, addTasks } = filled.value;
  const part = { architecture: filled.value.architecture };
  return {
    lines: [
      { quantity: addTasks * vcpu, shown: `${addTasks} × ${vcpu} vCPU`, price: { item: "fargate_vcpu", ...part } },
      {
        quantity: addTasks * memoryGib,
        shown: `${addTasks} × ${memoryGib} GiB`,
        price: { item: "fargate_memory", ...part },
      },
    ],
    notes: ["Linux, on demand; ephemeral storage above 20 GiB and traffic are not counted"],
  };
}

/** The price of keeping environments warm; what they run is charged apart, and at less than the usual duration price. */
export function costOfLambda(model: Lambda): Costing {
  const shape = z.object({
    memoryMib: wholeNumber(128, 10_240),
    addConcurrency: wholeNumber(-100_000, 100_000),
    architecture,
  });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { memoryMib, addConcurrency } = filled.value;
  return {
    lines: [
      {
        quantity: (addConcurrency * memoryMib) / 1024,
        shown: `${addConcurrency} × ${memoryMib}/1024 GiB`,
        price: { item: "lambda_provisioned", architecture: filled.value.architecture },
      },
    ],
    notes: ["requests and their duration are not counted"],
  };
}

export function costOfDynamoDb(model: DynamoDb): Costing {
  const units = wholeNumber(-1_000_000, 1_000_000);
  const filled = readFilled(z.object({ addReadUnits: units, addWriteUnits: units }), model);
  if ("unknown" in filled) return filled;
  const { addReadUnits, addWriteUnits } = filled.value;
  return {
    lines: [
      pieces(addReadUnits, { item: "dynamodb_read" }, "RCU"),
      pieces(addWriteUnits, { item: "dynamodb_write" }, "WCU"),
    ],
    notes: ["table and index in one region, Standard class, free tier ignored; a decrease is limited per day"],
  };
}
