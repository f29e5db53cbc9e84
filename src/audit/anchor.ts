import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import { type Anchor, canonicalJson } from "../domain/journal.ts";

/** A journal's head, signed with a key that the table's writer lacks (Ed25519, base64). */
export const SignedAnchor = z.strictObject({
  runId: z.string(),
  seq: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
  signature: z.string(),
});
export type SignedAnchor = Readonly<z.infer<typeof SignedAnchor>>;

export function signAnchor(anchor: Anchor, key: KeyObject): SignedAnchor {
  const { runId, seq, hash, at } = anchor;
  const signature = sign(null, bytesOf(anchor), key).toString("base64");
  return { runId, seq, hash, at, signature };
}

/** True when the holder of the key's private half signed exactly this head. */
export const isSignedBy = (anchor: SignedAnchor, key: KeyObject): boolean =>
  verify(null, bytesOf(anchor), key, Buffer.from(anchor.signature, "base64"));

/** The public half as PEM text, for whoever has to check signatures elsewhere. */
export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: "spki", format: "pem" }).toString();

const bytesOf = ({ runId, seq, hash, at }: Anchor): Buffer => Buffer.from(canonicalJson({ runId, seq, hash, at }));
