import { describe, expect, test } from "vitest";
import { approvalAttacks, type Desk } from "../../evals/approval-attacks.ts";
import { tryApprovals } from "../../evals/approvals.ts";
import { runApprovals } from "../../src/cli/eval-approvals.ts";
import { listening } from "./listening.ts";
import { cases, shared } from "./offline.ts";

describe("healer eval approvals", () => {
  test("holds off every attack, at the record and over HTTP", async () => {
    const tries = await tryApprovals(cases, shared);
    expect(tries.filter((one) => one.faults.length > 0)).toEqual([]);
    for (const word of ["late", "double", "forged", "replayed", "by itself", "drifted", "concurrent"]) {
      expect([word, tries.some((one) => one.name.startsWith(word))]).toEqual([word, true]);
    }
  });

  test("says so as a table and as JSON", async () => {
    const told = listening();
    expect(await runApprovals({}, told.io)).toBe(0);
    expect(told.out()).toContain(`${approvalAttacks.length} attacks on approvals, 0 got anywhere`);
    const json = listening();
    await runApprovals({ json: true }, json.io);
    expect(JSON.parse(json.out())).toMatchObject({ attacks: approvalAttacks.length, broken: 0 });
  });

  test("sees one that gets through: an honest approval passed off as an attack", async () => {
    const [late] = approvalAttacks;
    if (late === undefined) throw new Error("there is no attack");
    const honest = { ...late, act: async (desk: Desk) => [await desk.decide("ada")] };
    const [seen] = await tryApprovals(cases, shared, [honest]);
    expect(seen).toMatchObject({ answers: ["accepted"], status: "approved", sent: 1 });
    expect(seen?.faults.join()).toMatch(/answered accepted.*ended approved.*1 change\(s\) sent/);
  });
});
