import { tableKeys } from "../src/aws/dynamo-tables.ts";
import { policyOf } from "./defaults.ts";

export type Storage = ReturnType<typeof createStorage>;

/** The three tables, and the bucket outside them that holds the journal's signed heads. */
export function createStorage(permanent: boolean) {
  const audit = new sst.aws.Dynamo("Audit", {
    fields: { [tableKeys.audit.hash]: "string", [tableKeys.audit.range]: "number" },
    primaryIndex: { hashKey: tableKeys.audit.hash, rangeKey: tableKeys.audit.range },
    stream: "new-image",
    deletionProtection: permanent,
  });
  neverChanged(audit);
  const incidents = new sst.aws.Dynamo("Incidents", {
    ...indexed(tableKeys.incidents),
    // Only keys of requests already taken carry it.
    ttl: "expiresAt",
    deletionProtection: permanent,
  });
  const approvals = new sst.aws.Dynamo("Approvals", {
    ...indexed(tableKeys.approvals),
    deletionProtection: permanent,
  });
  return { audit, incidents, approvals, anchors: createAnchors(permanent) };
}

type Indexed = (typeof tableKeys)["incidents" | "approvals"];

const indexed = ({ hash, index }: Indexed) => ({
  fields: { [hash]: "string", [index.hash]: "string", [index.range]: "string" } as const,
  primaryIndex: { hashKey: hash },
  globalIndexes: { [index.name]: { hashKey: index.hash, rangeKey: index.range, projection: "all" } } as const,
});

/** Whatever a role says: an entry of the journal is written once. */
function neverChanged(audit: sst.aws.Dynamo): void {
  new aws.dynamodb.ResourcePolicy("AuditPolicy", {
    resourceArn: audit.arn,
    policy: audit.arn.apply((arn) =>
      policyOf({
        Sid: "NobodyChangesOrDeletes",
        Effect: "Deny",
        Principal: "*",
        Action: [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:PartiQLDelete",
          "dynamodb:PartiQLUpdate",
          "dynamodb:UpdateItem",
        ],
        Resource: arn,
      }),
    ),
  });
}

/** Days in which not even the account's root can delete an anchor; a test stage must be removable. */
const lockDays = 400;

function createAnchors(permanent: boolean) {
  const bucket = new aws.s3.Bucket("Anchors", { objectLockEnabled: true, forceDestroy: !permanent });
  new aws.s3.BucketObjectLockConfiguration("AnchorsLock", {
    bucket: bucket.id,
    rule: {
      defaultRetention: permanent ? { mode: "COMPLIANCE", days: lockDays } : { mode: "GOVERNANCE", days: 1 },
    },
  });
  new aws.s3.BucketPublicAccessBlock("AnchorsPrivate", {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketServerSideEncryptionConfiguration("AnchorsEncrypted", {
    bucket: bucket.id,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketPolicy("AnchorsPolicy", {
    bucket: bucket.id,
    policy: bucket.arn.apply((arn) =>
      policyOf({
        Sid: "EncryptedTransportOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ),
  });
  return bucket;
}
