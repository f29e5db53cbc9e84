import { describe, expect, it } from "vitest";
import { tableKeys } from "../../src/aws/dynamo-tables.ts";
import { type Graph, named, ofType, rolesOf, statementsOf } from "./graph.ts";

/** What must hold of the tables and of the bucket outside them. */
export function describeRecords(graph: () => Graph): void {
  describe("records", () => {
    it("outlive a mistake: protection, recovery to any second, kept when the stage goes", () => {
      const tables = ofType(graph(), "aws:dynamodb/table:Table");
      expect(tables.map(({ name }) => name).sort()).toEqual(["ApprovalsTable", "AuditTable", "IncidentsTable"]);
      for (const { name, inputs, options } of tables) {
        expect(inputs, name).toMatchObject({
          billingMode: "PAY_PER_REQUEST",
          deletionProtectionEnabled: true,
          pointInTimeRecovery: { enabled: true },
        });
        expect(options.retainOnDelete, name).toBe(true);
      }
      expect(graph().app).toMatchObject({ protect: true, removal: "retain" });
      expect(JSON.stringify(graph().app.providers)).not.toContain('"managed"');
    });

    it("are listed from an index of how they stand, by whoever lists them and by nobody who only writes", () => {
      for (const [role, { hash, index }] of [
        ["Incidents", tableKeys.incidents],
        ["Approvals", tableKeys.approvals],
      ] as const) {
        const { inputs } = named(graph(), "aws:dynamodb/table:Table", `${role}Table`);
        expect(inputs.hashKey).toBe(hash);
        expect(inputs.globalSecondaryIndexes).toMatchObject([
          { name: index.name, hashKey: index.hash, rangeKey: index.range, projectionType: "ALL" },
        ]);
      }
      const reaching = [...rolesOf(graph())].flatMap(([name, statements]) =>
        statements.flatMap(({ Action, Resource }) =>
          Resource.filter((arn) => arn.includes("/index/")).map((arn) => {
            const table = /-(\w+)Table.*\/index\/byStatus$/.exec(arn)?.[1];
            return `${name} ${Action.join()} ${table}`;
          }),
        ),
      );
      expect(reaching.sort()).toEqual([
        "Api dynamodb:Query Approvals",
        "Api dynamodb:Query Incidents",
        "Brain dynamodb:Query Incidents",
        "Chat dynamodb:Query Approvals",
        "Chat dynamodb:Query Incidents",
        "Detector dynamodb:Query Incidents",
      ]);
      expect([...rolesOf(graph()).values()].flat().flatMap(({ Action }) => Action)).not.toContain("dynamodb:Scan");
    });

    it("deny everybody the change or removal of an Audit item", () => {
      const [denied, ...others] = statementsOf(
        named(graph(), "aws:dynamodb/resourcePolicy:ResourcePolicy", "AuditPolicy").inputs.policy,
      );
      expect(others).toEqual([]);
      expect(denied).toMatchObject({ Effect: "Deny", Principal: "*" });
      expect([...(denied?.Action ?? [])].sort()).toEqual([
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:PartiQLDelete",
        "dynamodb:PartiQLUpdate",
        "dynamodb:UpdateItem",
      ]);
      expect(denied?.Resource[0]).toMatch(/table\/incident-healer-production-AuditTable/);
    });

    it("anchor the journal in a bucket that keeps what it is given", () => {
      expect(named(graph(), "aws:s3/bucket:Bucket", "Anchors").inputs).toMatchObject({
        objectLockEnabled: true,
        forceDestroy: false,
      });
      const [lock] = ofType(graph(), "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
      expect(lock?.inputs).toMatchObject({ rule: { defaultRetention: { mode: "COMPLIANCE", days: 400 } } });
      expect(ofType(graph(), "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")[0]?.inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const [encrypted] = statementsOf(
        named(graph(), "aws:s3/bucketPolicy:BucketPolicy", "AnchorsPolicy").inputs.policy,
      );
      expect(encrypted).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
      const feed = named(graph(), "aws:lambda/eventSourceMapping:EventSourceMapping", "AnchorFeed").inputs;
      expect(feed).toMatchObject({
        startingPosition: "TRIM_HORIZON",
        destinationConfig: { onFailure: { destinationArn: expect.stringContaining("LostAnchors") } },
      });
    });
  });
}
