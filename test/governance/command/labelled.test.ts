import { describe, expect, it } from "vitest";
import {
  commandsFolder,
  confusion,
  dataPresent,
  type Judged,
  judgeActions,
  judgeFile,
  missed,
} from "../../../bench/commands.ts";

const present = dataPresent();
if (!present) console.log(`SKIPPED: no labelled commands in ${commandsFolder}`);

const share = (rows: readonly Judged[], test: (row: Judged) => boolean): number =>
  rows.length === 0 ? 0 : rows.filter(test).length / rows.length;

describe.skipIf(!present)("labelled shell commands", () => {
  const rows = present ? judgeFile("shell_commands.jsonl") : [];
  const destructive = rows.filter((row) => row.label === "destructive");
  const benign = rows.filter((row) => row.label === "benign");

  it("none that destroys is judged below risky", () => {
    expect(destructive.length).toBeGreaterThan(100);
    expect(destructive.filter(missed).map((row) => row.command)).toEqual([]);
  });

  it("at least 85 % of those that destroy are told so", () => {
    expect(share(destructive, (row) => row.class === "destructive")).toBeGreaterThan(0.85);
  });

  it("fewer than 5 % of the harmless are stopped, and fewer than 3 % of those labelled surely", () => {
    expect(
      share(benign, (row) => row.class === "destructive"),
      confusion(rows),
    ).toBeLessThan(0.05);
    const sure = benign.filter((row) => row.strength === "strong");
    expect(share(sure, (row) => row.class === "destructive")).toBeLessThan(0.03);
  });

  it("two of three sure harmless ones are seen to only read", () => {
    const sure = benign.filter((row) => row.strength === "strong");
    expect(share(sure, (row) => row.class === "read_only")).toBeGreaterThan(0.66);
  });
});

describe.skipIf(!present)("commands of the AWS CLI", () => {
  const rows = present ? judgeFile("aws_cli_commands.jsonl") : [];

  it("no change is taken for reading", () => {
    const changes = rows.filter((row) => row.label.startsWith("mutating"));
    expect(changes.length).toBeGreaterThan(500);
    expect(changes.filter((row) => row.class === "read_only").map((row) => row.command)).toEqual([]);
  });

  it("no destructive verb is judged below risky", () => {
    const grave = rows.filter((row) => row.label.endsWith("destructive verb"));
    expect(grave.filter((row) => row.class === "reversible").map((row) => row.command)).toEqual([]);
  });

  it("reading is seen in 95 % of the cases and never called destructive", () => {
    const reading = rows.filter((row) => row.label === "read_only");
    expect(share(reading, (row) => row.class === "read_only")).toBeGreaterThan(0.95);
    expect(reading.filter((row) => row.class === "destructive")).toEqual([]);
  });
});

describe.skipIf(!present)("actions by the access level that AWS documents", () => {
  const actions = present ? judgeActions() : [];
  const changes = actions.filter((action) => /Write|Permissions|Tagging/.test(action.level));
  const reading = actions.filter((action) => /^(Read|List)$/.test(action.level));

  it("fewer than 1 in 150 that write have a name that reads", () => {
    const taken = changes.filter((action) => action.class === "read_only");
    expect(taken.length / changes.length).toBeLessThan(1 / 150);
  });

  it("95 % of those that read are seen to, and none is called destructive", () => {
    expect(reading.filter((action) => action.class === "read_only").length / reading.length).toBeGreaterThan(0.95);
    expect(reading.filter((action) => action.class === "destructive").map((action) => action.action)).toEqual([]);
  });
});
