import type { Lease, LockStore } from "../domain/ports.ts";

/** Locks in memory, with the same conditions as the table. */
export function memoryLocks(): LockStore {
  const held = new Map<string, Lease>();
  const done = new Map<string, Lease>();
  return {
    async take(targets, lease) {
      const isBusy = (target: string): boolean => {
        const holder = held.get(target);
        return holder !== undefined && holder.actionId !== lease.actionId && holder.until >= lease.now;
      };
      if (targets.some(isBusy)) return false;
      for (const target of targets) {
        held.set(target, lease);
        done.set(target, lease);
      }
      return true;
    },
    async release(targets, actionId) {
      for (const target of targets) if (held.get(target)?.actionId === actionId) held.delete(target);
    },
    async newest(target) {
      const last = done.get(target);
      return last && { action: last.action, actionId: last.actionId, at: last.now };
    },
  };
}
