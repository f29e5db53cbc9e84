import { beforeAll, describe, expect, it } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import { parseCases, runCases } from "../../src/governance/cases.ts";
import { factsOf } from "../../src/governance/facts.ts";
import { loadPolicies, type PolicySet } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";
import { assessmentOf, standard } from "./cases.ts";

let policies: PolicySet;
beforeAll(async () => {
  policies = await loadPolicies(await readPolicyText());
});

const base = factsOf(assessmentOf(standard), standard.around);
const table = (...cases: object[]) => parseCases("cases.yaml", JSON.stringify({ base, cases }));

function refusal(text: string): HealerError {
  try {
    parseCases("cases.yaml", text);
  } catch (error) {
    if (error instanceof HealerError) return error;
  }
  throw new Error("it was taken");
}

describe("a table of policy cases", () => {
  it("is read with a change as the kind, no other facts and no policies where it names none", () => {
    expect(table({ name: "plain", expect: "allow" })).toEqual({
      base,
      cases: [{ name: "plain", kind: "change", facts: {}, expect: "allow", policies: [] }],
    });
  });

  it("says how many people a call asks for, and passes where that is what was expected", async () => {
    const cases = table(
      { name: "high", facts: { risk: 2 }, expect: "ask 1" },
      { name: "critical", facts: { risk: 3 }, expect: "ask 2" },
      { name: "too few", facts: { risk: 3 }, expect: "ask 1" },
    );
    expect(await runCases(policies, cases)).toEqual([
      { name: "high", expected: "ask 1", got: "ask 1", passed: true },
      { name: "critical", expected: "ask 2", got: "ask 2", passed: true },
      { name: "too few", expected: "ask 1", got: "ask 2", passed: false },
    ]);
  });

  it("names the policies that were expected to decide and did not, and only those", async () => {
    const wanted = ["standard-change-runs-alone", "reads-run", "nobody-wrote-this"];
    const cases = table(
      { name: "others", expect: "allow", policies: wanted },
      { name: "its own", expect: "allow", policies: ["standard-change-runs-alone"] },
    );
    const [others, own] = await runCases(policies, cases);
    expect(others).toMatchObject({ got: "allow without reads-run, nobody-wrote-this", passed: false });
    expect(own).toMatchObject({ got: "allow", passed: true });
  });

  it("that is none is refused with the file, the fault in a few lines, and what a case needs", () => {
    const error = refusal('{"base":{},"cases":[{},{},{},{}]}');
    expect(error).toMatchObject({ code: "bad_policy", hint: "A case needs a name and an expectation." });
    expect(error.message).toMatch(/^cases\.yaml: .* received undefined\s+→ at cases\[0\]\.name ✖/);
    expect(error.message).not.toContain("cases[3]");
    expect(error.message).not.toContain("\n");
  });

  it("may not grow by aliases: a few lines of YAML can stand for gigabytes", () => {
    const alias = `base: &b ${JSON.stringify(base)}\ncases: [{ name: x, facts: *b, expect: allow }]`;
    expect(refusal(alias)).toMatchObject({
      code: "bad_policy",
      message: expect.stringMatching(/^cases\.yaml: .*alias/i),
    });
  });

  it("that is not even YAML is refused in the same way", () => {
    expect(refusal("base: {").message).toMatch(/^cases\.yaml: ./);
  });
});
