/**
 * What a deployment costs per month, with the arithmetic: node bench/monthly-cost.ts
 * Prices are AWS's list prices of us-east-1 in US dollars, without free tiers and discounts; model prices come from the
 * project's own table. What one incident does is an assumption, written down here to be replaced by your own numbers.
 */
import { priceOf } from "../src/models/profiles.ts";

const model = "global.anthropic.claude-sonnet-5-5";

const prices = {
  stateTransition: 0.025 / 1000,
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  logGigabyte: 0.5,
  s3Put: 0.005 / 1000,
  queueRequest: 0.5 / 1e6,
  apiRequest: 1 / 1e6,
  alarm: 0.1,
  customMetric: 0.3,
};

/** One incident: an alarm, eight replies of the model, one approved change, three minutes of verification. */
const incident = {
  replies: 8,
  tokensIn: 2_500,
  tokensFromCache: 9_000,
  tokensToCache: 1_500,
  tokensOut: 700,
  entries: 30,
  readsPerDrive: 40,
  drives: 26,
  secondsOfBrain: 75,
  transitions: 95,
  logMegabytes: 0.4,
  apiRequests: 12,
};

const monthMinutes = 30 * 24 * 60;

function standing(): Readonly<Record<string, number>> {
  // One look a minute at approvals, incidents and the day's spending: half a second at 512 MB, four reads.
  const tick = 0.5 * 0.5 * prices.lambdaGigabyteSecond + prices.lambdaRequest + 4 * prices.dynamoRead;
  // Five pollers that each wait twenty seconds for a message.
  const polls = 5 * (60 / 20) * monthMinutes * prices.queueRequest;
  return {
    "15 alarms": 15 * prices.alarm,
    "4 custom metrics": 4 * prices.customMetric,
    "tick, 43,200 a month": monthMinutes * tick,
    "its log lines, 0.5 KB each": ((monthMinutes * 0.5) / 1e6) * prices.logGigabyte,
    "polling an empty queue": polls,
  };
}

function perIncident(): Readonly<Record<string, number>> {
  const usage = {
    inputTokens: incident.tokensIn * incident.replies,
    outputTokens: incident.tokensOut * incident.replies,
    cacheReadTokens: incident.tokensFromCache * incident.replies,
    cacheWriteTokens: incident.tokensToCache * incident.replies,
  };
  const writes = incident.entries * 2 + 15;
  return {
    [`${incident.replies} replies of ${model}`]: (priceOf(model, usage) ?? Number.NaN) / 1e6,
    [`${incident.transitions} state transitions`]: incident.transitions * prices.stateTransition,
    [`${incident.drives} invocations, ${incident.secondsOfBrain} s at 1 GB`]:
      incident.secondsOfBrain * prices.lambdaGigabyteSecond + incident.drives * prices.lambdaRequest,
    [`${writes} writes, ${incident.drives * incident.readsPerDrive} reads`]:
      writes * prices.dynamoWrite + incident.drives * incident.readsPerDrive * prices.dynamoRead,
    [`${incident.entries} anchors`]: incident.entries * prices.s3Put,
    [`${incident.logMegabytes} MB of logs`]: (incident.logMegabytes / 1000) * prices.logGigabyte,
    [`${incident.apiRequests} requests to the API`]: incident.apiRequests * prices.apiRequest,
  };
}

/** Lists of open incidents read the whole table: twice a minute for the tick, and three times for an incident's events. */
function scans(incidents: number): number {
  const readsPerScan = Math.ceil((incidents * kilobytesKept) / 4);
  return (2 * monthMinutes + 3 * incidents) * readsPerScan * prices.dynamoRead;
}

/** An incident and its approval, kept for a month on average. */
const kilobytesKept = 1.5 + 0.2 * 4;

const sum = (costs: Readonly<Record<string, number>>) => Object.values(costs).reduce((total, cost) => total + cost, 0);
const dollars = (value: number) => `$${value.toFixed(value < 1 ? 4 : 2)}`;
const lines = (costs: Readonly<Record<string, number>>) =>
  Object.entries(costs).map(([name, cost]) => `  ${dollars(cost).padStart(10)}  ${name}`);

console.log(
  ["Standing, per month", ...lines(standing()), `  ${dollars(sum(standing())).padStart(10)}  in all`].join("\n"),
);
console.log(
  ["", "Per incident", ...lines(perIncident()), `  ${dollars(sum(perIncident())).padStart(10)}  in all`].join("\n"),
);
console.log("\nPer month");
for (const incidents of [0, 100, 10_000]) {
  const [fixed, each, lists] = [sum(standing()), sum(perIncident()), scans(incidents)];
  const parts = `${dollars(fixed)} + ${incidents} × ${dollars(each)} + ${dollars(lists)} of lists`;
  console.log(`  ${String(incidents).padStart(6)} incidents  ${dollars(fixed + incidents * each + lists)} = ${parts}`);
}
