import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Performance } from "../../src/agent/perform.ts";
import { awsTelemetry } from "../../src/aws/telemetry.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import { call, finished, first, replied, runId, runOf, runStarted } from "../domain/story.ts";

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
type Span = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
};

/** Stands for an OTLP collector. */
async function startCollector(status = 200) {
  const requests: { readonly path: string; readonly type: string; readonly body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    requests.push({ path: incoming.url ?? "", type: incoming.headers["content-type"] ?? "", body });
    if (status > 0) outgoing.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    requests,
    spans: () =>
      requests.flatMap(({ body }) =>
        JSON.parse(body).resourceSpans.flatMap(
          ({ scopeSpans }: { scopeSpans: readonly { spans: readonly Span[] }[] }) =>
            scopeSpans.flatMap(({ spans }) => spans),
        ),
      ) as readonly Span[],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function* yields(...events: readonly RunEvent[]): Performance {
  yield events;
  return undefined;
}

async function drain(work: Performance): Promise<void> {
  while (!(await work.next()).done);
}

const secret = "AKIAIOSFODNN7EXAMPLE";
const started = runOf(runStarted());
const reply = replied(1, [call(1, 0, { tool: "fetch_logs", kind: "read", input: { group: "said by the model" } })]);

beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true));
afterEach(() => {
  trace.disable();
  vi.restoreAllMocks();
});

describe("spans by OTLP", () => {
  it("reach the collector when the invocation ends, as one trace for each run", async () => {
    await using collector = await startCollector();
    const telemetry = awsTelemetry({ environment: "test", otlp: collector.url });
    await drain(telemetry.observe({ do: "think" }, started, yields(reply)));
    const read = runOf(runStarted(), reply);
    const calls = Object.values(read.calls);
    await drain(telemetry.observe({ do: "read", calls }, read, yields(finished(first))));
    expect(collector.requests).toEqual([]);
    await telemetry.flush?.();
    expect(collector.requests.map(({ path, type }) => [path, type])).toEqual([["/v1/traces", "application/json"]]);
    const spans = collector.spans();
    expect(spans.map(({ name }) => name).sort()).toEqual(["chat test", "execute_tool fetch_logs", "healer.read"]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const [tool, step] = ["execute_tool fetch_logs", "healer.read"].map((name) =>
      spans.find((one) => one.name === name),
    );
    expect(tool?.parentSpanId).toBe(step?.spanId);
    const conversation = step?.attributes.find(({ key }) => key === "gen_ai.conversation.id");
    expect(conversation?.value).toEqual({ stringValue: runId });
    expect(collector.requests[0]?.body).toContain('"stringValue":"incident-healer"');
  });

  it("hold no text of logs, prompts or the model, and no secret", async () => {
    await using collector = await startCollector();
    const telemetry = awsTelemetry({ environment: "test", otlp: collector.url });
    const odd = { ...reply, stopReason: `text of the model ${secret}`, modelId: `model-${secret}` } as RunEvent;
    await drain(telemetry.observe({ do: "think" }, started, yields(odd)));
    await telemetry.flush?.();
    const [{ body } = { body: "" }] = collector.requests;
    expect(body).toContain("gen_ai.response.model");
    for (const text of [secret, "said by the model", "text of the model"]) expect(body).not.toContain(text);
  });

  it.each([
    ["refuses", 500],
    ["never answers", 0],
  ])("cost a run nothing but a moment when the collector %s", async (_, status) => {
    await using collector = await startCollector(status);
    const telemetry = awsTelemetry({ environment: "test", otlp: collector.url });
    await drain(telemetry.observe({ do: "think" }, started, yields(reply)));
    const before = performance.now();
    await telemetry.flush?.();
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  it("are not made ready where tracing is off, and a flush then does nothing", async () => {
    const telemetry = awsTelemetry({ environment: "test" });
    await drain(telemetry.observe({ do: "think" }, started, yields(reply)));
    await telemetry.flush?.();
    expect(trace.getTracer("incident-healer").startSpan("x").isRecording()).toBe(false);
  });
});
