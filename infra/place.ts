import type { ArnPlace } from "../src/aws/statement.ts";

/** Partition, region and account of this deployment. */
export const placeOf = (): $util.Output<ArnPlace> =>
  $util
    .all([aws.getPartitionOutput(), aws.getRegionOutput(), aws.getCallerIdentityOutput()])
    .apply(([partition, region, caller]) => ({
      partition: partition.partition,
      region: region.region,
      account: caller.accountId,
    }));
