import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { functionNames } from "../../src/aws/roles.ts";

const folder = join(import.meta.dirname, "../../src/handlers");

describe("handlers", () => {
  it("are one file for each function that has a role", () => {
    expect(readdirSync(folder).sort()).toEqual(functionNames.map((name) => `${name}.ts`).sort());
  });

  it.each(readdirSync(folder))("%s builds its dependencies and calls one function", (file) => {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
    expect(text).toMatch(/export const handler/);
    expect(text).not.toMatch(/\b(if|for|while|switch) ?\(/);
  });
});
