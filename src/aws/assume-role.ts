import { HealerError } from "../domain/errors.ts";
import { errorName, errorText, kindOf } from "./upstream.ts";

type Provider = ReturnType<typeof import("@aws-sdk/credential-providers").fromTemporaryCredentials>;
/** What an SDK client asks for credentials, again shortly before those that it got expire. */
export type Credentials = () => ReturnType<Provider>;

export type Role = {
  readonly arn: string;
  readonly externalId: string;
  /** Stands in the other account's trail beside every call: the run's id. */
  readonly session: string;
  /** IAM document that narrows the role for this session; never widens it. */
  readonly policy: object;
  /** Where the role is asked for: the healer's own region. */
  readonly region: string;
};

/** The shortest that the service gives. */
const seconds = 900;
/** The SDK asks again when less is left. */
const spareMs = 5 * 60_000;

/**
 * Credentials of a role in another account, asked for once by all clients that share them, and again shortly before they
 * expire. Nothing is loaded or sent before the first call that needs them. Rejects with `upstream_failed` saying which role
 * was refused and what its trust has to name.
 */
export function assumedRole(role: Role): Credentials {
  let asked: ReturnType<Credentials> | undefined;
  const ask = async () => {
    const { fromTemporaryCredentials } = await import("./temporary-credentials.ts");
    return fromTemporaryCredentials(requestOf(role))();
  };
  const askAnew = () => {
    const asking = ask().catch((error: unknown) => {
      asked = undefined;
      throw refused(role.arn, error);
    });
    asked = asking;
    return asking;
  };
  return async () => {
    const current = asked;
    if (current === undefined) return askAnew();
    const kept = await current;
    const left = (kept.expiration?.getTime() ?? 0) - Date.now();
    if (left > spareMs) return kept;
    // Of several that find it old at once, the first asks.
    return asked === undefined || asked === current ? askAnew() : asked;
  };
}

const requestOf = (role: Role) => ({
  params: {
    RoleArn: role.arn,
    ExternalId: role.externalId,
    RoleSessionName: role.session.replace(/[^\w+=,.@-]/g, "-").slice(0, 64),
    DurationSeconds: seconds,
    Policy: JSON.stringify(role.policy),
  },
  clientConfig: {
    region: role.region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  },
});

function refused(arn: string, error: unknown): HealerError {
  const kind = kindOf(error);
  const hint =
    kind === "denied"
      ? "Its trust must name this function's role and the external id; scripts/member-account.ts prints the template."
      : "Nothing was read or sent there.";
  return new HealerError("upstream_failed", `assume role ${arn}: ${errorName(error)}: ${errorText(error)}`, {
    hint,
    retryable: kind === "busy",
    cause: error,
  });
}
