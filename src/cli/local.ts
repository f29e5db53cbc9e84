import { join } from "node:path";
import { type FaultName, faults, type Lab, startLab } from "../../lab/index.ts";
import { HealerError } from "../domain/errors.ts";
import type { Entry } from "../domain/journal.ts";
import { composeLocal, type LocalHealer } from "../local/compose.ts";
import { type Config, readConfig, settingsOf } from "../local/config.ts";
import { noEvidence } from "../local/no-evidence.ts";
import { systemClock } from "../local/system.ts";
import { colours, type Io } from "./io.ts";

/** What every command that touches the state takes. */
export type StateArgs = { readonly state: string; readonly config?: string };

export type OpenOptions = StateArgs & {
  /** Breaks this in the lab, whose services are then the evidence. */
  readonly lab?: string;
  /** Account and region of the alarm, where its evidence lies. */
  readonly place?: { readonly account: string; readonly region: string };
  readonly onEntry?: (entry: Entry) => void;
};

export type OpenHealer = { readonly healer: LocalHealer; readonly lab: Lab | undefined; close(): Promise<void> };

/** The healer on a state folder, with the lab or the account that the environment names as its evidence. */
export async function openHealer(options: OpenOptions): Promise<OpenHealer> {
  const config = await readConfig(options.config);
  const lab = options.lab === undefined ? undefined : await openLab(options.lab, options.state);
  const model = await modelOf(config);
  try {
    const healer = await composeLocal({
      folder: options.state,
      evidence: lab?.ports ?? (await accountEvidence(options.place)),
      settings: { ...settingsOf(config), ...(lab && { environment: "lab" }) },
      freezes: config.freezes,
      ...(model && { model }),
      ...(options.onEntry && { onEntry: options.onEntry }),
    });
    const close = async () => {
      await healer.close();
      await lab?.stop();
    };
    return { healer, lab, close };
  } catch (error) {
    await lab?.stop();
    throw error;
  }
}

async function openLab(fault: string, state: string): Promise<Lab> {
  const known = Object.keys(faults);
  if (!known.includes(fault)) {
    throw new HealerError("bad_input", `the lab has no fault ${fault}`, { hint: `Faults: ${known.join(", ")}.` });
  }
  const hosts = [faults[fault as FaultName].service];
  return startLab({ folder: join(state, "lab"), clock: systemClock, hosts });
}

/** True when the environment names an account or an endpoint that stands in for one. */
export const hasAccount = (env: NodeJS.ProcessEnv = process.env): boolean =>
  Object.keys(env).some((name) =>
    /^AWS_(ACCESS_KEY_ID|PROFILE|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS|ENDPOINT_URL)/.test(name),
  );

/** Says that nothing can be read, before a run that ends with a person looks like a failure of its runbooks. */
export function warnOfNoAccount(io: Io): void {
  if (hasAccount()) return;
  io.stderr(
    `${colours(io).yellow("no AWS account")}: this environment names none, so no metric and no log can be read and nothing can be\n` +
      "changed. Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_REGION, or break something of your own with --lab.\n",
  );
}

export async function accountEvidence(place: OpenOptions["place"]) {
  if (!hasAccount()) return noEvidence;
  const { awsEvidence } = await import("../aws/evidence.ts");
  const { HEALER_ACCOUNT: account = "", AWS_REGION: region = "us-east-1" } = process.env;
  return awsEvidence({ clock: systemClock, ...(place ?? { account, region }) });
}

/** The models that the settings name, or undefined for the offline one. */
export async function modelOf({ models }: Config) {
  if (models.length === 0) return undefined;
  const { bedrockModel } = await import("../models/bedrock.ts");
  return { name: models[0] ?? "", model: bedrockModel({ models }) };
}
