import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import * as z from "zod";
import type { Settings } from "../agent/deps.ts";
import { HealerError } from "../domain/errors.ts";
import { Mode } from "../domain/mode.ts";
import { usd } from "../domain/money.ts";
import { FreezeWindow } from "../governance/freeze.ts";
import { defaultSettings } from "./compose.ts";

/** `healer.config.json`. Everything has a default; an unknown key is refused, since a typo must not switch a limit off. */
export const Config = z.strictObject({
  mode: Mode.default("auto"),
  environment: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default("local"),
  /** Ids of those who may decide: `terminal:<login>`, `slack:<team>/<user>`. Default: the login of this terminal. */
  approvers: z.array(z.string().min(3)).optional(),
  approvalMinutes: z
    .number()
    .min(1)
    .max(7 * 24 * 60)
    .default(30),
  /** Model or inference profile ids in order of preference; none means the offline model. */
  models: z.array(z.string()).default([]),
  /** What one run itself may spend, dollars. */
  runBudgetDollars: z.number().positive().max(100).default(1),
  freezes: z.array(FreezeWindow).default([]),
});
export type Config = z.infer<typeof Config>;

/** Rejects with `bad_input` naming the file and the key. A file that was not asked for may be absent. */
export async function readConfig(file: string | undefined): Promise<Config> {
  const path = file ?? "healer.config.json";
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "{}";
    throw new HealerError("bad_input", `${path} can not be read: ${error.message}`, {
      hint: "Name another file with --config.",
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HealerError("bad_input", `${path} is not JSON: ${String(error)}`, { hint: "Correct the file." });
  }
  const parsed = Config.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HealerError("bad_input", `${path}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`, {
    hint: "Correct the file.",
  });
}

export const terminalPerson = (name = userInfo().username) => ({
  id: `terminal:${name}`,
  name,
  via: "terminal" as const,
});

export const settingsOf = (config: Config): Settings => ({
  ...defaultSettings,
  mode: config.mode,
  environment: config.environment,
  approvers: config.approvers ?? [terminalPerson().id],
  approvalTtlMs: config.approvalMinutes * 60_000,
  budgets: { ...defaultSettings.budgets, spend: usd(config.runBudgetDollars) },
});
