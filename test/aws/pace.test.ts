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
  const begun = performance.now();
  await Promise.all(Array.from({ length: 25 }, () => client.send(new api.DescribeLogGroupsCommand({}))));
  server.close();
  const times = seen.sort((a, b) => a - b);
  // From before the first, which may itself arrive late: the 25th leaves a second after the burst, on any machine.
  expect(times).toHaveLength(25);
  expect((times[24] ?? 0) - begun).toBeGreaterThan(950);
  expect(times[10]).toBeLessThan(times[24] ?? 0);
});
