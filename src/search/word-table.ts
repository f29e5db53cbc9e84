/** Remembers what each word became; words are looked up as stretches of character codes, so known ones cost no string. */
export type WordTable<Value> = {
  readonly find: (codes: Uint16Array, from: number, to: number) => Value;
};

export function wordTable<Value>(make: (word: string) => Value): WordTable<Value> {
  const words: Uint16Array[] = [];
  const values: Value[] = [];
  let slots = new Int32Array(1 << 14).fill(-1);
  const seat = (hash: number): number => (hash ^ (hash >>> 15)) & (slots.length - 1);
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2).fill(-1);
    for (const [number, word] of words.entries()) {
      let at = seat(hashOf(word, 0, word.length));
      while ((slots[at] as number) >= 0) at = (at + 1) & (slots.length - 1);
      slots[at] = number;
    }
  };
  return {
    find: (codes, from, to) => {
      let at = seat(hashOf(codes, from, to));
      for (let number = slots[at] as number; number >= 0; number = slots[at] as number) {
        if (isSame(words[number] as Uint16Array, codes, from, to)) return values[number] as Value;
        at = (at + 1) & (slots.length - 1);
      }
      const word = codes.slice(from, to);
      const value = make(String.fromCharCode(...word));
      slots[at] = words.length;
      words.push(word);
      values.push(value);
      if (words.length * 2 > slots.length) grow();
      return value;
    },
  };
}

function hashOf(codes: Uint16Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (codes[at] as number), 0x01000193);
  return hash >>> 0;
}

function isSame(word: Uint16Array, codes: Uint16Array, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let at = 0; at < word.length; at++) if (word[at] !== codes[from + at]) return false;
  return true;
}
