import type { Hosts } from "../hosts.ts";
import type { ServiceName } from "../topology.ts";

export type Fault = {
  readonly service: ServiceName;
  /** What breaks, in one sentence. */
  readonly breaks: string;
  /** What heals it; absent where no action on the lab does. */
  readonly heals?: string;
  inject(hosts: Hosts): Promise<void>;
  clear(hosts: Hosts): Promise<void>;
};
