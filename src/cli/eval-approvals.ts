import { tryApprovals } from "../../evals/approvals.ts";
import { loadCases } from "../../evals/cases.ts";
import { loadShared } from "../../evals/shared.ts";
import { exitCodes, type Io, table } from "./io.ts";

/** Attacks a waiting approval in every way and says how each was answered. Fails when one of them got anywhere. */
export async function runApprovals(args: { readonly json?: boolean }, io: Io): Promise<number> {
  const tries = await tryApprovals(await loadCases(), await loadShared());
  const broken = tries.filter((one) => one.faults.length > 0);
  if (args.json === true) io.stdout(`${JSON.stringify({ attacks: tries.length, broken: broken.length, tries })}\n`);
  else {
    const rows = tries.map((one) => [
      one.faults.length === 0 ? "held" : "BROKEN",
      one.door,
      one.status,
      String(one.sent),
      one.name,
    ]);
    io.stdout(table(["", "DOOR", "THE CARD", "SENT", "ATTACK"], rows, io));
    io.stdout(`\n${tries.length} attacks on approvals, ${broken.length} got anywhere\n`);
  }
  for (const one of broken) io.stderr(`${one.door}, ${one.name}: ${one.faults.join("; ")}\n`);
  return broken.length === 0 ? exitCodes.ok : exitCodes.fault;
}
