import type { Fleet, FleetMember } from "../domain/ports.ts";
import type { Assessment } from "../domain/tool.ts";

/** The tag that opts a resource in: `healer = managed`. Without it nothing may change it. */
export const optInTag = { key: "healer", value: "managed" } as const;

/** How much of the fleet the targets are. What is not known counts as everything, and as not opted in. */
export async function blastRadiusOf(
  targets: readonly string[],
  fleet: Fleet,
): Promise<Pick<Assessment, "fleetSharePercent" | "lastHealthy" | "managed" | "dataClass">> {
  const found = await Promise.all(targets.map((target) => look(target, targets, fleet)));
  if (found.length === 0) return { fleetSharePercent: null, lastHealthy: false, managed: false };
  const shares = found.map((one) => one.sharePercent);
  const dataClass = dataClasses.findLast((one) => found.some((look) => look.data.includes(one)));
  return {
    ...(dataClass && { dataClass }),
    fleetSharePercent: shares.includes(null) ? null : Math.max(...shares.map((share) => share ?? 100)),
    lastHealthy: found.some((one) => one.lastHealthy),
    managed: found.every((one) => one.managed),
  };
}

/** From harmless to grave. */
const dataClasses = ["none", "internal", "personal", "secret"] as const;

type Look = {
  readonly sharePercent: number | null;
  readonly lastHealthy: boolean;
  readonly managed: boolean;
  /** Values of the tag `data` of whatever the target is. */
  readonly data: readonly string[];
};

async function look(target: string, targets: readonly string[], fleet: Fleet): Promise<Look> {
  const member = await fleet.member(target);
  if (member !== undefined) {
    const group = member.group === undefined ? undefined : await fleet.group(member.group);
    return memberOf(member, group?.members ?? [member], new Set(targets));
  }
  const group = await fleet.group(target);
  if (group === undefined) return { sharePercent: null, lastHealthy: false, managed: false, data: [] };
  const { members } = group;
  const managed = members.length > 0 && members.every(isManaged);
  return { sharePercent: 100, lastHealthy: false, managed, data: members.map(dataOf) };
}

function memberOf(member: FleetMember, fellows: readonly FleetMember[], targets: ReadonlySet<string>): Look {
  const hit = fellows.filter((fellow) => targets.has(fellow.id)).length;
  const healthyAfter = fellows.filter((fellow) => fellow.healthy && !targets.has(fellow.id)).length;
  return {
    sharePercent: fellows.length <= 1 ? 0 : (hit / fellows.length) * 100,
    // A resource that stands alone has no fellow to lose; its runbook says whether touching it is safe.
    lastHealthy: fellows.length > 1 && member.healthy && healthyAfter === 0,
    managed: isManaged(member),
    data: [dataOf(member)],
  };
}

const dataOf = (member: FleetMember): string => member.tags.data ?? "";

const isManaged = (member: FleetMember): boolean => member.tags[optInTag.key] === optInTag.value;
