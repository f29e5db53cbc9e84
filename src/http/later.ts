/**
 * Work that goes on after an answer, where the process is frozen as soon as it has answered: the answer waits for it, but
 * never longer than the caller has patience. What is cut off there goes on with the next request, or is made good by a tick.
 */
export function createLater(patienceMs: number) {
  const pending = new Set<Promise<void>>();
  return {
    take(work: Promise<void>): void {
      const kept: Promise<void> = work.catch(() => undefined).finally(() => pending.delete(kept));
      pending.add(kept);
    },
    async settle(): Promise<void> {
      if (pending.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([Promise.all(pending), patience]);
      clearTimeout(timer);
    },
  };
}
