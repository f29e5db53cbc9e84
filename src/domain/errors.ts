/** Who must act decides the kind: this class is for operators; a tool's failure is a result, a bug is a plain throw. */
export class HealerError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** True when the same call may succeed later; Step Functions retries these and sends the rest to escalation. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly hint: string; readonly retryable?: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = "HealerError";
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

/** Every code has a line in docs/errors.md; a test walks both. */
export const errorCodes = [
  "bad_event",
  "bad_input",
  "bad_runbook",
  "bad_policy",
  "bad_state",
  "state_locked",
  "state_full",
  "journal_conflict",
  "journal_broken",
  "not_found",
  "approval_refused",
  "model_unavailable",
  "model_misconfigured",
  "upstream_failed",
  "price_unknown",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What an error says; of anything else that was thrown, its text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
