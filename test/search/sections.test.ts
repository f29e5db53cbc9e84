import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentHashOf, sectionsOf, slugOf } from "../../src/search/sections.ts";

const slugs = (markdown: string): readonly string[] => sectionsOf(markdown).map((section) => section.slug);

describe("sectionsOf", () => {
  it("cuts at headings of every level and leaves the heading line out of the text", () => {
    expect(sectionsOf("# Disk full\nIntro\n\n## Diagnosis\n`df -h`\n### Deeper\nlook\n")).toEqual([
      { slug: "disk-full", heading: "Disk full", level: 1, text: "Intro" },
      { slug: "diagnosis", heading: "Diagnosis", level: 2, text: "`df -h`" },
      { slug: "deeper", heading: "Deeper", level: 3, text: "look" },
    ]);
  });

  it("makes the slugs that GitHub makes", () => {
    expect(slugOf("What's up? (RDS & EC2)")).toBe("whats-up-rds--ec2");
    expect(slugOf("snake_case and Ünïcode")).toBe("snake_case-and-ünïcode");
    expect(slugs("## `df` and [links](http://a.b) **bold**")).toEqual(["df-and-links-bold"]);
  });

  it("makes repeated headings unique, also where the numbered name is taken", () => {
    expect(slugs("## Check\n## Check\n## Check-1\n## Check\n")).toEqual(["check", "check-1", "check-1-1", "check-2"]);
    expect(slugs("## Check-1\n## Check\n## Check\n")).toEqual(["check-1", "check", "check-2"]);
  });

  it("keeps text before the first heading as _top and drops front matter", () => {
    expect(sectionsOf("---\nid: x\n# not a heading\n---\nHello\n# A\nb")).toEqual([
      { slug: "_top", heading: "", level: 0, text: "Hello" },
      { slug: "a", heading: "A", level: 1, text: "b" },
    ]);
  });

  it("does not take comments in code for headings, in nested and unclosed fences either", () => {
    expect(slugs("# A\n````sh\n# no\n```\n# no\n````\n## B\n~~~\n# no")).toEqual(["a", "b"]);
  });

  it("reads underlined headings but no tables, rules or lists", () => {
    expect(slugs("Title\n=====\n\nPart\n---\n\na | b\n---\n\n- item\n---\n")).toEqual(["title", "part"]);
  });

  it("gives CRLF text the same sections and hashes as LF text", () => {
    const markdown = "# A\nx\ny\n## B\nz\n";
    expect(sectionsOf(markdown.replaceAll("\n", "\r\n"))).toEqual(sectionsOf(markdown));
  });

  it("never throws, never repeats a slug and loses no heading-free text, whatever it is given", () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom("# A", "## A", "# A-1", "# A-2", "A", "===", "---", "```", "~~~~", "#", "###### x ##"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const found = slugs(lines.join("\n"));
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

describe("contentHashOf", () => {
  it("is the SHA-256 of the text, so one changed character changes it", () => {
    expect(contentHashOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(contentHashOf("abd")).not.toBe(contentHashOf("abc"));
  });
});
