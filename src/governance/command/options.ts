/** Options of a command line read the GNU way: clusters, `--name=value`, abbreviations and `--`. */
export interface Options {
  /** True for a given short or long flag; a long flag also matches its abbreviation, since GNU tools accept `--recur`. */
  readonly has: (...names: readonly string[]) => boolean;
  /** Like `has` but never by abbreviation: for flags that make a command harmless. */
  readonly exactly: (...names: readonly string[]) => boolean;
  readonly value: (...names: readonly string[]) => string | undefined;
  readonly values: (...names: readonly string[]) => readonly string[];
  readonly operands: readonly string[];
  /** Index in the arguments of each operand. */
  readonly positions: readonly number[];
  readonly names: readonly string[];
}

interface Given {
  readonly name: string;
  readonly value: string | undefined;
}

export interface OptionStyle {
  /** Options that consume the next word, space separated: "-u --user". */
  readonly values?: string;
  /** Stops at the first operand, as wrappers such as `sudo` do. */
  readonly stopAtOperand?: boolean;
  /** Single-dash long options as in terraform and find: `-auto-approve` is one flag. */
  readonly singleDash?: boolean;
}

export function readOptions(args: readonly string[], style: OptionStyle = {}): Options {
  const taking = new Set((style.values ?? "").split(" ").filter(Boolean));
  const given: Given[] = [];
  const positions: number[] = [];
  let index = 0;
  while (index < args.length) {
    const word = args[index] ?? "";
    if (word === "--") {
      for (let rest = index + 1; rest < args.length; rest++) positions.push(rest);
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positions.push(index);
      if (style.stopAtOperand) {
        for (let rest = index + 1; rest < args.length; rest++) positions.push(rest);
        break;
      }
      index++;
      continue;
    }
    index += readOption(word, args[index + 1], taking, style.singleDash ?? false, given);
  }
  return describe(args, positions, given);
}

/** Adds what the word gives and returns how many words it consumed. */
function readOption(
  word: string,
  next: string | undefined,
  taking: ReadonlySet<string>,
  singleDash: boolean,
  given: Given[],
): number {
  const equals = word.indexOf("=");
  if (word.startsWith("--") || singleDash || taking.has(word)) {
    if (equals > 0) {
      given.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
      return 1;
    }
    const takes = taking.has(word);
    given.push({ name: word, value: takes ? next : undefined });
    return takes ? 2 : 1;
  }
  for (let at = 1; at < word.length; at++) {
    const name = `-${word[at]}`;
    if (!taking.has(name)) {
      given.push({ name, value: undefined });
      continue;
    }
    const attached = word.slice(at + 1);
    given.push({ name, value: attached === "" ? next : attached });
    return attached === "" ? 2 : 1;
  }
  return 1;
}

function describe(args: readonly string[], positions: readonly number[], given: readonly Given[]): Options {
  const matches = (name: string, wanted: string): boolean =>
    name === wanted || (name.startsWith("--") && name.length >= 4 && wanted.startsWith(name));
  return {
    has: (...names) => given.some((option) => names.some((wanted) => matches(option.name, wanted))),
    exactly: (...names) => given.some((option) => names.includes(option.name)),
    value: (...names) => given.find((option) => names.includes(option.name) && option.value !== undefined)?.value,
    values: (...names) => given.flatMap((o) => (names.includes(o.name) && o.value !== undefined ? [o.value] : [])),
    operands: positions.map((position) => args[position] ?? ""),
    positions,
    names: given.map((option) => option.name),
  };
}

/** True when the words ask for help about one sub-command: `npm install --help`. */
export function asksAboutOne(args: readonly string[]): boolean {
  return args.length === 2 && args[1] === "--help";
}

/** True when the words only ask a program to describe itself. */
export function asksForHelp(args: readonly string[]): boolean {
  const [first] = args;
  return args.length === 1 && first !== undefined && ["--help", "--version", "-V", "help", "version"].includes(first);
}
