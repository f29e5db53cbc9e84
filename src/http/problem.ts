import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type * as z from "zod";
import { redact } from "../digest/redact.ts";
import { type ErrorCode, HealerError } from "../domain/errors.ts";

/** Largest body that any route reads, in bytes; an EventBridge event is at most this. */
const mostBytes = 1_048_576;

/** Parses a body at the edge. Answers 413 or 400 with the path of what is wrong (problem+json). */
export async function readJson<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  code: "bad_input" | "bad_event" = "bad_input",
): Promise<z.infer<Schema>> {
  const text = await context.req.text();
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes)
    throw problem(413, code, `the body has ${bytes} bytes, and no more than ${mostBytes} are read`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(400, code, "the body is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 8).map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw problem(400, code, faults.join("; "));
}

/**
 * The single way out for errors, into answers, logs and the state machine's history: what callers may mend is said, what
 * is ours is not, and a secret that a service's words hold leaves neither way.
 */
export function onError(error: Error, context: Context): Response {
  if (error instanceof HTTPException) return error.getResponse();
  const title = redact(error.message).text;
  if (error instanceof HealerError) {
    const { code, hint, retryable } = error;
    const body = { type: code, title, hint, retryable };
    return context.json(body, statusOf(error), { "content-type": "application/problem+json" });
  }
  return context.json({ type: "bug", title, retryable: false }, 500);
}

/** A part of the app that can not be put together: the log says why and what to do, and a stranger hears neither. */
export function notReady(error: unknown): HTTPException {
  const { message, code, hint } =
    error instanceof HealerError ? error : { message: String(error), code: "bug", hint: "" };
  const line = { level: "ERROR", message: "not ready", type: code, title: redact(message).text, hint };
  console.error(JSON.stringify(line));
  return problem(503, "bad_state", "this part of the healer is not set up; its log says why");
}

function statusOf(error: HealerError): 400 | 404 | 409 | 500 | 503 {
  if (error.code === "not_found") return 404;
  if (error.code === "approval_refused" || error.code === "journal_conflict") return 409;
  if (error.code === "bad_input" || error.code === "bad_event") return 400;
  return error.retryable ? 503 : 500;
}

const problem = (status: 400 | 413 | 503, type: ErrorCode, title: string): HTTPException =>
  new HTTPException(status, {
    res: Response.json({ type, title }, { status, headers: { "content-type": "application/problem+json" } }),
  });
