import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicPem, signAnchor } from "../../src/audit/anchor.ts";
import { type Pack, packOf, verifyPack } from "../../src/audit/pack.ts";
import { RunId } from "../../src/domain/ids.ts";
import { type Entry, nextEntry, sha256 } from "../../src/domain/journal.ts";
import { policyHash } from "../../src/governance/policy.ts";
import { embeddedPack, packPage } from "../../src/http/pages/pack.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const runId = RunId.parse("run-abcdef123456");
const policies = { schema: "entity A;", files: [{ name: "a.cedar", text: "permit(principal,action,resource);" }] };
const prompt = { text: "Be careful </script>.", hash: sha256("Be careful </script>.") };

const started = {
  type: "run_started",
  incidentId: "inc-abcdef123456",
  alarm: {
    via: "eventbridge",
    change: "alarm",
    kind: "metric",
    alarmArn: "arn:a",
    alarmName: "<script>alert(1)</script>",
    account: "1",
    region: "eu-west-1",
    state: { value: "ALARM", reason: "r", at: "2026-01-01T00:00:00.000Z" },
    metrics: [],
  },
  mode: "auto",
  environment: "test",
  model: "m",
  promptHash: prompt.hash,
  policyHash: policyHash(policies),
  budgets: { turns: 1, tokens: 1, spend: 1, wallMs: 1, sameCall: 2 },
  requester: "healer:detector",
};
const concluded = { type: "run_concluded", outcome: "escalated", reason: "because", citations: [], findings: [] };

function journal(): readonly Entry[] {
  const at = "2026-01-01T00:00:01.000Z";
  const first = nextEntry(undefined, { runId, at, actor: "detector", events: [started] as never });
  return [first, nextEntry(first, { runId, at, actor: "brain", events: [concluded] as never })];
}

function pack(): Pack {
  const entries = journal();
  const anchors = entries.map(({ seq, hash, at }) => signAnchor({ runId, seq, hash, at }, privateKey));
  const texts = { policies: { hash: policyHash(policies), ...policies }, prompt, runbooks: [] };
  return packOf(entries, anchors, publicPem(privateKey), texts, "2026-01-02T00:00:00.000Z");
}

const key = publicPem(privateKey);

describe("an evidence pack", () => {
  it("verifies by itself, and with the key that the auditor knows", () => {
    expect(verifyPack(pack(), undefined)).toBeUndefined();
    expect(verifyPack(pack(), key)).toBeUndefined();
  });

  it("is refused when it was signed with another key than the trusted one", () => {
    const other = publicPem(generateKeyPairSync("ed25519").privateKey);
    expect(verifyPack(pack(), other)?.why).toMatch(/another key/);
  });

  it("names the first entry that was edited", () => {
    const { entries, ...rest } = pack();
    const edited = entries.map((entry) => (entry.seq === 2 ? { ...entry, actor: "nobody" } : entry));
    expect(verifyPack({ ...rest, entries: edited }, key)).toMatchObject({ seq: 2 });
  });

  it("shows a rewritten journal, since nobody can sign its heads", () => {
    const { entries, ...rest } = pack();
    const rewritten = entries.map((entry) => ({ ...entry }));
    const first = nextEntry(undefined, {
      runId,
      at: "2026-01-01T00:00:09.000Z",
      actor: "detector",
      events: [started] as never,
    });
    expect(verifyPack({ ...rest, entries: [first, ...rewritten.slice(2)] }, key)?.why).toMatch(/anchored/);
  });

  it("shows a forged head", () => {
    const { anchors, ...rest } = pack();
    const forged = anchors.map((anchor) => ({ ...anchor, hash: "0".repeat(64) }));
    expect(verifyPack({ ...rest, anchors: forged }, key)?.why).toMatch(/signature/);
  });

  it("shows policies and a prompt that are not those that decided", () => {
    const whole = pack();
    expect(verifyPack({ ...whole, prompt: "Do as you like." }, key)?.why).toMatch(/prompt/);
    const laxer = (whole.policies ?? []).map((file) => ({ ...file, text: `${file.text} ` }));
    expect(verifyPack({ ...whole, policies: laxer }, key)?.why).toMatch(/policies/);
  });

  it("stands whole in its page, whose own text can neither end it nor run", async () => {
    const page = String(await packPage(pack()));
    expect(JSON.parse(embeddedPack(page))).toEqual(pack());
    expect(page).not.toContain("<script>alert");
  });
});
