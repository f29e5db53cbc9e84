import { describe, expect, it } from "vitest";
import { createTokenBucket } from "../../src/aws/token-bucket.ts";

function bucketAt(start = 0) {
  let now = start;
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
  };
  const bucket = createTokenBucket({ burst: 3, perSecond: 5, clock: { now: () => now }, sleep });
  const move = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { bucket, waits, move };
}

describe("a token bucket", () => {
  it("lets a burst through at once and queues the rest at the refill rate", async () => {
    const { bucket, waits } = bucketAt();
    for (let call = 0; call < 6; call += 1) await bucket.take();
    expect(waits).toEqual([200, 400, 600]);
  });

  it("refills with time, up to the burst and no further", async () => {
    const { bucket, waits, move } = bucketAt();
    for (let call = 0; call < 3; call += 1) await bucket.take();
    move(200);
    await bucket.take();
    expect(waits).toEqual([]);
    move(3_600_000);
    for (let call = 0; call < 4; call += 1) await bucket.take();
    expect(waits).toEqual([200]);
  });

  it("gives nothing for a clock that jumps back, and takes nothing away", async () => {
    const { bucket, waits, move } = bucketAt(1_000_000);
    await bucket.take();
    move(-900_000);
    for (let call = 0; call < 2; call += 1) await bucket.take();
    expect(waits).toEqual([]);
  });
});
