import { messageOf } from "../domain/errors.ts";
import type { Clock, Fleet, FleetGroup, PriceList } from "../domain/ports.ts";
import type { CostModel } from "../domain/runbook.ts";
import { costOf } from "./costing.ts";
import { estimate } from "./estimate.ts";
import type { Costing } from "./line.ts";
import { type UnitPrice, type UnitPrices, unknownPrice } from "./unit-price.ts";

/** How long a change is priced for when its runbook says nothing else. */
export const defaultHorizonHours = 24;

/** The port over any source of unit prices. Never rejects: whatever fails is an unknown price with its reason. */
export function createPriceList(deps: {
  readonly unitPrices: UnitPrices;
  /** Tells what runs now; without it every model that names a group is unknown. */
  readonly fleet: Pick<Fleet, "group"> | undefined;
  readonly clock: Clock;
}): PriceList {
  return {
    async quote(model, place) {
      if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(place.region))
        return unknownPrice(`no AWS region: ${JSON.stringify(place.region)}`);
      try {
        const costing = costOf(model, await presentGroup(model, deps.fleet));
        const prices = "unknown" in costing ? [] : await lookUpAll(costing, deps.unitPrices, place.region);
        const today = new Date(deps.clock.now()).toISOString().slice(0, 10);
        return estimate(costing, prices, { horizonHours: place.horizonHours, today });
      } catch (cause) {
        return unknownPrice(messageOf(cause));
      }
    },
  };
}

async function presentGroup(
  model: CostModel,
  fleet: Pick<Fleet, "group"> | undefined,
): Promise<FleetGroup | undefined> {
  if (model.model !== "ec2_capacity" || model.group.includes("{{")) return undefined;
  return await fleet?.group(model.group);
}

/** One price a line, in the lines' order; a line that changes nothing needs none. */
function lookUpAll(
  costing: Exclude<Costing, { unknown: string }>,
  unitPrices: UnitPrices,
  region: string,
): Promise<readonly UnitPrice[]> {
  return Promise.all(
    costing.lines.map(async (line) =>
      line.quantity === 0 ? unknownPrice("not needed") : await unitPrices.lookUp(line.price, region),
    ),
  );
}
