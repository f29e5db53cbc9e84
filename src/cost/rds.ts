import * as z from "zod";
import type { CostModel } from "../domain/runbook.ts";
import { cannotShrink } from "./ebs.ts";
import { awsName, oneOf, readFilled, wholeNumber } from "./filled.ts";
import { type Costing, type CostLine, pieces } from "./line.ts";

type Class = Extract<CostModel, { model: "rds_class" }>;
type Replica = Extract<CostModel, { model: "rds_replica" }>;
type Storage = Extract<CostModel, { model: "rds_storage" }>;

/** Engines without a licence fee; Oracle, SQL Server and Db2 cost by edition and licence, which no model here states. */
const engine = oneOf(["postgres", "mysql", "mariadb", "aurora-mysql", "aurora-postgresql"]);
const dbClass = awsName("RDS instance class", /^db\.[a-z][a-z0-9-]{0,19}\.[a-z0-9-]{1,20}$/);
const volumeType = oneOf(["gp3", "gp2", "io1"]);
const gib = wholeNumber(0, 65_536);

const standardAurora = "Aurora Standard prices: an I/O-Optimized cluster costs more for instances and nothing for I/O";
const notesFor = (name: string): readonly string[] => (isAurora(name) ? [standardAurora] : []);

/** New class less old class; both copies are charged where the deployment is Multi-AZ. */
export function costOfClass(model: Class): Costing {
  const shape = z.object({ engine, fromClass: dbClass, toClass: dbClass, multiAz: z.boolean() });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { fromClass, toClass } = filled.value;
  if (isAurora(filled.value.engine) && filled.value.multiAz) return auroraHasReplicas;
  const lines = [instances(1, filled.value, toClass), instances(-1, filled.value, fromClass)];
  return { lines: fromClass === toClass ? [] : lines, notes: notesFor(filled.value.engine) };
}

/** A replica is a whole instance, and outside Aurora it holds a whole copy of the data. */
export function costOfReplica(model: Replica): Costing {
  const shape = z.object({
    engine,
    class: dbClass,
    addReplicas: wholeNumber(-15, 15),
    multiAz: z.boolean(),
    volumeType: volumeType.optional(),
    gib: gib.optional(),
  });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const replica = filled.value;
  const line = instances(replica.addReplicas, replica, replica.class);
  if (isAurora(replica.engine)) {
    return replica.multiAz ? auroraHasReplicas : { lines: [line], notes: notesFor(replica.engine) };
  }
  if (replica.volumeType === undefined || replica.gib === undefined) {
    return { unknown: `a ${replica.engine} replica has storage of its own: volumeType and gib are missing` };
  }
  const copies = replica.addReplicas * replica.gib;
  return { lines: [line, storage(copies, replica.volumeType, replica.multiAz, replica.engine)], notes: [] };
}

export function costOfStorage(model: Storage): Costing {
  const shape = z.object({ volumeType, addGib: gib, multiAz: z.boolean(), engine: engine.optional() });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { addGib, multiAz } = filled.value;
  if (filled.value.engine !== undefined && isAurora(filled.value.engine)) {
    return { unknown: "Aurora storage grows by itself and is charged by use" };
  }
  return {
    lines: [storage(addGib, filled.value.volumeType, multiAz, filled.value.engine)],
    notes: [cannotShrink("RDS storage"), "IOPS above what the volume type includes are not counted"],
  };
}

const isAurora = (name: string): boolean => name.startsWith("aurora-");
const auroraHasReplicas: Costing = { unknown: "Aurora has no Multi-AZ price: it adds replicas, each one an instance" };

function instances(
  quantity: number,
  of: { readonly engine: string; readonly multiAz: boolean },
  name: string,
): CostLine {
  const { engine: databaseEngine, multiAz } = of;
  const shown = `${name} ${databaseEngine}${multiAz ? " Multi-AZ" : ""}`;
  return pieces(quantity, { item: "rds_instance", engine: databaseEngine, class: name, multiAz }, shown);
}

const storage = (quantity: number, type: string, multiAz: boolean, databaseEngine: string | undefined): CostLine => ({
  quantity,
  shown: `${quantity} GiB ${type}${multiAz ? " Multi-AZ" : ""}`,
  price: { item: "rds_storage", volumeType: type, multiAz, engine: databaseEngine },
});
