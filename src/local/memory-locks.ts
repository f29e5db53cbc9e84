import type { Lease, LockStore } from "../domain/ports.ts";

/** Locks in memory, with the same conditions as the table. */
export function memoryLocks(): LockStore {
  const held = new Map<string, Lease>();
  const done = new Map<string, { readonly action: string; readonly at: number }>();
  return {
    async take(targets, lease) {
      const isBusy = (target: string): boolean => {
        const holder = held.get(target);
        return holder !== undefined && holder.actionId !== lease.actionId && holder.until >= lease.now;
      };
      if (targets.some(isBusy)) return false;
      for (const target of targets) {
        held.set(target, lease);
        done.set(target, { action: lease.action, at: lease.now });
      }
      return true;
    },
    async release(targets, actionId) {
      for (const target of targets) if (held.get(target)?.actionId === actionId) held.delete(target);
    },
    newest: async (target) => done.get(target),
  };
}
