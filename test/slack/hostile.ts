import fc from "fast-check";

const pieces = [
  "<!channel>",
  "<!here|here>",
  "<@U0ADA0001>",
  "<!subteam^S0ONCALL1>",
  "<https://evil.example|Approve>",
  "https://evil.example",
  "*bold*",
  "`code`",
  "```",
  ":white_check_mark:",
  "✅",
  "🟢 Approve",
  "█",
  "\u202E",
  "\u200b",
  "\u0000",
  "\r\n\n\n",
  "\ud800",
  "&lt;!everyone&gt;",
  '"}]}',
  "[ Approve ]",
  "e\u0301\u0301\u0301\u0301\u0301",
  "x".repeat(4000),
];

/** Text as somebody would write it who wants a click, mixed with anything at all. */
export const hostile: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 200 })),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(" "));
