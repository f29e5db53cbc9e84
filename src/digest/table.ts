/** Signature to number, bounded: when it is full it forgets everything, which costs time and never a count. */
export interface SignatureTable {
  readonly keysA: Int32Array;
  readonly keysB: Int32Array;
  /** Value + 1; 0 is free. */
  readonly values: Int32Array;
  used: number;
}

/** Open addressing over three integer arrays: no object and no string for any line that has been seen before. */
export function createSignatureTable(bits = 17): SignatureTable {
  const capacity = 1 << bits;
  return {
    keysA: new Int32Array(capacity),
    keysB: new Int32Array(capacity),
    values: new Int32Array(capacity),
    used: 0,
  };
}

/** The number stored for this signature, or -1. */
export function numberOf(table: SignatureTable, hashA: number, hashB: number): number {
  return (table.values[placeOf(table, hashA, hashB)] as number) - 1;
}

/** Keeps a number under a signature; a table that is half full forgets all others first. */
export function setNumber(table: SignatureTable, hashA: number, hashB: number, value: number): void {
  const { keysA, keysB, values } = table;
  if (table.used > values.length >> 1) {
    values.fill(0);
    table.used = 0;
  }
  const place = placeOf(table, hashA, hashB);
  if (values[place] === 0) table.used++;
  keysA[place] = hashA;
  keysB[place] = hashB;
  values[place] = value + 1;
}

function placeOf({ keysA, keysB, values }: SignatureTable, hashA: number, hashB: number): number {
  const wrap = values.length - 1;
  let place = (hashA ^ (hashB >>> 7)) & wrap;
  while (values[place] !== 0 && (keysA[place] !== hashA || keysB[place] !== hashB)) place = (place + 1) & wrap;
  return place;
}
