import type {
  GetMetricDataCommandInput,
  MetricDataQuery,
  MetricDataResult,
  StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import { HealerError } from "../domain/errors.ts";
import type { MathLine, MetricIdentity, MetricPoint, MetricQuery, MetricSource } from "../domain/ports.ts";
import { type CloudWatchSdk, cloudWatchSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

/** CloudWatch metrics through GetMetricData and ListMetrics. */
export function cloudWatchMetrics(sdk: CloudWatchSdk = cloudWatchSdk()): MetricSource {
  return {
    query: (query) => points(sdk, query),
    neighbours: (namespace, dimensions) => list(sdk, namespace, dimensions),
  };
}

const mostNeighbours = 50;
const mostPages = 20;

async function points(sdk: CloudWatchSdk, query: MetricQuery): Promise<readonly MetricPoint[]> {
  const { api, client } = await sdk();
  const asked = `read metric ${query.namespace}/${query.name}`;
  const found = new Map<number, number>();
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = dataInput(query, token);
    const reply = await upstream(asked, () => client.send(new api.GetMetricDataCommand(input)));
    const [result, ...others] = reply.MetricDataResults ?? [];
    // Mixed into one series, the values of several would look like one metric that jumps.
    if (others.length > 0) throw severalSeries(asked, others.length + 1);
    if (result !== undefined) collect(asked, result, found);
    token = reply.NextToken;
    if (token === undefined) break;
  }
  return [...found].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
}

function dataInput(query: MetricQuery, token: string | undefined): GetMetricDataCommandInput {
  const { namespace, name, dimensions, stat, period } = query;
  const plain: MathLine = { id: "m1", returned: true, metric: { namespace, name, dimensions }, stat, period };
  return {
    MetricDataQueries: (query.math ?? [plain]).map(wireLine),
    StartTime: new Date(query.start),
    EndTime: new Date(query.end),
    ScanBy: "TimestampAscending",
    ...(token !== undefined && { NextToken: token }),
  };
}

function wireLine(line: MathLine): MetricDataQuery {
  const common = {
    Id: line.id,
    ReturnData: line.returned,
    ...(line.account !== undefined && { AccountId: line.account }),
  };
  if ("expression" in line) {
    return { ...common, Expression: line.expression, ...(line.period !== undefined && { Period: line.period }) };
  }
  const { namespace, name, dimensions } = line.metric;
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: wireDimensions(dimensions) };
  const unit = line.unit !== undefined && { Unit: line.unit as StandardUnit };
  return { ...common, MetricStat: { Metric, Period: line.period, Stat: line.stat, ...unit } };
}

const severalSeries = (asked: string, count: number): HealerError =>
  new HealerError("upstream_failed", `${asked}: it returned ${count} series, not one`, {
    hint: "An alarm over several series has no metric of its own to measure recovery on; a person has to look.",
  });

function collect(asked: string, result: MetricDataResult, found: Map<number, number>): void {
  // "Forbidden" and "InternalError" come inside a successful reply; without this they would look like no data.
  if (result.StatusCode === "Forbidden" || result.StatusCode === "InternalError") {
    const why = result.Messages?.map((message) => message.Value).join("; ") ?? "";
    throw new HealerError("upstream_failed", `${asked}: ${result.StatusCode} ${why}`.trim(), {
      hint: result.StatusCode === "Forbidden" ? "The role lacks this permission." : "The same call may succeed later.",
      retryable: result.StatusCode === "InternalError",
    });
  }
  result.Timestamps?.forEach((at, index) => {
    const value = result.Values?.[index];
    if (value !== undefined && Number.isFinite(value)) found.set(at.getTime(), value);
  });
}

async function list(
  sdk: CloudWatchSdk,
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<readonly MetricIdentity[]> {
  const recent = await listPages(sdk, namespace, dimensions, true);
  // Nothing in three hours: the incident may be older, or the source may have died.
  return recent.length > 0 ? recent : await listPages(sdk, namespace, dimensions, false);
}

async function listPages(
  sdk: CloudWatchSdk,
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  recent: boolean,
): Promise<readonly MetricIdentity[]> {
  const { api, client } = await sdk();
  const found: MetricIdentity[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages && found.length < mostNeighbours; page += 1) {
    const input = {
      Namespace: namespace,
      Dimensions: wireDimensions(dimensions).slice(0, 10),
      ...(recent && { RecentlyActive: "PT3H" as const }),
      ...(token !== undefined && { NextToken: token }),
    };
    const reply = await upstream(`list metrics of ${namespace}`, () => client.send(new api.ListMetricsCommand(input)));
    for (const { Namespace, MetricName, Dimensions } of reply.Metrics ?? []) {
      if (Namespace === undefined || MetricName === undefined) continue;
      found.push({ namespace: Namespace, name: MetricName, dimensions: plainDimensions(Dimensions ?? []) });
    }
    token = reply.NextToken;
    if (token === undefined) break;
  }
  return found.slice(0, mostNeighbours);
}

const wireDimensions = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

type WireDimension = { readonly Name?: string | undefined; readonly Value?: string | undefined };

export const plainDimensions = (dimensions: readonly WireDimension[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    dimensions.flatMap(({ Name, Value }) => (Name !== undefined && Value !== undefined ? [[Name, Value]] : [])),
  );
