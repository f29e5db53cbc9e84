import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

export type SpanExport = {
  /** Never rejects; a collector that does not answer costs an invocation this many milliseconds at most. */
  flush(): Promise<void>;
};

const mostMs = 2_000;

/** Registers an exporter of spans for this process. Loaded where tracing is on, at the first step. */
export function exportTo(url: string): SpanExport {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: mostMs });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "incident-healer" }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: mostMs })],
  });
  trace.setGlobalTracerProvider(provider);
  return {
    flush: () =>
      Promise.race([
        provider.forceFlush().catch(() => undefined),
        new Promise<void>((resolve) => setTimeout(resolve, mostMs).unref()),
      ]),
  };
}
