import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { anchorBucket, anchorKey } from "../../src/aws/anchor-bucket.ts";
import { canonicalJson } from "../../src/domain/journal.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const anchor = { runId: "run-0123456789ab", seq: 3, hash: "a".repeat(64), at: "2026-11-23T10:00:00.000Z" };

async function bucketAt(status: number) {
  const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url ?? "", headers: request.headers, body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-west-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "stub", secretAccessKey: "stub" },
  });
  return { seen, witness: anchorBucket({ bucket: "anchors", key, client }), close: () => server.close() };
}

it("keeps one signed line for each entry, under a name that sorts and holds the hash", async () => {
  const { seen, witness, close } = await bucketAt(200);
  await witness.observe(anchor);
  close();
  expect(seen[0]?.url).toContain(`/anchors/anchors/run-0123456789ab/00000003-${"a".repeat(16)}.jsonl`);
  expect(seen[0]?.headers["x-amz-checksum-sha256"] ?? seen[0]?.headers["x-amz-trailer"]).toBeDefined();
  const line = /\{.*\}\n/.exec(seen[0]?.body ?? "")?.[0] ?? "";
  const { signature, ...signed } = JSON.parse(line);
  expect(signed).toEqual(anchor);
  const good = verify(
    null,
    Buffer.from(canonicalJson(signed)),
    createPublicKey(privateKey),
    Buffer.from(signature, "base64"),
  );
  expect(good).toBe(true);
});

it("gives a rewritten entry a name of its own, so that the first anchor stays what it was", () => {
  expect(anchorKey({ ...anchor, hash: "b".repeat(64) })).not.toBe(anchorKey(anchor));
});

it("rejects, retryable, when the bucket is out, so that the stream begins again there", async () => {
  const { witness, close } = await bucketAt(503);
  await expect(witness.observe(anchor)).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
  close();
});

it.each(["", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", rsa()])(
  "refuses a key that signs nothing it can keep",
  (bad) => {
    expect(() => anchorBucket({ bucket: "b", key: bad })).toThrow("AnchorKey");
  },
);

function rsa(): string {
  return generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}
