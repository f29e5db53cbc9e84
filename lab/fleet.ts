import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import * as z from "zod";
import type { Fleet, FleetGroup, FleetMember } from "../src/domain/ports.ts";
import type { AwsApi } from "../src/local/lab-documents.ts";
import { noteChange } from "./changes.ts";
import type { Hosts } from "./hosts.ts";
import { authorityPath, gatewayName } from "./tls.ts";
import { instanceId, type ServiceName, serviceNames, serviceOf, services } from "./topology.ts";

/** The lab's instances as an inventory; health is asked of the running service, each time. */
export function createFleet(hosts: Hosts): Fleet {
  const all = (): readonly string[] => serviceNames.flatMap((service) => hosts.of(service));
  return {
    async member(id) {
      const host = all().find((name) => instanceId(name) === id);
      return host === undefined ? undefined : memberOf(host, hosts);
    },
    async group(name) {
      const service = serviceNames.find((one) => services[one].group?.name === name);
      return service === undefined ? undefined : groupOf(service, hosts);
    },
  };
}

async function groupOf(service: ServiceName, hosts: Hosts): Promise<FleetGroup | undefined> {
  const { group } = services[service];
  if (group === undefined) return undefined;
  const members = await Promise.all(hosts.of(service).map((host) => memberOf(host, hosts)));
  return { ...group, desired: hosts.desired(service), members };
}

async function memberOf(host: string, hosts: Hosts): Promise<FleetMember> {
  const service = serviceOf(host);
  return {
    id: instanceId(host),
    healthy: await isHealthy(host, hosts),
    group: services[service].group?.name,
    tags: { Name: host, service, environment: "lab", healer: "managed", data: "none" },
  };
}

function isHealthy(host: string, hosts: Hosts): Promise<boolean> {
  return new Promise((resolve) => {
    const address = {
      host: "127.0.0.1",
      port: hosts.port(host),
      path: "/health",
      timeout: 1_000,
      agent: false as const,
    };
    const call = serviceOf(host) === "gateway" ? https.get({ ...address, ...trust(host, hosts) }) : http.get(address);
    call.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(false));
  });
}

const trust = (host: string, hosts: Hosts) => ({
  servername: gatewayName,
  ca: readFileSync(authorityPath(join(hosts.root(host), "../.."))),
});

const SetDesiredCapacity = z.looseObject({ AutoScalingGroupName: z.string(), DesiredCapacity: z.int().min(0) });

/** The Auto Scaling call that the lab knows; instances really start and end. Refuses in the service's words. */
export const autoScaling =
  (hosts: Hosts, folder: string): AwsApi =>
  async (service, api, inputs) => {
    if (`${service}.${api}` !== "autoscaling.SetDesiredCapacity")
      throw new Error(`the lab has no API ${service}.${api}`);
    const input = SetDesiredCapacity.parse(inputs);
    const named = serviceNames.find((one) => services[one].group?.name === input.AutoScalingGroupName);
    const group = named === undefined ? undefined : services[named].group;
    if (named === undefined || group === undefined || hosts.of(named).length === 0) {
      throw new Error(`ValidationError: AutoScalingGroup name not found - null`);
    }
    if (input.DesiredCapacity > group.maximum) {
      throw new Error(
        `ValidationError: New SetDesiredCapacity value ${input.DesiredCapacity} is above max value ${group.maximum} for the AutoScalingGroup.`,
      );
    }
    if (input.DesiredCapacity < 1) {
      throw new Error(
        `ValidationError: New SetDesiredCapacity value ${input.DesiredCapacity} is below min value 1 for the AutoScalingGroup.`,
      );
    }
    const before = hosts.desired(named);
    await hosts.setDesired(named, input.DesiredCapacity);
    noteChange(folder, {
      who: "Systems Manager",
      what: "SetDesiredCapacity",
      resources: [group.name],
      detail: `desired capacity ${input.DesiredCapacity} in place of ${before}`,
    });
    return {};
  };
