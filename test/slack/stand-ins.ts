import { createHmac } from "node:crypto";
import { type Approval, applyDecision } from "../../src/domain/approval.ts";
import type { ChatRecord } from "../../src/domain/chat-record.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Entry } from "../../src/domain/journal.ts";
import type {
  ApprovalStore,
  ChatRecords,
  IncidentStore,
  JournalStore,
  KillSwitch,
  Workflow,
} from "../../src/domain/ports.ts";
import type { SlackMessage } from "../../src/slack/block-kit.ts";
import type { Place, SlackChat, SlackPerson } from "../../src/slack/client.ts";
import { messageProblems, viewProblems } from "../../src/slack/validate.ts";

/** Lets other work run in between, as a database would. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The port as the real store keeps it: read, apply the pure transition, write under the version, try again when it moved. */
export function approvalsInMemory(first: readonly Approval[]): ApprovalStore {
  const stored = new Map(first.map((approval) => [approval.approvalId as string, approval]));
  const tokens = new Map<string, string>();
  return {
    create: async (approval) => void stored.set(approval.approvalId, approval),
    get: async (id) => stored.get(id),
    pending: async () => [...stored.values()].filter((approval) => approval.status === "pending"),
    list: async () => [...stored.values()],
    decide: async (id, decision) => {
      for (;;) {
        const before = stored.get(id);
        if (before === undefined) throw new HealerError("not_found", `no approval ${id}`, { hint: "" });
        const outcome = applyDecision(before, decision);
        if (!outcome.ok) throw new HealerError("approval_refused", outcome.why, { hint: "" });
        await breathe();
        if (stored.get(id)?.version !== before.version) continue;
        stored.set(id, outcome.approval);
        return outcome.approval;
      }
    },
    keepToken: async (id, token) => void tokens.set(id, token),
    takeToken: async (id) => {
      const token = tokens.get(id);
      tokens.delete(id);
      return token;
    },
  };
}

export function recordsInMemory(): ChatRecords {
  const stored = new Map<string, ChatRecord>();
  return {
    get: async (runId) => stored.get(runId),
    put: async (record) => {
      await breathe();
      if ((stored.get(record.runId)?.version ?? 0) !== record.version - 1) return false;
      stored.set(record.runId, record);
      return true;
    },
  };
}

export const journalOf = (entries: () => readonly Entry[]): JournalStore => ({
  append: async () => undefined,
  read: async (runId) => entries().filter((entry) => entry.runId === runId),
  runIds: async () => [...new Set(entries().map((entry) => entry.runId))],
});

export const incidentsOf = (incidents: readonly Incident[]): IncidentStore => ({
  update: async () => undefined,
  put: async () => undefined,
  create: async () => undefined,
  get: async (id) => incidents.find((incident) => incident.incidentId === id),
  recent: async (since) =>
    incidents.filter(({ status, closedAt }) => status !== "closed" || Date.parse(closedAt ?? "") >= since),
  list: async () => incidents,
});

/** Counts what would run: a token that was used once starts nothing a second time. */
export function workflowCounting(): Workflow & { readonly resumed: string[] } {
  const resumed: string[] = [];
  return { resumed, start: async () => undefined, resume: async (token) => void resumed.push(token) };
}

export function killSwitchInMemory(): KillSwitch {
  const stops = new Map<string, Parameters<KillSwitch["set"]>[1]>();
  return {
    read: async (scopes) =>
      scopes.map((scope) => stops.get(scope)).find((state) => state?.stopped) ?? { stopped: false },
    set: async (scope, state) => void stops.set(scope, state),
  };
}

type Posted = { place: Place; message: SlackMessage; thread: string | undefined; edits: number };

/** A workspace that keeps what is posted and refuses what Slack would refuse; `down` is an outage. */
export function chatInMemory(people: Readonly<Record<string, SlackPerson>>) {
  const posted: Posted[] = [];
  const whispers: { userId: string; text: string }[] = [];
  const opened: Parameters<SlackChat["open"]>[1][] = [];
  const state = { down: false, triggersDead: false };
  const reach = (): void => {
    if (state.down) throw new HealerError("upstream_failed", "Slack is out", { hint: "", retryable: true });
  };
  const valid = (problems: readonly string[]): void => {
    if (problems.length > 0) throw new Error(problems.join("; "));
  };
  const chat: SlackChat = {
    post: async (channel, message, thread) => {
      await breathe();
      reach();
      valid(messageProblems(message));
      const place = { channel, ts: `1700000000.${String(posted.length).padStart(6, "0")}` };
      posted.push({ place, message, thread: thread?.ts, edits: 0 });
      return place;
    },
    update: async (place, message) => {
      reach();
      valid(messageProblems(message));
      const found = posted.find((one) => one.place.channel === place.channel && one.place.ts === place.ts);
      if (found === undefined) return "gone";
      Object.assign(found, { message, edits: found.edits + 1 });
      return "updated";
    },
    remove: async (place) => {
      reach();
      posted.splice(
        posted.findIndex((one) => one.place.ts === place.ts),
        1,
      );
    },
    whisper: async (_channel, userId, { text }) => {
      reach();
      whispers.push({ userId, text });
    },
    open: async (_trigger, view) => {
      reach();
      if (state.triggersDead) throw new HealerError("upstream_failed", "expired_trigger_id", { hint: "" });
      valid(viewProblems(view as unknown as Record<string, unknown>));
      opened.push(view);
    },
    person: async (userId) => {
      reach();
      const person = people[userId];
      if (person === undefined) throw new HealerError("upstream_failed", "user_not_found", { hint: "" });
      return person;
    },
    groupMembers: async (groupId) => (groupId === "S0ONCALL1" ? ["U0GRACE02"] : []),
    self: async () => ({ teamId: "T0HEALER1", appId: "A0HEALER1" }),
  };
  return { chat, posted, whispers, opened, state };
}

/** As Slack signs. */
export function signedHeaders(secret: string, body: string, seconds: number): Record<string, string> {
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": String(seconds),
    "x-slack-signature": signature,
  };
}
