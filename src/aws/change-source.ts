import type { Change, ChangeQuery } from "../domain/ports.ts";

/** What one source of changes told; `missing` says what it could not. */
export type SourceAnswer = { readonly changes: readonly Change[]; readonly missing: readonly string[] };

/** Ends a call of a client when the query is given up. */
export const abortable = ({ signal }: Pick<ChangeQuery, "signal">) =>
  signal === undefined ? {} : { abortSignal: signal };
