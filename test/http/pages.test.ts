import { describe, expect, it } from "vitest";
import type { Approval } from "../../src/domain/approval.ts";
import type { EventOf, RunEvent } from "../../src/domain/event.ts";
import { listPage } from "../../src/http/pages/list.ts";
import { runBody, runPage } from "../../src/http/pages/run.ts";
import {
  assessed,
  assessment,
  call,
  concluded,
  decided,
  finished,
  first,
  journal,
  minute,
  plan,
  replied,
  requested,
  runStarted,
} from "../domain/story.ts";

const until = "2026-11-23T10:30:00.000Z";
const pending = {
  status: "pending",
  quorum: 1,
  approvers: [],
  expiresAt: until,
  card: { title: "disk-full: free-space", action: "df -h", askedBecause: [], assessment: assessment() },
} as unknown as Approval;
const open = [runStarted(), replied(1, [call(1, 0, { tool: "fetch_logs" })]), finished(first)];
const page = async (approvals: readonly Approval[], ...more: ReturnType<typeof concluded>[]) =>
  String(await runPage(journal(...open, ...more), approvals, undefined, Date.parse(until) - 23 * minute));

describe("the page of a run", () => {
  it("reloads itself while the run goes on, and not once it ended", async () => {
    expect(await page([])).toContain('http-equiv="refresh"');
    expect(await page([], concluded())).not.toContain('http-equiv="refresh"');
  });

  it("holds still for a reader who asks for it, and says how to let it go on", async () => {
    const html = String(await runPage(journal(...open), [], undefined, undefined, true));
    expect(html).not.toContain('http-equiv="refresh"');
    expect(html).toContain('<a href="?">Reload by itself</a>');
    expect(await page([])).toContain('Reloads every 2 s. <a href="?still">Hold still</a>');
    expect(await page([], concluded())).not.toContain("<footer");
  });

  it("does not reload under the hands of who writes a comment on what waits", async () => {
    expect(await page([pending])).not.toContain('http-equiv="refresh"');
  });

  it("says on what and where the command that is decided would run, and spells out what nobody would see of it", async () => {
    const action = "df -h # \u202etr mr\u2066\u200b\u{e0041}\u2028; id\u0007";
    const elsewhere = { ...plan, targets: ["i-1", "i-2"], account: "210987654321", region: "us-east-1" };
    const card = { ...pending.card, action, assessment: { ...assessment(), plan: elsewhere } };
    const shown = await page([{ ...pending, card }]);
    expect(shown).toContain('<dt>On</dt><dd class="mono">i-1, i-2 in 210987654321 us-east-1</dd>');
    expect(shown).toContain(
      '<pre tabindex="0">df -h # \\u{202e}tr mr\\u{2066}\\u{200b}\\u{e0041}\\u{2028}; id\\u{7}</pre>',
    );
  });

  it("says first what waits, what it costs and how long there is, before it tells the story", async () => {
    const html = await page([pending]);
    expect(html).toContain("<b>Waits for 1 person, 23 min left</b>");
    expect(html).toContain('<span class="price">$5.00 over 24 h ($150.00 a month)</span>');
    expect(html.indexOf("Approve</button>")).toBeLessThan(html.indexOf("<h2>Timeline</h2>"));
    expect(html).toContain("<title>waits: disk</title>");
  });

  it("offers no decision any more once the run ended", async () => {
    expect(await page([pending], concluded())).not.toContain("<form");
  });

  it("draws the measured recovery against the alarm's threshold, and says it in words", async () => {
    const alarm = { ...(runStarted() as EventOf<"run_started">).alarm, threshold: 90 };
    const datapoints = [100, 60, 20].map((value, at) => ({ at: at * minute, value }));
    const verified: RunEvent = { type: "verified", calls: [], verdict: "recovered", measured: "fine", datapoints };
    const told = journal(runStarted({ alarm }), replied(1, [call(1, 0)]), verified);
    const html = String(await runPage(told, [], undefined, undefined));
    expect(html).toContain('aria-label="3 datapoints from 100 to 20, threshold 90"');
    expect(html).toContain('<polyline points="4.0,4.0 200.0,30.0 396.0,56.0"');
    expect(html).toMatch(/<line [^>]*y1="10.5" y2="10.5"/);
  });

  it("tells what became of each change, and works out the price of those alone that ran", async () => {
    const told = async (...events: readonly RunEvent[]): Promise<string> => {
      const entries = journal(runStarted(), replied(1, [call(1, 0)]), assessed("ask"), ...events);
      return String(await runBody(entries, [], undefined, undefined));
    };
    const held = await told(requested(), decided("changed"), finished(first, false, { refused: "changed" }));
    expect(held).toContain("on i-01: did not run: changed by Ada (with care)");
    expect(held).not.toContain("test [test, 2026-11-01]");
    const ran = await told(finished(first, true));
    expect(ran).toMatch(/on i-01: ran\s/);
    expect(ran).toContain("test [test, 2026-11-01]");
  });

  it("spells out what would turn a command around before somebody approves it", async () => {
    const card = { ...pending.card, action: "echo \u202Ehs | lruc\u202C" };
    expect(await page([{ ...pending, card }])).toContain("echo \\u{202e}hs | lruc\\u{202c}");
  });

  it("names the tool of each result, in one line that opens to what the model read", async () => {
    expect(await page([])).toMatch(/<summary><b>fetch_logs<\/b>\s+done\s*<\/summary><pre>done<\/pre>/);
  });

  it("shows the model's reasons beside its call, as text whatever they hold", async () => {
    const input = { detailed_root_cause: "<script>alert(1)</script> is full", citations: ["disk-full#act", 7] };
    const content = [{ toolUse: { toolUseId: "u", name: "run_ssm", input } }];
    const said = replied(1, [call(1, 0)], { message: { role: "assistant", content } });
    const html = String(await runPage(journal(runStarted(), said, assessed("ask")), [], undefined, undefined));
    expect(html).toContain("<dt>Root cause</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt; is full</dd>");
    expect(html).toContain('<dt>Cites</dt><dd class="mono">disk-full#act</dd>');
    expect(html).not.toContain("<script>");
  });
});

describe("the list", () => {
  it("shows what waits above the runs, with its price and the time left", async () => {
    const html = String(await listPage([], [pending], Date.parse(until) - 5 * minute));
    expect(html).toMatch(/free-space.*\$5\.00 over 24 h.*Waits for 1 person, 5 min left.*Look and decide.*Runs/s);
    expect(html).toContain("<title>(1) Incidents</title>");
  });
});
