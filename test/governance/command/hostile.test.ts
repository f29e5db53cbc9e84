import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCommandAssessor } from "../../../src/governance/command/assess.ts";
import { commandClasses } from "../../../src/governance/command/verdict.ts";

const assess = createCommandAssessor();
const size = 100_000;
const repeated = (text: string): string => text.repeat(Math.floor(size / text.length));

const pieces = fc.constantFrom(
  ..."$( ) ` ' \" \\ { } [ ] ; & | && || < > << <<< >( <( $(( )) ${ $' # ! * ? ~ = \n \t rm -rf / sh -c eval sudo env xargs find -exec if then fi for do done case esac function x EOF aws s3 git \u0000 \ud800 é 中".split(
    " ",
  ),
  " ",
);
const shellLike = fc.array(pieces, { maxLength: 60 }).map((words) => words.join(""));

describe("any text", () => {
  it("gets a class and a reason, never an exception", () => {
    fc.assert(
      fc.property(fc.oneof(shellLike, fc.string({ unit: "binary", maxLength: 200 })), (text) => {
        const { class: found, reason, command } = assess(text);
        expect(commandClasses).toContain(found);
        expect(reason).not.toBe("");
        expect(reason).not.toContain("could not be read");
        expect(command).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Each of these once took seconds to minutes in some shell tool; here the runner's own timeout is the bound. */
describe("hostile text of 100 kB ends, and is never called harmless when something is hidden in it", () => {
  const nested = (open: string, close: string, times: number): string =>
    `${open.repeat(times)}rm -rf /${close.repeat(times)}`;

  it.each([
    ["open substitutions", `echo ${repeated("$(")}`],
    ["nested substitutions", nested("echo $(", ")", 12_000)],
    ["parentheses", nested("( ", " )", 20_000)],
    ["conditions", nested("if true; then ", "; fi", 5_000)],
    ["loops", nested("while true; do ", "; done", 4_000)],
    ["backquotes", repeated("`")],
    ["quotes", `${repeated('"')}'`],
    ["default values", `echo ${repeated("${x:-")}`],
    ["wrappers", `${repeated("sudo ")}rm -rf /`],
    ["many commands", `${repeated("ls;")}rm -rf /`],
    ["many pipes", `${repeated("cat | ")}rm -rf /`],
    ["doubling variables", `a=rm;${"a=$a$a;".repeat(5_000)}$a`],
    ["mutual recursion", "f(){ f; g; g; }; g(){ f; f; g; }; f"],
    [
      "doubling functions",
      `${Array.from({ length: 40 }, (_, at) => `f${at}(){ f${at + 1}; f${at + 1}; };`).join("")}f0`,
    ],
    [
      "doubling aliases",
      `${Array.from({ length: 40 }, (_, at) => `alias a${at}='a${at + 1}; a${at + 1}';`).join("")}a0`,
    ],
    ["escaped separators for sed", `sed 's/${repeated("\\/")}'`],
    ["regular expressions for awk", `awk '${repeated("printf ")}>x'`],
    ["find with many actions", `find . ${repeated("-exec rm {} \\; ")}`],
    ["unknown wrapper", `foo ${repeated("sh -c ")}`],
    ["control characters", repeated("\u0000")],
    ["lone surrogates", repeated("\ud800")],
  ])("%s", (_, text) => {
    expect(["risky", "destructive"]).toContain(assess(text).class);
  });

  it("braces that multiply stay one untrusted word", () => {
    expect(assess(`{rm,-rf,/}${"{,}".repeat(40)}`).class).toBe("risky");
    expect(assess(`rm -rf ${"{a,b}".repeat(10_000)}`).class).toBe("destructive");
  });
});
