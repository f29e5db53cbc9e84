import { join } from "node:path";
import { serve } from "@hono/node-server";
import { type FaultName, faults, startLab } from "../../lab/index.ts";
import { HealerError } from "../domain/errors.ts";
import { createApp } from "../http/app.ts";
import { composeLocal } from "../local/compose.ts";
import { readConfig, settingsOf, terminalPerson } from "../local/config.ts";
import { systemClock } from "../local/system.ts";
import { apiToken, carriesToken } from "../local/token.ts";
import { type Io, warnOfRunbooks } from "./io.ts";
import { accountEvidence, modelOf, type StateArgs, warnOfNoAccount } from "./local.ts";
import type { ServedSlack } from "./serve-slack.ts";

export type ServeArgs = StateArgs & {
  readonly port: number;
  /** The lab's services too; a fault's name breaks that one once everything is up. */
  readonly lab?: boolean | string;
};

type End = () => unknown;

/** Serves the API and the console on loopback until it is interrupted, and goes on with every run that is open. */
export async function runServe(args: ServeArgs, io: Io): Promise<number> {
  const ends: End[] = [];
  try {
    await start(args, io, (end) => ends.unshift(end));
    await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
    return 0;
  } finally {
    // Newest first, and also when the start failed half-way: nothing that was started may hold the process up.
    for (const end of ends) await end();
  }
}

/** Milliseconds between looks for runs that another process left. */
const adoptEveryMs = 5_000;

async function start(args: ServeArgs, io: Io, atEnd: (end: End) => void): Promise<void> {
  const config = await readConfig(args.config);
  const fault = faultOf(args.lab);
  const lab =
    args.lab === undefined ? undefined : await startLab({ folder: join(args.state, "lab"), clock: systemClock });
  atEnd(() => lab?.stop());
  const model = await modelOf(config);
  // The healer tells Slack of its runs, and Slack reads them from the healer's stores: one of the two comes first.
  let slack: ServedSlack | undefined;
  const healer = await composeLocal({
    folder: args.state,
    evidence: lab?.ports ?? (await accountEvidence(undefined)),
    settings: { ...settingsOf(config), ...(lab && { environment: "lab" }) },
    freezes: config.freezes,
    ...(model && { model }),
    notifier: {
      runChanged: async (runId) => slack?.notifier.runChanged(runId),
      tick: async () => slack?.notifier.tick(),
    },
  });
  atEnd(() => healer.close());
  if (!healer.state.owner) {
    throw new HealerError("state_locked", `another process serves ${args.state}`, {
      hint: "Use that one, or another folder with --state.",
    });
  }
  warnOfRunbooks(healer.brokenRunbooks, io);
  if (lab === undefined) warnOfNoAccount(io);
  // Loaded only where there is a Slack to talk to: an idle process should stay small.
  if (process.env.SLACK_BOT_TOKEN) slack = await (await import("./serve-slack.ts")).serveSlack(healer, io);
  atEnd(() => slack?.stop());
  const token = await apiToken(join(args.state, "api-token"));
  const routes = slack?.routes;
  const app = createApp({
    desk: async () => ({
      ...healer.deps,
      clock: systemClock,
      receive: healer.receive,
      authorise: (request) => (carriesToken(request, token) ? { ...terminalPerson(), via: "api" } : undefined),
    }),
    ...(routes && { chat: async () => routes }),
  });
  const port = await listen(app.fetch, args.port, atEnd);
  lab?.onAlarm((event) => void healer.receive(event).catch((error: Error) => io.stderr(`${error.message}\n`)));
  const resumed = await healer.resumeOpenRuns();
  // A run that another process began and left to a person is nobody's until somebody takes it up.
  const adopting = setInterval(() => void healer.resumeOpenRuns().catch(() => undefined), adoptEveryMs);
  atEnd(() => clearInterval(adopting));
  io.stdout(
    `Console: http://127.0.0.1:${port}/enter?token=${token}\nAPI:     http://127.0.0.1:${port}/api (Authorization: Bearer <${join(args.state, "api-token")}>)\n`,
  );
  if (slack !== undefined)
    io.stdout(
      `Slack:   connected${slack.routes === undefined ? " over Socket Mode" : ", /slack/interactions and /slack/commands"}\n`,
    );
  if (resumed.length > 0) io.stdout(`Went on with ${resumed.join(", ")}.\n`);
  if (fault === undefined) return;
  await lab?.inject(fault);
  io.stdout(`Broke ${fault} in the lab: its alarm follows within seconds. Ctrl-C ends everything.\n`);
}

function faultOf(name: ServeArgs["lab"]): FaultName | undefined {
  if (typeof name !== "string") return undefined;
  if (Object.hasOwn(faults, name)) return name as FaultName;
  throw new HealerError("bad_input", `the lab has no fault ${name}`, {
    hint: `Faults: ${Object.keys(faults).join(", ")}.`,
  });
}

async function listen(fetch: Parameters<typeof serve>[0]["fetch"], port: number, atEnd: (end: End) => void) {
  const server = serve({ fetch, port, hostname: "127.0.0.1" });
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new HealerError("bad_input", `port ${port} can not be used: ${error.code ?? error.message}`, {
        hint: "Name another one with --port; 0 takes any that is free.",
        cause: error,
      });
    },
  );
  atEnd(() => server.close());
  return (server.address() as { port: number }).port;
}
