import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { loadRunbooks } from "../local/runbook-folder.ts";
import { sharedDocumentCalls } from "./automation-grants.ts";
import type { DocumentUse } from "./statement.ts";

export type DocumentText = { readonly name: string; readonly text: string };

/** What an ad hoc command runs through; no runbook names it, a tool does. */
const adHoc = { name: "AWS-RunShellScript", type: "Command", shared: true, calls: [] } as const satisfies DocumentUse;

/**
 * Every Systems Manager document that a reviewed runbook can send, with the calls that an Automation makes. Rejects with
 * `bad_runbook` when one is neither AWS's own and known here, nor in `runbooks/documents`.
 */
export async function documentsOf(folder: string): Promise<readonly DocumentUse[]> {
  const { runbooks, broken } = await loadRunbooks(folder);
  if (broken[0] !== undefined) throw broken[0];
  const own = new Map((await ownDocuments(folder)).map((document) => [document.name, document]));
  const uses = new Map<string, DocumentUse>([[adHoc.name, adHoc]]);
  for (const { document } of runbooks.flatMap((runbook) => runbook.actions)) {
    const { name, type } = document;
    if (type === "Command") uses.set(name, { name, type, shared: name.startsWith("AWS-"), calls: [] });
    else uses.set(name, { name, type, ...callsOf(name, own) });
  }
  return [...uses.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The documents that the deployment creates. */
export async function ownDocuments(folder: string): Promise<readonly DocumentText[]> {
  const files = (await readdir(join(folder, "documents"))).filter((file) => file.endsWith(".yaml")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: basename(file, ".yaml"),
      text: await readFile(join(folder, "documents", file), "utf8"),
    })),
  );
}

function callsOf(name: string, own: ReadonlyMap<string, DocumentText>): Pick<DocumentUse, "calls" | "shared"> {
  const text = own.get(name)?.text;
  if (text !== undefined) return { calls: callsIn(name, text), shared: false };
  const calls = sharedDocumentCalls[name];
  if (calls !== undefined) return { calls, shared: true };
  throw new HealerError("bad_runbook", `nobody knows what the document ${name} calls`, {
    hint: "Put it into runbooks/documents, or its calls into src/aws/automation-grants.ts.",
  });
}

const Automation = z.object({
  mainSteps: z.array(
    z.object({
      name: z.string(),
      action: z.literal(["aws:executeAwsApi", "aws:waitForAwsResourceProperty", "aws:assertAwsResourceProperty"]),
      inputs: z.object({ Service: z.string(), Api: z.string() }),
    }),
  ),
});

/** `service:Api` of every step; a step of another kind is refused, because nobody could say what it may do. */
function callsIn(name: string, text: string): readonly string[] {
  const parsed = Automation.safeParse(parseYaml(text, { maxAliasCount: 0 }));
  if (parsed.success) return parsed.data.mainSteps.map(({ inputs }) => `${inputs.Service}:${inputs.Api}`);
  throw new HealerError("bad_runbook", `${name}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`, {
    hint: "Use steps that call one AWS API each.",
  });
}
