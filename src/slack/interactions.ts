import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { actionIds, ButtonValue } from "./buttons.ts";
import { ChangeMetadata, changeCallback, changeInput, mostComment } from "./modals.ts";

const Team = z.object({ id: z.string() });
const User = z.object({ id: z.string().min(1).max(40), team_id: z.string().optional() });

const BlockActions = z.object({
  type: z.literal("block_actions"),
  team: Team.nullish(),
  user: User,
  api_app_id: z.string(),
  trigger_id: z.string().optional(),
  container: z.object({ type: z.string(), message_ts: z.string().optional(), channel_id: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

const ViewSubmission = z.object({
  type: z.literal("view_submission"),
  team: Team.nullish(),
  user: User,
  api_app_id: z.string(),
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

/** Who did it and where, as Slack signed it. */
export type Clicker = {
  readonly userId: string;
  readonly userTeamId: string | undefined;
  readonly teamId: string | undefined;
  readonly appId: string;
  readonly channel: string;
  readonly ts: string;
};

export type Interaction =
  | (ButtonValue & { readonly by: Clicker; readonly kind: "approve" | "deny" })
  | (ButtonValue & {
      readonly by: Clicker;
      readonly kind: "ask_change" | "why" | "command";
      readonly triggerId: string;
    })
  | (ButtonValue & { readonly by: Clicker; readonly kind: "change"; readonly comment: string })
  /** Not ours, or nothing to do: closing a modal, another app's button, a block of a later version. */
  | { readonly kind: "other"; readonly type: string };

/** Rejects with `bad_input` what has the type of an interaction of ours but not its shape. */
export function parseInteraction(payload: unknown): Interaction {
  const type = z.object({ type: z.string() }).safeParse(payload);
  if (!type.success) throw bad("the payload names no type");
  if (type.data.type === "block_actions") return fromButton(checked(BlockActions, payload));
  if (type.data.type === "view_submission") return fromModal(checked(ViewSubmission, payload));
  return { kind: "other", type: type.data.type };
}

const kinds = new Map<string, "approve" | "deny" | "ask_change" | "why" | "command">([
  [actionIds.approve, "approve"],
  [actionIds.deny, "deny"],
  [actionIds.change, "ask_change"],
  [actionIds.why, "why"],
  [actionIds.command, "command"],
]);

function fromButton(payload: z.infer<typeof BlockActions>): Interaction {
  const action = payload.actions[0];
  const kind = kinds.get(action?.action_id ?? "");
  if (action === undefined || kind === undefined) return { kind: "other", type: `action ${action?.action_id ?? ""}` };
  const value = checked(ButtonValue, jsonOf(action.value ?? "", "the button's value"));
  const { channel_id: channel, message_ts: ts } = payload.container;
  if (channel === undefined || ts === undefined) throw bad("the click names no message");
  const by = clicker(payload, channel, ts);
  if (kind === "approve" || kind === "deny") return { ...value, by, kind };
  return { ...value, by, kind, triggerId: payload.trigger_id ?? "" };
}

function fromModal(payload: z.infer<typeof ViewSubmission>): Interaction {
  const { callback_id, private_metadata, state } = payload.view;
  if (callback_id !== changeCallback) return { kind: "other", type: `view ${callback_id}` };
  const { channel, ts, ...value } = checked(ChangeMetadata, jsonOf(private_metadata, "the modal's metadata"));
  const comment = (state.values[changeInput.block]?.[changeInput.action]?.value ?? "").trim().slice(0, mostComment);
  return { ...value, by: clicker(payload, channel, ts), kind: "change", comment };
}

const clicker = (
  payload: Pick<z.infer<typeof BlockActions>, "team" | "user" | "api_app_id">,
  channel: string,
  ts: string,
): Clicker => ({
  userId: payload.user.id,
  userTeamId: payload.user.team_id,
  teamId: payload.team?.id,
  appId: payload.api_app_id,
  channel,
  ts,
});

export function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`${what} is no JSON`);
  }
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw bad(`${issue?.path.join(".") || "payload"}: ${issue?.message ?? "not valid"}`);
}

const bad = (why: string): HealerError =>
  new HealerError("bad_input", `not an interaction that this version understands: ${why}`, {
    hint: "Cards of an older version lose their buttons when they are next edited; `/healer status` lists what waits.",
  });
