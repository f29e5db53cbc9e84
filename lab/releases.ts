import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { noteChange } from "./changes.ts";
import { instanceId } from "./topology.ts";

const sound = `export function charge(payment) {
  if (typeof payment.quantity !== "number") throw new RangeError("quantity is missing");
  const discount = payment.discount?.percent ?? 0;
  return { amount: Math.round(payment.quantity * 1299 * (1 - discount / 100)) };
}
`;

/** Bulk discounts, for payments that have one; nobody tried a large basket without. */
const faulty = `export function charge(payment) {
  if (typeof payment.quantity !== "number") throw new RangeError("quantity is missing");
  const discount = payment.quantity > 2 ? payment.discount.percent : 0;
  return { amount: Math.round(payment.quantity * 1299 * (1 - discount / 100)) };
}
`;

/** Puts the sound release in place on a host that has none. */
export function installFirstRelease(root: string): void {
  if (existsSync(join(root, "current"))) return;
  writeRelease(root, "4.17.2", sound);
  writeRelease(root, "4.17.3", sound);
  activate(root, "4.17.3", "4.17.2");
}

/** Deploys the faulty release, as a pipeline would: new folder, link, note of the one before. */
export function deployFaultyRelease(root: string): void {
  writeRelease(root, "4.18.0", faulty);
  deploy(root, "4.18.0", "4.17.3");
}

export const deploySoundRelease = (root: string): void => deploy(root, "4.17.3", "4.18.0");

function deploy(root: string, version: string, previous: string): void {
  activate(root, version, previous);
  const host = basename(root);
  noteChange(join(root, "../.."), {
    who: "release pipeline",
    what: "Deploy",
    resources: [instanceId(host), host],
    detail: `release ${version} in place of ${previous}`,
  });
}

export const currentRelease = (root: string): string => basename(readlinkSync(join(root, "current")));
export const previousRelease = (root: string): string => readFileSync(join(root, "releases/PREVIOUS"), "utf8").trim();

function writeRelease(root: string, version: string, code: string): void {
  const folder = join(root, "releases", version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "charge.mjs"), code);
}

function activate(root: string, version: string, previous: string): void {
  rmSync(join(root, "current"), { force: true });
  symlinkSync(join("releases", version), join(root, "current"));
  writeFileSync(join(root, "releases/PREVIOUS"), `${previous}\n`);
}
