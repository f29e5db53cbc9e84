import * as z from "zod";

/** `observe` records what it would do; `suggest` and `approve_all` ask for every change; `auto` lets policy decide. */
export const Mode = z.enum(["observe", "suggest", "approve_all", "auto"]);
export type Mode = z.infer<typeof Mode>;
