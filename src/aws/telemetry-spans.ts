import { createHash } from "node:crypto";
import type { Attributes, Span, SpanContext } from "@opentelemetry/api";
import type { Pause } from "../agent/drive.ts";
import { redact } from "../digest/redact.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Step } from "../domain/next.ts";
import type { Run } from "../domain/run.ts";
import { clean, type Facts, kindOf, spanAttributesOf, spanOf, toolSpansOf } from "./telemetry-facts.ts";

/** The open spans of one step: its own, and one for each tool that it runs. */
export type Spans = {
  /** What is done in it, the SDK's own spans too, hangs beneath the step's span. */
  within<Value>(work: () => Value): Value;
  note(events: readonly RunEvent[]): void;
  pause(pause: Pause | undefined): void;
  fail(error: unknown): void;
  end(lost: boolean): void;
};

export async function openSpans(step: Step, run: Run): Promise<Spans> {
  const { context, SpanKind, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const tracer = trace.getTracer("incident-healer");
  const { name, kind, attributes } = spanOf(step, run);
  // A run lasts over many invocations: each of its steps belongs to one trace, which its id gives.
  const around = trace.getSpan(context.active())
    ? context.active()
    : trace.setSpanContext(context.active(), traceOf(run));
  const span = tracer.startSpan(nameOf(name), { kind: SpanKind[kind], attributes: attributesOf(attributes) }, around);
  const inside = trace.setSpan(around, span);
  const tools = new Map<string, Span>();
  for (const tool of toolSpansOf(step)) {
    tools.set(tool.callId, tracer.startSpan(nameOf(tool.name), { attributes: attributesOf(tool.attributes) }, inside));
  }
  const all = [...tools.values(), span];
  return {
    within: (work) => context.with(inside, work),
    note(events) {
      for (const event of events) {
        const own = "callId" in event ? tools.get(event.callId) : undefined;
        (own ?? span).setAttributes(attributesOf(spanAttributesOf(event)));
      }
    },
    pause(pause) {
      if (pause !== undefined) span.setAttribute("healer.pause", "ask" in pause ? "ask" : "wait");
    },
    fail(error) {
      for (const each of all) {
        each.setStatus({ code: SpanStatusCode.ERROR });
        each.setAttribute("error.type", kindOf(error));
      }
    },
    end(lost) {
      if (lost) span.setAttribute("healer.lost", true);
      for (const each of all) each.end();
    },
  };
}

function traceOf({ runId }: Run): SpanContext {
  const digest = createHash("sha256").update(runId).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), traceFlags: 1, isRemote: true };
}

export const noSpans: Spans = {
  within: (work) => work(),
  note: () => undefined,
  pause: () => undefined,
  fail: () => undefined,
  end: () => undefined,
};

/** A model's id is part of it, and whoever configured that may have pasted something else. */
const nameOf = (name: string): string => redact(name).text;

const attributesOf = (facts: Facts): Attributes => clean(facts) as Attributes;
