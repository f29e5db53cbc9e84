import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCalls } from "../../src/agent/calls.ts";
import { toolSpec } from "../../src/agent/think.ts";
import type { Tool } from "../../src/domain/tool.ts";
import { projectFolder } from "../../src/local/files.ts";
import { tools } from "../../tools/index.ts";

const folder = join(projectFolder, "tools");
const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "index.ts");
const named = [...tools];
const portTypes = readFileSync(join(projectFolder, "src/domain/ports.ts"), "utf8");
const ports = [...(/export type Ports = \{([^}]*)\}/.exec(portTypes)?.[1] ?? "").matchAll(/readonly (\w+):/g)].map(
  (match) => match[1] ?? "",
);

describe("the folder", () => {
  it("holds one file for each tool, named as the model calls it", () => {
    expect(files.map((file) => file.slice(0, -3)).sort()).toEqual([...tools.keys()].sort());
    for (const [name, tool] of named) expect(tool.name).toBe(name);
  });

  it("has an index that is up to date", () => {
    const script = join(projectFolder, "scripts", "tools-index.ts");
    expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });

  it("has one tool that concludes", () => {
    expect(named.filter(([, tool]) => tool.kind === "conclude").map(([name]) => name)).toEqual(["conclude"]);
  });
});

type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
};

/** Paths of the places where the schema says nothing: a model would write anything there. */
function emptyPlaces(schema: Schema, path = "input"): readonly string[] {
  if (Object.keys(schema).filter((key) => key !== "description").length === 0) return [path];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => emptyPlaces(inner, `${path}.${key}`)),
    ...(schema.anyOf ?? []).flatMap((inner, index) => emptyPlaces(inner, `${path}|${index}`)),
    ...(schema.items === undefined ? [] : emptyPlaces(schema.items, `${path}[]`)),
  ];
}

describe.each(named)("%s", (name, tool) => {
  const spec = toolSpec(tool);
  const schema = spec.inputSchema as Schema;

  it("has a name and a description that the service takes and a model reads", () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]{2,63}$/);
    expect(tool.description.length).toBeGreaterThan(40);
    expect(tool.description.length).toBeLessThanOrEqual(420);
  });

  it("takes a closed object in which every place says what belongs there", () => {
    expect(schema.type).toBe("object");
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
    expect(schema.additionalProperties).toBe(false);
    expect(emptyPlaces(schema)).toEqual([]);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it("spends no word on what every schema here means anyway", () => {
    expect(JSON.stringify(schema)).not.toMatch(/\$schema|"propertyNames":\{"type":"string"\}/);
  });

  it("declares ports that exist, each once", () => {
    expect(new Set(tool.needs).size).toBe(tool.needs.length);
    for (const need of tool.needs) expect(ports).toContain(need);
  });

  it("answers bad input with a problem that names the field, and never throws", () => {
    const bad = [null, [], "text", 7, {}, { nonsense: true }];
    for (const input of bad) {
      const [call] = calls(name, input);
      if (call?.kind !== "invalid") {
        expect(tool.input.safeParse(input).success).toBe(true);
        continue;
      }
      expect(call.problem).toContain(`The input of ${name} is not valid`);
      expect(call.problem).toMatch(/^- [\w.]+: .+/m);
    }
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        expect(["invalid", tool.kind]).toContain(calls(name, input)[0]?.kind);
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(named.filter(([, tool]) => tool.kind === "change"))("the change tool %s", (name, tool) => {
  it("makes the model explain before it names the action", () => {
    const properties = Object.keys((toolSpec(tool).inputSchema as Schema).properties ?? {});
    expect(properties.slice(0, 2)).toEqual(["detailed_root_cause", "action_justification"]);
    expect(properties).toEqual(expect.arrayContaining(["citations", "findings"]));
    const [call] = calls(name, { detailed_root_cause: "disk", action_justification: "full" });
    expect(call?.problem).toMatch(/- detailed_root_cause: /);
  });

  it("can learn what became of a call that started and never reported", () => {
    for (const method of ["assess", "send", "check", "reconcile"]) expect(tool).toHaveProperty(method);
  });
});

describe.each(named.filter(([, tool]) => tool.kind !== "conclude"))("the ports of %s", (name, tool) => {
  const path = join(folder, `${name}.ts`);

  it("are all used, by it or by what it shares with others", () => {
    const text = [...sourcesOf(path)].map((file) => readFileSync(file, "utf8")).join("\n");
    const code = text.replaceAll(/needs: \[[^\]]*\]/g, "");
    const unused = tool.needs.filter((need) => !new RegExp(`[.{,]\\s*${need}\\b(?!:)`).test(code));
    expect(unused).toEqual([]);
  });

  it("are all declared: it takes no other one out of its context", () => {
    const code = readFileSync(path, "utf8");
    const taken = [
      ...[...code.matchAll(/\bcontext\.(\w+)/g)].map((match) => match[1] ?? ""),
      ...[...code.matchAll(/const \{([^}]*)\} = context;/g)].flatMap((match) => match[1]?.match(/\w+/g) ?? []),
    ];
    expect(taken.filter((word) => ports.includes(word) && !(tool.needs as readonly string[]).includes(word))).toEqual(
      [],
    );
  });
});

/** The file and those of the project that it imports, except the types that everything shares. */
function sourcesOf(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, from = ""] of readFileSync(path, "utf8").matchAll(/from "(\.[^"]+\.ts)"/g)) {
    const imported = join(path, "..", from);
    if (!imported.includes("/src/domain/")) sourcesOf(imported, found);
  }
  return found;
}

function calls(name: string, input: unknown) {
  const content = [{ toolUse: { toolUseId: "a", name, input: input as never } }];
  return readCalls({ role: "assistant", content }, "tool_use", 1, tools as ReadonlyMap<string, Tool>);
}

it("tells a model that calls a tool that does not exist which ones do", () => {
  expect(calls("delete_everything", {})[0]).toMatchObject({
    kind: "invalid",
    problem: expect.stringContaining("fetch_logs"),
  });
  for (const name of ["constructor", "__proto__", "toString", ""]) expect(calls(name, {})[0]?.kind).toBe("invalid");
});
