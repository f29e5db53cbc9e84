import { describe, expect, it } from "vitest";
import { runAssessCommand } from "../../src/cli/assess-command.ts";

async function run(pieces: readonly string[], args: { readonly json?: boolean } = {}) {
  const written: string[] = [];
  const faults: string[] = [];
  async function* stdin(): AsyncGenerator<string> {
    yield* pieces;
  }
  const code = await runAssessCommand(args, {
    stdin: stdin(),
    stdout: (text) => void written.push(text),
    stderr: (text) => void faults.push(text),
  });
  return { code, lines: written.join("").split("\n").slice(0, -1), faults: faults.join("") };
}

describe("healer assess-command", () => {
  it("answers each line in order, also when a line arrives in pieces", async () => {
    const { code, lines } = await run(["ls -", "l\r\nrm -r", "f /srv\n\nuptime"], { json: true });
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { command: "ls -l", class: "read_only", reason: expect.any(String) },
      { command: "rm -rf /srv", class: "destructive", reason: expect.stringContaining("/srv") },
      { command: "", class: "read_only", reason: expect.any(String) },
      { command: "uptime", class: "read_only", reason: expect.any(String) },
    ]);
  });

  it("prints aligned columns and no control characters of the command", async () => {
    const { lines } = await run(["echo \u001b[2J\nrm -rf /srv\n"]);
    expect(lines[0]).toMatch(/^read_only\s+echo \\u\{1b\}\[2J\s{2,}\S/);
    expect(lines[1]?.indexOf("rm")).toBe(lines[0]?.indexOf("echo"));
  });

  it("says what is missing when nothing is given", async () => {
    expect(await run([])).toMatchObject({ code: 2, lines: [], faults: expect.stringContaining("one command a line") });
  });
});
