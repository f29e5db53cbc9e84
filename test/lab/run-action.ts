import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FaultName, instanceId, type Lab, place, type ServiceName } from "../../lab/index.ts";
import { services } from "../../lab/topology.ts";
import type { AlarmStateValue } from "../../src/domain/alarm.ts";
import type { CommandStatus } from "../../src/domain/ports.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { fillShell, fillText } from "../../src/runbook/fill.ts";
import { parseRunbook } from "../../src/runbook/parse.ts";

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until the service's alarm is in the state; the test's own time limit is the only one. */
export async function alarmIs(lab: Lab, service: ServiceName, wanted: AlarmStateValue): Promise<void> {
  while (lab.alarmState(services[service].alarm.name) !== wanted) await pause(50);
}

/** Sends what the runbook's action says, with these parameters, and waits for its end. */
export async function runAction(
  lab: Lab,
  runbookId: FaultName,
  actionId: string,
  service: ServiceName,
  values: Readonly<Record<string, string>>,
): Promise<CommandStatus> {
  const path = fileURLToPath(new URL(`../../runbooks/${runbookId}.md`, import.meta.url));
  const action = parseRunbook(path, readFileSync(path, "utf8")).actions.find((one) => one.id === actionId);
  if (action === undefined) throw new Error(`${runbookId} has no action ${actionId}`);
  const commandText = action.command === undefined ? undefined : fillShell(action.command, values);
  const written = Object.entries(action.documentParameters ?? {}).map(([key, text]) => [key, [fillText(text, values)]]);
  return send(lab, {
    document: { ...action.document, hash: await hashOf(lab, action.document.name) },
    parameters: Object.fromEntries(written) as Record<string, string[]>,
    ...(commandText === undefined ? {} : { commandText }),
    targets:
      action.targets.from === "parameter" ? [values[action.targets.parameter] ?? ""] : [instanceId(`${service}-1`)],
    timeoutSeconds: action.timeoutSeconds,
    ...place,
  });
}

export async function runCommand(lab: Lab, service: ServiceName, commandText: string): Promise<CommandStatus> {
  const name = "AWS-RunShellScript";
  const document = { name, type: "Command" as const, version: "1", hash: await hashOf(lab, name) };
  const targets = [instanceId(`${service}-1`)];
  return send(lab, { document, parameters: {}, commandText, targets, timeoutSeconds: 30, ...place });
}

const hashOf = async (lab: Lab, name: string): Promise<string> =>
  (await lab.ports.commands.document(name, "1"))?.hash ?? "";

async function send(lab: Lab, plan: PlannedAction): Promise<CommandStatus> {
  const handle = await lab.ports.commands.send(plan, "run-test/t1c1");
  while (true) {
    const status = await lab.ports.commands.status(handle, plan);
    if (status.state !== "running") return status;
    await pause(50);
  }
}
