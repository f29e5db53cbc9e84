import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIndex } from "../../src/search/build.ts";
import { searchIndex } from "../../src/search/query.ts";
import { contentHashOf, sectionsOf } from "../../src/search/sections.ts";
import type { AlarmFacts } from "../../src/search/types.ts";
import { library } from "./examples.ts";

const index = buildIndex(library);
const first = (text: string): string | undefined => searchIndex(index, { text }, 3).hits[0]?.path;

describe("searchIndex", () => {
  it.each([
    ["the disk of the RDS database is full", "db/rds-storage.md"],
    ["No space left on device", "db/rds-storage.md"],
    ["FreeStorageSpace", "db/rds-storage.md"],
    ["worker backlog, messages pile up", "queue/README.md"],
    ["process was oomkilled: memory exhausted", "hosts/oom.md"],
    ["SSL cert expiry", "web/certificates.md"],
    ["response times of checkout", "web/latency.md"],
    ["ENOSPC", "db/rds-storage.md"],
    ["mem", "hosts/oom.md"],
  ])("finds a runbook for %s", (text, path) => {
    expect(first(text)).toBe(path);
  });

  it("names the section that answers, with the proof of its text", () => {
    const hit = searchIndex(index, { text: "redrive the dead letter queue" }, 1).hits[0];
    const section = sectionsOf(library[2]?.text ?? "").find(({ slug }) => slug === "dead-letters");
    expect(hit).toMatchObject({
      path: "queue/README.md",
      step: "dead-letters",
      heading: "Dead letters",
      title: "Queue worker",
    });
    expect(hit?.contentHash).toBe(contentHashOf(section?.text ?? ""));
    expect(hit?.excerpt).toContain("DLQ");
  });

  it("puts a runbook that declares the alarm first, sure of it, even when no word fits", () => {
    const byMetric = searchIndex(index, { text: "", alarm: { namespace: "AWS/RDS", metric: "FreeStorageSpace" } }, 2);
    expect(byMetric).toMatchObject({ abstained: false, hits: [{ path: "db/rds-storage.md" }, {}] });
    const byName = searchIndex(index, { text: "certificate expires", alarm: { name: "prod-eu-rds-cpu" } }, 1);
    expect(byName).toMatchObject({ abstained: false, hits: [{ path: "db/rds-cpu.md" }] });
    expect(byName.confidence).toBeGreaterThan(0.9);
  });

  it("does not let a declaration count whose other half is wrong", () => {
    const declared = { namespace: "AWS/RDS", metric: "ReadLatency" };
    const one = buildIndex([{ path: "a.md", text: "# Something else\nentirely", declaredAlarms: [declared] }]);
    const hits = (alarm: AlarmFacts) => searchIndex(one, { text: "", alarm }, 1).hits.length;
    expect(hits({ namespace: "aws/rds", metric: "readlatency" })).toBe(1);
    expect(hits({ namespace: "AWS/RDS", metric: "WriteLatency" })).toBe(0);
    expect(hits({ namespace: "AWS/EBS", metric: "ReadLatency" })).toBe(0);
    expect(hits({ metric: "ReadLatency" })).toBe(0);
  });

  it("abstains with a reason where no runbook fits, and still shows the closest", () => {
    const answer = searchIndex(index, { text: "Kinesis iterator age is too high" }, 2);
    expect(answer.abstained).toBe(true);
    expect(answer.reason).toContain("product");
    expect(searchIndex(index, { text: "quarterly travel expenses" }, 2)).toMatchObject({ abstained: true, hits: [] });
  });

  it("does not offer a runbook for another product, however well its other words fit", () => {
    expect(searchIndex(index, { text: "high CPU on RDS" }, 1).abstained).toBe(false);
    expect(searchIndex(index, { text: "high CPU on ElastiCache" }, 1).abstained).toBe(true);
    const alarm = { namespace: "AWS/ElastiCache", metric: "CPUUtilization", description: "High CPU" };
    expect(searchIndex(index, { text: "", alarm }, 1).abstained).toBe(true);
  });

  it("says so when there is nothing to search or nothing to search for", () => {
    expect(searchIndex(buildIndex([]), { text: "disk" }, 3)).toMatchObject({ abstained: true, hits: [] });
    expect(searchIndex(index, { text: " … 42 the of " }, 3)).toMatchObject({ abstained: true, hits: [] });
  });

  it("takes the word before 'service' for what an alert is about", () => {
    const services = buildIndex([
      ...library,
      { path: "carts.md", text: "# Carts\n\nKeeps what customers are about to buy." },
      { path: "rates.md", text: "# Error budget\n\nHow the rate of errors is measured." },
    ]);
    const chances = (text: string) => {
      const { hits } = searchIndex(services, { text }, 5);
      return ["carts.md", "rates.md"].map((path) => hits.find((hit) => hit.path === path)?.score ?? 0);
    };
    const [carts = 0, rates = 0] = chances("the error rate of the carts is high");
    const [cartsService, ratesService] = chances("the error rate of the carts service is high");
    expect(cartsService).toBeGreaterThan(carts);
    expect(ratesService).toBeLessThan(rates * 0.8);
  });

  it("lets the names of hosts and pods not decide", () => {
    const plain = searchIndex(index, { text: "host is out of memory" }, 1);
    const named = searchIndex(index, { text: "host is out of memory on checkout-7d9f8c6b5-x2k4q at 10.0.3.4:9100" }, 1);
    expect(named.hits[0]?.path).toBe(plain.hits[0]?.path);
  });

  it("keeps what a terminal would act on out of what it shows", () => {
    const evil = buildIndex([{ path: "a.md", text: "# T\u001b[31mitle\n\u001b[2Jdisk \u202efull\u0007 now" }]);
    const hit = searchIndex(evil, { text: "disk full" }, 1).hits[0];
    expect(`${hit?.title}${hit?.heading}${hit?.excerpt}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(hit?.excerpt).toBe("disk full now");
  });

  it("answers any text in order, within 0 and 1, and never with more than was asked", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.integer({ min: 0, max: 8 }), (text, k) => {
        const answer = searchIndex(index, { text, alarm: { name: text, description: text } }, k);
        const scores = answer.hits.map((hit) => hit.score);
        expect(answer.hits.length).toBeLessThanOrEqual(k);
        expect(scores).toEqual(scores.toSorted((left, right) => right - left));
        for (const score of [...scores, answer.confidence]) expect(score >= 0 && score <= 1).toBe(true);
        expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
      }),
    );
  });

  it("finds what a document is called, for any document of any words", () => {
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{4,8}$/);
    const title = fc.uniqueArray(word, { minLength: 3, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(title, { minLength: 2, maxLength: 8, selector: (words) => words[0] }), (titles) => {
        const made = titles.map((words, at) => ({
          path: `${at}.md`,
          text: `# ${words.join(" ")}\n${titles.flat().join(" ")}\n`,
        }));
        for (const [at, words] of titles.entries()) {
          expect(searchIndex(buildIndex(made), { text: words.join(" ") }, 1).hits[0]?.path).toBe(`${at}.md`);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a runbook of five megabytes", () => {
  it("is indexed up to its limit, with a note, and does not drown the others", () => {
    const giant = { path: "giant.md", text: `# Giant\n${"disk full restart the server\n".repeat(180_000)}` };
    const mixed = buildIndex([...library, giant]);
    expect(mixed.notes).toHaveLength(1);
    expect(mixed.notes[0]).toContain("giant.md");
    expect(searchIndex(mixed, { text: "RDS storage full" }, 1).hits[0]?.path).toBe("db/rds-storage.md");
  });
});
