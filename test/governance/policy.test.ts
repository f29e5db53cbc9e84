import { beforeAll, describe, expect, test } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import { decide } from "../../src/governance/decide.ts";
import { factsOf } from "../../src/governance/facts.ts";
import { loadPolicies, type PolicyText, policiesOnFirstUse, policyHash } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";
import { assessmentOf, standard } from "./cases.ts";

let text: PolicyText;
beforeAll(async () => {
  text = await readPolicyText();
});

const withFile = (content: string): PolicyText => ({
  ...text,
  files: [...text.files, { name: "50-new.cedar", text: content }],
});

async function refusal(policyText: PolicyText): Promise<HealerError> {
  const error = await loadPolicies(policyText).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HealerError);
  return error as HealerError;
}

describe("policies", () => {
  test("of the project load, with the ids that decisions name", async () => {
    const { ids, hash } = await loadPolicies(text);
    expect(ids).toContain("standard-change-runs-alone");
    expect(ids).toContain("kill-switch-stops-changes");
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("have a hash that follows every byte", async () => {
    const [file, ...rest] = text.files;
    const touched = { ...text, files: [{ name: file?.name ?? "", text: `${file?.text} ` }, ...rest] };
    expect((await loadPolicies(touched)).hash).not.toBe((await loadPolicies(text)).hash);
    expect((await loadPolicies(text)).hash).toBe((await loadPolicies(text)).hash);
  });

  test.each([
    ["that do not parse", "permit (", /50-new/],
    ["without an id", "permit (principal, action, resource);", /no @id/],
    ["with an empty id", '@id("") permit (principal, action, resource);', /no @id/],
    ["with an id that says nothing", "@id permit (principal, action, resource);", /no @id/],
    [
      "with an id that is taken",
      '@id("reads-run") permit (principal, action, resource);',
      /two policies have the id reads-run/,
    ],
    [
      "that speak of a fact that does not exist",
      '@id("x") permit (principal, action, resource) when { context.mood == "good" };',
      /x/,
    ],
    [
      "that compare what can not be compared",
      '@id("x") permit (principal, action, resource) when { context.risk == "low" && context.risk };',
      /x/,
    ],
    [
      "for an action that does not exist",
      '@id("x") permit (principal, action == Healer::Action::"fly", resource);',
      /x/,
    ],
  ])("%s are refused by name, and what was loaded stays in force", async (_, content, words) => {
    const before = await loadPolicies(text);
    const error = await refusal(withFile(content));
    expect(error.code).toBe("bad_policy");
    expect(error.message).toMatch(words);
    const facts = factsOf(assessmentOf(standard), standard.around);
    expect((await decide(before, "change", facts)).verdict).toBe("allow");
  });

  test("with a broken schema are refused", async () => {
    const error = await refusal({ ...text, schema: "namespace Healer {" });
    expect(error.code).toBe("bad_policy");
    expect(error.message).toMatch(/^policies\/schema\.cedarschema: ./);
    expect(error.hint).toContain("healer policy test");
  });

  test("without an id are shown by their beginning", async () => {
    const long = `permit (principal, action, resource) when { context.service == "${"x".repeat(99)}" };`;
    const { message } = await refusal(withFile(long));
    expect(message).toMatch(/^policies\/50-new\.cedar: a policy has no @id: permit/);
    expect(message.split("@id: ")[1]).toHaveLength(60);
  });

  test("of which there are none allow nothing", async () => {
    const none = await loadPolicies({ ...text, files: [] });
    const facts = factsOf(assessmentOf(standard), standard.around);
    expect((await decide(none, "change", facts)).verdict).toBe("deny");
    expect((await decide(none, "read", facts)).verdict).toBe("deny");
  });
});

test("the hash tells where the schema ends and a file begins", async () => {
  const files = [{ name: "a", text: "b" }];
  expect(policyHash({ schema: "xy", files })).not.toBe(policyHash({ schema: "x", files: [{ name: "ya", text: "b" }] }));
  expect(policyHash({ schema: "x", files })).not.toBe(policyHash({ schema: "x", files: [{ name: "ab", text: "" }] }));
});

describe("a policy may name", () => {
  const facts = factsOf(assessmentOf(standard), standard.around);
  const only = async (...permits: readonly string[]) =>
    decide(await loadPolicies({ ...text, files: [{ name: "x.cedar", text: permits.join("\n") }] }), "change", facts);

  test("the agent and the service, and decides for no other", async () => {
    const permit = (agent: string, service: string) =>
      `@id("x") permit (principal == Healer::Agent::"${agent}", action, resource == Healer::Service::"${service}");`;
    expect((await only(permit("healer", "checkout"))).verdict).toBe("allow");
    expect((await only(permit("healer", "search"))).verdict).toBe("deny");
    expect((await only(permit("other", "checkout"))).verdict).toBe("deny");
  });

  test("what others name too: all that permitted are said, in order", async () => {
    const permits = ["d", "a", "c", "b"].map((id) => `@id("${id}") permit (principal, action, resource);`);
    expect((await only(...permits)).policies).toEqual(["a", "b", "c", "d"]);
  });
});

describe("policies that are loaded where they are first asked", () => {
  test("have the hash of those loaded at once and decide the same", async () => {
    const [now, later] = [await loadPolicies(text), policiesOnFirstUse(text)];
    expect(later.hash).toBe(now.hash);
    const facts = factsOf(assessmentOf(standard), standard.around);
    expect(await decide(later, "change", facts)).toEqual(await decide(now, "change", facts));
  });

  test("that do not parse fail every decision, and never allow one", async () => {
    const broken = policiesOnFirstUse(withFile("permit ("));
    for (let asked = 0; asked < 2; asked++) {
      await expect(decide(broken, "change", factsOf(assessmentOf(standard), standard.around))).rejects.toMatchObject({
        code: "bad_policy",
      });
    }
  });
});
