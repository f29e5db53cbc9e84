import { join } from "node:path";
import { serve } from "@hono/node-server";
import { type FaultName, startLab } from "../../lab/index.ts";
import { HealerError } from "../domain/errors.ts";
import { createApp } from "../http/app.ts";
import { composeLocal } from "../local/compose.ts";
import { readConfig, settingsOf, terminalPerson } from "../local/config.ts";
import { systemClock } from "../local/system.ts";
import { apiToken, carriesToken } from "../local/token.ts";
import type { Io } from "./io.ts";
import { accountEvidence, modelOf, type StateArgs } from "./local.ts";
import { type ServedSlack, serveSlack } from "./serve-slack.ts";

export type ServeArgs = StateArgs & {
  readonly port: number;
  /** The lab's services too; a fault's name breaks that one once everything is up. */
  readonly lab?: boolean | string;
};

/** Serves the API and the console on loopback until it is interrupted, and goes on with every run that is open. */
export async function runServe(args: ServeArgs, io: Io): Promise<number> {
  const config = await readConfig(args.config);
  const lab =
    args.lab === undefined ? undefined : await startLab({ folder: join(args.state, "lab"), clock: systemClock });
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
  if (!healer.state.owner) {
    await healer.close();
    throw new HealerError("state_locked", `another process serves ${args.state}`, {
      hint: "Use that one, or another folder with --state.",
    });
  }
  slack = await serveSlack(healer, io);
  const token = await apiToken(join(args.state, "api-token"));
  const app = createApp({
    ...healer.deps,
    clock: systemClock,
    receive: healer.receive,
    ...(slack?.routes && { chat: slack.routes }),
    authorise: (request) => (carriesToken(request, token) ? { ...terminalPerson(), via: "api" } : undefined),
  });
  const server = serve({ fetch: app.fetch, port: args.port, hostname: "127.0.0.1" });
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject));
  lab?.onAlarm((event) => void healer.receive(event).catch((error: Error) => io.stderr(`${error.message}\n`)));
  const resumed = await healer.resumeOpenRuns();
  const port = (server.address() as { port: number }).port;
  io.stdout(
    `Console: http://127.0.0.1:${port}/enter?token=${token}\nAPI:     http://127.0.0.1:${port}/api (Authorization: Bearer <${join(args.state, "api-token")}>)\n`,
  );
  if (slack !== undefined)
    io.stdout(
      `Slack:   connected${slack.routes === undefined ? " over Socket Mode" : ", /slack/interactions and /slack/commands"}\n`,
    );
  if (resumed.length > 0) io.stdout(`Went on with ${resumed.join(", ")}.\n`);
  if (typeof args.lab === "string") await lab?.inject(args.lab as FaultName);
  await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  server.close();
  slack?.stop();
  await healer.close();
  await lab?.stop();
  return 0;
}
