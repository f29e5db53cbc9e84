import { expect, it } from "vitest";
import { linksOf } from "../../src/slack/links.ts";

it("a value can not leave its place in an address", () => {
  const { alarm } = linksOf({ alarm: "https://console.example/{region}/a?name={alarm}" });
  expect(alarm("x|Approve>&b=c#d/../e", "1/eu-west-1")).toBe(
    "https://console.example/eu-west-1/a?name=x%7CApprove%3E%26b%3Dc%23d%2F..%2Fe",
  );
});

it("half a character gives an address too", () => {
  expect(linksOf({ run: "https://a.example/{run}" }).run("\ud800")).toBe("https://a.example/%EF%BF%BD");
});

it("anything but a web address, and a placeholder that nothing fills, give no link", () => {
  expect(linksOf({ run: "javascript:{run}" }).run("1")).toBeUndefined();
  expect(linksOf({ run: "https://a.example/{what}" }).run("1")).toBeUndefined();
  expect(linksOf({}).run("1")).toBeUndefined();
});
