import type { EventOf } from "../../domain/event.ts";
import { html } from "./frame.ts";

type Point = EventOf<"verified">["datapoints"][number];

const width = 400;
const height = 60;
const inset = 4;

/** The alarm's own metric after the change, with its threshold as a dashed line; nothing for fewer than two datapoints. */
export function sparkline(points: readonly Point[], threshold: number | undefined) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return "";
  const values = [...points.map((point) => point.value), ...(threshold === undefined ? [] : [threshold])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => place((at - first.at) / (last.at - first.at || 1), width);
  const y = (value: number) => place(high === low ? 0.5 : (high - value) / (high - low), height);
  const line = points.map((point) => `${x(point.at)},${y(point.value)}`).join(" ");
  const words = `${points.length} datapoints from ${round(first.value)} to ${round(last.value)}${threshold === undefined ? "" : `, threshold ${round(threshold)}`}`;
  const limit =
    threshold === undefined ? "" : html`<line x1="0" x2="${width}" y1="${y(threshold)}" y2="${y(threshold)}"/>`;
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${words}"><title>${words}</title>
    ${limit}<polyline points="${line}"/></svg>`;
}

const place = (share: number, size: number): string => (inset + share * (size - 2 * inset)).toFixed(1);

const round = (value: number): number => Number(value.toPrecision(4));
