import { join } from "node:path";
import type { Resources } from "../src/aws/record-grants.ts";
import { type DeployedReach, type FunctionName, roleOf } from "../src/aws/roles.ts";
import { everywhere, type Statement } from "../src/aws/statement.ts";
import { tools } from "../tools/index.ts";

export type FunctionOptions = {
  readonly timeout: `${number} ${"seconds" | "minute" | "minutes"}`;
  readonly memory: `${number} MB`;
  readonly link?: readonly sst.Secret[];
  readonly environment: Readonly<Record<string, $util.Input<string>>>;
};

export type Common = {
  readonly reach: $util.Output<DeployedReach>;
  readonly own: $util.Output<Resources>;
  /** By X-Ray: one segment for each invocation. */
  readonly traced: boolean;
};

/** One function with a role of its own, derived from what it is for, and a log group that forgets. */
export function createFunction(name: FunctionName, common: Common, options: FunctionOptions): sst.aws.Function {
  const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const logs = new aws.cloudwatch.LogGroup(`${title}Logs`, { retentionInDays: 90 });
  const { link = [], ...rest } = options;
  return new sst.aws.Function(title, {
    ...rest,
    environment: { ...options.environment },
    handler: join("src", "handlers", `${name}.handler`),
    description: `Incident healer: ${name}`,
    link: [...link],
    logging: { logGroup: logs.name, format: "json" },
    permissions: $util
      .all([common.reach, common.own, logs.arn])
      .apply(([reach, own, logsArn]) => [
        ...roleOf(name, tools.values(), reach, own).map(asPermission),
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logsArn}:*`] },
        ...(common.traced ? [asPermission(tracing)] : []),
      ]),
    ...(common.traced && { transform: { function: { tracingConfig: { mode: "Active" } } } }),
    // Split, so that an SDK client is read where it is first used. The policy engine reads its WebAssembly from beside
    // itself, so it stays a package; texts are read at run time and never bundled.
    nodejs: { minify: true, splitting: true, install: readsTexts.has(name) ? ["@cedar-policy/cedar-wasm"] : [] },
    copyFiles: readsTexts.has(name)
      ? ["policies", "prompts", "runbooks"].map((folder) => ({ from: folder, to: folder }))
      : [],
  });
}

export const tracing = everywhere(
  ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  "a segment has no ARN, and holds no more than names and times",
);

const readsTexts: ReadonlySet<FunctionName> = new Set(["detector", "brain", "hands"]);

const asPermission = ({ effect, actions, resources, conditions }: Statement) => ({
  ...(effect !== undefined && { effect }),
  actions: [...actions],
  resources: [...resources],
  ...(conditions !== undefined && {
    conditions: conditions.map(({ test, variable, values }) => ({ test, variable, values: [...values] })),
  }),
});
