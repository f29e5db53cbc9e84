import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { articles } from "./topology.ts";

/** Writes the warm cache that a nightly job would leave, for every article that customers ask for. */
export function writeSnapshot(root: string): void {
  mkdirSync(join(root, "var/cache"), { recursive: true });
  const keys = Array.from({ length: articles }, (_, index) => `sku-${index}`);
  writeFileSync(join(root, "var/cache/snapshot.json"), JSON.stringify(keys));
}

/** The first start of a host is a warm one; after that, what happened to the snapshot counts. */
export function ensureSnapshot(root: string): void {
  if (!existsSync(join(root, "var/cache"))) writeSnapshot(root);
}
