import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ResourceState } from "../domain/ports.ts";
import { type BalancingSdk, balancingSdk } from "./clients.ts";
import { unlessMissing } from "./upstream.ts";

/** A target group by its ARN: how many targets are in which state, and what is wrong with those that are not healthy. */
export function targetGroupState(
  TargetGroupArn: string,
  sdk: BalancingSdk = balancingSdk(),
): Promise<ResourceState | undefined> {
  return unlessMissing(
    `describe target health of ${TargetGroupArn}`,
    ["TargetGroupNotFoundException", "TargetGroupNotFound"],
    async () => {
      const { api, client } = await sdk();
      const reply = await client.send(new api.DescribeTargetHealthCommand({ TargetGroupArn }));
      const targets = reply.TargetHealthDescriptions ?? [];
      return { facts: [countsOf(targets)], troubles: targets.flatMap(troubleOf), events: [] };
    },
  );
}

function countsOf(targets: readonly TargetHealthDescription[]): string {
  const counts = new Map<string, number>();
  for (const { TargetHealth } of targets) {
    const state = TargetHealth?.State ?? "unknown";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const parts = [...counts].map(([state, count]) => `${count} ${state}`);
  return targets.length === 0 ? "no target is registered" : `${targets.length} targets: ${parts.join(", ")}`;
}

function troubleOf({ Target, TargetHealth }: TargetHealthDescription): readonly string[] {
  const { State, Reason, Description } = TargetHealth ?? {};
  if (State === "healthy") return [];
  const why = [Reason, Description].filter((part) => part !== undefined && part !== "").join(": ");
  return [`${Target?.Id ?? "?"}:${Target?.Port ?? "?"} ${State ?? "unknown"}${why === "" ? "" : `, ${why}`}`];
}
