import { describe, expect, it } from "vitest";
import { stem } from "../../src/search/stem.ts";
import { eachWord, termsOf } from "../../src/search/words.ts";

const wordsOf = (text: string): readonly string[] => {
  const words: string[] = [];
  eachWord(text, (word) => words.push(word));
  return words;
};

describe("eachWord", () => {
  it("keeps identifiers in one piece and parts paths", () => {
    expect(wordsOf("AWS/RDS kube-proxy: GetRecords.Success, redis_cache (10.0.0.1:9100).")).toEqual([
      "AWS",
      "RDS",
      "kube-proxy",
      "GetRecords.Success",
      "redis_cache",
      "10.0.0.1:9100",
    ]);
  });

  it("passes over web addresses and blobs", () => {
    expect(wordsOf(`see https://a.example/d/x?y=1 now ${"A".repeat(500)} end`)).toEqual(["see", "now", "end"]);
  });

  it("tells where each word stands, also beside letters of two code units", () => {
    const found: [string, number][] = [];
    eachWord("💥 disk voll", (word, at) => found.push([word, at]));
    expect(found.slice(-2)).toEqual([
      ["disk", 3],
      ["voll", 8],
    ]);
  });
});

describe("termsOf", () => {
  it("gives an identifier whole and by its parts, whatever its spelling", () => {
    expect(termsOf("CPUUtilization")).toEqual(["cpuutil", "cpu", "util"]);
    expect(termsOf("redis-cache")[0]).toBe(termsOf("RedisCache")[0]);
    expect(termsOf("ElastiCache")[0]).toBe(termsOf("elasticache")[0]);
    expect(termsOf("KubeAPIErrors").slice(1)).toEqual(["kube", "api", "error"]);
  });

  it("keeps product names with digits and status codes, and drops bare numbers", () => {
    expect(termsOf("EC2")).toEqual(["ec2"]);
    expect(termsOf("5xxErrors")).toEqual(["5xxerror", "5xx", "error"]);
    expect(termsOf("503")).toEqual(["503"]);
    expect(termsOf("42")).toEqual([]);
  });
});

describe("stem", () => {
  it.each([
    ["throttled", "throttling"],
    ["failed", "failure"],
    ["expires", "expiration"],
    ["connections", "connected"],
    ["utilization", "utilized"],
    ["replies", "reply"],
    ["queues", "queued"],
  ])("brings %s and %s together", (left, right) => {
    expect(stem(left)).toBe(stem(right));
  });

  it.each([
    ["server", "service"],
    ["redis", "redistribute"],
    ["status", "state"],
    ["node", "note"],
  ])("keeps %s and %s apart", (left, right) => {
    expect(stem(left)).not.toBe(stem(right));
  });
});
