import { describe, expect, it } from "vitest";
import type { Approval } from "../../src/domain/approval.ts";
import { runPage } from "../../src/http/pages/run.ts";
import {
  assessed,
  assessment,
  call,
  concluded,
  finished,
  first,
  journal,
  plan,
  replied,
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
  String(await runPage(journal(...open, ...more), approvals, undefined));

describe("the page of a run", () => {
  it("reloads itself while the run goes on, and not once it ended", async () => {
    expect(await page([])).toContain('http-equiv="refresh"');
    expect(await page([], concluded())).not.toContain('http-equiv="refresh"');
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
    expect(shown).toContain("<pre>df -h # \\u{202e}tr mr\\u{2066}\\u{200b}\\u{e0041}\\u{2028}; id\\u{7}</pre>");
  });

  it("names the tool of each result, in one line that opens to what the model read", async () => {
    expect(await page([])).toMatch(/<summary><b>fetch_logs<\/b>\s+done\s*<\/summary><pre>done<\/pre>/);
  });

  it("shows the model's reasons beside its call, as text whatever they hold", async () => {
    const input = { detailed_root_cause: "<script>alert(1)</script> is full", citations: ["disk-full#act", 7] };
    const content = [{ toolUse: { toolUseId: "u", name: "run_ssm", input } }];
    const said = replied(1, [call(1, 0)], { message: { role: "assistant", content } });
    const html = String(await runPage(journal(runStarted(), said, assessed("ask")), [], undefined));
    expect(html).toContain("<dt>Root cause</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt; is full</dd>");
    expect(html).toContain('<dt>Cites</dt><dd class="mono">disk-full#act</dd>');
    expect(html).not.toContain("<script>");
  });
});
