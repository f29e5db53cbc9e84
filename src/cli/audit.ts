import { readFile } from "node:fs/promises";
import * as z from "zod";
import { Pack, packOf, verifyPack } from "../audit/pack.ts";
import { HealerError } from "../domain/errors.ts";
import { type Anchor, type ChainFault, type Entry, verifyChain } from "../domain/journal.ts";
import { embeddedPack, packPage } from "../http/pages/pack.ts";
import { exitCodes, type Io } from "./io.ts";
import { openHealer, type StateArgs } from "./local.ts";
import { journalOf, parseRunId } from "./runs.ts";

export type VerifyArgs = StateArgs & {
  readonly run?: string;
  readonly all?: boolean;
  readonly file?: string;
  /** PEM file of the witness's public key. */
  readonly key?: string;
  readonly json?: boolean;
};

type Verdict = {
  readonly run: string;
  readonly entries: number;
  readonly anchored: number;
  readonly fault: ChainFault | null;
};

/** Checks the chain of one run, of all, or of an exported pack, and names the first bad entry. */
export async function runVerify(args: VerifyArgs, io: Io): Promise<number> {
  const verdicts = args.file === undefined ? await verifyState(args) : [await verifyFile(args)];
  if (args.json === true) io.stdout(`${JSON.stringify(verdicts)}\n`);
  else for (const verdict of verdicts) io.stdout(`${words(verdict)}\n`);
  if (args.json !== true && verdicts.length === 0) io.stdout("No run to verify.\n");
  return verdicts.every((verdict) => verdict.fault === null) ? exitCodes.ok : exitCodes.notVerified;
}

async function verifyState(args: VerifyArgs): Promise<readonly Verdict[]> {
  if (args.run === undefined && args.all !== true) {
    throw new HealerError("bad_input", "name a run, or give --all or --file FILE", {
      hint: "healer audit verify --help",
    });
  }
  const { healer, close } = await openHealer(args);
  try {
    const anchors = await healer.witness.anchors();
    const { journal } = healer.deps;
    // A run whose entries are all gone is known to the anchors alone.
    const known = new Set([...(await journal.runIds()), ...anchors.keys()]);
    const wanted = args.run === undefined ? [...known].sort() : [args.run];
    const verdicts: Verdict[] = [];
    for (const run of wanted) {
      const heads = anchors.get(run) ?? [];
      verdicts.push(await verifyOne(run, () => journal.read(parseRunId(run)), heads));
    }
    return verdicts;
  } finally {
    await close();
  }
}

async function verifyOne(
  run: string,
  read: () => Promise<readonly Entry[]>,
  heads: readonly Anchor[],
): Promise<Verdict> {
  try {
    const entries = await read();
    if (entries.length === 0 && heads.length === 0)
      throw new HealerError("not_found", `there is no run ${run}`, { hint: "healer runs" });
    return { run, entries: entries.length, anchored: heads.length, fault: verifyChain(run, entries, heads) ?? null };
  } catch (error) {
    if (!(error instanceof HealerError) || error.code !== "journal_broken") throw error;
    return { run, entries: 0, anchored: heads.length, fault: { runId: run, seq: 0, why: error.message } };
  }
}

async function verifyFile({ file = "", key }: VerifyArgs): Promise<Verdict> {
  const text = await readText(file);
  const trusted = key === undefined ? undefined : await readText(key);
  const pack = Pack.safeParse(parseJson(file.endsWith(".html") ? embeddedPack(text) : text, file));
  if (!pack.success) {
    const why = z.prettifyError(pack.error).split("\n").slice(0, 2).join(" ");
    throw new HealerError("bad_input", `${file} is not a pack: ${why}`, {
      hint: "Somebody changed its shape, or it is another file.",
    });
  }
  const { run, entries, anchors } = pack.data;
  return { run, entries: entries.length, anchored: anchors.length, fault: verifyPack(pack.data, trusted) ?? null };
}

const readText = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: Error) => {
    throw new HealerError("bad_input", `${file} can not be read: ${error.message}`, {
      hint: "Name a file made by healer audit export.",
    });
  });

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HealerError("bad_input", `${file} holds no pack`, { hint: "Name a file made by healer audit export." });
  }
}

/** Writes one run as a pack on standard output: JSON, or a page that holds the same JSON. */
export async function runExport(args: StateArgs & { run: string; html?: boolean }, io: Io): Promise<number> {
  const { entries, healer, close } = await journalOf(args);
  try {
    const { witness, deps, runbooks } = healer;
    const anchors = (await witness.anchors()).get(args.run) ?? [];
    const texts = { policies: { hash: deps.policies.hash, ...deps.policies.text }, prompt: deps.prompt, runbooks };
    const pack = packOf(entries, anchors, witness.publicKey, texts, new Date(deps.ports.clock.now()).toISOString());
    io.stdout(args.html === true ? `${await packPage(pack)}\n` : `${JSON.stringify(pack)}\n`);
    return 0;
  } finally {
    await close();
  }
}

function words({ run, entries, anchored, fault }: Verdict): string {
  if (fault === null) return `${run}: ${entries} entries verified, ${anchored} heads anchored outside the table`;
  return `${run}: NOT VERIFIED at entry ${fault.seq}: ${fault.why}`;
}
