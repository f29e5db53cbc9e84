import { NodeHttpHandler } from "@smithy/node-http-handler";

/** The same words, tool and credentials for every loop. */
export const endpoint = process.env.BENCH_ENDPOINT;
export const region = "us-east-1";
export const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
export const system = "You look at a metric until you know enough.";
export const question = "The alarm cpu-high fired. What is wrong?";
export const toolName = "read_metric";
export const toolDescription = "Reads one datapoint of the metric.";
export const datapoint = (index) => `${index}: 42`;

/** Settings of every AWS client here; `http1` in place of the default HTTP/2. */
export const clientConfig = (http1) => ({
  endpoint,
  region,
  credentials,
  maxAttempts: 1,
  ...(http1 && { requestHandler: new NodeHttpHandler() }),
});
