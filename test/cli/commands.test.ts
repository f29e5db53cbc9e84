import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/main.ts";
import { bin, healer, together } from "./healer.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const state = join(folder, "state");

/** Every command there is, with those beneath it. */
function pathsOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((one) => [[...path, one.name()], ...pathsOf(one, [...path, one.name()])]);
}
const paths = pathsOf(createProgram(() => undefined)).filter(([name]) => name !== "help");

it("helps with every command, and touches nothing to do so", async () => {
  const answers = await together(paths.map((path) => () => healer([...path, "--help"])));
  for (const [index, path] of paths.entries()) {
    expect(answers[index], path.join(" ")).toMatchObject({ code: 0, err: "" });
    expect(answers[index]?.out, path.join(" ")).toMatch(/usage: healer|^healer /im);
  }
  expect(paths.length).toBeGreaterThanOrEqual(18);
}, 120_000);

it("documents its exit codes", async () => {
  const { out, code } = await healer(["--help"]);
  expect(code).toBe(0);
  for (const number of ["0", "1", "2", "10", "11", "12", "13"]) expect(out).toMatch(new RegExp(`\\b${number}  +\\w`));
});

it("goes on to its end when its reader has gone", async () => {
  const child = spawn(process.execPath, [bin, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const said: string[] = [];
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, said: said.join("") }).toEqual({ code: 0, said: "" });
});

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("bad input", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["no such command", ["heal"], "unknown command 'heal'"],
    ["no such option", ["runs", "--colour"], "unknown option '--colour'"],
    ["an event file that is not there", ["run", "--event", join(folder, "none.json")], "none.json"],
    ["an event that is not JSON", ["run", "--event", file("bad.json", "{")], "bad.json"],
    ["an event of another kind", ["run", "--event", file("other.json", '{"detail-type":"EC2"}')], "detail-type"],
    [
      "an event of a megabyte and more",
      ["run", "--event", file("huge.json", `{"x":"${"y".repeat(1_100_000)}"}`)],
      "huge.json",
    ],
    ["neither event nor fault", ["run"], "--event"],
    ["both event and fault", ["run", "--event", "-", "--lab", "disk-full"], "either"],
    ["a fault that does not exist", ["run", "--lab", "gremlins"], "gremlins"],
    ["a wait that is no number", ["run", "--event", "-", "--wait", "soon"], "--wait"],
    ["a port that is no number", ["serve", "--port", "http"], "--port"],
    ["a port that does not exist", ["serve", "--port", "70000"], "65535"],
    ["a fault that serve does not know", ["serve", "--lab", "gremlins"], "gremlins"],
    [
      "a mode for a runbook that nobody has: a typo must not switch a limit off",
      ["runs", "--state", state, "--config", file("modes.json", '{"modes":{"disk-ful":"observe"}}')],
      "disk-ful",
    ],
    ["a span of time that is none", ["shadow", "--since", "lately"], "lately"],
    ["a run id that is none", ["show", "../../etc"], "not a run id"],
    ["a run that is not there", ["show", "run-000000000000"], "run-000000000000"],
    ["an approval id that is none", ["approve", "yes"], "not an approval id"],
    ["an approval that is not there", ["deny", "apr-0000"], "apr-0000"],
    ["a settings file with a typo", ["runs", "--config", file("c.json", '{"aprovers":[]}')], "aprovers"],
    ["nothing to verify", ["audit", "verify"], "--all"],
    ["a pack that is not there", ["audit", "verify", "--file", join(folder, "none.pack")], "none.pack"],
    ["a pack that is none", ["audit", "verify", "--file", file("no.pack", "[]")], "no.pack"],
    ["a scope that is none", ["stop", "--scope", "everything"], "nothing was switched"],
    ["a folder of runbooks that is not there", ["runbooks", "lint", join(folder, "none")], "none"],
  ];
  const stateful = /^(run|runs|serve|show|approve|deny|stop)$/;

  it("ends with 2 and says what was wrong and what to do, without a stack", async () => {
    const answers = await together(
      cases.map(
        ([, args]) =>
          () =>
            healer(stateful.test(args[0] ?? "") ? [...args, "--state", state] : args),
      ),
    );
    for (const [index, [what, , named]] of cases.entries()) {
      const answer = answers[index];
      expect(answer?.code, `${what}: ${answer?.err}`).toBe(2);
      expect(answer?.err, what).toContain(named);
      expect(answer?.err, what).not.toMatch(/^\s+at |This is a bug/m);
      expect(answer?.out, what).toBe("");
    }
  }, 120_000);

  it("names a port that is taken, and does not stay behind", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const answer = await healer(["serve", "--port", String(port), "--state", join(folder, "served")]);
    taken.close();
    expect(answer).toMatchObject({ code: 2, err: expect.stringContaining(`port ${port}`) });
  });

  it("shows no control character of a hostile file on the terminal", async () => {
    const { err, code } = await healer([
      "run",
      "--event",
      file("esc.json", '{"detail-type":"\\u001b[2J\\u202egnp"}'),
      "--state",
      state,
    ]);
    expect(code).toBe(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    expect(err).not.toMatch(/[\u001b\u202e]/);
  });

  it("names a broken runbook by its file", async () => {
    const broken = mkdtempSync(join(folder, "runbooks-"));
    writeFileSync(join(broken, "broken.md"), "---\nid: [\n---\n# Broken\n");
    const { code, out } = await healer(["runbooks", "lint", broken, "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ runbooks: 0, problems: [{ path: "broken.md" }] });
  });
});

it("lints the shipped runbooks without a problem", async () => {
  const { code, out } = await healer(["runbooks", "lint", "--json"]);
  expect([code, JSON.parse(out).problems]).toEqual([0, []]);
});

it("stops and resumes, also while the tables can not be opened", async () => {
  const broken = join(folder, "broken-state");
  const { mkdirSync } = await import("node:fs");
  mkdirSync(broken);
  writeFileSync(join(broken, "tables"), "not a folder");
  const stopped = await healer(["stop", "--why", "a drill", "--state", broken, "--json"]);
  expect(stopped.code).toBe(0);
  expect(JSON.parse(stopped.out)).toMatchObject({ scope: "all", stopped: true, why: "a drill" });
  const refused = await healer(["runs", "--state", broken]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("bad_state") });
  expect(refused.err).not.toMatch(/^\s+at /m);
  const resumed = await healer(["resume", "--state", broken]);
  expect(resumed).toMatchObject({ code: 0, out: "Changes may run again (all).\n" });
});
