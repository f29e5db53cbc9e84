import { raw } from "hono/html";
import type { Pack } from "../../audit/pack.ts";
import { frame, html } from "./frame.ts";
import { runBody } from "./run.ts";

const begin = '<script type="application/json" id="pack">';

/** A pack as one page to read; the pack itself stands in it, so that the same file can be verified. */
export function packPage(pack: Pack) {
  const texts = [
    ...(pack.policies ?? []).map((file) => ({ title: `policies/${file.name}`, text: file.text })),
    ...(pack.prompt === undefined ? [] : [{ title: "system prompt", text: pack.prompt }]),
    ...pack.runbooks.map((file) => ({ title: `runbooks/${file.name}`, text: file.text })),
  ];
  const json = JSON.stringify(pack).replaceAll("<", "\\u003c");
  const body = html`<p class="soft">Evidence pack, exported ${pack.exportedAt}. Verify it with <code>healer audit verify --file</code> and the witness's key.</p>
    ${runBody(pack.entries, [], undefined, undefined)}
    <h2>Signed heads</h2><p>${pack.anchors.length} of ${pack.entries.length} entries are anchored.</p><pre>${pack.witnessKey}</pre>
    <h2>Texts that decided</h2>${texts.map((text) => html`<details><summary>${text.title}</summary><pre>${text.text}</pre></details>`)}
    ${raw(`${begin}${json}</script>`)}`;
  return frame(`Evidence pack ${pack.run}`, body);
}

/** The JSON that a page made by `packPage` holds; an empty text where there is none. */
export function embeddedPack(page: string): string {
  const at = page.indexOf(begin);
  return at === -1 ? "" : page.slice(at + begin.length, page.indexOf("</script>", at));
}
