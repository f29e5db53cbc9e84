import type { Placed, Where } from "../agent/deps.ts";
import type { CommandRunner, Evidence, LockStore, Ports } from "../domain/ports.ts";
import { assumedRole } from "./assume-role.ts";
import type { Deployment } from "./deployment.ts";
import { awsEvidence, type EvidenceOptions, onlyAt } from "./evidence.ts";
import { type Door, noChange, type Place, type Reached, reach } from "./place.ts";
import { checkPolicy, lookPolicy, sendPolicy } from "./session-policy.ts";

export type PlacingOptions = {
  readonly own: Place;
  readonly allowList: Pick<Deployment, "regions" | "accounts">;
  readonly door: Door;
  /** What evidence is read with, besides place and credentials. */
  readonly reading: Pick<EvidenceOptions, "clock" | "probeDocument" | "logs">;
  /** What runs in the healer's own account and region see. */
  readonly home: Pick<Placed, "ports" | "locks">;
  /** The other ports, around evidence of another place. */
  readonly portsAround: (evidence: Evidence) => Ports;
};

/**
 * Answers what a run may touch at the place where its alarm fired. A role is assumed where a call first needs it; a place
 * off the allow-list gets nothing at all.
 */
export function placing(options: PlacingOptions): (where: Where) => Placed | { readonly outOfReach: string } {
  const { own, allowList, door, home } = options;
  let kept: { readonly runId: string; readonly placed: Placed } | undefined;
  return (where) => {
    if (where.account === own.account && where.region === own.region) return home;
    const reached = reach(where, own, allowList, door);
    if (reached.by === "nobody") return { outOfReach: reached.why };
    // A session carries its run's id, so nothing of it is shared between runs.
    if (kept?.runId !== where.runId) kept = { runId: where.runId, placed: placedAt(where, reached, options) };
    return kept.placed;
  };
}

function placedAt(where: Where, reached: Exclude<Reached, { by: "nobody" }>, options: PlacingOptions): Placed {
  const place: Place = { account: where.account, region: where.region };
  const evidence =
    reached.by === "own" ? awsEvidence({ ...options.reading, ...place }) : inMember(where, reached, options);
  const readOnly = reached.by === "role" && !reached.mayChange;
  return {
    ports: options.portsAround(evidence),
    locks: locksAt(place, options.home.locks),
    ...(readOnly && { readOnly: noChange(place.account) }),
  };
}

function inMember(where: Where, role: Extract<Reached, { by: "role" }>, options: PlacingOptions): Evidence {
  const place: Place = { account: where.account, region: where.region };
  const { own, door, reading } = options;
  const credentials = (policy: object) =>
    assumedRole({ arn: role.arn, externalId: role.externalId, session: where.runId, policy, region: own.region });
  const looking = door === "look" ? lookPolicy(place) : checkPolicy(place);
  const evidence = awsEvidence({ ...reading, ...place, credentials: credentials(looking) });
  const send: CommandRunner["send"] = (plan, actionId) =>
    awsEvidence({ ...reading, ...place, credentials: credentials(sendPolicy(plan)) }).commands.send(plan, actionId);
  return door === "look" ? evidence : { ...evidence, commands: onlyAt(place, { ...evidence.commands, send }) };
}

/** Two accounts may each have a group of the same name: a lock elsewhere carries its place. */
function locksAt({ account, region }: Place, locks: LockStore): LockStore {
  const named = (target: string) => `${account}/${region}/${target}`;
  return {
    take: (targets, lease) => locks.take(targets.map(named), lease),
    release: (targets, actionId) => locks.release(targets.map(named), actionId),
    newest: (target) => locks.newest(named(target)),
  };
}
