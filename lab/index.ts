import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AlarmStateValue } from "../src/domain/alarm.ts";
import { HealerError } from "../src/domain/errors.ts";
import type { Clock, Evidence } from "../src/domain/ports.ts";
import { createFileLogs } from "../src/local/file-logs.ts";
import { createAlarmBoard } from "../src/local/lab-alarms.ts";
import { type CommandHost, createLabCommands } from "../src/local/lab-commands.ts";
import { createMetricStore } from "../src/local/lab-metric-store.ts";
import { createLabProbe } from "../src/local/lab-probe.ts";
import { createLabChanges } from "./changes.ts";
import { type Control, openControl } from "./control.ts";
import { type FaultName, faults } from "./faults/index.ts";
import type { Fault } from "./faults/types.ts";
import { autoScaling, createFleet } from "./fleet.ts";
import { answerHost } from "./host-commands.ts";
import { createHosts, type Hosts } from "./hosts.ts";
import { createLabInventory } from "./inventory.ts";
import { startTimers, takeSamples } from "./measure.ts";
import { shimFolder, writeShims } from "./shims.ts";
import { writeCertificate } from "./tls.ts";
import { alarmOf, hostName, instanceId, place, type ServiceName, serviceNames } from "./topology.ts";

export { type FaultName, faults } from "./faults/index.ts";
export { instanceId, place, type ServiceName, serviceNames } from "./topology.ts";

export type Lab = {
  readonly ports: Evidence;
  readonly place: { readonly account: string; readonly region: string };
  /** Breaks the service for real. Rejects with `bad_input` when its service was not started. */
  inject(fault: FaultName): Promise<void>;
  clear(fault: FaultName): Promise<void>;
  /** Called with the EventBridge event of every alarm's state change. */
  onAlarm(listener: (eventJson: unknown) => void): void;
  alarmState(name: string): AlarmStateValue | undefined;
  /** Ends every process of the lab; its files stay. */
  stop(): Promise<void>;
};

const documentFolders = ["./documents", "../runbooks/documents"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

type LabOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /** Services to start; all of them unless told. */
  readonly hosts?: readonly ServiceName[];
  /** Seconds of one metric period; CloudWatch's own shortest is 10. */
  readonly period?: number;
};

/** Starts real services under `folder`, with traffic, logs, metrics and alarms. Resolves when all of them listen. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { clock, period = 1, hosts: wanted = serviceNames } = options;
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  writeShims(folder);
  const metrics = createMetricStore({ resolution: period });
  const hosts = createHosts({ folder, period, wanted, onSamples: takeSamples(metrics) });
  const control = await openHostControl(folder, hosts);
  const host = (id: string): CommandHost | undefined =>
    commandHost(id, wanted, hosts, hostEnvironment(folder, control));
  const commands = createLabCommands({ folder, documentFolders, clock, api: autoScaling(hosts, folder), host });
  const board = createAlarmBoard({ alarms: wanted.map((service) => alarmOf(service, period)), metrics, clock, place });
  const end = async (): Promise<void> => {
    await commands.stop();
    await hosts.stopAll();
    await control.close();
  };
  await startAll(hosts, wanted, end);
  const stopTimers = startTimers({ period, hosts, wanted }, metrics, board.evaluate);
  const logs = createFileLogs({ folder: join(folder, "hosts"), prefix: "/lab/" });
  return {
    ports: {
      logs,
      metrics,
      alarms: board.source,
      commands: commands.runner,
      preview: commands.preview,
      fleet: createFleet(hosts),
      inventory: createLabInventory(hosts),
      changes: createLabChanges(folder, commands.sent),
      probe: createLabProbe(host),
    },
    place,
    inject: async (fault) => faultOf(fault, wanted).inject(hosts),
    clear: async (fault) => faultOf(fault, wanted).clear(hosts),
    onAlarm: board.listen,
    alarmState: board.state,
    async stop() {
      stopTimers();
      await end();
    },
  };
}

/** All in parallel; when one fails the others are ended, and the first failure is told. */
async function startAll(hosts: Hosts, wanted: readonly ServiceName[], end: () => Promise<void>): Promise<void> {
  const starts = wanted.map((service) => hosts.setDesired(service, hosts.desired(service)));
  const results = await Promise.allSettled([hosts.openEdge(), ...starts]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  await end();
  throw failed.reason;
}

const openHostControl = (folder: string, hosts: Hosts): Promise<Control> => {
  const renewCertificate = (host: string): string => writeCertificate(folder, hosts.root(host), 90);
  return openControl((host, words) => answerHost({ ...hosts, renewCertificate }, host, words));
};

function faultOf(name: FaultName, wanted: readonly ServiceName[]): Fault {
  const fault: Fault | undefined = faults[name];
  if (fault !== undefined && wanted.includes(fault.service)) return fault;
  throw new HealerError("bad_input", `the lab cannot break ${name}: its service is not running`, {
    hint: `Start the lab with the service${fault === undefined ? "" : ` ${fault.service}`}; faults: ${Object.keys(faults).join(", ")}.`,
  });
}

/** A command sees its own host's folder, the shims and the system's programs, and nothing of our environment. */
const hostEnvironment =
  (folder: string, control: Control) =>
  (host: string, home: string): CommandHost["environment"] => ({
    PATH: `${shimFolder(folder)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    HOME: home,
    LANG: "C",
    ...control.environment(host),
  });

/** A stopped service's host still takes commands: that is how it is started again. */
function commandHost(
  id: string,
  wanted: readonly ServiceName[],
  hosts: Hosts,
  environment: (host: string, home: string) => CommandHost["environment"],
): CommandHost | undefined {
  const names = wanted.flatMap((service) =>
    Array.from({ length: hosts.desired(service) }, (_, index) => hostName(service, index + 1)),
  );
  const host = names.find((name) => instanceId(name) === id);
  return host === undefined
    ? undefined
    : { folder: hosts.root(host), environment: environment(host, hosts.root(host)) };
}
