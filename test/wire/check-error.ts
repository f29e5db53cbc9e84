import type { AwsError } from "./aws-stub.ts";
import { checkShape } from "./check-shape.ts";
import type { Operation, ServiceModel, Shape } from "./service-model.ts";

/** What is wrong with an error, by the model: one that the operation never raises, another status, other members. */
export function checkError(answer: AwsError, operation: Operation, model: ServiceModel): readonly string[] {
  if (answer.undeclared === true || model.bySdk === true) return [];
  const { error, status, more = {} } = answer;
  const shape = declared(error, operation, model);
  if (shape === undefined && !common.has(error)) return [`error ${error}: the operation declares no such error`];
  const right = shape === undefined ? undefined : statusIn(shape);
  const fits = (said: number, meant: number) =>
    shape?.error?.httpStatusCode === undefined ? Math.floor(said / 100) === Math.floor(meant / 100) : said === meant;
  return [
    ...(right !== undefined && status !== undefined && !fits(status, right)
      ? [`error ${error}: status ${status}, not ${right}`]
      : []),
    ...(shape === undefined
      ? []
      : checkShape({ ...needed(shape), ...more }, error, model).map((problem) => `error ${error} ${problem}`)),
  ];
}

/** The status that goes with an error; 400 where the model says nothing. */
export function statusOf(error: string, operation: string, model: ServiceModel | undefined): number {
  const shape = model && declared(error, model.operations[operation], model);
  return shape === undefined ? 400 : statusIn(shape);
}

function declared(error: string, operation: Operation | undefined, model: ServiceModel): Shape | undefined {
  return operation?.errors?.some(({ shape }) => shape === error) === true ? model.shapes[error] : undefined;
}

const statusIn = ({ error, fault }: Shape): number => error?.httpStatusCode ?? (fault === true ? 500 : 400);

/** The stub always sends a message, under whichever spelling. */
const needed = ({ required = [] }: Shape): Readonly<Record<string, string>> =>
  Object.fromEntries(required.filter((name) => name.toLowerCase() === "message").map((name) => [name, "x"]));

/** Raised by every service, and so declared by none (AWS's page "Common Errors"). */
const common: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "ExpiredTokenException",
  "InternalFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "ServiceUnavailable",
  "ThrottlingException",
  "UnrecognizedClientException",
  "ValidationException",
]);
