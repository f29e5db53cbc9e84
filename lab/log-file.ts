import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

type Level = "DEBUG" | "INFO" | "WARN" | "ERROR";
export type Log = (level: Level, text: string) => void;

const rotateAt = 4 * 1024 * 1024;

/** Appends `time LEVEL [origin] text` lines to a real file, which is moved to `.1` when it has grown. */
export function openLog(path: string, origin: string): Log {
  mkdirSync(dirname(path), { recursive: true });
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return (level, text) => {
    const line = `${new Date().toISOString()} ${level.padEnd(5)} [${origin}] ${text}\n`;
    if (size + line.length > rotateAt) {
      renameSync(path, `${path}.1`);
      size = 0;
    }
    appendFileSync(path, line);
    size += line.length;
  };
}
