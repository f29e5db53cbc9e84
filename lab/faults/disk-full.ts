import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { services } from "../topology.ts";
import { usedBytes } from "../volume.ts";
import type { Fault } from "./types.ts";

const day = 86_400_000;
const pieceBytes = 256 * 1024;

export const diskFull: Fault = {
  service: "orders",
  breaks: "Debug traces of past days, kept because somebody turned their retention off, fill the order volume.",
  heals: "Deleting traces older than a week and turning retention on again.",
  async inject(hosts) {
    const volume = join(hosts.root("orders-1"), "var/lib/orders");
    const traces = join(volume, "trace");
    mkdirSync(traces, { recursive: true });
    writeFileSync(join(traces, "KEEP_ALL"), "kept for the debugging session of last month\n");
    let free = (services.orders.capacity ?? 0) - usedBytes(volume);
    for (let age = 30; free > 0; age = age > 9 ? age - 1 : 30) {
      const at = Date.now() - age * day - Math.round(free);
      const path = join(traces, `trace.log.${at}`);
      writeFileSync(
        path,
        oldTrace(at)
          .repeat(Math.ceil(pieceBytes / 60))
          .slice(0, Math.min(free, pieceBytes)),
      );
      utimesSync(path, at / 1000, at / 1000);
      free -= pieceBytes;
    }
  },
  async clear(hosts) {
    const traces = join(hosts.root("orders-1"), "var/lib/orders/trace");
    for (const name of readdirSync(traces)) {
      if (name === "KEEP_ALL" || name.startsWith("trace.log.")) rmSync(join(traces, name));
    }
  },
};

const oldTrace = (at: number): string =>
  `${new Date(at).toISOString()} DEBUG trace order_id=${at.toString(16)} step=validated body={}\n`;
