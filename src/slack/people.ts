import type { Person } from "../domain/approval.ts";
import type { Clock } from "../domain/ports.ts";
import type { SlackChat, SlackPerson } from "./client.ts";
import { line } from "./escape.ts";
import type { Clicker } from "./interactions.ts";
import type { SlackSettings } from "./settings.ts";

const personId = (teamId: string, userId: string): string => `slack:${teamId}/${userId}`;

/** Who somebody is, asked of Slack at most once a minute: rights that were taken away end soon. */
export type People = {
  person(userId: string): Promise<SlackPerson>;
  groupMembers(groupId: string): Promise<readonly string[]>;
};

const keepMs = 60_000;
const mostKept = 500;

export function createPeople(chat: Pick<SlackChat, "person" | "groupMembers">, clock: Clock): People {
  return {
    person: remembered((userId) => chat.person(userId), clock),
    groupMembers: remembered((groupId) => chat.groupMembers(groupId), clock),
  };
}

function remembered<Value>(ask: (id: string) => Promise<Value>, clock: Clock): (id: string) => Promise<Value> {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<Value> }>();
  return (id) => {
    const known = kept.get(id);
    if (known !== undefined && known.until > clock.now()) return known.answer;
    if (kept.size >= mostKept) kept.clear();
    const answer = ask(id);
    kept.set(id, { until: clock.now() + keepMs, answer });
    // A failure is no answer: the next click asks again.
    answer.catch(() => kept.delete(id));
    return answer;
  };
}

export type Identified = { readonly ok: true; readonly person: Person } | { readonly ok: false; readonly why: string };

/**
 * Turns a signed click into a person. Bots, guests and strangers are nobody here, and so is whoever Slack can not vouch
 * for at this moment: a directory that is down lets nobody in.
 */
export async function identify(
  by: Pick<Clicker, "userId" | "userTeamId" | "teamId" | "appId">,
  people: People,
  settings: Pick<SlackSettings, "teamId" | "appId">,
): Promise<Identified> {
  if (by.appId !== settings.appId) return refuse("this request is for another app");
  if (by.teamId !== settings.teamId) return refuse("this request comes from another workspace");
  if (by.userTeamId !== undefined && by.userTeamId !== settings.teamId)
    return refuse("people of other organisations decide nothing here");
  const found = await people.person(by.userId).catch(() => undefined);
  if (found === undefined)
    return refuse("Slack can not say who you are at this moment; try again, or use the terminal");
  if (found.stranger !== undefined) return refuse(`${found.stranger} decides nothing here`);
  if (found.teamId !== undefined && found.teamId !== settings.teamId)
    return refuse("people of other organisations decide nothing here");
  return { ok: true, person: { id: personId(settings.teamId, by.userId), name: line(found.name, 80), via: "slack" } };
}

/**
 * The user groups of a list (`slack-group:T…/S…`) that somebody is in at this moment. Asked only where the list does not
 * name the person, and a group that Slack can not open at this moment lets nobody in.
 */
export async function groupsAmong(
  list: readonly string[],
  person: Pick<Person, "id">,
  people: Pick<People, "groupMembers">,
): Promise<readonly string[]> {
  const user = /^slack:([A-Z0-9]+)\/([UW][A-Z0-9]+)$/.exec(person.id);
  if (user === null || list.includes(person.id)) return [];
  const groups = list.flatMap((id) => {
    const group = /^slack-group:([A-Z0-9]+)\/(S[A-Z0-9]+)$/.exec(id);
    return group !== null && group[1] === user[1] ? [{ id, group: group[2] ?? "" }] : [];
  });
  const members = await Promise.all(
    groups.map(({ group }) => people.groupMembers(group).catch((): readonly string[] => [])),
  );
  return groups.filter((_, index) => members[index]?.includes(user[2] ?? "")).map(({ id }) => id);
}

const refuse = (why: string): Identified => ({ ok: false, why });
