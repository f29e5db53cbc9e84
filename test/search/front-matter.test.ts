import { describe, expect, it } from "vitest";
import { documentOf } from "../../src/search/front-matter.ts";

describe("documentOf", () => {
  it("takes id, title and alarms from front matter", () => {
    const text =
      "---\nid: disk-full\ntitle: Disk full\nalarms:\n  - namespace: CWAgent\n    metric: disk_used_percent\n---\n# X\n";
    expect(documentOf("a.md", text)).toEqual({
      path: "a.md",
      text,
      id: "disk-full",
      title: "Disk full",
      declaredAlarms: [{ namespace: "CWAgent", metric: "disk_used_percent" }],
    });
  });

  it.each(["---\n: [broken\n---\n# X", "---\nalarms: 7\ntitle: [a]\n---\n# X", "---\nnever closed", "# none", ""])(
    "takes a document whose front matter is no use as it is: %j",
    (text) => {
      expect(documentOf("a.md", text)).toMatchObject({ path: "a.md", text });
      expect(documentOf("a.md", text).declaredAlarms).toBeUndefined();
    },
  );

  it("does not expand aliases", () => {
    const bomb = `---\na: &a [x,x]\nb: &b [*a,*a]\ntitle: t\n---\n`;
    expect(documentOf("a.md", bomb).title).toBeUndefined();
  });
});
