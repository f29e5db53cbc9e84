import type { Io } from "../../src/cli/io.ts";

/** A terminal that keeps what it is told. */
export function listening(columns = 160) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    isTty: false,
    columns,
  };
  return { io, out: () => out.join(""), err: () => err.join("") };
}
