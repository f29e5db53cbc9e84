import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import type { SeenOnce } from "../domain/ports.ts";
import { type SlackInboxDeps, takeCommand, takeInteraction } from "./inbox.ts";
import { SlashCommand } from "./slash.ts";

export type SocketModeOptions = {
  /** `xapp-…`, with the scope `connections:write`. */
  readonly appToken: string;
  /** Ends with a slash; Slack's own when left out. */
  readonly apiUrl?: string;
  readonly signal: AbortSignal;
};

const Opened = z.union([
  z.object({ ok: z.literal(true), url: z.url() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

const Envelope = z.object({
  type: z.string(),
  envelope_id: z.string().optional(),
  payload: z.unknown().optional(),
  accepts_response_payload: z.boolean().optional(),
});

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Takes clicks and commands over an outgoing WebSocket: no public address and no signature, for one long-lived process.
 * Connects again when Slack closes, as it does every few hours; ends when the signal does. Rejects when the token is no good.
 */
export async function runSocketMode(
  options: SocketModeOptions,
  deps: SlackInboxDeps & { readonly seen: SeenOnce },
): Promise<void> {
  let pause = firstPauseMs;
  while (!options.signal.aborted) {
    try {
      await connection(await openUrl(options), options.signal, deps);
      pause = firstPauseMs;
    } catch (error) {
      if (error instanceof HealerError && !error.retryable) throw error;
      if (options.signal.aborted) return;
      deps.report({ did: "failed", error });
      await deps.sleep(pause);
      pause = Math.min(pause * 2, longestPauseMs);
    }
  }
}

async function openUrl(options: SocketModeOptions): Promise<string> {
  const url = `${options.apiUrl ?? "https://slack.com/api/"}apps.connections.open`;
  const headers = { authorization: `Bearer ${options.appToken}`, "content-type": "application/x-www-form-urlencoded" };
  const response = await fetch(url, {
    method: "POST",
    headers,
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(10_000)]),
  });
  if (!response.ok) throw refused(`HTTP ${response.status}`, true);
  const opened = Opened.parse(await response.json());
  if (!opened.ok) throw refused(opened.error, false);
  return opened.url;
}

const refused = (why: string, retryable: boolean): HealerError =>
  new HealerError("upstream_failed", `Slack opens no socket: ${why}`, {
    hint: "Check the app-level token (xapp-…, scope connections:write), and that Socket Mode is on.",
    retryable,
  });

/** Ends when Slack says goodbye or the socket closes; rejects when it breaks. */
function connection(
  url: string,
  signal: AbortSignal,
  deps: SlackInboxDeps & { readonly seen: SeenOnce },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const close = () => socket.close();
    signal.addEventListener("abort", close, { once: true });
    socket.addEventListener("message", ({ data }) => {
      const answered = take(String(data), socket, deps);
      deps.later(answered.catch((error: unknown) => deps.report({ did: "failed", error })));
    });
    socket.addEventListener("close", () => {
      signal.removeEventListener("abort", close);
      resolve();
    });
    socket.addEventListener("error", () => reject(refused("the connection broke", true)));
  });
}

async function take(
  text: string,
  socket: WebSocket,
  deps: SlackInboxDeps & { readonly seen: SeenOnce },
): Promise<void> {
  const envelope = Envelope.parse(JSON.parse(text));
  if (envelope.type === "disconnect") socket.close();
  const { envelope_id: id } = envelope;
  if (id === undefined) return;
  // Acknowledged again, but not done again: Slack sends an envelope anew when an answer was lost.
  const first = await deps.seen.first(`slack-socket:${id}`, deps.clock.now() + 600_000);
  const payload = first ? await answerOf(envelope, deps) : undefined;
  socket.send(JSON.stringify({ envelope_id: id, ...(payload === undefined ? {} : { payload }) }));
}

async function answerOf(envelope: z.infer<typeof Envelope>, deps: SlackInboxDeps): Promise<object | undefined> {
  try {
    if (envelope.type === "interactive") return takeInteraction(envelope.payload, deps);
    if (envelope.type === "slash_commands") return await takeCommand(SlashCommand.parse(envelope.payload), deps);
  } catch (error) {
    deps.report({ did: "failed", error });
  }
  return undefined;
}
