import * as z from "zod";
import type { FleetGroup } from "../domain/ports.ts";
import type { CostModel } from "../domain/runbook.ts";
import { awsName, readFilled, wholeNumber } from "./filled.ts";
import { type Costing, pieces } from "./line.ts";

const instanceType = awsName("EC2 instance type", /^[a-z][a-z0-9-]{0,19}\.[a-z0-9-]{1,20}$/);
const mostInstances = 10_000;

type Capacity = Extract<CostModel, { model: "ec2_capacity" }>;
type Instances = Extract<CostModel, { model: "ec2_instances" }>;
type TypeChange = Extract<CostModel, { model: "ec2_type_change" }>;

const computeOnly = "Linux, shared tenancy, compute only: volumes and traffic are not counted";

/** Charges the instances above (or below) the group's present capacity; the group itself is free. */
export function costOfCapacity(model: Capacity, group: FleetGroup | undefined): Costing {
  const filled = readFilled(z.object({ instanceType, desired: wholeNumber(0, mostInstances) }), model);
  if ("unknown" in filled) return filled;
  if (group === undefined)
    return { unknown: `nothing is known of group "${model.group}", so what runs now is unknown` };
  const { desired } = filled.value;
  if (!Number.isInteger(group.desired) || group.desired < 0) {
    return { unknown: `group "${group.name}" reports a capacity of ${group.desired}` };
  }
  if (group.instanceType !== filled.value.instanceType) {
    return {
      unknown: `group "${group.name}" runs ${group.instanceType}, the cost model says ${filled.value.instanceType}`,
    };
  }
  return ofInstances(filled.value.instanceType, desired - group.desired, [
    `group "${group.name}" from ${group.desired} to ${desired} instances`,
  ]);
}

export function costOfInstances(model: Instances): Costing {
  const filled = readFilled(
    z.object({ instanceType, addInstances: wholeNumber(-mostInstances, mostInstances) }),
    model,
  );
  if ("unknown" in filled) return filled;
  return ofInstances(filled.value.instanceType, filled.value.addInstances, []);
}

/** The new type's price less the old one's: the instances run already. */
export function costOfTypeChange(model: TypeChange): Costing {
  const shape = z.object({ fromType: instanceType, toType: instanceType, instances: wholeNumber(1, mostInstances) });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { fromType, toType, instances } = filled.value;
  const lines = [
    pieces(instances, { item: "ec2_instance", instanceType: toType }, toType),
    pieces(-instances, { item: "ec2_instance", instanceType: fromType }, fromType),
  ];
  return { lines: fromType === toType ? [] : lines, notes: [computeOnly, ...credits(toType)] };
}

function ofInstances(type: string, quantity: number, notes: readonly string[]): Costing {
  const lines = [pieces(quantity, { item: "ec2_instance", instanceType: type }, type)];
  return { lines, notes: [...notes, computeOnly, ...credits(type)] };
}

const credits = (type: string): readonly string[] =>
  /^t\d/.test(type) ? ["surplus CPU credits of burstable types are not counted"] : [];
