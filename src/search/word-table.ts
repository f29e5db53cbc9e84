/** Remembers what each word became; words are looked up as stretches of character codes with their hash, so known ones cost no string. */
export type WordTable<Value> = {
  readonly find: (codes: Uint16Array, from: number, to: number, hash: number) => Value;
};

export function wordTable<Value>(make: (word: string) => Value): WordTable<Value> {
  const values: Value[] = [];
  // Every word's codes one after the other, and where each begins: objects of their own would lie all over memory.
  let pool = new Uint16Array(1 << 16);
  let starts = new Uint32Array(1 << 13);
  let hashes = new Int32Array(1 << 13);
  let slots = new Int32Array(1 << 14).fill(-1);
  const add = (codes: Uint16Array, from: number, to: number, hash: number): Value => {
    const start = starts[values.length] as number;
    const end = start + to - from;
    while (end > pool.length) pool = wider(pool, new Uint16Array(pool.length * 2));
    pool.set(codes.subarray(from, to), start);
    hashes[values.length] = hash;
    starts[values.length + 1] = end;
    const value = make(String.fromCharCode(...codes.subarray(from, to)));
    values.push(value);
    if (values.length + 1 < starts.length) return value;
    starts = wider(starts, new Uint32Array(starts.length * 2));
    hashes = wider(hashes, new Int32Array(hashes.length * 2));
    slots = seated(hashes, values.length, slots.length * 2);
    return value;
  };
  return {
    find: (codes, from, to, hash) => {
      const mask = slots.length - 1;
      let at = seat(hash, mask);
      for (let number = slots[at] as number; number >= 0; number = slots[at] as number) {
        if (
          hashes[number] === hash &&
          isSame(pool, starts[number] as number, starts[number + 1] as number, codes, from, to)
        ) {
          return values[number] as Value;
        }
        at = (at + 1) & mask;
      }
      slots[at] = values.length;
      return add(codes, from, to, hash);
    },
  };
}

/** The hash of a word is this, then `hashStep` over its codes; who walks over a word makes it on the way. */
export const hashStart = 0x811c9dc5 | 0;
export const hashStep = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);

const seat = (hash: number, mask: number): number => (hash ^ (hash >>> 15)) & mask;

function seated(hashes: Int32Array, count: number, size: number): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(size).fill(-1);
  for (let number = 0; number < count; number++) {
    let at = seat(hashes[number] as number, size - 1);
    while ((slots[at] as number) >= 0) at = (at + 1) & (size - 1);
    slots[at] = number;
  }
  return slots;
}

function wider<Numbers extends Uint16Array | Uint32Array | Int32Array>(numbers: Numbers, room: Numbers): Numbers {
  room.set(numbers);
  return room;
}

function isSame(pool: Uint16Array, start: number, end: number, codes: Uint16Array, from: number, to: number): boolean {
  if (end - start !== to - from) return false;
  for (let at = from; at < to; at++) if (pool[start + at - from] !== codes[at]) return false;
  return true;
}
