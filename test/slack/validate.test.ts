import { describe, expect, it } from "vitest";
import { messageProblems, viewProblems } from "../../src/slack/validate.ts";

const text = (value: string, type = "plain_text") => ({ type, text: value });
const x = (count: number) => "x".repeat(count);
const button = (more: object) => ({ type: "button", text: text("Go"), action_id: "a", ...more });
const rich = (...elements: unknown[]) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] });
const list = (count: number, of: (index: number) => unknown) => Array.from({ length: count }, (_, index) => of(index));

const broken: readonly (readonly [string, readonly unknown[]])[] = [
  ["an unknown block", [{ type: "nonsense" }]],
  ["more than 50 blocks", list(51, () => ({ type: "divider" }))],
  ["a header over 150", [{ type: "header", text: text(x(151)) }]],
  ["a header in markup", [{ type: "header", text: text("a", "mrkdwn") }]],
  ["an empty section", [{ type: "section" }]],
  ["a section text over 3000", [{ type: "section", text: text(x(3001), "mrkdwn") }]],
  ["an empty text", [{ type: "section", text: text("") }]],
  ["more than 10 fields", [{ type: "section", fields: list(11, () => text("a")) }]],
  ["a field over 2000", [{ type: "section", fields: [text(x(2001))] }]],
  ["more than 10 context elements", [{ type: "context", elements: list(11, () => text("a")) }]],
  ["an empty context", [{ type: "context", elements: [] }]],
  ["more than 25 buttons", [{ type: "actions", elements: list(26, (index) => button({ action_id: `a${index}` })) }]],
  ["two equal action ids", [{ type: "actions", elements: [button({}), button({})] }]],
  [
    "two equal block ids",
    [
      { type: "divider", block_id: "b" },
      { type: "divider", block_id: "b" },
    ],
  ],
  ["a button text over 75", [{ type: "actions", elements: [button({ text: text(x(76)) })] }]],
  ["a button value over 2000", [{ type: "actions", elements: [button({ value: x(2001) })] }]],
  ["a button without id", [{ type: "actions", elements: [button({ action_id: undefined })] }]],
  ["an unknown button style", [{ type: "actions", elements: [button({ style: "huge" })] }]],
  [
    "a confirm text over 300",
    [
      {
        type: "actions",
        elements: [button({ confirm: { title: text("a"), text: text(x(301)), confirm: text("a"), deny: text("b") } })],
      },
    ],
  ],
  [
    "a confirm button over 30",
    [
      {
        type: "actions",
        elements: [button({ confirm: { title: text("a"), text: text("b"), confirm: text(x(31)), deny: text("b") } })],
      },
    ],
  ],
  ["a block id over 255", [{ type: "divider", block_id: x(256) }]],
  ["half a character", [{ type: "header", text: text("\ud800") }]],
  ["an empty rich text element", [rich({ type: "text", text: "" })]],
  ["a broadcast", [rich({ type: "broadcast", range: "channel" })]],
  ["a mention of nobody", [rich({ type: "user", user_id: "<!channel>" })]],
  ["a link that runs script", [rich({ type: "link", url: "javascript:alert(1)" })]],
  ["too much rich text", [rich({ type: "text", text: x(2900) }, { type: "text", text: x(2900) })]],
  ["a message too large for Slack", list(10, () => rich({ type: "text", text: x(2000) }))],
];

describe("a message that Slack would refuse is found before it is sent", () => {
  it.each(broken)("%s", (_name, blocks) => {
    expect(messageProblems({ text: "a", blocks }).length).toBeGreaterThan(0);
  });

  it("the same shapes just within the limits are valid", () => {
    const confirm = { title: text(x(100)), text: text(x(300)), confirm: text(x(30)), deny: text(x(30)) };
    const blocks = [
      { type: "header", text: text(x(150)), block_id: x(255) },
      { type: "section", text: text(x(3000), "mrkdwn") },
      { type: "section", fields: list(10, () => text("a")) },
      { type: "context", elements: list(10, () => text("a", "mrkdwn")) },
      { type: "actions", elements: list(25, (index) => button({ action_id: `a${index}` })).concat([]) },
      { type: "actions", elements: [button({ action_id: "b", value: x(2000), confirm, style: "danger" })] },
      rich(
        { type: "text", text: x(2000) },
        { type: "user", user_id: "U0ADA0001" },
        { type: "link", url: "https://a.example" },
      ),
    ];
    expect(messageProblems({ text: "a", blocks })).toEqual([]);
  });

  it("a missing fallback text is found: without it a notification is silent", () => {
    expect(messageProblems({ text: "", blocks: [] }).length).toBe(1);
  });
});

describe("a modal that Slack would refuse", () => {
  const input = { type: "input", label: text("a"), element: { type: "plain_text_input", action_id: "a" } };
  const modal = { type: "modal", title: text("a"), submit: text("go"), blocks: [input] };
  it.each([
    ["a title over 24", { ...modal, title: text(x(25)) }],
    ["an input without a submit", { ...modal, submit: undefined }],
    ["metadata over 3000", { ...modal, private_metadata: x(3001) }],
    ["no blocks", { ...modal, blocks: [] }],
    ["a home tab", { ...modal, type: "home" }],
  ])("%s", (_name, view) => {
    expect(viewProblems(view).length).toBeGreaterThan(0);
  });

  it("a good one is let through", () => {
    expect(viewProblems(modal)).toEqual([]);
  });
});
