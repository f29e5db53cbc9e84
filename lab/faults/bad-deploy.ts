import { deployFaultyRelease, deploySoundRelease } from "../releases.ts";
import type { Fault } from "./types.ts";

const host = "payments-1";

export const badDeploy: Fault = {
  service: "payments",
  breaks: "Release 4.18.0 throws a TypeError for every larger payment without a discount.",
  heals: "Linking the release before it and restarting.",
  async inject(hosts) {
    deployFaultyRelease(hosts.root(host));
    await hosts.stop(host);
    await hosts.start(host);
  },
  async clear(hosts) {
    deploySoundRelease(hosts.root(host));
    await hosts.stop(host);
    await hosts.start(host);
  },
};
