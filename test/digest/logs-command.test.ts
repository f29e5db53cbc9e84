import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { runLogsDigest } from "../../src/cli/logs.ts";
import type { DigestReport } from "../../src/digest/report.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("healer logs digest", () => {
  it("prints a digest with its ledger and returns 0", async () => {
    const { code, out } = await run(file("a.log", lines(50).join("\n")));
    expect(code).toBe(0);
    expect(out).toContain("job <*> done in <*>");
    expect(out).toMatch(/LEDGER: read 50 events .* source read to its end/);
  });

  it("writes one assignment row for each physical line, lines of one record sharing a cluster", async () => {
    const text = [
      ...lines(3),
      "Traceback (most recent call last):",
      '  File "/a.py", line 3, in f',
      "ValueError: bad",
      ...lines(2),
    ];
    const assignments = join(folder, "out.csv");
    const { code } = await run(file("b.log", `${text.join("\r\n")}\r\n`), { assignments });
    const rows = readFileSync(assignments, "utf8").trim().split("\n");
    expect(code).toBe(0);
    expect(rows[0]).toBe("line,cluster");
    expect(rows.slice(1).map((row) => Number(row.split(",")[0]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const clusters = rows.slice(1).map((row) => row.split(",")[1]);
    expect(new Set(clusters.slice(2, 6)).size).toBe(1);
    expect(new Set([clusters[0], clusters[1], clusters[6], clusters[7]]).size).toBe(1);
    expect(clusters[0]).not.toBe(clusters[2]);
  });

  it("compares with a baseline and prints JSON", async () => {
    const now = file("now.log", [...lines(20), "2026-06-01T10:00:59Z ERROR app: volume full"].join("\n"));
    const { out } = await run(now, { baseline: file("before.log", lines(20).join("\n")), json: true });
    const report = JSON.parse(out) as DigestReport;
    expect(report.clusters[0]).toMatchObject({ trend: "new", severity: "error", count: 1 });
    expect(report.ledger.baselineEvents).toBe(20);
  });

  it("reads gzip and UTF-16 as it reads plain text", async () => {
    const text = lines(30).join("\n");
    for (const bytes of [gzipSync(text), Buffer.from(`\ufeff${text}`, "utf16le")]) {
      const { code, out } = await run(file("packed", bytes));
      expect([code, out.includes("job <*> done in <*>")]).toEqual([0, true]);
    }
  });

  it("survives bytes of every kind, and tells what it met", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${lines(20).join("\n")}\n`),
      Buffer.from(
        Array.from({ length: 4000 }, (_, index) => (index * 7) % 256).map((byte) => (byte === 10 ? 0 : byte)),
      ),
      Buffer.from("\n2026-06-01T10:00:00Z INFO app: caf\xe9 closed\n", "latin1"),
      Buffer.from(`${"x".repeat(3_000_000)}\n`),
      Buffer.from("\r\n\r\n"),
    ]);
    const { code, out } = await run(file("junk.bin", bytes), { budget: 1000 });
    expect(code).toBe(0);
    expect(out).toMatch(/binary data/);
    expect(out).toMatch(/not valid UTF-8/);
    expect(out).toMatch(/longer than 1 MiB/);
    expect(out.length).toBeLessThanOrEqual(3500);
  });

  it("says of an empty file that it is empty", async () => {
    const { code, out } = await run(file("empty.log", ""));
    expect([code, out.includes("the window holds no events")]).toEqual([0, true]);
  });

  it.each([
    ["a missing file", () => join(folder, "nowhere.log"), {}, "ENOENT"],
    ["a folder", () => folder, {}, "is a folder"],
    ["a budget too small", () => file("c.log", "x"), { budget: 3 }, "--budget 3"],
    ["damaged gzip", () => file("d.gz", gzipSync("hello ".repeat(1000)).subarray(0, 30)), {}, "damaged"],
    ["an unwritable assignments path", () => file("e.log", "x"), { assignments: "/nowhere/x.csv" }, "/nowhere/x.csv"],
  ])("refuses %s with a reason and a hint, without throwing", async (_, path, options, words) => {
    const { code, out, errors } = await run(path(), options);
    expect([code, out]).toEqual([2, ""]);
    expect(errors).toContain(words);
    expect(errors.trim().split("\n").length).toBeGreaterThanOrEqual(2);
  });
});

function lines(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `2026-06-01T10:00:${String(i % 60).padStart(2, "0")}Z INFO app: job ${i} done in ${i * 3}ms`,
  );
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(path: string, options: Readonly<Record<string, unknown>> = {}) {
  let out = "";
  let errors = "";
  const code = await runLogsDigest(
    { file: path, ...options },
    {
      stdout: (text) => {
        out += text;
      },
      stderr: (text) => {
        errors += text;
      },
    },
  );
  return { code, out, errors };
}
