import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openingAlarm } from "../../evals/alarm.ts";
import { kinds } from "../../evals/case.ts";
import { filterCases, loadCases } from "../../evals/cases.ts";
import { parseAlarmEvent } from "../../src/detect/parse.ts";
import { cases, shared } from "./offline.ts";

describe("the suite", () => {
  test("has at least 80 cases, a third of them negative, and every kind", () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
    expect(cases.filter((one) => one.negative).length * 3).toBeGreaterThanOrEqual(cases.length);
    const used = new Set(cases.flatMap((one) => one.kind));
    expect(kinds.filter((kind) => !used.has(kind))).toEqual([]);
    const services = new Set(cases.flatMap((one) => one.services));
    const wanted = ["ec2", "asg", "ecs", "rds", "lambda", "dynamodb", "sqs", "alb", "certificate", "disk", "deploy"];
    expect(wanted.filter((one) => !services.has(one))).toEqual([]);
  });

  test("names only actions and steps that a runbook has", () => {
    const actions = new Set(shared.runbooks.flatMap((book) => book.actions.map((action) => `${book.id}/${action.id}`)));
    const steps = new Set(
      shared.runbooks.flatMap((book) => book.sections.map((section) => `${book.id}#${section.slug}`)),
    );
    for (const { id, expect: wanted } of cases) {
      const named = [
        ...wanted.actions.map((action) => action.run),
        ...wanted.forbidden.filter((name) => name.includes("/")),
      ];
      expect([id, named.filter((name) => name !== "run_command" && !actions.has(name))]).toEqual([id, []]);
      expect([id, (wanted.cites ?? []).filter((step) => !steps.has(step))]).toEqual([id, []]);
    }
  });

  test("opens each recorded case with an event that the detector reads", () => {
    for (const one of cases.filter((candidate) => candidate.lab === undefined)) {
      expect([one.id, parseAlarmEvent(openingAlarm(one).event).ok]).toEqual([one.id, true]);
    }
  });

  test("filters by part of an id, by kind and by service", () => {
    expect(filterCases(cases, "storefront").every((one) => one.id.includes("storefront"))).toBe(true);
    expect(filterCases(cases, "worse").length).toBeGreaterThan(0);
    expect(filterCases(cases, "rds").every((one) => one.services.includes("rds"))).toBe(true);
    expect(filterCases(cases, "no such thing")).toEqual([]);
  });
});

describe("a case file", () => {
  const load = async (files: Readonly<Record<string, string>>) => {
    const folder = await mkdtemp(join(tmpdir(), "cases-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return loadCases(folder);
  };
  const base =
    'title: A case for this test\nkind: [heals]\nservices: [x]\nalarm: { name: a, metric: N M, is: "> 1", series: 2 }\nexpect: { outcome: healed, causes: { a: [[aa]] } }\n';

  test("takes from its base what it does not say itself", async () => {
    const loaded = await load({
      "one.yaml": base,
      "two.yaml": "base: one\ntitle: Another case here\nexpect: { causes: {} }\n",
    });
    const two = loaded.find((one) => one.id === "two");
    expect(two?.expect.causes).toEqual({});
    expect(two?.expect.outcome).toBe("healed");
    expect(two?.alarm).toEqual(loaded.find((one) => one.id === "one")?.alarm);
  });

  test.each([
    ["an unknown key", `${base}typo: 1\n`, /bad\.yaml.*typo/],
    ["a wrong outcome", base.replace("healed", "fine"), /bad\.yaml.*outcome/],
    ["a broken text", "title: [", /bad\.yaml/],
    ["a base that does not exist", "base: nobody\n", /nobody/],
    ["itself as base", "base: bad\n", /own base/],
  ])("with %s is refused by name", async (_, text, message) => {
    await expect(load({ "bad.yaml": text })).rejects.toThrow(message);
  });
});
