import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { HealerError } from "../domain/errors.ts";
import { type Anchor, canonicalJson } from "../domain/journal.ts";
import { upstream } from "./upstream.ts";

export type AnchorBucketOptions = {
  readonly bucket: string;
  /** Ed25519 private key, PEM. */
  readonly key: string;
  readonly client?: S3Client;
};

/**
 * Signed heads of journals in a bucket whose objects nobody can change or delete while their lock lasts. One object holds
 * one line, as the local witness writes it, so that the objects of a run put together are its file of anchors.
 */
export function anchorBucket({ bucket, key, client }: AnchorBucketOptions) {
  const privateKey = readKey(key);
  let shared = client;
  return {
    async observe(anchor: Anchor): Promise<void> {
      const { PutObjectCommand, S3Client: Client } = await import("@aws-sdk/client-s3");
      shared ??= new Client({ maxAttempts: 3 });
      const signature = sign(null, Buffer.from(canonicalJson(anchor)), privateKey).toString("base64");
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: anchorKey(anchor),
        Body: `${canonicalJson({ ...anchor, signature })}\n`,
        ContentType: "application/jsonl",
        // An object lock takes no upload without one.
        ChecksumAlgorithm: "SHA256",
      });
      const client = shared;
      await upstream(`anchor entry ${anchor.seq} of ${anchor.runId}`, () => client.send(command));
    },
  };
}

/** Sorted by name they are in the journal's order. The hash is in the name: a rewritten entry lies beside the first one. */
export const anchorKey = ({ runId, seq, hash }: Anchor): string =>
  `anchors/${runId}/${String(seq).padStart(8, "0")}-${hash.slice(0, 16)}.jsonl`;

function readKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw badKey("it can not be read", error);
  }
  throw badKey("it is not an Ed25519 key");
}

const badKey = (why: string, cause?: unknown): HealerError =>
  new HealerError("bad_state", `the secret AnchorKey: ${why}`, {
    hint: "openssl genpkey -algorithm ed25519 | npx sst secret set AnchorKey --stage <stage>",
    cause,
  });
