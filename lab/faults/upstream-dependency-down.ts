import type { Fault } from "./types.ts";

export const upstreamDependencyDown: Fault = {
  service: "shipping",
  breaks: "The carrier's API, which is not ours, answers 503 to every quote.",
  inject: async (hosts) => hosts.fault("edge", "upstream-dependency-down", true),
  clear: async (hosts) => hosts.fault("edge", "upstream-dependency-down", false),
};
