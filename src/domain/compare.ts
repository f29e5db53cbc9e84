export type Comparison = "<" | "<=" | ">" | ">=" | "==";

/** `compares(3, ">", 2)` is true; anything compared with NaN is false. */
export function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
  }
}
