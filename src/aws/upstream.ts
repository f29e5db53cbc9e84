import { redact } from "../digest/redact.ts";
import { HealerError } from "../domain/errors.ts";

/** The name that the service gave its error, whatever the SDK knows of it. */
export function errorName(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error && typeof error.name === "string"
    ? error.name
    : "Unknown";
}

export const isNamed = (error: unknown, ...names: readonly string[]): boolean => names.includes(errorName(error));

/** Without secrets: a service may repeat what it was sent, and these words are journaled and shown. */
export function errorText(error: unknown): string {
  return error instanceof Error && error.message !== "" ? redact(error.message).text : "no message";
}

/** Turns whatever an SDK call threw into the error that says what was asked, what came back and who can mend it. */
export function upstreamError(asked: string, error: unknown): HealerError {
  if (error instanceof HealerError) return error;
  const kind = kindOf(error);
  return new HealerError("upstream_failed", `${asked}: ${errorName(error)}: ${errorText(error)}`, {
    hint: hints[kind],
    retryable: kind === "busy" || kind === "nowhere" || kind === "cancelled",
    cause: error,
  });
}

/** Runs one SDK call and lets nothing but a HealerError out. */
export async function upstream<Value>(asked: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw upstreamError(asked, error);
  }
}

/** As `upstream`, and undefined where the service says, by one of these names, that there is no such thing. */
export async function unlessMissing<Reply>(
  asked: string,
  missing: readonly string[],
  call: () => Promise<Reply>,
): Promise<Reply | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, ...missing)) return undefined;
    throw upstreamError(asked, error);
  }
}

export type FailureKind =
  | "credentials"
  | "denied"
  | "missing"
  | "busy"
  | "nowhere"
  | "cancelled"
  | "request"
  | "unknown";

/** Which party must act on an SDK error; names first, then the HTTP status for errors of unknown name. */
export function kindOf(error: unknown): FailureKind {
  const name = errorName(error);
  const status = statusOf(error);
  if (name === "AbortError") return "cancelled";
  if (credentialErrors.has(name)) return "credentials";
  if (/AccessDenied|NotAuthorized|UnauthorizedOperation/.test(name)) return "denied";
  if (busyNames.test(name)) return "busy";
  if (/NotFound|DoesNotExist/.test(name)) return "missing";
  // A region that does not exist is a host that nobody knows, and so is every host while the network is down.
  if (codeOf(error) === "ENOTFOUND" || name === "UnknownEndpoint") return "nowhere";
  if (status === 429 || (status !== undefined && status >= 500) || networkCodes.has(codeOf(error))) return "busy";
  if (status === 403) return "denied";
  if (status !== undefined && status >= 400) return "request";
  // A reply that is no JSON at all comes from a proxy or a broken connection, not from the service.
  return name === "SyntaxError" ? "busy" : "unknown";
}

/** Errors with status 400 among them, so the status cannot tell. */
const busyNames =
  /Throttl|ThroughputExceeded|TransactionConflict|WriteConflict|TooManyRequests|TooManyUpdates|RequestLimit|^(Automation)?(Execution)?LimitExceeded|ServiceUnavailable|InternalS|InternalFailure|Timeout|NotReady|ModelError|BadGateway|DependencyFailed|^Conflict/;

const hints: Readonly<Record<FailureKind, string>> = {
  credentials: "Give the process valid AWS credentials and a correct clock.",
  denied: "The role lacks this permission; compare it with the deployed policy.",
  missing: "Check the name, the account and the region; `healer doctor` says what the deployment lacks.",
  busy: "The service was busy or unreachable; the same call may succeed later.",
  nowhere: "No such host: check AWS_REGION, that the service exists there, and the way out to the network.",
  cancelled: "The caller stopped waiting; the call may be repeated.",
  request: "The service refused the request itself; the same request will fail again.",
  unknown: "An unknown failure; see the cause.",
};

const credentialErrors: ReadonlySet<string> = new Set([
  "CredentialsProviderError",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "ExpiredTokenException",
  "ExpiredToken",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "RequestInTheFuture",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "TokenProviderError",
]);

const networkCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
