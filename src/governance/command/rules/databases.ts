import { type Call, forPrograms, type Rules } from "../call.ts";
import { scanCode } from "../code.ts";
import { asksForHelp, type Options, readOptions } from "../options.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";
import { judgeSql } from "./sql.ts";
import { judgeMongo, judgeRedis, storeRules } from "./stores.ts";

/** Database clients: the statements they are given decide. */
export const databaseRules: Rules = {
  ...forPrograms("psql pgcli cockroach vsql gsql", (call) =>
    judgeClient(call, {
      values:
        "-c --command -f --file -h --host -p --port -U --username -d --dbname -v --set --variable -o --output -P --pset -F -R -T -e --execute",
      statements: ["-c", "--command", "-e", "--execute"],
      files: ["-f", "--file"],
    }),
  ),
  ...forPrograms("mysql mariadb mycli", (call) =>
    judgeClient(call, {
      values:
        "-e --execute -h --host -P --port -u --user -D --database -S --socket --init-command --login-path --defaults-file --defaults-extra-file",
      statements: ["-e", "--execute", "--init-command"],
      files: [],
    }),
  ),
  ...forPrograms("sqlite3 sqlite duckdb", (call) =>
    judgeClient(call, {
      values: "-cmd -separator -init -newline -nullvalue -c",
      statements: ["-cmd", "-c"],
      files: ["-init"],
      operandsFrom: 1,
      singleDash: true,
    }),
  ),
  ...forPrograms(
    "clickhouse-client clickhouse sqlcmd osql bcp trino presto presto-cli beeline hive impala-shell snowsql bteq isql cqlsh ksql influx vsql db2 spark-sql",
    (call) =>
      judgeClient(call, {
        values: "-q -Q --query -e --execute -f --file -h --host -u --user -p --password -d --database -i -S -U -P -k",
        statements: ["-q", "-Q", "--query", "-e", "--execute"],
        files: ["-f", "--file", "-i"],
      }),
  ),
  ...forPrograms("sqlplus", (call) => atLeast(risky("sqlplus runs statements"), judgeInput(call))),
  ...forPrograms("redis-cli valkey-cli keydb-cli", judgeRedis),
  ...forPrograms("mongo mongosh", judgeMongo),
  ...forPrograms("mysqladmin mariadb-admin", ({ program, args }) => {
    const words = readOptions(args, { values: "-u --user -h --host -P --port -S --socket" }).operands;
    if (words.some((word) => /^(drop|shutdown|kill|flush-\w+|password|stop-\w+)$/.test(word)))
      return words.some((word) => /^(drop|shutdown)$/.test(word))
        ? destructive(`${program} ${words.join(" ")}`)
        : risky(`${program} ${words.join(" ")}`);
    return words.length > 0 &&
      words.every((word) => /^(status|extended-status|processlist|ping|version|variables)$/.test(word))
      ? reads(`${program} only reads`)
      : risky(`${program} ${words.join(" ")} changes the server`);
  }),
  ...forPrograms("dropdb dropuser pg_dropcluster pg_resetwal", ({ program, args }) =>
    asksForHelp(args) ? reads("prints help") : destructive(`${program} removes a database or its identity`),
  ),
  ...forPrograms("createdb createuser createlang initdb pg_createcluster", ({ program }) =>
    risky(`${program} creates a database or an identity`),
  ),
  ...forPrograms("pg_dump pg_dumpall mysqldump mariadb-dump mongodump mongoexport pg_basebackup", judgeDump),
  ...forPrograms("pg_restore mongorestore mongoimport mysqlimport", ({ program, args }) =>
    args.some((word) => /^(-c|--clean|--drop)$/.test(word))
      ? destructive(`${program} drops what it replaces`)
      : risky(`${program} changes stored data`),
  ),
  ...forPrograms(
    "pg_isready mysqlcheck mysqlshow pg_lsclusters pg_config pg_controldata mongostat mongotop",
    ({ program, args }) =>
      args.some((word) => /repair|optimize|^-[or]/.test(word))
        ? risky(`${program} rebuilds tables`)
        : reads(`${program} only reads`),
  ),
  ...forPrograms("pg_ctl pg_ctlcluster", ({ program, args }) =>
    args.includes("status")
      ? reads("shows the server's status")
      : risky(`${program} starts, stops or promotes a server`),
  ),
  ...forPrograms("vacuumdb reindexdb analyzedb", ({ program }) => undoable(`${program} maintains tables`)),
  ...storeRules,
};

interface Client {
  readonly values: string;
  readonly statements: readonly string[];
  readonly files: readonly string[];
  /** Operands from here on are statements, as in `sqlite3 FILE STATEMENT`. */
  readonly operandsFrom?: number;
  readonly singleDash?: boolean;
}

function judgeClient(call: Call, client: Client): Verdict {
  const { program, args } = call;
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  const options: Options = readOptions(args, { values: client.values, singleDash: client.singleDash ?? false });
  const verdicts = statementsOf(args, options, client).map((text) => judgeStatements(text, call));
  if (options.exactly("-l", "--list")) verdicts.push(reads("lists databases"));
  if (options.values(...client.files).length > 0) verdicts.push(risky(`${program} runs the statements of a file`));
  if (options.value("-o", "--output") !== undefined) verdicts.push(risky("writes its output to a file"));
  // Words after an unquoted `-c DROP` are lost quotes; they are judged as if they were the statement.
  const loose = [...options.values(...client.statements), ...options.operands].join(" ");
  if (verdicts.length > 0 && /\b(drop|truncate|delete)\s/i.test(loose))
    verdicts.push(worst([judgeSql(loose.slice(Math.max(0, loose.search(/\b(drop|truncate|delete)\s/i))))]));
  if (call.context.stdin.kind !== "nothing") verdicts.push(judgeInput(call));
  return worst(verdicts, risky(`${program} opens a session in which anything can be typed`));
}

function statementsOf(args: readonly string[], options: Options, client: Client): readonly string[] {
  // `mysql -e'...'` and `-Be "..."` are read as clusters by readOptions; a `--execute=…` by name.
  const given = options.values(...client.statements);
  const operands = client.operandsFrom === undefined ? [] : options.operands.slice(client.operandsFrom);
  return args.length === 0 ? [] : [...given, ...operands];
}

function judgeInput(call: Call): Verdict {
  const { stdin } = call.context;
  if (stdin.kind === "text") return judgeStatements(stdin.text, call);
  return risky(`${call.program} runs statements it is fed`);
}

function judgeStatements(text: string, call: Call): Verdict {
  const shell = [...text.matchAll(/(?:^|[\n;])\s*(?:\\!|\.shell|\.system|system\s|!)\s*([^\n]+)/g)].map((match) =>
    call.context.script(match[1] ?? ""),
  );
  const plain = text.replace(/(?:^|\n)\s*(?:\\!|\.shell|\.system)[^\n]*/g, "\n");
  const meta = /^\s*[\\.]\w/.test(plain) ? judgeMeta(plain) : undefined;
  const found = /\b(execute|exec|prepare)\b/i.test(plain) ? scanCode(plain, call.context.probe) : undefined;
  const sql = meta ?? (plain.trim() === "" ? reads("no statement") : judgeSql(plain));
  return worst(
    [
      ...shell,
      found ? destructive(found) : undefined,
      sql,
      ...shell.map(() => risky("the client starts a shell command")),
    ],
    sql,
  );
}

function judgeMeta(text: string): Verdict {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return worst(
    lines.map((line) => {
      if (
        /^\\(d\w*\+?|l\+?|z|conninfo|encoding|x|timing|pset|a|t|echo|h|\?|sf\+?|sv|errverbose|c|connect)(\s|$)/.test(
          line,
        )
      )
        return reads("a client command that only reads");
      if (
        /^\.(tables|schema|databases|indexes|mode|headers?|dump|help|show|width|stats|dbinfo|fullschema|timer)\b/.test(
          line,
        )
      )
        return reads("a client command that only reads");
      return /^[\\.]/.test(line) ? risky(`${line.split(" ")[0]} may read, write or run files`) : judgeSql(line);
    }),
    reads("no statement"),
  );
}

function judgeDump({ program, args }: Call): Verdict {
  if (args.some((word) => /^(--delete-master-logs|--delete-source-logs|--flush-logs|-F|--master-data)/.test(word)))
    return risky(`${program} also changes the server's logs`);
  if (program.startsWith("pg_dump") && args.some((word) => /^(-c|--clean)$/.test(word))) {
    return risky(`${program} writes statements that drop what they restore`);
  }
  return args.some((word) => /^(-f|--file|-r|--result-file|-o|--out|-D|--pgdata|--archive)/.test(word))
    ? undoable(`${program} writes a dump file`)
    : reads(`${program} reads the database`);
}
