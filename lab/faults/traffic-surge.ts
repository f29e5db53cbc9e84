import { services } from "../topology.ts";
import type { Fault } from "./types.ts";

const surge = 2.5;

export const trafficSurge: Fault = {
  service: "checkout",
  breaks: "Two and a half times the usual customers: 50 requests a second, where two instances answer 40.",
  heals: "Four instances, which answer 80 requests a second; three, which answer 60, take longer.",
  async inject(hosts) {
    hosts.traffic("checkout", services.checkout.perSecond * surge);
  },
  async clear(hosts) {
    hosts.traffic("checkout", services.checkout.perSecond);
  },
};
