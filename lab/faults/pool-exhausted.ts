import { inProcess } from "./restart-heals.ts";

export const poolExhausted = inProcess("catalog", "pool-exhausted", {
  breaks: "Lookups of articles without stock never return their database connection, until none is left.",
  heals: "A restart, which closes the connections.",
});
