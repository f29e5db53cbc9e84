import { effects } from "./phrases.ts";
import { type CommandClass, risky, type Verdict } from "./verdict.ts";

/** What a management tool's words say by their verbs: `keys delete`, `sites:delete`, `delete-job`, `kv list`. */
export function judgeVerbs(program: string, operands: readonly string[]): Verdict {
  let gravest: Found | undefined;
  for (const word of operands.slice(0, wordLimit)) {
    const found = verbIn(word);
    if (found && (!gravest || order[found.class] > order[gravest.class])) gravest = found;
  }
  if (!gravest) return risky(`${program}: nothing in its words says that it only reads`);
  return { class: gravest.class, reason: `${program}: "${gravest.word}" ${effects[gravest.class]}` };
}

/** True when a word of an unknown program names destruction so plainly that it need not be known. */
export function namesDestruction(word: string): boolean {
  return /^(delete|destroy|purge|drop|wipe|erase|nuke|truncate|terminate|unpublish|obliterate|factory-reset|flushall|flushdb|rm-rf|delete[-_:][a-z][\w-]*|destroy[-_:][a-z][\w-]*|drop[-_][a-z][\w-]*|purge[-_][a-z][\w-]*|[a-z][\w.-]*:(delete|destroy|purge|drop|wipe|reset|kill|remove))$/i.test(
    word,
  );
}

interface Found {
  readonly word: string;
  readonly class: CommandClass;
}

/** Verbs stand among the first words; what follows are names, which may be called anything. */
const wordLimit = 6;
const order: Readonly<Record<CommandClass, number>> = { read_only: 0, reversible: 1, risky: 2, destructive: 3 };
function verbIn(word: string): Found | undefined {
  if (!/^[A-Za-z][\w:.-]*$/.test(word)) return undefined;
  const lower = word.toLowerCase();
  const pieces = lower.split(/[:._-]/);
  for (const candidate of [lower, pieces[0] ?? "", pieces.at(-1) ?? ""]) {
    const found = verbs.get(candidate);
    // A compound like `my-list` may be a name; only whole words are trusted to be harmless.
    if (
      found &&
      (found !== "read_only" || candidate === lower || /^[a-z0-9-]+:[a-z-]+$/.test(lower) || pieces[0] === candidate)
    ) {
      return { word, class: found };
    }
  }
  return undefined;
}

const words: Readonly<Record<CommandClass, string>> = {
  read_only:
    "list ls get show describe view status info inspect search find cat read stat stats head tail logs log whoami version help diff " +
    "check verify validate lint count exists history top usage query explain plan preview dry-run snapshots diagnose lookup print display " +
    "members hash du evaluate report health ping identity list-all regions zones",
  reversible:
    "create add tag label annotate cordon uncordon comment snapshot backup enable-logging download pull fetch clone login open",
  risky:
    "update set put edit modify apply deploy publish push sync upload import restore rotate start restart stop disable enable suspend resume " +
    "pause scale resize attach detach move mv rename copy cp run exec invoke send patch write upgrade rollback promote merge transfer grant " +
    "assign approve cancel abort release renew migrate cancel-job generate mint issue sign seal unseal archive replace ssh down up",
  destructive:
    "delete del destroy purge drop wipe erase remove rm rb terminate undeploy uninstall nuke revoke reset kill forget prune unset " +
    "truncate flush unpublish deletefile rmdir rmdirs delete-all expire dedupe disassociate unlink deprovision decommission clear empty",
};

const verbs: ReadonlyMap<string, CommandClass> = new Map(
  (Object.entries(words) as readonly (readonly [CommandClass, string])[]).flatMap(([commandClass, text]) =>
    text.split(" ").map((word) => [word, commandClass] as const),
  ),
);
