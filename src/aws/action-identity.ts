import { createHash } from "node:crypto";

/** The mark that a sent command carries (at most 100 characters), by which it is found again after a crash. */
export function commentOf(actionId: string): string {
  return actionId.length <= 100 ? actionId : `sha256 ${createHash("sha256").update(actionId).digest("hex")}`;
}

/** The idempotency token of an automation: a version 5 UUID, the same for the same action on every machine. */
export function clientTokenOf(actionId: string): string {
  const bytes = createHash("sha1").update(Buffer.from(namespace, "hex")).update(actionId).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A tag key of its own for each action, because executions can be listed by a tag's key but not by its value. */
export const tagKeyOf = (actionId: string): string => `healer-action/${clientTokenOf(actionId)}`;

/** Chosen once for this project; another value would be another set of tokens. */
const namespace = "5d1f0f6e5a3c4f0e9a7b6c2d8e4f1a90";
