import { describe, expect, it } from "vitest";
import { createLater } from "../../src/http/later.ts";
import { authoriseByToken } from "../../src/http/tokens.ts";

const ada = "a".repeat(40);
const bob = "b".repeat(40);
const authorise = authoriseByToken(`ada:${ada}\n\nbob:${bob}\n`);
const ask = (headers: Record<string, string>) => authorise(new Request("https://api.test/", { headers }));

describe("tokens of the API", () => {
  it("name their person, from the header or the console's cookie", () => {
    expect(ask({ authorization: `Bearer ${ada}` })).toEqual({ id: "api:ada", name: "ada", via: "api" });
    expect(ask({ cookie: `x=1; healer=${bob}` })).toMatchObject({ id: "api:bob" });
    const odd = `${"t".repeat(30)}+/=;%`;
    const known = authoriseByToken(`eve:${odd}`);
    const cookie = `healer=${encodeURIComponent(odd)}`;
    expect(known(new Request("https://healer.test/", { headers: { cookie } }))).toMatchObject({ id: "api:eve" });
    expect(ask({ cookie: "healer=%E0%A4%A" })).toBeUndefined();
  });

  it.each([
    {},
    { authorization: "Bearer " },
    { authorization: `Bearer ${ada}x` },
    { authorization: ada },
    { cookie: "healer=" },
  ])("know nobody by %j", (headers) => {
    expect(ask(headers as Record<string, string>)).toBeUndefined();
  });

  it("are refused when they can be guessed", () => {
    expect(() => authoriseByToken("ada:short")).toThrow("32 characters");
    expect(() => authoriseByToken(ada)).toThrow("name:token");
  });

  it("without one line let nobody in", () => {
    expect(authoriseByToken("")(new Request("https://api.test/"))).toBeUndefined();
  });
});

describe("work that goes on after an answer", () => {
  it("is waited for, but no longer than the caller has patience", async () => {
    const later = createLater(30);
    const done: string[] = [];
    later.take(Promise.resolve().then(() => void done.push("told")));
    await later.settle();
    expect(done).toEqual(["told"]);
    later.take(new Promise(() => undefined));
    await later.settle();
  });

  it("does not break the answer when it fails", async () => {
    const later = createLater(30);
    later.take(Promise.reject(new Error("late")));
    await expect(later.settle()).resolves.toBeUndefined();
  });
});
