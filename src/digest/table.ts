/** Signature to number, bounded: when it is full it forgets everything, which costs time and never a count. */
export interface SignatureTable {
  /** The number stored for this signature, or -1. */
  get(hashA: number, hashB: number): number;
  set(hashA: number, hashB: number, value: number): void;
}

/** Open addressing over three integer arrays: no object and no string for any line that has been seen before. */
export function createSignatureTable(bits = 17): SignatureTable {
  const capacity = 1 << bits;
  const wrap = capacity - 1;
  const keysA = new Int32Array(capacity);
  const keysB = new Int32Array(capacity);
  /** Value + 1; 0 is free. */
  const values = new Int32Array(capacity);
  let used = 0;

  function slotOf(hashA: number, hashB: number): number {
    let slot = (hashA ^ (hashB >>> 7)) & wrap;
    while (values[slot] !== 0 && (keysA[slot] !== hashA || keysB[slot] !== hashB)) slot = (slot + 1) & wrap;
    return slot;
  }

  return {
    get: (hashA, hashB) => (values[slotOf(hashA, hashB)] as number) - 1,
    set: (hashA, hashB, value) => {
      if (used > capacity >> 1) {
        values.fill(0);
        used = 0;
      }
      const slot = slotOf(hashA, hashB);
      if (values[slot] === 0) used++;
      keysA[slot] = hashA;
      keysB[slot] = hashB;
      values[slot] = value + 1;
    },
  };
}
