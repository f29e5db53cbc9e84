import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import type { Answer } from "./control.ts";

/** Where a host's process is; both undefined while it is stopped. */
export type ProcessPlace = { readonly pid: number | undefined; readonly port: number | undefined };

const done = (lines: readonly string[]): Answer => ({ exitCode: 0, output: `${lines.join("\n")}\n` });

/** Memory of the machine, which all hosts of the lab share. */
export function free(): Answer {
  const [total, left] = [totalmem(), freemem()].map((bytes) => Math.round(bytes / 1024 / 1024));
  const row = [total, (total ?? 0) - (left ?? 0), left].map((value) => String(value).padStart(11)).join("");
  return done(["              total       used       free", `Mem:   ${row}`]);
}

/** This host's own process and no other: the machine runs many hosts. */
export function top(host: string, { pid }: ProcessPlace): Answer {
  const status = pid === undefined ? "" : read(`/proc/${pid}/status`);
  const value = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "?";
  const head = [`top - ${host}, its own processes`, "    PID STATE            RSS       THREADS COMMAND"];
  if (status === "") return done([...head, "  (none is running, or this system has no /proc)"]);
  const cells = [value("State").padEnd(14), value("VmRSS").padEnd(12), value("Threads").padEnd(7)];
  return done([...head, `${String(pid).padStart(7)} ${cells.join(" ")} ${host.slice(0, host.lastIndexOf("-"))}`]);
}

/** Sockets of the port that this host's service listens on. */
export function ss({ port }: ProcessPlace): Answer {
  if (port === undefined) return done(["Total: 0", "(nothing listens)"]);
  const rows = `${read("/proc/net/tcp")}\n${read("/proc/net/tcp6")}`.split("\n").flatMap((line) => {
    const [, local = "", , state = "", queues = ""] = line.trim().split(/\s+/);
    const at = Number.parseInt(local.split(":")[1] ?? "", 16);
    return at === port ? [{ state, received: Number.parseInt(queues.split(":")[1] ?? "0", 16) }] : [];
  });
  const count = (state: string): number => rows.filter((row) => row.state === state).length;
  const waiting = rows.filter((row) => row.received > 0).length;
  return done([
    `Total: ${rows.length}`,
    `TCP: ${rows.length} (estab ${count("01")}, close-wait ${count("08")}, time-wait ${count("06")}), ${waiting} with unread data`,
    `LISTEN 127.0.0.1:${port}`,
  ]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
