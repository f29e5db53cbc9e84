import { createPublicKey } from "node:crypto";
import * as z from "zod";
import { type ChainFault, Entry, sha256, verifyChain } from "../domain/journal.ts";
import { replay } from "../domain/run.ts";
import type { Runbook } from "../domain/runbook.ts";
import { policyHash } from "../governance/policy.ts";
import { isSignedBy, SignedAnchor } from "./anchor.ts";

const Text = z.strictObject({ name: z.string(), text: z.string() });

/**
 * All that an auditor needs about one run, in one file: the journal (evidence, prices, decisions, approvers, what ran, its
 * output, measured recovery, model ids), the signed heads, and the texts that its hashes stand for.
 */
export const Pack = z.strictObject({
  format: z.literal("healer-pack-1"),
  run: z.string(),
  exportedAt: z.string(),
  entries: z.array(Entry),
  anchors: z.array(SignedAnchor),
  /** Public key of the witness, PEM. Compare it with the one that your organisation keeps. */
  witnessKey: z.string(),
  /** Schema first, then the policy files; absent when they are no longer those that decided. */
  policies: z.array(Text).optional(),
  prompt: z.string().optional(),
  /** Runbooks whose steps the run cited and whose text is still the one that was shown. */
  runbooks: z.array(Text),
});
export type Pack = Readonly<z.infer<typeof Pack>>;

/** Texts of today; only those that are still what the run saw go into its pack. */
export type Texts = {
  readonly policies: {
    readonly hash: string;
    readonly schema: string;
    readonly files: readonly { name: string; text: string }[];
  };
  readonly prompt: { readonly text: string; readonly hash: string };
  readonly runbooks: readonly Runbook[];
};

export function packOf(
  entries: readonly Entry[],
  anchors: readonly SignedAnchor[],
  witnessKey: string,
  texts: Texts,
  exportedAt: string,
): Pack {
  const first = entries[0];
  if (first === undefined) throw new Error("a pack needs a journal");
  const run = replay(first.runId, entries);
  const shown = texts.runbooks.filter((runbook) =>
    runbook.sections.some((section) => run.citations[`${runbook.id}#${section.slug}`] === section.contentHash),
  );
  const { policies, prompt } = texts;
  return {
    format: "healer-pack-1",
    run: first.runId,
    exportedAt,
    entries: [...entries],
    anchors: [...anchors],
    witnessKey,
    ...(run.started?.policyHash === policies.hash && {
      policies: [{ name: "schema.cedarschema", text: policies.schema }, ...policies.files],
    }),
    ...(run.started?.promptHash === prompt.hash && { prompt: prompt.text }),
    runbooks: shown.map((runbook) => ({ name: runbook.path, text: runbook.text })),
  };
}

/**
 * Checks a pack by itself: the chain, the signatures, that the chain passes through every signed head, and that the texts
 * are those whose hashes the journal holds. `trustedKey` (PEM) is the witness's key as the auditor knows it.
 */
export function verifyPack(pack: Pack, trustedKey: string | undefined): ChainFault | undefined {
  const fault = (seq: number, why: string): ChainFault => ({ runId: pack.run, seq, why });
  if (pack.entries.length === 0) return fault(1, "there are no entries");
  if (trustedKey !== undefined && pemBody(trustedKey) !== pemBody(pack.witnessKey)) {
    return fault(0, "its heads are signed with another key than the one you trust");
  }
  const key = createPublicKey(pack.witnessKey);
  const forged = pack.anchors.find((anchor) => !isSignedBy(anchor, key));
  if (forged !== undefined) return fault(forged.seq, "the signature of its anchored head does not hold");
  const broken = verifyChain(pack.run, pack.entries, pack.anchors);
  if (broken !== undefined) return broken;
  return textFault(pack, fault);
}

function textFault(pack: Pack, fault: (seq: number, why: string) => ChainFault): ChainFault | undefined {
  const started = pack.entries[0]?.events.find((event) => event.type === "run_started");
  if (started?.type !== "run_started") return fault(1, "it does not begin with run_started");
  if (pack.prompt !== undefined && sha256(pack.prompt) !== started.promptHash) {
    return fault(1, "the prompt in the pack is not the one that was used");
  }
  const [schema, ...files] = pack.policies ?? [];
  if (schema === undefined) return undefined;
  const hash = policyHash({ schema: schema.text, files });
  return hash === started.policyHash ? undefined : fault(1, "the policies in the pack are not those that decided");
}

const pemBody = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");
