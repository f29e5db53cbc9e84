import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import type { AutomationPreview } from "../domain/preview.ts";

const Step = z.strictObject({
  name: z.string(),
  action: z.literal("aws:executeAwsApi"),
  description: z.string().optional(),
  inputs: z.looseObject({ Service: z.string(), Api: z.string() }),
  isEnd: z.boolean().optional(),
});

const Parameter = z.looseObject({
  type: z.enum(["String", "StringList", "Integer", "Boolean"]),
  default: z.json().optional(),
  allowedPattern: z.string().optional(),
});

const Automation = z.looseObject({
  schemaVersion: z.literal("0.3"),
  parameters: z.record(z.string(), Parameter),
  mainSteps: z.array(Step).min(1),
});
export type Automation = z.infer<typeof Automation>;

export type LabDocument = { readonly name: string; readonly version: string; readonly hash: string } & (
  | { readonly type: "Command" }
  | { readonly type: "Automation"; readonly content: Automation }
);

/** An AWS call that an automation step makes, such as `autoscaling.SetDesiredCapacity`. Rejects as the service would. */
export type AwsApi = (service: string, api: string, inputs: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Every `<name>.yaml` and `<name>.json` of the folders, at version 1. Rejects with `bad_runbook` for one it cannot run. */
export function loadDocuments(folders: readonly string[]): ReadonlyMap<string, LabDocument> {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => [".yaml", ".json"].includes(extname(file)))
      .map((file) => join(folder, file)),
  );
  return new Map(paths.map((path) => [basename(path, extname(path)), loadDocument(path)]));
}

function loadDocument(path: string): LabDocument {
  const text = readFileSync(path, "utf8");
  const common = {
    name: basename(path, extname(path)),
    version: "1",
    hash: createHash("sha256").update(text).digest("hex"),
  };
  const content: unknown = parse(text);
  if (z.looseObject({ runtimeConfig: z.json() }).safeParse(content).success) return { ...common, type: "Command" };
  const automation = Automation.safeParse(content);
  if (automation.success) return { ...common, type: "Automation", content: automation.data };
  throw new HealerError("bad_runbook", `${path}: ${z.prettifyError(automation.error)}`, {
    hint: "The lab runs Automation documents of schema 0.3 whose steps are aws:executeAwsApi.",
  });
}

/** Runs the steps in order and gives what each returned; the first that fails rejects and ends the automation. */
export async function runAutomation(
  automation: Automation,
  given: Readonly<Record<string, readonly string[]>>,
  api: AwsApi,
): Promise<readonly string[]> {
  const values = resolveParameters(automation, given);
  const lines: string[] = [];
  for (const step of automation.mainSteps) {
    const { Service: service, Api: name, ...inputs } = step.inputs;
    const filled = fill(inputs, values) as Readonly<Record<string, unknown>>;
    const reply = await api(service, name, filled);
    lines.push(`${step.name}: ${service}.${name} ${JSON.stringify(filled)} -> ${JSON.stringify(reply)}`);
    if (step.isEnd === true) break;
  }
  return lines;
}

/** What each step would do, by the name of the call that it makes; a name that tells neither is undetermined. */
export function previewSteps(
  automation: Automation,
): Pick<Extract<AutomationPreview, { known: true }>, "mutatingSteps" | "readOnlySteps" | "undeterminedSteps"> {
  const end = automation.mainSteps.findIndex((step) => step.isEnd === true);
  const steps = automation.mainSteps.slice(0, end === -1 ? undefined : end + 1);
  const readOnlySteps = steps.filter(({ inputs }) =>
    /^(BatchGet|Describe|Get|List|Lookup)[A-Z]/.test(inputs.Api),
  ).length;
  const mutatingSteps = steps.filter(({ inputs }) => changingCall.test(inputs.Api)).length;
  return { readOnlySteps, mutatingSteps, undeterminedSteps: steps.length - readOnlySteps - mutatingSteps };
}

const changingCall =
  /^(Attach|Create|Delete|Deregister|Detach|Disable|Enable|Modify|Put|Reboot|Register|Remove|Set|Start|Stop|Terminate|Update)[A-Z]/;

function resolveParameters(
  automation: Automation,
  given: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, unknown>> {
  const unknown = Object.keys(given).filter((name) => !(name in automation.parameters));
  if (unknown.length > 0) throw badParameter(`the document has no parameter ${unknown.join(", ")}`);
  const entries = Object.entries(automation.parameters).map(([name, parameter]) => {
    const value = given[name];
    if (value !== undefined) return [name, typed(name, parameter, value)];
    if (parameter.default !== undefined) return [name, parameter.default];
    throw badParameter(`parameter ${name} is missing`);
  });
  return Object.fromEntries(entries);
}

/** Automation takes every value as a list of texts; the document's type says what it means. */
function typed(name: string, parameter: z.infer<typeof Parameter>, value: readonly string[]): unknown {
  if (parameter.type === "StringList") return value;
  const [only, ...more] = value;
  if (only === undefined || more.length > 0) throw badParameter(`parameter ${name} takes one value`);
  if (parameter.allowedPattern !== undefined && !new RegExp(parameter.allowedPattern).test(only)) {
    throw badParameter(`parameter ${name} does not match ${parameter.allowedPattern}`);
  }
  if (parameter.type === "String") return only;
  if (parameter.type === "Boolean") return only === "true";
  if (!/^-?\d+$/.test(only)) throw badParameter(`parameter ${name} is not a whole number: ${only}`);
  return Number(only);
}

/** A value that is one placeholder keeps its parameter's type, as Automation does. */
function fill(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
  }
  if (typeof value !== "string") return value;
  const name = /^\{\{\s*([\w-]+)\s*\}\}$/.exec(value)?.[1];
  if (name !== undefined) return values[name];
  return value.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (_, key: string) => String(values[key]));
}

const badParameter = (message: string): HealerError =>
  new HealerError("bad_input", message, { hint: "Compare the plan's parameters with the document's." });
