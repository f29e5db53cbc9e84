import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probeNames } from "../../src/domain/ports.ts";
import { createCommandAssessor } from "../../src/governance/command/assess.ts";
import { probeCommand, probeDocument } from "../../src/probe/probes.ts";

const target = "i-0123456789abcdef0";

describe("the commands of probes", () => {
  it.each(probeNames)("%s is shell text that a shell accepts", (probe) => {
    const text = probeCommand({ target, probe, unit: "orders.service", lines: 20 });
    expect(() => execFileSync("/bin/sh", ["-n", "-c", text])).not.toThrow();
  });

  it.each(probeNames)("%s only reads, by the judgement that holds for ad hoc commands too", (probe) => {
    const text = probeCommand({ target, probe, unit: "orders" });
    expect(createCommandAssessor()(text)).toMatchObject({ class: "read_only" });
  });

  it("take a unit's name and nothing else, whatever is tried", () => {
    const tried = fc.oneof(
      fc.string({ minLength: 1, maxLength: 80 }),
      fc.constantFrom("x; reboot", "$(reboot)", "`reboot`", "--version", "a'b", "a\nb", "../x", "x y", "x|y", "é", ""),
    );
    fc.assert(
      fc.property(tried, (unit) => {
        const plain = /^[A-Za-z0-9][A-Za-z0-9@._:-]{0,63}$/.test(unit) && !unit.includes("\n");
        const make = () => probeCommand({ target, probe: "unit_status", unit });
        if (plain) expect(make().startsWith(`unit='${unit}'; `)).toBe(true);
        else expect(make).toThrow("nothing was sent");
      }),
    );
  });

  it.each([
    { probe: "unit_journal" as const, lines: 10 },
    { probe: "unit_journal" as const, unit: "orders", lines: 0 },
    { probe: "unit_journal" as const, unit: "orders", lines: 1.5 },
    { probe: "unit_journal" as const, unit: "orders", lines: 100_000 },
    { probe: "reboot" as never },
    { probe: "constructor" as never },
  ])("refuse %o", (request) => {
    expect(() => probeCommand({ target, ...request })).toThrow("nothing was sent");
  });
});

describe("the document of the probes", () => {
  it("holds the same lines, lets the service check the values, and is shell text as a whole", () => {
    const document = probeDocument() as {
      parameters: Record<string, { allowedValues?: string[]; allowedPattern?: string; default?: string }>;
      mainSteps: { inputs: { runCommand: string[] } }[];
    };
    expect(document.parameters.probe?.allowedValues).toEqual([...probeNames]);
    for (const name of ["unit", "lines"]) {
      const { allowedPattern = "", default: usual = "" } = document.parameters[name] ?? {};
      expect(usual).toMatch(new RegExp(allowedPattern));
      expect("x; reboot").not.toMatch(new RegExp(allowedPattern));
    }
    const text = document.mainSteps[0]?.inputs.runCommand.join("\n") ?? "";
    const filled = (probe: string) =>
      text.replace("{{ unit }}", "orders").replace("{{ lines }}", "5").replace("{{ probe }}", probe);
    expect(filled("memory")).not.toContain("{{");
    for (const probe of probeNames) {
      expect(() => execFileSync("/bin/sh", ["-n", "-c", filled(probe)])).not.toThrow();
      expect(text).toContain(probeCommand({ target, probe, unit: "orders" }).replace(/^unit='.*?'; lines='.*?'; /, ""));
    }
    expect(execFileSync("/bin/sh", ["-c", filled("memory")], { encoding: "utf8" })).toMatch(/Mem|free/);
  });
});
