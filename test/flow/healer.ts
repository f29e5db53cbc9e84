import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/agent/deps.ts";
import type { Approval } from "../../src/domain/approval.ts";
import { RunId } from "../../src/domain/ids.ts";
import { allCalls, type Run, replay } from "../../src/domain/run.ts";
import { createApp } from "../../src/http/app.ts";
import { composeLocal, type LocalHealer } from "../../src/local/compose.ts";
import { systemClock } from "../../src/local/system.ts";
import { carriesToken } from "../../src/local/token.ts";
import { type StandInService, standInService } from "./stand-in.ts";

export const token = "a-token-of-at-least-thirty-two-characters";
export const ada = { id: "api:ada", name: "Ada", via: "api" as const };

export type TestHealer = {
  readonly healer: LocalHealer;
  readonly service: StandInService;
  readonly folder: string;
  /** The public app, asked as Ada. */
  ask(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  run(runId: string): Promise<Run>;
  /** Hands the event in and answers the id of the run that it belongs to. */
  start(event: unknown): Promise<RunId>;
  pending(runId: string): Promise<Approval>;
  end(): Promise<void>;
};

/** The whole healer on a temporary folder, with a stand-in service as its evidence. */
export async function testHealer(settings: Partial<Settings> = {}): Promise<TestHealer> {
  const folder = mkdtempSync(join(tmpdir(), "healer-flow-"));
  const service = standInService(folder);
  const healer = await composeLocal({
    folder: join(folder, "state"),
    evidence: service.ports,
    settings: { approvers: [ada.id], sendTimeoutMs: 1000, ...settings },
  });
  const app = createApp({
    desk: async () => ({
      ...healer.deps,
      clock: systemClock,
      receive: healer.receive,
      authorise: (request) => (carriesToken(request, token) ? ada : undefined),
    }),
  });
  const run = async (runId: string) => replay(RunId.parse(runId), await healer.deps.journal.read(RunId.parse(runId)));
  return {
    healer,
    service,
    folder,
    run,
    ask: async (path, body, headers = {}) =>
      app.request(`http://127.0.0.1${path}`, {
        headers: { host: "127.0.0.1", authorization: `Bearer ${token}`, ...headers },
        ...(body !== undefined && { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    async start(event) {
      const [taken] = await healer.receive(event);
      if (taken?.runId === undefined) throw new Error(`no run: ${JSON.stringify(taken)}`);
      return RunId.parse(taken.runId);
    },
    async pending(runId) {
      for (;;) {
        const found = (await healer.deps.approvals.list()).find(
          (approval) => approval.runId === runId && approval.status === "pending",
        );
        // Journaled too: the record alone is not yet a request.
        if (found !== undefined && allCalls(await run(runId)).some((call) => call.requested !== undefined))
          return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async end() {
      await healer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
