import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../src/local/files.ts";

type File = { readonly path: string; readonly text: string; readonly imports: readonly string[] };

const roots = ["src", "tools", "lab", "infra", "evals", "bench", "scripts"];
const files = roots
  .flatMap((root) => walk(root))
  .filter((path) => !path.includes("node_modules"))
  .map(read);
const sources = files.filter(({ path }) => !/^(evals|bench)\//.test(path));

function walk(folder: string): readonly string[] {
  return readdirSync(join(projectFolder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name)));
}

/** What a file imports: packages by name, the project's own files by path; types count too, since they couple as well. */
function read(path: string): File {
  const text = readFileSync(join(projectFolder, path), "utf8");
  const found = text.matchAll(/(?:^|\s)(?:import|export)\s(?:[^;"']*?\sfrom\s)?"([^"]+)"|import\("([^"]+)"\)/g);
  const imports = [...found].map(([, written, dynamic]) => {
    const from = written ?? dynamic ?? "";
    return from.startsWith(".") ? relative(projectFolder, join(projectFolder, dirname(path), from)) : from;
  });
  return { path, text, imports };
}

const isOwn = (name: string): boolean => /^(src|tools|lab|infra|evals|bench|scripts|test)\//.test(name);
/** The folder that a rule speaks of: `src/domain`, `tools`, `lab`. */
const layerOf = (path: string): string =>
  path.startsWith("src/") ? path.split("/").slice(0, 2).join("/") : (path.split("/")[0] ?? "");

/** Layers of rules and arithmetic: no files, no processes, no clock. */
const pure = [
  "src/domain",
  "src/governance",
  "src/detect",
  "src/digest",
  "src/search",
  "src/metrics",
  "src/history",
  "src/changes",
  "src/resources",
  "src/probe",
  "src/runbook",
  "src/cost",
  "src/workflow",
  "src/audit",
];

/** Who may import whom: a layer's own files always, and these. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/domain": [],
  "src/governance": ["src/domain"],
  "src/detect": ["src/domain"],
  "src/digest": ["src/domain"],
  "src/search": ["src/domain"],
  "src/metrics": ["src/domain"],
  "src/history": ["src/domain"],
  "src/changes": ["src/domain"],
  "src/resources": ["src/domain"],
  "src/probe": ["src/domain"],
  "src/workflow": ["src/domain"],
  "src/cost": ["src/domain"],
  "src/runbook": ["src/domain", "src/digest", "src/search"],
  "src/audit": ["src/domain", "src/governance"],
  // Never the loop, an SDK or a chat: a tool sees what it declares.
  tools: pure,
  "src/agent": ["src/domain", "src/governance", "src/detect", "src/history"],
  // Bedrock is the account's, and shares its clients and its errors.
  "src/models": ["src/domain", "src/aws"],
  "src/slack": ["src/domain", "src/agent", "src/governance"],
  "src/http": ["src/domain", "src/agent", "src/detect", "src/digest", "src/slack", "src/audit"],
};

describe("who may import whom", () => {
  it.each(Object.entries(mayImport))("%s imports only what is beneath it", (layer, allowed) => {
    const wrong = sources
      .filter(({ path }) => layerOf(path) === layer)
      .flatMap(({ path, imports }) =>
        imports
          .filter((name) => isOwn(name) && layerOf(name) !== layer && !allowed.includes(layerOf(name)))
          .map((name) => `${path} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("is checked for files that are there", () => {
    for (const layer of Object.keys(mayImport)) {
      expect(files.filter(({ path }) => layerOf(path) === layer).length, layer).toBeGreaterThan(0);
    }
    expect(files.reduce((sum, { imports }) => sum + imports.length, 0)).toBeGreaterThan(500);
  });

  it("lets no shipped file import a test or a bench, and only its command an eval", () => {
    const wrong = files.filter(({ path }) => !/^(bench|evals)\//.test(path));
    expect(
      wrong.flatMap(({ path, imports }) =>
        imports
          .filter((name) => (path.startsWith("src/cli/") ? /^(test|bench)\// : /^(test|bench|evals)\//).test(name))
          .map((name) => `${path} imports ${name}`),
      ),
    ).toEqual([]);
  });

  it("has no import cycle in the domain", () => {
    expect(cyclesIn(files.filter(({ path }) => path.startsWith("src/domain/")))).toEqual([]);
  });
});

/** Value imports only: two types may well speak of each other. */
function cyclesIn(some: readonly File[]): readonly string[] {
  const values = new Map(
    some.map(({ path, text }) => {
      const found = text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "(\.[^"]+)"/gm);
      return [path, [...found].map(([, from = ""]) => join(dirname(path), from))] as const;
    }),
  );
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    else for (const next of values.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of values.keys()) visit(path, []);
  return [...new Set(cycles)];
}

/** Packages that only these places may touch. */
const homes: readonly (readonly [string, RegExp, RegExp])[] = [
  ["the AWS SDK", /^@(aws-sdk|smithy)\//, /^src\/aws\/|^src\/models\/bedrock|^src\/local\/state\.ts$|^src\/handlers\//],
  ["Slack's client", /^@slack\//, /^src\/slack\//],
  ["Hono", /^(hono|@hono\/.*)(\/|$)/, /^src\/(http|handlers)\/|^src\/cli\/serve|^src\/aws\/compose-public\.ts$/],
  ["Cedar", /^@cedar-policy\//, /^src\/governance\//],
  ["the embedded engines", /^(dynalite|aws-local-stepfunctions|classic-level)(\/|$)/, /^src\/local\//],
  ["the command line", /^(commander|picocolors)$/, /^src\/cli\//],
  ["SST", /^sst(\/|$)/, /^src\/handlers\/|^infra\//],
];

it.each(homes)("%s is imported only where it is at home", (_, name, home) => {
  const users = sources.filter(({ imports }) => imports.some((one) => name.test(one))).map(({ path }) => path);
  expect(users.filter((path) => !home.test(path))).toEqual([]);
});

it("keeps packages out of the domain, but for zod, canonical JSON and the hash", () => {
  const used = files
    .filter(({ path }) => path.startsWith("src/domain/"))
    .flatMap(({ imports }) => imports.filter((name) => !isOwn(name)));
  expect([...new Set(used)].sort()).toEqual(["canonicalize", "node:crypto", "zod"]);
});

/** The places that hold the world: a program's edge, a machine, an account. */
const worldly = /^(src\/(local|cli|aws|handlers)\/|lab\/|infra\/|scripts\/)/;

it("takes clock, randomness and environment as arguments everywhere else, so that a journal replays byte for byte", () => {
  const wrong = sources
    .filter(({ path }) => !worldly.test(path))
    .flatMap(({ path, text }) =>
      codeLines(text).flatMap((line, index) =>
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\brandom(UUID|Bytes|Int)\(|\bperformance\.now\(/.test(
          line,
        )
          ? [`${path}:${index + 1} ${line.trim()}`]
          : [],
      ),
    );
  expect(wrong).toEqual([]);
});

it("touches neither files nor processes in the pure layers", () => {
  const outside = /^node:(fs|child_process|net|http|https|os|worker_threads|process)/;
  const wrong = sources
    .filter(({ path }) => pure.includes(layerOf(path)) || /^(tools|src\/agent)\//.test(path))
    .flatMap(({ path, imports }) =>
      imports.filter((name) => outside.test(name)).map((name) => `${path} imports ${name}`),
    );
  expect(wrong).toEqual([]);
});

const mostLines = 250;
it(`keeps every file within ${mostLines} lines`, () => {
  const long = files
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > mostLines);
  expect(long).toEqual([]);
});

it("names a model id nowhere but in the table of what each model can do", () => {
  const id =
    /\b(?:(?:us|eu|apac|global|jp|au)\.)?(?:anthropic\.claude|amazon\.(?:nova|titan)|meta\.llama|mistral\.)[\w.:-]+/;
  const wrong = sources
    .filter(({ path }) => path !== "src/models/profiles.ts")
    .flatMap(({ path, text }) =>
      codeLines(text).flatMap((line, index) => (id.test(line) ? [`${path}:${index + 1}`] : [])),
    );
  expect(wrong).toEqual([]);
});

it("has no class but the error, and no name that says nothing", () => {
  const classes = sources.flatMap(({ path, text }) =>
    codeLines(text).flatMap((line) =>
      /^\s*(export )?(abstract )?class \w/.test(line) ? [`${path}: ${line.trim()}`] : [],
    ),
  );
  expect(classes).toEqual([expect.stringMatching(/^src\/domain\/errors\.ts: export class HealerError/)]);
  const vague = sources
    .map(({ path }) => path)
    .filter(
      (path) => /(manager|service|helper|utils?|impl|misc|common)s?\.ts$/i.test(path) && !path.endsWith("/services.ts"),
    );
  expect(vague).toEqual([]);
});

/** Lines with comments blanked, so that prose about the clock is no use of it. */
function codeLines(text: string): readonly string[] {
  const blank = (comment: string): string => comment.replaceAll(/[^\n]/g, " ");
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, blank)
    .replaceAll(/(^|\s)\/\/[^\n]*/g, blank)
    .split("\n");
}
