import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runBlockKitPreview } from "../../src/cli/block-kit.ts";
import { previewStates } from "../../src/slack/preview/cards.ts";

async function run(args: Parameters<typeof runBlockKitPreview>[0]) {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await runBlockKitPreview(args, {
    stdout: (text) => void out.push(text),
    stderr: (text) => void error.push(text),
  });
  return { code, out: out.join("\n"), error: error.join("\n") };
}

describe("healer block-kit preview", () => {
  it("draws every state on one page", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "cards-")), "cards.html");
    expect((await run({ out: path })).code).toBe(0);
    const page = await readFile(path, "utf8");
    for (const state of previewStates) expect(page).toContain(`<section id="${state.name}">`);
    expect(page).not.toContain("<script>");
  });

  it("prints one state's blocks for the Block Kit Builder", async () => {
    const { code, out } = await run({ state: "hostile", json: true });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ name: "hostile", text: expect.stringContaining("Approval needed") }]);
    expect(JSON.parse(out)[0].blocks[0].type).toBe("header");
  });

  it("names the states when asked for one that does not exist, and the path when it can not write", async () => {
    await expect(run({ state: "nope" })).rejects.toMatchObject({
      code: "bad_input",
      hint: expect.stringContaining("pending"),
    });
    await expect(run({ out: "/nowhere/at/all.html" })).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("/nowhere/at/all.html"),
    });
  });
});
