import type { ProvisionedThroughputDescription, TableDescription } from "@aws-sdk/client-dynamodb";
import type { ResourceState } from "../domain/ports.ts";
import { type DynamoSdk, tablesSdk } from "./clients.ts";
import { unlessMissing } from "./upstream.ts";

/** A table: its capacity mode, and that of each index, since an index that throttles holds up the table's writes. */
export function tableState(name: string, sdk: DynamoSdk = tablesSdk()): Promise<ResourceState | undefined> {
  return unlessMissing(`describe table ${name}`, ["ResourceNotFoundException"], async () => {
    const { api, client } = await sdk();
    const { Table } = await client.send(new api.DescribeTableCommand({ TableName: name }));
    return Table === undefined ? undefined : { facts: factsOf(Table), troubles: [], events: [] };
  });
}

function factsOf({ TableStatus, BillingModeSummary, ProvisionedThroughput, GlobalSecondaryIndexes }: TableDescription) {
  const onDemand = BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
  return [
    `${TableStatus ?? "status unknown"}: ${onDemand ? "on demand" : `provisioned, ${unitsText(ProvisionedThroughput)}`}`,
    ...(GlobalSecondaryIndexes ?? []).map(
      (index) =>
        `index ${index.IndexName ?? "?"} ${index.IndexStatus ?? "?"}${onDemand ? "" : `, ${unitsText(index.ProvisionedThroughput)}`}`,
    ),
  ];
}

const unitsText = (throughput: ProvisionedThroughputDescription | undefined): string =>
  `${throughput?.ReadCapacityUnits ?? "?"} read and ${throughput?.WriteCapacityUnits ?? "?"} write units`;
