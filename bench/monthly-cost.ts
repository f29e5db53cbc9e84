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
  // One look a minute at approvals, incidents and the day's spending: half a second at 512 MB; its reads are below.
  const tick = 0.5 * 0.5 * prices.lambdaGigabyteSecond + prices.lambdaRequest;
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
  // Each write of an incident or an approval is one of the table, one of its index, and one of the list of open ones.
  const writes = incident.entries * 2 + 3 * 15;
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

/** Minutes that an incident is open, kilobytes of one with its index entry, and incidents that a search for alike ones reads. */
const openMinutes = 30;
const kilobytes = 1.5;
const searched = 2_000;

/**
 * Lists: the open incidents by their ids, in full reads; closed ones from the index, in half reads of 4 KB. Twice a minute
 * for the tick, three times for an incident's events, and once for alike ones.
 */
function lists(incidents: number): number {
  const closedOf = (minutes: number) => 0.5 * Math.ceil((((incidents * minutes) / monthMinutes) * kilobytes) / 4 + 1);
  const open = 1 + (incidents * openMinutes) / monthMinutes;
  // Open ones, pending approvals, and the closed ones of the last hour; the day's spending.
  const tick = 2 * (open + 0.5) + 0.5 + closedOf(60) + 1;
  const event = open + closedOf(25 * 60);
  const alike = open + 0.5 * Math.ceil((Math.min(incidents, searched) * kilobytes) / 4);
  return (monthMinutes * tick + incidents * (3 * event + alike)) * prices.dynamoRead;
}

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
  const [fixed, each, listed] = [sum(standing()), sum(perIncident()), lists(incidents)];
  const parts = `${dollars(fixed)} + ${incidents} × ${dollars(each)} + ${dollars(listed)} of lists`;
  console.log(`  ${String(incidents).padStart(6)} incidents  ${dollars(fixed + incidents * each + listed)} = ${parts}`);
}
