import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { conclude, look } from "../../evals/simulation/attacks.ts";
import { drive } from "../../src/agent/drive.ts";
import type { Performance } from "../../src/agent/perform.ts";
import { awsTelemetry } from "../../src/aws/telemetry.ts";
import { factsOf } from "../../src/aws/telemetry-facts.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import { nextEntry } from "../../src/domain/journal.ts";
import type { ContentBlock } from "../../src/domain/message.ts";
import type { Step } from "../../src/domain/next.ts";
import type { CallState } from "../../src/domain/run.ts";
import { errorResult, okResult } from "../../src/domain/tool.ts";
import { memoryStore } from "../../src/local/memory-store.ts";
import { openDesk } from "../agent/desk.ts";
import {
  assessed,
  call,
  changeSent,
  changeStarted,
  concluded,
  decided,
  finished,
  first,
  replied,
  requested,
  runId,
  runOf,
  runStarted,
  verified,
} from "../domain/story.ts";

const exporter = new InMemorySpanExporter();
const telemetry = awsTelemetry({ environment: "test" });
const never = new AbortController().signal;
let written = "";

beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
});
afterAll(() => {
  trace.disable();
  vi.restoreAllMocks();
});
afterEach(() => {
  exporter.reset();
  written = "";
});

const keep = (chunk: unknown): boolean => {
  written += String(chunk);
  return true;
};
const lines = (): readonly Record<string, never>[] =>
  written
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
const spanNamed = (name: string): ReadableSpan => {
  const found = exporter.getFinishedSpans().find((span) => span.name === name);
  if (found === undefined)
    throw new Error(
      `no span ${name}: ${exporter
        .getFinishedSpans()
        .map((span) => span.name)
        .join()}`,
    );
  return found;
};

const think: Step = { do: "think" };
const startedRun = runOf(runStarted());
const reply = replied(1, [call(1, 0, { tool: "fetch_logs", kind: "read" })]);

async function* yields(...batches: readonly (readonly RunEvent[])[]): Performance {
  for (const batch of batches) yield batch;
  return { wait: 3 };
}

/** Does all the work as `drive` does it. */
async function drain(work: Performance): Promise<{ readonly yielded: unknown[]; readonly returned: unknown }> {
  const yielded: unknown[] = [];
  for (;;) {
    const { done, value } = await work.next();
    if (done) return { yielded, returned: value };
    yielded.push(value);
  }
}

describe("spans", () => {
  it("name a model call, its model and its tokens as OpenTelemetry's GenAI conventions do", async () => {
    await drain(telemetry.observe(think, startedRun, yields([reply])));
    const span = spanNamed("chat test");
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "aws.bedrock",
      "gen_ai.request.model": "test",
      "gen_ai.response.model": "test",
      "gen_ai.response.finish_reasons": ["tool_use"],
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.usage.cache_read.input_tokens": 1,
      "gen_ai.usage.cache_creation.input_tokens": 2,
      "gen_ai.conversation.id": runId,
      "healer.tools": ["fetch_logs"],
      "healer.pause": "wait",
    });
  });

  it("give each tool of a step one of its own beneath the step's, with how it went", async () => {
    const run = runOf(runStarted(), replied(1, [call(1, 0, { tool: "fetch_logs", kind: "read" }), call(1, 1)]));
    const [logs, metrics] = Object.values(run.calls);
    const read = { do: "read", calls: [logs, { ...metrics, tool: "query_metrics", kind: "read" }] } as Step;
    const failed = finished(metrics?.callId, false, { result: errorResult("no such metric", "") });
    await drain(telemetry.observe(read, run, yields([finished(first), failed])));
    const parent = spanNamed("healer.read");
    expect(spanNamed("execute_tool fetch_logs").attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "fetch_logs",
      "gen_ai.tool.call.id": first,
      "healer.status": "ok",
    });
    expect(spanNamed("execute_tool query_metrics").attributes).toMatchObject({ "healer.status": "error" });
    expect(spanNamed("execute_tool query_metrics").parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  it("end with the error's code when the work fails, and the failure goes on", async () => {
    const error = new HealerError("model_unavailable", "busy", { hint: "", retryable: true });
    const fails = async function* (): Performance {
      yield [reply];
      throw error;
    };
    await expect(drain(telemetry.observe(think, startedRun, fails()))).rejects.toBe(error);
    const span = spanNamed("chat test");
    expect(span.ended).toBe(true);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes["error.type"]).toBe("model_unavailable");
    expect(lines()).toMatchObject([{ level: "WARN", message: "step failed", runId, step: "think", detail: "busy" }]);
  });

  it("of a stranger's error keep where it came from and none of its words", async () => {
    const fails = async function* (): Performance {
      yield JSON.parse("password hunter2") as never;
      return undefined;
    };
    await expect(drain(telemetry.observe(think, startedRun, fails()))).rejects.toThrow("is not valid JSON");
    expect(written).not.toMatch(/hunter|password/);
    expect(lines()).toMatchObject([{ level: "ERROR", error: "SyntaxError" }]);
    expect(JSON.stringify(lines())).toContain("telemetry.test.ts:");
  });

  it("of a step whose events another driver forestalled end too, and say that they are lost", async () => {
    const conflict = new HealerError("journal_conflict", "taken", { hint: "" });
    const desk = await openDesk({ moves: [{ calls: [] }], change: () => ({ telemetry }) });
    await desk.write(runStarted());
    let tries = 0;
    const { append } = desk.store.journal;
    Object.assign(desk.deps.journal, {
      append: async (entry: never) => {
        if (tries++ === 0) throw conflict;
        await append(entry);
        throw new Error("the process ends here");
      },
    });
    await expect(drive(runId, "read", desk.deps, never)).rejects.toThrow("ends here");
    const spans = exporter.getFinishedSpans().filter((span) => span.name.startsWith("chat "));
    expect(spans.map((span) => [span.ended, span.attributes["healer.lost"]])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(spans.flatMap((span) => Object.keys(span.attributes))).not.toContain("gen_ai.usage.input_tokens");
  });
});

describe("watched work", () => {
  it("yields, returns and throws as it would unwatched, whatever it is", async () => {
    const batches = fc.array(fc.array(fc.constantFrom<RunEvent>(reply, assessed("ask"), finished()), { maxLength: 3 }));
    const ending = fc.oneof(
      fc.constantFrom({ wait: 3 }, { ask: "t1c0" }, undefined).map((value) => ({ value })),
      fc.constant({ error: new Error("broken") }),
    );
    await fc.assert(
      fc.asyncProperty(batches, ending, async (events, end) => {
        const order: string[] = [];
        const make = async function* (): Performance {
          for (const [index, batch] of events.entries()) {
            order.push(`before ${index}`);
            yield batch;
            order.push(`after ${index}`);
          }
          if ("error" in end) throw end.error;
          return end.value;
        };
        const plain = await drain(make()).catch((error: unknown) => error);
        const plainOrder = order.splice(0);
        const watched = await drain(telemetry.observe(think, startedRun, make())).catch((error: unknown) => error);
        expect(watched).toEqual(plain);
        expect(order).toEqual(plainOrder);
      }),
      { numRuns: 50 },
    );
  });

  it("does not begin before it is asked for, nor go on before what it yielded is taken", async () => {
    const order: string[] = [];
    const make = async function* (): Performance {
      order.push("began");
      yield [reply];
      order.push("went on");
      return undefined;
    };
    const work = telemetry.observe(think, startedRun, make());
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    await work.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["began"]);
    await work.next();
    expect(order).toEqual(["began", "went on"]);
  });

  it("hands back and forth what its caller throws in, and lets it clean up when it is left", async () => {
    const order: string[] = [];
    const make = async function* (): Performance {
      try {
        try {
          yield [reply];
        } catch (error) {
          order.push(String(error));
        }
        yield [];
      } finally {
        order.push("cleaned up");
      }
      return undefined;
    };
    const work = telemetry.observe(think, startedRun, make());
    await work.next();
    expect(await work.throw("thrown in")).toEqual({ done: false, value: [] });
    await work.return(undefined);
    expect(order).toEqual(["thrown in", "cleaned up"]);
  });

  it("drives a run to the same journal, and stops when its time is up just the same", async () => {
    const journalOf = async (watch: boolean) => {
      const moves = [look, { calls: [conclude("escalate", { citations: [] })] }];
      const desk = await openDesk({ moves, ...(watch && { change: () => ({ telemetry }) }) });
      await desk.write(runStarted());
      expect(await drive(runId, "read", desk.deps, AbortSignal.abort())).toMatchObject({ status: "continue" });
      await drive(runId, "read", desk.deps, never);
      return desk.entries();
    };
    expect(await journalOf(true)).toEqual(await journalOf(false));
    expect(exporter.getFinishedSpans().length).toBeGreaterThan(3);
  });
});

describe("lines of the log", () => {
  const everything: readonly RunEvent[] = [
    runStarted(),
    reply,
    assessed("ask"),
    requested(),
    decided("approved"),
    changeStarted(),
    changeSent(),
    finished(first, true, { result: { ...okResult("done", "done"), cost: 20_000 as never } }),
    verified("recovered", first),
    concluded("escalated"),
    { type: "alarm_screened", text: "alarm", guardrail: { policies: ["wordPolicy"] } },
    { type: "alarm_recovered", at: "2026-11-23T10:20:00.000Z" },
  ];
  const append = (...events: readonly RunEvent[]) =>
    telemetry
      .watching(memoryStore().journal)
      .append(nextEntry(undefined, { runId, at: "2026-11-23T10:00:00.000Z", actor: "brain", events: [...events] }));

  it("count what became durable in CloudWatch's embedded metric format", async () => {
    await append(...everything);
    const found = lines().filter((line) => "_aws" in line);
    const reply = found.find((line) => "Turns" in line);
    expect(reply).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "IncidentHealer",
            Dimensions: [expect.arrayContaining(["service", "environment", "model"])],
            Metrics: [
              { Name: "Turns", Unit: "Count" },
              { Name: "InputTokens", Unit: "Count" },
              { Name: "OutputTokens", Unit: "Count" },
              { Name: "CacheReadTokens", Unit: "Count" },
              { Name: "CacheWriteTokens", Unit: "Count" },
              { Name: "ModelDollars", Unit: "None" },
              { Name: "ModelLatency", Unit: "Milliseconds" },
              { Name: "ModelFallbacks", Unit: "Count" },
            ],
          },
        ],
      },
      service: "incident-healer",
      environment: "test",
      model: "test",
      Turns: 1,
      InputTokens: 100,
      OutputTokens: 10,
      CacheReadTokens: 1,
      CacheWriteTokens: 2,
      ModelDollars: 0.01,
      ModelLatency: 5,
      ModelFallbacks: 0,
    });
    const rest = found.filter((line) => line !== reply).map(({ _aws, service, environment, ...values }) => values);
    expect(rest).toEqual([
      { RunsStarted: 1 },
      { Decisions: 1, verdict: "ask" },
      { ApprovalsRequested: 1 },
      { ApprovalsDecided: 1, outcome: "approved" },
      { ChangesStarted: 1 },
      { ChangesApplied: 1 },
      { ToolDollars: 0.02 },
      { Verifications: 1, verdict: "recovered" },
      { RunsConcluded: 1, outcome: "escalated" },
      { Escalations: 1 },
      { GuardrailInterventions: 1 },
    ]);
  });

  it("say of each entry whose it is and what happened", async () => {
    await append(assessed("ask"));
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: "INFO",
        message: "journaled",
        service: "incident-healer",
        environment: "test",
        runId,
        seq: 1,
        actor: "brain",
        events: [{ type: "call_assessed", callId: first, verdict: "ask", quorum: 1, policies: ["p"] }],
      }),
    );
  });

  it("never speak of an entry that another driver forestalled", async () => {
    const { journal } = memoryStore();
    const entry = nextEntry(undefined, { runId, at: "2026-11-23T10:00:00.000Z", actor: "brain", events: [reply] });
    await journal.append(entry);
    await expect(telemetry.watching(journal).append(entry)).rejects.toMatchObject({ code: "journal_conflict" });
    expect(lines()).toEqual([]);
  });

  it("do not hold up a run when they cannot be written", async () => {
    vi.mocked(process.stdout.write).mockImplementation(() => {
      throw new Error("EPIPE");
    });
    await expect(append(...everything)).resolves.toBeUndefined();
    vi.mocked(process.stdout.write).mockImplementation(keep);
  });

  it("hold nothing that a model, a log, a person or a service wrote", async () => {
    const texts = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `§${text}§`);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await append(...everything.map((event) => tainted(event, text)));
        const run = runOf(...everything.map((event) => tainted(event, text)));
        for (const step of [think, { do: "read", calls: [invalid(text)] } as Step]) {
          await drain(telemetry.observe(step, run, yields(everything.map((event) => tainted(event, text)))));
        }
        const spans = exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events }));
        expect(written + JSON.stringify(spans)).not.toContain("§");
        exporter.reset();
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ["an access key", "AKIAIOSFODNN7EXAMPLE"],
    ["a Slack token", "xoxb-123456789012-abcdefabcdef"],
    ["a password", "password=hunter2hunter2"],
    ["a bearer token", "Authorization: Bearer abc123def456ghi789"],
  ])("redact %s even where it stands in our own words", async (_, secret) => {
    const fails = async function* (): Performance {
      yield [{ ...reply, modelId: secret } as RunEvent];
      throw new HealerError("upstream_failed", `refused: ${secret}`, { hint: "" });
    };
    await append({ ...reply, modelId: secret } as RunEvent);
    // The model's id also names the span, and is a dimension of the metrics.
    const run = runOf({ ...runStarted(), model: secret } as RunEvent);
    await expect(drain(telemetry.observe(think, run, fails()))).rejects.toThrow("refused");
    const spans = JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes })));
    expect(written + spans).not.toContain(secret.split(/[= ]/).at(-1));
    expect(written + spans).toContain("[redacted-");
  });

  it("are listed fact by fact for every kind of event", () => {
    for (const event of everything) expect(factsOf(event).type).toBe(event.type);
  });
});

/** What a model makes of a call when it invents the tool. */
const invalid = (text: string): CallState => ({
  ...call(1, 0, { tool: text, kind: "invalid", toolUseId: text, input: { text }, problem: text }),
  turn: 1,
  askedAt: 0,
});

/** The same event with every text that is not ours replaced. */
function tainted(event: RunEvent, text: string): RunEvent {
  const content: ContentBlock[] = [{ text }, { toolUse: { toolUseId: text, name: text, input: { text } } }];
  switch (event.type) {
    case "run_started":
      return { ...event, alarm: { ...event.alarm, alarmName: text, state: { ...event.alarm.state, reason: text } } };
    case "model_replied":
      return {
        ...event,
        message: { role: "assistant", content },
        stopReason: text,
        calls: [invalid(text)],
        fallbacks: [{ modelId: "test", reason: text }],
      };
    case "call_assessed":
      return { ...event, decision: { ...event.decision, reasons: [text] }, facts: { text } };
    case "approval_decided": {
      const person = { id: "slack:ada", name: text, via: "slack" } as const;
      return { ...event, comment: text, approvers: [{ person, at: "2026-11-23T10:05:00.000Z" }] };
    }
    case "change_started":
      return {
        ...event,
        plan: { ...event.plan, commandText: text, parameters: { commands: [text] }, targets: [text] },
      };
    case "change_sent":
      return { ...event, handle: { kind: "command", id: text } };
    case "call_finished": {
      const result = { ...event.result, forModel: text, forPeople: text };
      return { ...event, result: { ...result, findings: [{ id: text, summary: text, source: text }] } };
    }
    case "verified":
      return { ...event, measured: text, rollback: text };
    case "run_concluded":
      return { ...event, reason: text, rootCause: text, citations: [text], findings: [text] };
    case "alarm_screened":
      return { ...event, text, guardrail: { policies: [], withheld: text } };
    case "alarm_recovered":
    case "approval_requested":
      return event;
  }
}
