/** A number array that grows while an index is built; `done` gives exactly what was pushed. */
export type GrowingArray = {
  readonly push: (value: number) => void;
  readonly length: () => number;
  readonly done: () => Uint32Array;
};

export function growingArray(): GrowingArray {
  let values = new Uint32Array(1024);
  let used = 0;
  return {
    push: (value) => {
      if (used === values.length) {
        const wider = new Uint32Array(used * 2);
        wider.set(values);
        values = wider;
      }
      values[used++] = value;
    },
    length: () => used,
    done: () => values.slice(0, used),
  };
}

/** Text as UTF-8 that grows while an index is built: one buffer, where a buffer for each text would keep the collector busy. */
export type GrowingText = {
  readonly push: (text: string) => void;
  readonly length: () => number;
  readonly done: () => Buffer;
};

export function growingText(): GrowingText {
  let bytes = Buffer.allocUnsafeSlow(1 << 16);
  let used = 0;
  return {
    push: (text) => {
      // A UTF-16 unit takes at most three bytes.
      if (used + text.length * 3 > bytes.length) {
        const wider = Buffer.allocUnsafeSlow((used + text.length * 3) * 2);
        bytes.copy(wider, 0, 0, used);
        bytes = wider;
      }
      used += bytes.write(text, used, "utf8");
    },
    length: () => used,
    done: () => Buffer.from(bytes.subarray(0, used)),
  };
}
