import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { logsSdk } from "../../src/aws/clients.ts";

it("lets a burst through and paces what follows, so that a hungry run never throttles the account", async () => {
  const seen: number[] = [];
  const server = createServer((_, response) => {
    seen.push(performance.now());
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ logGroups: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = "x";
  process.env.AWS_SECRET_ACCESS_KEY = "x";
  const { api, client } = await logsSdk({ region: "us-east-1" })();
  await Promise.all(Array.from({ length: 25 }, () => client.send(new api.DescribeLogGroupsCommand({}))));
  server.close();
  const times = seen.sort((a, b) => a - b);
  const first = times[0] ?? 0;
  // The order of magnitude is the point: the 25th leaves a second after the burst, however slow this machine is.
  expect(times).toHaveLength(25);
  expect((times[24] ?? 0) - first).toBeGreaterThan(900);
  expect((times[10] ?? 0) - first).toBeLessThan((times[24] ?? 0) - first);
});
