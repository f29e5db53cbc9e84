import { describe, expect, it } from "vitest";
import type { RunbookLibrary, RunbookQuery } from "../../src/domain/ports.ts";
import { example } from "../runbook/example.ts";
import { execute } from "./around.ts";

const runbook = example();
const hit = (runbookId: string, step: string, score: number) => ({
  runbookId,
  title: "The API hangs",
  step,
  heading: step,
  excerpt: "",
  score,
  contentHash: "a".repeat(64),
});

function library(answer: Awaited<ReturnType<RunbookLibrary["search"]>>) {
  const asked: RunbookQuery[] = [];
  const runbooks: RunbookLibrary = {
    get: async (id) => [runbook].find((one) => one.id === id),
    async search(query) {
      asked.push(query);
      return answer;
    },
  };
  return { runbooks, asked };
}

describe("search_runbooks", () => {
  it("shows the runbook whole, with the id and hash of each step and its reviewed actions", async () => {
    const { runbooks, asked } = library({ abstained: false, hits: [hit("api-hung", "restart-it", 3)] });
    const result = await execute("search_runbooks", { query: "the api hangs" }, { runbooks });
    expect(asked).toEqual([
      {
        text: "the api hangs",
        alarm: { name: "cpu-busy", dimensions: { InstanceId: "i-1" }, namespace: "AWS/EC2", metric: "CPUUtilization" },
      },
    ]);
    expect(result.status).toBe("ok");
    expect(result.forModel).toContain("[api-hung#restart-it]");
    expect(result.forModel).toContain('{"action":"restart"');
    const shown = new Map(result.citations.map(({ id, contentHash }) => [id, contentHash]));
    for (const section of runbook.sections) expect(shown.get(`api-hung#${section.slug}`)).toBe(section.contentHash);
    expect(result.forPeople).toContain("api-hung");
  });

  it("never shows the command text: the model picks an action, it does not write one", async () => {
    const { runbooks } = library({ abstained: false, hits: [hit("api-hung", "restart-it", 3)] });
    const { forModel } = await execute("search_runbooks", { query: "the api hangs" }, { runbooks });
    expect(forModel).not.toContain("systemctl");
  });

  it("lets nothing be cited that it only names", async () => {
    const hits = [hit("api-hung", "restart-it", 3), hit("gone", "do-it", 2)];
    const result = await execute("search_runbooks", { query: "hangs" }, library({ abstained: false, hits }));
    expect(result.citations.map((one) => one.id).filter((id) => id.startsWith("gone"))).toEqual([]);
    expect(result.forModel).toContain("- gone#do-it (2.00) The API hangs: do-it");
  });

  it("shows the second whole only where it is about as likely as the best", async () => {
    const answer = (score: number) => ({
      abstained: false,
      hits: [hit("other", "do-it", 0.9), hit("api-hung", "restart-it", score)],
    });
    const far = await execute("search_runbooks", { query: "hangs" }, library(answer(0.4)));
    expect(far.forModel).toContain("- api-hung#restart-it (0.40) The API hangs: restart-it");
    expect(far.citations).toEqual([]);
    const near = await execute("search_runbooks", { query: "hangs" }, library(answer(0.5)));
    expect(near.forModel).toContain("RUNBOOK api-hung");
  });

  it("says that nothing fits, with the reason and what was searched", async () => {
    const { runbooks } = library({
      abstained: true,
      reason: "no word of it is known",
      hits: [hit("api-hung", "x", 1)],
    });
    const result = await execute("search_runbooks", { query: "quux", use_alarm: false }, { runbooks });
    expect(result).toMatchObject({ status: "empty", citations: [] });
    expect(result.forModel).toMatch(/No runbook fits "quux": no word of it is known.*left out/);
  });
});
