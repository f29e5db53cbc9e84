import { Resource } from "sst";
import { anchorBucket } from "../aws/anchor-bucket.ts";
import { fromStream } from "../http/adapter.ts";
import { createBackgroundApp } from "../http/background.ts";

const bucket = process.env["HEALER_ANCHORS"] ?? "";
const witness = anchorBucket({ bucket, key: Resource.AnchorKey.value });

/** Signs the head of every journal entry and keeps it where nobody can change it. */
export const handler = fromStream(createBackgroundApp({ witness }), "/internal/anchor");
