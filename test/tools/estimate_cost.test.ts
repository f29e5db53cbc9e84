import { expect, it } from "vitest";
import type { PriceQuote } from "../../src/domain/tool.ts";
import { example, member, ports, shellDocument } from "../runbook/example.ts";
import { execute } from "./around.ts";

const wanted = { runbook: "api-hung", action: "restart", parameters: { unit: "api", seconds: 3 } };
const around = (price: PriceQuote) => ({
  ...ports({ runbooks: [example()], members: [member("i-1"), member("i-2")], document: shellDocument }),
  pricing: { quote: async () => price },
});

it("tells a known price with its arithmetic, its source and its day", async () => {
  const price = {
    known: true,
    amount: 25_000_000,
    horizonHours: 24,
    monthly: 750_000_000,
    basis: "2 × c5.4xlarge × $0.52/h × 24 h",
    source: "price list",
    asOf: "2026-07-20",
  } as PriceQuote;
  const result = await execute("estimate_cost", wanted, around(price));
  expect(result.forModel).toBe(
    "[t1c0-cost] api-hung restart: $25.00 over 24 h, $750.00 a month if left on: 2 × c5.4xlarge × $0.52/h × 24 h (price list, 2026-07-20)",
  );
  expect(result.findings).toMatchObject([{ id: "t1c0-cost", source: "price list" }]);
});

it("says that an unknown price asks a person, and never calls it nothing", async () => {
  const result = await execute("estimate_cost", wanted, around({ known: false, why: "two prices match" }));
  expect(result.forModel).toContain("unknown: two prices match. An unknown price asks a person.");
  expect(result.forModel).not.toContain("$0");
});

it("tells the model what is wrong with an action that does not exist", async () => {
  const free = around({ known: false, why: "" });
  expect(await execute("estimate_cost", { ...wanted, action: "nope" }, free)).toMatchObject({ status: "error" });
});
