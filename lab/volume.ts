import { appendFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A folder of limited size: the lab cannot mount a file system without root, so whoever writes asks here first. */
export type Volume = { readonly folder: string; readonly capacity: number };

/** Bytes of all files in it, counted now: what a command deleted is free at once. */
export function usedBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + usedBytes(path);
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

/** Throws ENOSPC, as the kernel would, where the text no longer fits. */
export function appendToVolume(volume: Volume, file: string, text: string): void {
  if (usedBytes(volume.folder) + Buffer.byteLength(text) > volume.capacity) {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      errno: -28,
      syscall: "write",
    });
  }
  appendFileSync(join(volume.folder, file), text);
}
