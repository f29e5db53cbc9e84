import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Approval } from "../../src/domain/approval.ts";
import type { AutomationPreview } from "../../src/domain/preview.ts";
import { replay } from "../../src/domain/run.ts";
import { messageOf } from "../../src/slack/block-kit.ts";
import { ButtonValue, buttonsOf } from "../../src/slack/buttons.ts";
import { type CardState, cardOf } from "../../src/slack/card.ts";
import { linksOf } from "../../src/slack/links.ts";
import { changeModal, commandModal, whyModal } from "../../src/slack/modals.ts";
import { cardOfState, previewStates } from "../../src/slack/preview/cards.ts";
import { type SampleWords, sampleRunId, sampleStart } from "../../src/slack/preview/sample-parts.ts";
import { type SampleStep, sampleRun } from "../../src/slack/preview/sample-run.ts";
import { callForHelp, notesOf, reminder } from "../../src/slack/thread.ts";
import { messageProblems, viewProblems } from "../../src/slack/validate.ts";
import { hostile } from "./hostile.ts";

const links = linksOf({
  run: "https://healer.example/runs/{run}",
  runbook: "https://git.example/{runbook}.md#{step}",
  alarm: "https://console.example/{region}/{alarm}",
});

const hostileWords: fc.Arbitrary<SampleWords> = fc.record({
  alarm: hostile,
  cause: hostile,
  justification: hostile,
  finding: hostile,
  command: hostile,
  reason: hostile,
  result: hostile,
  preview: hostile.map((why) => ({ known: false as const, why: why.toWellFormed() })),
  measured: hostile,
  comment: hostile,
});
const stepsOfAState = fc.constantFrom(...previewStates.map((state) => state.steps));

function cardWith(words: SampleWords, steps: readonly SampleStep[]): { card: CardState; approval: Approval } {
  // A journal holds no half characters; a card that was made in another way may.
  const whole = Object.fromEntries(
    Object.entries(words).map(([name, text]) => [name, typeof text === "string" ? text.toWellFormed() : text]),
  ) as SampleWords;
  const { entries, approval, incident } = sampleRun(whole, steps);
  const card = cardOf(replay(sampleRunId, entries), approval, sampleStart + 60 * 4000, {
    ...incident,
    resource: `1/2/${words.alarm}`,
  });
  if (card === undefined) throw new Error("no card");
  const cause = card.cause && { ...card.cause, text: words.cause };
  const action = card.action && { ...card.action, command: words.command, justification: words.justification };
  return { card: { ...card, alarm: { ...card.alarm, name: words.alarm }, cause, action }, approval };
}

/** Everything that Slack would parse: markup objects and the fallback text. */
function parsedTexts(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("type" in value && value.type === "mrkdwn" && "text" in value) return [String(value.text)];
  return Object.values(value).flatMap(parsedTexts);
}

function elementsOfType(value: unknown, type: string): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === type ? [value as Record<string, unknown>] : [];
  return [...own, ...Object.values(value).flatMap((inner) => elementsOfType(inner, type))];
}

describe("whatever logs, alarms, runbooks and models write", () => {
  it("every card, modal and thread message is valid Block Kit within Slack's limits", () => {
    fc.assert(
      fc.property(hostileWords, stepsOfAState, (words, steps) => {
        const { card, approval } = cardWith(words, steps);
        const titled = { ...approval, card: { ...approval.card, title: words.reason } };
        const messages = [
          messageOf({ ...card, ...(card.approval && { approval: titled }) }, links),
          callForHelp(titled, "S0ONCALL1"),
        ];
        const notes = [...notesOf(card), reminder(titled, "k")].map((note) => note.message);
        for (const message of [...messages, ...notes]) expect(messageProblems(message)).toEqual([]);
        const views = [whyModal(card), commandModal(card), changeModal(titled, { channel: "C1", ts: "1.2" })];
        for (const view of views) expect(viewProblems(view as unknown as Record<string, unknown>)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("Slack parses only text of our own, and every mention, link and button is ours", () => {
    fc.assert(
      fc.property(hostileWords, stepsOfAState, (words, steps) => {
        const { card, approval } = cardWith(words, steps);
        const plain = cardWith(harmless, steps).card;
        const everything = (state: CardState) => [
          messageOf(state, links),
          whyModal(state),
          commandModal(state),
          notesOf(state),
          changeModal(approval, { channel: "C1", ts: "1.2" }),
        ];
        const ours = everything(plain);
        const theirs = everything(card);
        // The digest is the one thing in markup that follows from the texts, and it is hexadecimal.
        const withoutDigest = (texts: string[]) => texts.map((text) => text.replace(/`[0-9a-f]{16}`/g, "digest"));
        expect(withoutDigest(parsedTexts(theirs))).toEqual(withoutDigest(parsedTexts(ours)));
        for (const type of ["user", "usergroup", "broadcast", "channel", "emoji", "button"]) {
          expect(elementsOfType(theirs, type).length).toBe(elementsOfType(ours, type).length);
        }
        const targets = elementsOfType(theirs, "link").map((element) => new URL(String(element.url)).host);
        expect(targets.every((host) => host === "console.example")).toBe(true);
        expect(elementsOfType(theirs, "link").every((element) => element.text === "open alarm")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

const harmless: SampleWords = {
  alarm: "a",
  cause: "b",
  justification: "c",
  finding: "d",
  command: "e",
  reason: "f",
  result: "g",
  measured: "h",
  comment: "i",
};

describe("a card", () => {
  const textOf = (name: string) => {
    const state = previewStates.find((one) => one.name === name);
    const card = state && cardOfState(state);
    if (card === undefined) throw new Error(name);
    return { card, json: JSON.stringify(messageOf(card, links).blocks) };
  };

  it("that waits holds cause, evidence against, action, price, ceiling, risk, step, digest, people and expiry", () => {
    const { json, card } = textOf("pending");
    const wanted = [
      "all four web workers are saturated",
      "Cache hit rate fell",
      "traffic-surge: add-capacity",
      "$32.64* for 24 h · $992.80 a month",
      "over the $20.00 ceiling",
      "medium, can be undone",
      "2 targets, 33 % of the fleet",
      "https://git.example/traffic-surge.md#add-capacity-for-a-day",
      card.approval?.digest.slice(0, 16) ?? "missing",
      "<@U0ADA0001>, <@U0GRACE02>, 1 more",
      "expires <!date^",
      "SEV2",
    ];
    for (const text of wanted) expect(json).toContain(text);
  });

  it.each(previewStates.map((state) => state.name))("in the state %s has buttons only while it waits", (name) => {
    const { json, card } = textOf(name);
    expect(json.includes('"type":"actions"')).toBe(card.phase === "pending");
  });

  it("of what was only observed says what would have been, its price and its command, and that nothing ran", () => {
    const { json } = textOf("observed");
    expect(json).toContain("Recorded, nothing ran");
    expect(json).toContain("In mode auto it would have asked one person. Price $32.64.");
    expect(json).toContain("healer-scale --group web --desired 6 --for 24h");
    expect(json).not.toContain("Reported");
  });

  it("shows an automation's preview where there is one, and otherwise why there is none", () => {
    const state = previewStates.find((one) => one.name === "pending");
    const card = state && cardOfState(state);
    if (card?.approval === undefined) throw new Error("no card");
    const counts = { mutatingSteps: 2, readOnlySteps: 3, undeterminedSteps: 1, regions: ["eu-west-1"], targets: 0 };
    const shown = (preview: AutomationPreview) => {
      const approval = { ...card.approval, card: { ...card.approval?.card, preview } } as Approval;
      return JSON.stringify(messageOf({ ...card, approval }));
    };
    expect(shown({ known: true, ...counts })).toContain("2 steps change, 3 read, 1 undetermined; 1 region");
    expect(shown({ known: false, why: "it took too long" })).toContain("no preview: it took too long");
    expect(JSON.stringify(messageOf(card))).not.toContain("Preview");
  });

  it("after the decision says who, when, what ran and what the alarm's metric is now", () => {
    const { json } = textOf("recovered");
    expect(json).toContain('{"type":"user","user_id":"U0ADA0001"}');
    expect(json).toContain("healer-scale --group web --desired 6 --for 24h");
    expect(json).toContain("newest datapoints: 0.31, 0.28, 0.29");
  });

  it("says in which account and region what waits would run", () => {
    const { card } = textOf("pending");
    const { plan } = card.action?.assessment ?? {};
    if (card.action === undefined || plan === undefined) throw new Error("no plan");
    const elsewhere = { ...plan, account: "210987654321", region: "ap-south-1" };
    const action = { ...card.action, assessment: { ...card.action.assessment, plan: elsewhere } };
    expect(JSON.stringify(messageOf({ ...card, action }).blocks)).toContain('"210987654321 ap-south-1"');
  });

  it("never shows an unknown price as a number", () => {
    const { card } = textOf("pending");
    if (card.action === undefined) throw new Error("no action");
    const assessment = { ...card.action.assessment, price: { known: false as const, why: "two price items match" } };
    const json = JSON.stringify(messageOf({ ...card, action: { ...card.action, assessment } }).blocks);
    expect(json).toContain("*unknown*, so a person decides");
    expect(json).not.toContain("$0.00");
  });

  it("carries approval and digest in each button, and no token fits there by mistake", () => {
    const { card } = textOf("pending");
    if (card.approval === undefined) throw new Error("no approval");
    const { elements } = buttonsOf(card.approval);
    expect(elements.length).toBe(5);
    for (const element of elements) {
      const value = ButtonValue.parse(JSON.parse("value" in element ? String(element.value) : ""));
      expect(value).toEqual({ approval: card.approval.approvalId, digest: card.approval.digest });
    }
  });
});
