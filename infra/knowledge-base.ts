import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies the reviewed runbooks into the bucket that a knowledge base reads. A hit counts only where the reviewed text
 * agrees with it, so a copy that is late can mislead nobody.
 */
export function syncRunbooks(bucket: string, runbooks: string): void {
  for (const file of readdirSync(runbooks).filter((name) => name.endsWith(".md"))) {
    new aws.s3.BucketObjectv2(`Runbook-${file.replace(/\.md$/, "")}`, {
      bucket,
      key: `runbooks/${file}`,
      source: new $util.asset.FileAsset(join(runbooks, file)),
      contentType: "text/markdown",
    });
  }
}
