import { type Call, field, forPrograms, type Rules } from "../call.ts";
import { type Options, readOptions } from "../options.ts";
import { judgeWrite } from "../redirects.ts";
import { atLeast, isDestructive, reads, risky, type Verdict, worst } from "../verdict.ts";
import { judgeOperation } from "./aws-operations.ts";
import { judgeBucketCommand } from "./aws-s3.ts";
import { judgeSql } from "./sql.ts";

/** The AWS CLI, and its local look-alike. */
export const awsRules: Rules = { ...forPrograms("aws awslocal aws2", judgeAws) };

const globalValues =
  "--endpoint-url --profile --region --output --query --color --ca-bundle --cli-read-timeout --cli-connect-timeout --cli-binary-format --cli-input-json --cli-input-yaml";

function judgeAws(call: Call): Verdict {
  const { args, fields } = call;
  const global = readOptions(args, { values: globalValues, stopAtOperand: true });
  const [at] = global.positions;
  if (at === undefined)
    return global.exactly("--version") || args.length === 0 || args.includes("help")
      ? reads("aws describes itself")
      : risky("aws without a service");
  // The operation may stand after further global options.
  const after = readOptions(args.slice(at + 1), { values: globalValues, stopAtOperand: true });
  const service = args[at] ?? "";
  const [next] = after.positions;
  const operation = next === undefined ? "" : (args[at + 1 + next] ?? "");
  const rest = next === undefined ? [] : args.slice(at + 2 + next);
  if (service === "help" || operation === "help" || rest[0] === "help" || args.at(-1) === "--help")
    return reads("aws describes itself");
  if (operation === "")
    return service === "login" || service === "logout"
      ? risky("aws changes the signed-in identity")
      : risky(`aws ${service} without an operation`);
  const spoken = [fields[at], next === undefined ? undefined : fields[at + 1 + next]];
  if (spoken.some((one) => one && !one.known))
    return worst([risky("the operation is only known at run time"), judgeNamed(service, operation, rest, call)]);
  return judgeNamed(service, operation, rest, call);
}

function judgeNamed(service: string, operation: string, rest: readonly string[], call: Call): Verdict {
  if (rest.some((word) => /^--generate-cli-skeleton(=(input|yaml-input))?$/.test(word)) && !rest.includes("output"))
    return reads("prints a skeleton of the request and sends nothing");
  if (service === "s3") return judgeBucketCommand(operation, rest);
  const client = clientCommands[`${service} ${operation}`] ?? clientCommands[service];
  const judged = client?.(operation, rest, call) ?? judgeOperation(service, operation);
  // Only EC2 documents --dry-run for every operation; elsewhere the option does not make a call harmless.
  if (service === "ec2" && rest.includes("--dry-run") && !rest.includes("--no-dry-run"))
    return reads(`${operation} as a dry run`);
  const inner = embedded(service, operation, rest, call);
  return inner ? worst([judged, inner]) : worst([judged, outputFile(operation, rest)]);
}

type ClientCommand = (operation: string, rest: readonly string[], call: Call) => Verdict | undefined;

/** Commands the client adds to the API. */
const clientCommands: Readonly<Record<string, ClientCommand>> = {
  configure: (operation, rest) =>
    /^(list|list-profiles|get)$/.test(operation)
      ? rest.some((word) => /secret|token/.test(word))
        ? risky("shows a credential")
        : reads("aws configure only reads")
      : risky("aws configure changes the client's settings"),
  history: () => reads("shows the client's history"),
  "logs tail": () => reads("logs tail only reads"),
  "cloudtrail validate-logs": () => reads("only checks"),
  "cloudtrail verify-query-results": () => reads("only checks"),
  "ecr get-login-password": () => risky("hands out a password"),
  "ecr get-login": () => risky("hands out a password"),
  "ecr-public get-login-password": () => risky("hands out a password"),
  "eks get-token": () => risky("hands out a token"),
  "eks update-kubeconfig": () => risky("changes which cluster kubectl talks to"),
  "sso login": () => risky("changes the signed-in identity"),
  "ssm start-session": () => risky("opens a shell on a host"),
  "ssm get-parameter": (_, rest) => decrypted(rest),
  "ssm get-parameters": (_, rest) => decrypted(rest),
  "ssm get-parameters-by-path": (_, rest) => decrypted(rest),
  "ssm get-parameter-history": (_, rest) => decrypted(rest),
  "iam get-account-authorization-details": () => reads("only reads"),
  "cloudformation deploy": () => risky("changes a stack"),
  "cloudformation package": () => risky("uploads files"),
  "cloudformation update-stack": () => risky("changes a stack and may replace what it holds"),
  "autoscaling set-desired-capacity": (_, rest) => capacity(rest),
  "autoscaling update-auto-scaling-group": (_, rest) => capacity(rest),
  "ecs update-service": (_, rest) => capacity(rest),
};

const decrypted = (rest: readonly string[]): Verdict | undefined =>
  rest.some((word) => word.startsWith("--with-decr")) ? risky("shows decrypted secrets") : undefined;

/** Nothing left to serve is an outage, though it can be scaled up again. */
function capacity(rest: readonly string[]): Verdict {
  const options: Options = readOptions(rest, { values: "--desired-capacity --desired-count --max-size --min-size" });
  return options.values("--desired-capacity", "--desired-count", "--max-size").includes("0")
    ? risky("scales to nothing, which takes the service down")
    : risky("changes how much runs");
}

/** Shell text and statements that an operation carries to somewhere else. */
function embedded(service: string, operation: string, rest: readonly string[], call: Call): Verdict | undefined {
  const name = `${service} ${operation}`;
  const options = readOptions(rest, {
    values:
      "--parameters --command --statement --sql --sqls --query-string --sql-statement --user-data --cli-input-json --document-name --statements",
  });
  if (name === "ssm send-command" || name === "ssm start-automation-execution") {
    const texts = [
      ...options.values("--parameters", "--cli-input-json"),
      ...rest.filter((word) => /commands=/.test(word)),
    ].flatMap(commandsIn);
    return worst([
      risky("runs a command on hosts"),
      ...texts.map((text) => call.context.script(text)).filter(isDestructive),
    ]);
  }
  if (name === "ecs execute-command")
    return atLeast(risky("runs a command in a task"), call.context.script(options.value("--command") ?? ""));
  // `--sqls` takes one statement after another.
  const statement = [
    ...options.values("--statement", "--sql", "--sqls", "--query-string", "--sql-statement"),
    ...(options.has("--sqls") ? options.operands : []),
  ].join(";");
  if (statement !== "" && /execute|start-query|batch/.test(operation) && service !== "logs") return judgeSql(statement);
  const data = options.value("--user-data");
  if (data?.startsWith("#!")) return worst([risky("starts a host with a script"), call.context.probe(data)]);
  return undefined;
}

/** `commands=["a","b"]`, `commands='a'` and the JSON form. */
function commandsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/g)].map((match) =>
    (match[1] ?? match[2] ?? "").replace(/\\(["'\\])/g, "$1"),
  );
  const plain = /commands=\[?(.*?)\]?$/s.exec(text)?.[1];
  return [...quoted, ...(plain === undefined ? [] : [plain, ...plain.split(",")])];
}

/** Some reads save what they fetch in a local file: the one word that belongs to no option, wherever it stands. */
function outputFile(operation: string, rest: readonly string[]): Verdict | undefined {
  if (
    !/^get-(object|object-torrent|job-output|thing-shadow|media|export|sdk|clip|object-lambda|named-shadow\S*)$/.test(
      operation,
    )
  )
    return undefined;
  const file = rest.find((word, index) => !word.startsWith("--") && !takesNext(rest[index - 1] ?? ""));
  return file === undefined || file === "-" ? undefined : judgeWrite(field(file), false, "aws");
}

const takesNext = (word: string): boolean => /^--(?!debug$|no-)[^=]+$/.test(word);
