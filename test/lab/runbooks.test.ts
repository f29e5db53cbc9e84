import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type FaultName, faults } from "../../lab/index.ts";
import { services } from "../../lab/topology.ts";
import { loadDocuments } from "../../src/local/lab-documents.ts";
import { lintTogether } from "../../src/runbook/lint.ts";
import { parseRunbook } from "../../src/runbook/parse.ts";

const folder = fileURLToPath(new URL("../../runbooks", import.meta.url));
const toolFolder = fileURLToPath(new URL("../../tools", import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
const runbooks = files.map((file) => parseRunbook(file, readFileSync(join(folder, file), "utf8")));
const documents = loadDocuments([join(folder, "documents")]);
const tools = new Set(readdirSync(toolFolder).map((file) => file.replace(/\.ts$/, "")));

/** Documents that AWS keeps, by the type that it gives them. */
const ofAws = {
  "AWS-RunShellScript": "Command",
  "AWS-RestartEC2Instance": "Automation",
  "AWS-RebootRdsInstance": "Automation",
} as const;

describe("the runbooks that come with the project", () => {
  it("pass the lint", () => {
    expect(runbooks.length).toBeGreaterThanOrEqual(14);
    expect(lintTogether(runbooks, tools)).toEqual([]);
  });

  it.each(Object.keys(faults) as FaultName[])("have one for %s, whose alarms name the lab's alarm", (name) => {
    const runbook = runbooks.find((one) => one.id === name);
    const { service } = faults[name];
    const { alarm } = services[service];
    expect(runbook?.services).toContain(service);
    const named = runbook?.alarms.some((one) => {
      const glob = new RegExp(`^${(one.name ?? "*").replaceAll("*", ".*")}$`);
      return one.namespace === alarm.namespace && one.metric === alarm.metric && glob.test(alarm.name);
    });
    expect(named).toBe(true);
    expect(runbook?.actions.length === 0).toBe(!("heals" in faults[name]));
  });

  it("name one root cause each, in one sentence", () => {
    for (const runbook of runbooks) {
      const diagnosis = runbook.sections.find((section) => section.slug === "diagnosis");
      expect(diagnosis?.text.match(/^Cause: [A-Z].{20,}\.$/gm), runbook.id).toHaveLength(1);
    }
  });

  for (const runbook of runbooks) {
    for (const action of runbook.actions) {
      it(`${runbook.id}#${action.id} gives its document what it takes, and nothing else`, () => {
        const { name, type, version } = action.document;
        if (name in ofAws) {
          expect(type).toBe(ofAws[name as keyof typeof ofAws]);
          return;
        }
        const document = documents.get(name);
        expect(document).toMatchObject({ type, version });
        if (document?.type !== "Automation") return;
        const taken = Object.entries(document.content.parameters);
        const given = Object.keys(action.documentParameters ?? {});
        const required = taken.filter(([, parameter]) => parameter.default === undefined).map(([key]) => key);
        expect([...given].sort()).toEqual([...required].sort());
      });
    }
  }
});
