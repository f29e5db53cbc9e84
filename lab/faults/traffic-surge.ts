import { services } from "../topology.ts";
import type { Fault } from "./types.ts";

const surge = 3;

export const trafficSurge: Fault = {
  service: "checkout",
  breaks: "Three times the usual customers: 60 requests a second, where two instances answer 40.",
  heals: "Four instances, which answer 80 requests a second.",
  async inject(hosts) {
    hosts.traffic("checkout", services.checkout.perSecond * surge);
  },
  async clear(hosts) {
    hosts.traffic("checkout", services.checkout.perSecond);
  },
};
