import type { KnownBlock, ModalView, WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from "@slack/web-api";
import * as z from "zod";
import { HealerError, messageOf } from "../domain/errors.ts";
import type { Clock } from "../domain/ports.ts";
import type { SlackMessage } from "./block-kit.ts";
import { messageProblems, viewProblems } from "./validate.ts";

export type Place = { readonly channel: string; readonly ts: string };

export type SlackPerson = {
  readonly name: string;
  readonly teamId: string | undefined;
  /** A bot, a guest, somebody of another organisation, or an account that is gone. */
  readonly stranger: string | undefined;
};

/** The few calls that we make. Each rejects with `upstream_failed`, retryable, when Slack can not be reached in time. */
export type SlackChat = {
  post(
    channel: string,
    message: SlackMessage,
    thread?: { readonly ts: string; readonly broadcast: boolean },
  ): Promise<Place>;
  /** `gone` when somebody deleted the message. */
  update(place: Place, message: SlackMessage): Promise<"updated" | "gone">;
  remove(place: Place): Promise<void>;
  /** Seen by that user only. */
  whisper(channel: string, userId: string, message: Pick<SlackMessage, "text"> & Partial<SlackMessage>): Promise<void>;
  /** The trigger lives three seconds and opens one modal. */
  open(triggerId: string, view: ModalView): Promise<void>;
  person(userId: string): Promise<SlackPerson>;
  groupMembers(groupId: string): Promise<readonly string[]>;
  /** The workspace and app that the token belongs to. */
  self(): Promise<{ readonly teamId: string; readonly appId: string }>;
};

export type SlackClientOptions = {
  readonly token: string;
  readonly clock: Clock;
  /** Milliseconds; waits out a rate limit. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Ends with a slash; Slack's own when left out. */
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
};

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Refused = z.object({ needed: z.string() });
const Self = z.object({ team_id: z.string(), bot_id: z.string() });
const Bot = z.object({ app_id: z.string() });

/** Longest rate limit that is waited for; a longer one is an outage, and the next tick tries again. */
const mostWait = 10_000;
const mostWaits = 2;

export function createSlackChat(options: SlackClientOptions): SlackChat {
  const call = caller(() => clientOf(options), options);
  return {
    post: async (channel, message, thread) => {
      const { text, blocks } = checked(message);
      const reply = thread && { thread_ts: thread.ts, reply_broadcast: thread.broadcast };
      // Neither names nor addresses in a text become links, whatever it holds.
      const quiet = { unfurl_links: false, unfurl_media: false, link_names: false };
      const answer = await call("chat.postMessage", { channel, text, blocks, ...quiet, ...reply });
      return Posted.parse(answer);
    },
    update: async (place, message) => {
      const { text, blocks } = checked(message);
      try {
        await call("chat.update", { ...place, text, blocks, link_names: false });
        return "updated";
      } catch (error) {
        if (isPlatform(error, "message_not_found")) return "gone";
        throw error;
      }
    },
    remove: async (place) => {
      await call("chat.delete", { ...place });
    },
    whisper: async (channel, user, { text, blocks }) => {
      const shown = blocks === undefined ? { text } : checked({ text, blocks });
      await call("chat.postEphemeral", { channel, user, link_names: false, ...shown });
    },
    open: async (trigger_id, view) => {
      const problems = viewProblems(view as unknown as Record<string, unknown>);
      if (problems.length > 0) throw new Error(`this modal is not valid: ${problems.join("; ")}`);
      await call("views.open", { trigger_id, view });
    },
    person: async (user) => personOf(await call("users.info", { user })),
    groupMembers: async (usergroup) => {
      const { users } = await call("usergroups.users.list", { usergroup });
      return Array.isArray(users) ? users.map(String) : [];
    },
    self: async () => {
      const { team_id: teamId, bot_id: bot } = Self.parse(await call("auth.test", {}));
      const { app_id: appId } = Bot.parse((await call("bots.info", { bot })).bot);
      return { teamId, appId };
    },
  };
}

/**
 * The library's own default would try for half an hour and wait out every rate limit. It is read where something is first
 * said: most starts of a function end before that.
 */
async function clientOf(options: SlackClientOptions): Promise<WebClient> {
  const { WebClient } = await import("@slack/web-api");
  return new WebClient(options.token, {
    retryConfig: { retries: 2, minTimeout: 200, maxTimeout: 1000, factor: 2 },
    timeout: options.timeoutMs ?? 5000,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
  });
}

type Call = (method: string, args: Record<string, unknown>) => Promise<Readonly<Record<string, unknown>>>;

/** Waits out short rate limits, for this call and for those that come meanwhile; gives up on long ones at once. */
function caller(open: () => Promise<WebClient>, options: SlackClientOptions): Call {
  let opening: Promise<WebClient> | undefined;
  let pausedUntil = 0;
  return async (method, args) => {
    for (let waits = 0; ; waits += 1) {
      const pause = pausedUntil - options.clock.now();
      if (pause > mostWait || waits > mostWaits) throw limited(method, pause);
      if (pause > 0) await options.sleep(pause);
      opening ??= open();
      const client = await opening;
      try {
        return (await client.apiCall(method, args)) as unknown as Record<string, unknown>;
      } catch (error) {
        if (!isLimited(error)) throw failure(method, error);
        pausedUntil = options.clock.now() + error.retryAfter * 1000;
      }
    }
  };
}

const limited = (method: string, pause: number): HealerError =>
  new HealerError("upstream_failed", `Slack limits ${method} for another ${Math.ceil(Math.max(0, pause) / 1000)} s`, {
    hint: "Nothing is lost: approvals can be decided in the terminal or through the API, and the card follows.",
    retryable: true,
  });

function failure(method: string, error: unknown): HealerError {
  const told = isRefusal(error) ? error.data : undefined;
  const why = told?.error ?? messageOf(error);
  const missing = Refused.safeParse(told);
  const scope = missing.success ? ` (needs the scope ${missing.data.needed})` : "";
  return new HealerError("upstream_failed", `Slack refused ${method}: ${why}${scope}`, {
    hint: hints[why] ?? "Nothing is lost: approvals can be decided in the terminal or through the API.",
    retryable: told === undefined,
    cause: error,
  });
}

const hints: Readonly<Record<string, string>> = {
  invalid_auth: "Check the bot token: it begins with xoxb- and belongs to the workspace where the app is installed.",
  not_authed: "Set the bot token.",
  not_in_channel: "Invite the bot to the channel: /invite @healer.",
  channel_not_found: "Use the channel's id (C…), and invite the bot to private channels.",
  missing_scope: "Install the app again from slack/manifest.yaml.",
};

const isPlatform = (error: unknown, code: string): boolean =>
  error instanceof HealerError && isRefusal(error.cause) && error.cause.data.error === code;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
const isRefusal = (error: unknown): error is WebAPIPlatformError => codeOf(error) === "slack_webapi_platform_error";
const isLimited = (error: unknown): error is WebAPIRateLimitedError =>
  codeOf(error) === "slack_webapi_rate_limited_error";

/** An invalid message is our bug: it is loud here, before Slack drops it. */
function checked(message: SlackMessage): { readonly text: string; readonly blocks: KnownBlock[] } {
  const problems = messageProblems(message);
  if (problems.length > 0) throw new Error(`this message is not valid Block Kit: ${problems.join("; ")}`);
  return { text: message.text, blocks: [...message.blocks] };
}

const flag = z.boolean().optional();
const User = z.object({
  name: z.string().default("unknown"),
  real_name: z.string().default(""),
  profile: z.object({ display_name: z.string().default("") }).default({ display_name: "" }),
  team_id: z.string().optional(),
  deleted: flag,
  is_bot: flag,
  is_workflow_bot: flag,
  is_connector_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
});

function personOf(answer: Readonly<Record<string, unknown>>): SlackPerson {
  const user = User.parse(answer.user);
  const name = user.profile.display_name || user.real_name || user.name;
  return { name, teamId: user.team_id, stranger: strangerIn(user) };
}

function strangerIn(user: z.infer<typeof User>): string | undefined {
  if (user.is_bot || user.is_workflow_bot || user.is_connector_bot) return "a bot";
  if (user.deleted) return "an account that is gone";
  if (user.is_restricted || user.is_ultra_restricted) return "a guest";
  return user.is_stranger ? "somebody from outside" : undefined;
}

const nothing = (): void => undefined;
/** The library would write tokens of failed calls and warnings to the console; errors reach our own callers instead. */
const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => "error" as never,
};
