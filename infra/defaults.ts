/**
 * Closes what SST leaves open on every function's role: it trusts the whole account, so that any principal with
 * sts:AssumeRole could wear it, and it may write to every log group. Must run before the first function is made.
 */
export function closeDefaults(): void {
  $transform(sst.aws.Function, (args) => {
    args.runtime ??= "nodejs24.x";
    args.architecture ??= "arm64";
    args.transform = {
      ...args.transform,
      role: (role) => {
        role.assumeRolePolicy = trustOf("lambda.amazonaws.com");
        role.managedPolicyArns = [];
      },
    };
  });
}

/** Trust in one AWS service and nobody else; with an account, only when it acts for that account. */
export const trustOf = (service: string, account?: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(account !== undefined && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
      },
    ],
  });

/** An IAM document of one statement or more, as JSON. */
export const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
