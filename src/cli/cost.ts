import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPricing, pricingSdk } from "../aws/pricing.ts";
import { createPriceList, defaultHorizonHours } from "../cost/price-list.ts";
import type { UnitPrices } from "../cost/unit-price.ts";
import { messageOf } from "../domain/errors.ts";
import { formatUsd, type MicroUsd } from "../domain/money.ts";
import type { CostModel } from "../domain/runbook.ts";
import type { PriceQuote } from "../domain/tool.ts";
import { createSnapshotPrices } from "../local/price-snapshot.ts";
import { costUsage, modelFromArguments, options } from "./cost-arguments.ts";

/** What a command writes to and reads its settings from. */
export type CostIo = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const exit = { known: 0, usage: 2, unknown: 3 } as const;

/** `healer cost …`: prints the price of a change. Exit code 0 known, 3 unknown, 2 when the arguments make no question. */
export async function runCost(args: readonly string[], io: CostIo): Promise<number> {
  const asked = readArguments(args, io.env);
  if ("problem" in asked) {
    io.err(`${asked.problem}\n\n${costUsage}`);
    return exit.usage;
  }
  if ("help" in asked) {
    io.out(costUsage);
    return exit.known;
  }
  const answeredBy = asked.offline || !canReachAws(io.env) ? "snapshot" : "pricing_api";
  const unitPrices = answeredBy === "snapshot" ? createSnapshotPrices() : apiPrices(asked.region, io);
  const clock = { now: io.now };
  const quote = await createPriceList({ unitPrices, fleet: undefined, clock }).quote(asked.model, asked);
  for (const line of asked.json ? [json(asked, quote, answeredBy)] : text(asked, quote, answeredBy)) io.out(line);
  return quote.known ? exit.known : exit.unknown;
}

type Asked = {
  readonly model: CostModel;
  readonly region: string;
  readonly horizonHours: number;
  readonly json: boolean;
  readonly offline: boolean;
};

function readArguments(
  args: readonly string[],
  env: CostIo["env"],
): Asked | { readonly problem: string } | { readonly help: true } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    if (values.help === true) return { help: true };
    const region = values.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
    if (region === undefined) return { problem: "which region? Give --region, for example --region eu-west-1." };
    const hours = values.hours ?? String(defaultHorizonHours);
    if (!/^\d{1,6}(\.\d+)?$/.test(hours)) return { problem: `--hours is no number of hours: ${hours}` };
    const model = modelFromArguments(positionals, values);
    if ("problem" in model) return model;
    const { json = false, offline = false } = values;
    return { model: model.model, region, horizonHours: Number(hours), json, offline };
  } catch (cause) {
    return { problem: messageOf(cause) };
  }
}

const credentialNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

const hasEndpoint = (env: CostIo["env"]): boolean => (env.AWS_ENDPOINT_URL_PRICING ?? "") !== "";

/** Judged from what is set, not by asking the network: on a laptop the instance metadata service takes seconds to be absent. */
function hasCredentials(env: CostIo["env"]): boolean {
  if (credentialNames.some((name) => (env[name] ?? "") !== "")) return true;
  const home = env.HOME ?? homedir();
  return [env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, ".aws", "credentials")].some((file) => existsSync(file));
}

const canReachAws = (env: CostIo["env"]): boolean => hasEndpoint(env) || hasCredentials(env);

/** An endpoint of one's own needs no account, but the SDK does not send unsigned: it gets keys that open nothing. */
function apiPrices(region: string, io: CostIo): UnitPrices {
  const endpoint = hasEndpoint(io.env) ? { endpoint: io.env.AWS_ENDPOINT_URL_PRICING as string } : {};
  const keys = hasCredentials(io.env) ? {} : { credentials: { accessKeyId: "none", secretAccessKey: "none" } };
  return createPricing({ sdk: pricingSdk(region, { ...endpoint, ...keys }), clock: { now: io.now } });
}

type AnsweredBy = "pricing_api" | "snapshot";

const inDollars = (amount: MicroUsd): number => amount / 1e6;

function json(asked: Asked, quote: PriceQuote, answeredBy: AnsweredBy): string {
  const { model, region, horizonHours } = asked;
  const figures = quote.known
    ? { ...quote, amountUsd: inDollars(quote.amount), monthlyUsd: inDollars(quote.monthly) }
    : quote;
  return JSON.stringify({ ...figures, horizonHours, region, answeredBy, model });
}

function text(asked: Asked, quote: PriceQuote, answeredBy: AnsweredBy): readonly string[] {
  const by = answeredBy === "snapshot" ? "the snapshot shipped with healer" : "the AWS Price List API";
  if (!quote.known) {
    const hint =
      answeredBy === "snapshot" ? "Give AWS credentials to ask the Price List API." : "Try --offline for the snapshot.";
    return [
      `price unknown in ${asked.region}: ${quote.why}`,
      `answered by ${by}. ${hint}`,
      "An unknown price asks a person.",
    ];
  }
  return [
    `${signed(quote.amount)} in ${quote.horizonHours} h, ${signed(quote.monthly)} a month (${asked.region})`,
    `  ${quote.basis.split("; ").join("\n  ")}`,
    `price of ${quote.asOf}, ${quote.source}; answered by ${by}`,
  ];
}

const signed = (amount: MicroUsd): string => (amount > 0 ? `+${formatUsd(amount)}` : formatUsd(amount));
