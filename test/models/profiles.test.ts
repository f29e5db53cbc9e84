import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  defaultModels,
  foundationIdOf,
  knownProfiles,
  pastEndOfLife,
  priceOf,
  profileOf,
} from "../../src/models/profiles.ts";

const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const november = Date.parse("2026-11-23");

describe("the profile table", () => {
  it("knows that Claude 3 Sonnet is past its end of life", () => {
    const dead = profileOf("anthropic.claude-3-sonnet-20240229-v1:0");
    expect(dead?.endOfLife).toEqual({ date: "2026-07-30", exact: true });
    expect(dead && pastEndOfLife(dead, november)).toBe(true);
    expect(dead && pastEndOfLife(dead, Date.parse("2026-07-29"))).toBe(false);
  });

  it("offers by default only living inference profiles, a current Sonnet first, and says what each costs", () => {
    expect(defaultModels[0]).toMatch(/claude-sonnet-5-5$/);
    for (const id of defaultModels) {
      const profile = profileOf(id);
      expect(profile).toMatchObject({ kind: "profile", id });
      expect(profile && pastEndOfLife(profile, november)).toBe(false);
      expect(priceOf(id, usage)).toBeGreaterThan(0);
    }
  });

  it("charges a geography a tenth more than the global profile", () => {
    expect(priceOf("global.anthropic.claude-sonnet-5-5", usage)).toBe(2_000_000);
    expect(priceOf("us.anthropic.claude-sonnet-5-5", usage)).toBe(2_200_000);
  });

  it("adds up input, output and both sides of the cache, rounded up", () => {
    const mixed = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 1_000, cacheWriteTokens: 100 };
    // 10 × 3 + 20 × 15 + 1,000 × 0.3 + 100 × 3.75 = 1,005 micro-dollars
    expect(priceOf("global.anthropic.claude-sonnet-4-6", mixed)).toBe(1_005);
    expect(priceOf("global.anthropic.claude-sonnet-4-6", { ...usage, inputTokens: 0, cacheReadTokens: 1 })).toBe(1);
  });

  it("guesses no price: not for an unknown id, a bare id, or a model whose price nobody established", () => {
    expect(priceOf("us.anthropic.claude-sonnet-9", usage)).toBeUndefined();
    expect(priceOf("anthropic.claude-sonnet-5-5", usage)).toBeUndefined();
    expect(profileOf("us.anthropic.claude-haiku-5-5")).toBeDefined();
    expect(priceOf("us.anthropic.claude-haiku-5-5", usage)).toBeUndefined();
  });

  it("reads a profile's ARN, and finds the foundation id that CountTokens takes", () => {
    const arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6";
    expect(profileOf(arn)?.id).toBe("eu.anthropic.claude-sonnet-4-6");
    expect(foundationIdOf(arn)).toBe("anthropic.claude-sonnet-4-6");
    expect(foundationIdOf("us-gov.anthropic.claude-sonnet-4-6")).toBe("anthropic.claude-sonnet-4-6");
  });

  it("has each id once, and a legal one", () => {
    const ids = knownProfiles().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^([a-z-]+\.)?anthropic\.[a-z0-9-]+(:\d)?$/);
  });
});

describe("model ids", () => {
  it("are spelt nowhere in the sources but in the table", () => {
    const root = fileURLToPath(new URL("../../src", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const spelling = files.filter((name) => {
      const path = join(root, name);
      return statSync(path).isFile() && /anthropic\.claude/.test(readFileSync(path, "utf8"));
    });
    expect(files.length).toBeGreaterThan(10);
    expect(spelling).toEqual([join("models", "profiles.ts")]);
  });
});
