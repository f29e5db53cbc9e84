import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { appendToVolume, usedBytes } from "../../lab/volume.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-volume-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a volume of limited size", () => {
  it("takes what fits, refuses what does not with ENOSPC, and takes it again once room was made", () => {
    const volume = { folder, capacity: 100 };
    mkdirSync(join(folder, "old"));
    writeFileSync(join(folder, "old/big"), "x".repeat(80));
    appendToVolume(volume, "log", "y".repeat(20));
    expect(usedBytes(folder)).toBe(100);
    expect(() => appendToVolume(volume, "log", "z")).toThrow(expect.objectContaining({ code: "ENOSPC" }));
    rmSync(join(folder, "old/big"));
    appendToVolume(volume, "log", "z");
    expect(usedBytes(folder)).toBe(21);
  });
});
