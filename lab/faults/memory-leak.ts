import { inProcess } from "./restart-heals.ts";

export const memoryLeak = inProcess("sessions", "memory-leak", {
  breaks:
    "Session tracing keeps every expired session in memory until the limit is reached, then sessions are refused.",
  heals: "A restart, which empties the trace index.",
});
