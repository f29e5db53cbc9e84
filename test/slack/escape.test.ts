import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, line, notification, words } from "../../src/slack/escape.ts";
import { hostile } from "./hostile.ts";

describe("foreign words", () => {
  it("never come out empty, too long, or with half a character", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 10, max: 300 }), (text, most) => {
        const shown = words(text, most);
        expect(shown.length).toBeGreaterThan(0);
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });

  it("hold no picture, no invisible and no direction-changing character", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = words(text, 500);
        expect(shown).not.toMatch(/\p{Cf}/u);
        expect(shown).not.toMatch(/[\u2705\u{1F7E2}\u202E\u200B\u2588]/u);
        expect(shown.replace(/\n/g, "")).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it("can not push the buttons off the screen with empty lines", () => {
    expect(words(`a${"\n".repeat(500)}b`, 2000)).toBe("a\n\nb");
    expect(words("x\n".repeat(500), 2000).split("\n").length).toBeLessThanOrEqual(12);
    expect(line("a\n\nb\r\nc", 100)).toBe("a b c");
  });

  it("keep what people write: accents, scripts, arrows, a trade mark", () => {
    expect(words("Überlast → 東京 ™ naïve ±5 %", 100)).toBe("Überlast → 東京 ™ naïve ±5 %");
  });
});

describe("an exact command", () => {
  it("loses nothing: the pieces joined are the command where all of it can be seen", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme-ascii", maxLength: 500 }),
        fc.integer({ min: 2, max: 50 }),
        (text, size) => {
          const pieces = exact(text, size);
          expect(pieces.join("")).toBe(text === "" ? "(empty)" : text);
          expect(pieces.every((piece) => piece.length <= Math.max(size, "(empty)".length))).toBe(true);
        },
      ),
    );
  });

  it("spells out what nobody could see", () => {
    expect(exact("rm\u200b -rf \u202e/", 100)).toEqual(["rm\\u{200b} -rf \\u{202e}/"]);
    expect(exact("a\u0007b\nc\td", 100)).toEqual(["a\\u{7}b\nc\td"]);
  });
});

it("a notification's text mentions nobody and links nowhere", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = notification(text, 200);
      expect(shown).not.toMatch(/[<>@]|:\/\/|&(?!amp;|lt;|gt;)/);
    }),
  );
});
