import { destructive, isDestructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** True when words begin like a statement of SQL. */
export function looksLikeSql(text: string): boolean {
  return /^\s*(select\s+[\w*("'`]|insert\s+into|update\s+\S+\s+set\b|delete\s+from|drop\s+(table|database|schema|index|view|user|role|column|sequence|function|trigger|tablespace|keyspace|collection)|truncate(\s+table)?\s+\w|alter\s+(table|database|user|role|system|schema)|grant\s+.+\bto\b|revoke\s+.+\bfrom\b|create\s+(or\s+replace\s+)?(table|database|schema|index|view|user|role|function)|with\s+\w+\s+as\s*\()/i.test(
    text,
  );
}

/** Judges SQL text: the gravest of its statements; text that is no statement is risky. */
export function judgeSql(text: string): Verdict {
  const unread = text.length > mostRead ? [risky("SQL too long to be read to its end")] : [];
  const statements = readings.flatMap((reading) => split(strip(text, reading)));
  return worst([...statements.map(judgeStatement), ...unread], reads("an empty statement"));
}

const mostRead = 100_000;

/**
 * Where texts and comments end is read in both ways, for nobody knows here which server it is: by the standard a backslash
 * is a character like any other; to MySQL it escapes, and `--` is a comment only before a blank.
 */
const readings: readonly RegExp[] = [
  /'(?:[^']|'')*'|"[^"]*"|`[^`]*`|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g,
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S])*"|`[^`]*`|\$(\w*)\$[\s\S]*?\$\1\$|--(?=\s|$)[^\n]*|\/\*[\s\S]*?\*\//g,
];

/** Comments go (those that MySQL and MariaDB execute stay), and string contents, so that a `;` or a keyword inside them does not count. */
function strip(text: string, reading: RegExp): string {
  return text
    .slice(0, mostRead)
    .replace(/\/\*M?!\d*([\s\S]*?)\*\//g, " $1 ")
    .replace(reading, (piece) => {
      if (piece.startsWith("'")) return "''";
      if (/^["`]/.test(piece)) return piece;
      return piece.startsWith("$") ? ` ${piece.replace(/\$\w*\$/g, " ")} ` : " ";
    });
}

function split(text: string): readonly string[] {
  return text
    .split(";")
    .map((statement) => statement.replace(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

function judgeStatement(statement: string): Verdict {
  const keyword = /^\(*([A-Za-z]+)/.exec(statement)?.[1]?.toLowerCase();
  if (keyword === undefined) return risky(`not a statement this check knows: ${show(statement)}`);
  const nested = judgeNested(statement, keyword);
  const own =
    statementRules[keyword]?.(statement) ?? risky(`${keyword.toUpperCase()} is not a statement this check knows`);
  return nested ? worst([own, nested]) : own;
}

/** Data-changing parts inside another statement: a `WITH`, an `EXPLAIN ANALYZE`, a `DO` block, a called function. */
function judgeNested(statement: string, keyword: string): Verdict | undefined {
  const at = /[\s(](delete\s+from|drop\s+(table|database|schema|user|role)|truncate\s+(table\s+)?\w)/i.exec(statement);
  if (at && !["delete", "drop", "truncate", "grant", "revoke", "create"].includes(keyword)) {
    const verdict = judgeStatement(statement.slice(at.index + 1));
    if (isDestructive(verdict)) return verdict;
    return risky(`contains ${at[1]?.toUpperCase()}`);
  }
  if (
    /\b(pg_terminate_backend|pg_cancel_backend|pg_reload_conf|setval|nextval|lo_unlink|lo_import|lo_export|pg_read_file|pg_ls_dir|dblink\w*|xp_cmdshell|sp_executesql|load_file|sys_exec|pg_drop_replication_slot|pg_switch_wal|set_config|pg_advisory\w*|sleep|benchmark|pg_sleep)\s*\(?/i.test(
      statement,
    )
  ) {
    return risky("calls a function that changes the server, its files or its load");
  }
  if (writingFunctions.test(statement)) return risky("calls a function that writes, or that runs what it is given");
  return undefined;
}

/** Ordinary words but for the parenthesis; `query_to_xml` and its like run any statement that they are handed. */
const writingFunctions =
  /\b(writefile|load_extension|edit|lo_\w+|pg_file_\w+|pg_promote|pg_wal_replay_\w+|pg_stat_reset\w*|pg_rotate_logfile|pg_(backup_)?(start|stop)(_backup)?|pg_create_\w+|pg_copy_\w+|pg_logical_\w+|pg_replication_\w+|query_to_xml\w*|sys_eval|get_lock)\s*\(/i;

type StatementRule = (statement: string) => Verdict;

const conditionless = (statement: string): boolean =>
  !/\bwhere\b/i.test(statement) ||
  /\bwhere\s*\(*\s*(1\s*=\s*1|true|1|''\s*=\s*''|not\s+false)\s*\)*\s*($|or\b|limit\b|returning\b)/i.test(statement) ||
  /\bor\s+(1\s*=\s*1|true)\b/i.test(statement);

const select: StatementRule = (statement) => {
  if (/\binto\s+(outfile|dumpfile)\b/i.test(statement)) return risky("writes a file on the server");
  if (/\binto\s+[\w".@]+/i.test(statement)) return risky("SELECT INTO creates a table");
  if (/\bfor\s+(update|share)\b/i.test(statement)) return undoable("locks rows until the transaction ends");
  if (/\b(insert\s+into|merge\s+into|update\s+\S+\s+set)\b/i.test(statement)) return risky("changes rows");
  return reads("a query that only reads");
};

const simply =
  (verdict: Verdict): StatementRule =>
  () =>
    verdict;
const readsOnly = simply(reads("a statement that only reads"));

const statementRules: Readonly<Record<string, StatementRule>> = {
  select,
  with: select,
  values: readsOnly,
  table: readsOnly,
  show: readsOnly,
  describe: readsOnly,
  desc: readsOnly,
  use: readsOnly,
  help: readsOnly,
  pragma: (statement) =>
    // `PRAGMA name(value)` sets as `name = value` does, but for those that take the name of a table.
    /=|wal_checkpoint|optimize|incremental_vacuum/i.test(statement) ||
    (statement.includes("(") && !/_(x?info|list|check)\s*\(/i.test(statement))
      ? risky("PRAGMA changes a setting")
      : reads("PRAGMA reads a setting"),
  explain: (statement) => {
    if (!/\banalyze\b/i.test(statement)) return reads("EXPLAIN does not run the statement");
    return /\b(insert|update|delete|merge|create|call|execute|refresh|replace|into)\b/i.test(statement)
      ? risky("EXPLAIN ANALYZE runs the statement")
      : reads("EXPLAIN ANALYZE of a query");
  },
  begin: readsOnly,
  start: (statement) =>
    /^start transaction/i.test(statement) ? reads("opens a transaction") : risky("START changes the server"),
  commit: simply(undoable("ends a transaction")),
  end: simply(undoable("ends a transaction")),
  rollback: readsOnly,
  savepoint: readsOnly,
  set: (statement) =>
    /\b(global|persist|password|role|session authorization)\b/i.test(statement)
      ? risky("SET changes the server or the identity")
      : undoable("SET changes this session"),
  reset: simply(risky("RESET changes settings or replication")),
  insert: (statement) =>
    /\bon (duplicate key update|conflict .* do update)/i.test(statement)
      ? risky("an upsert overwrites rows")
      : risky("inserts rows"),
  replace: simply(risky("REPLACE overwrites rows")),
  merge: simply(risky("MERGE changes rows")),
  upsert: simply(risky("overwrites rows")),
  update: (statement) =>
    conditionless(statement)
      ? destructive("UPDATE without a condition changes every row")
      : risky("UPDATE changes rows"),
  delete: (statement) =>
    conditionless(statement)
      ? destructive("DELETE without a condition deletes every row")
      : risky("DELETE removes rows"),
  truncate: simply(destructive("TRUNCATE empties a table")),
  drop: (statement) =>
    /^drop (index|view|materialized view|prepare|trigger|statistics|policy|comment)\b/i.test(statement)
      ? risky("drops something that can be built again")
      : destructive("DROP removes it with its data"),
  alter: (statement) => {
    if (
      /\b(drop\s+(column|partition|constraint|table)|drop\s+\w|discard\s+tablespace|truncate\s+partition)/i.test(
        statement,
      )
    )
      return destructive("ALTER ... DROP removes data");
    return risky("ALTER changes the schema or the server");
  },
  create: (statement) =>
    /\b(user|role|superuser|extension|function|procedure|trigger|server)\b/i.test(statement)
      ? risky("creates an identity or code")
      : undoable("creates an object that can be dropped again"),
  grant: (statement) =>
    /\ball\b|\bpublic\b|superuser|with grant option|with admin option/i.test(statement)
      ? destructive("GRANT opens wide access")
      : risky("GRANT gives access"),
  revoke: simply(risky("REVOKE takes access away")),
  copy: (statement) => {
    if (/\bprogram\b/i.test(statement)) return destructive("COPY PROGRAM runs a shell command on the server");
    return /\bto\s+stdout\b/i.test(statement) ? reads("COPY TO STDOUT only reads") : risky("COPY moves data in or out");
  },
  shutdown: simply(destructive("stops the database server")),
  purge: simply(destructive("PURGE removes logs or objects for good")),
  flush: simply(risky("FLUSH resets caches or closes tables")),
  kill: simply(risky("ends a connection or query")),
  analyze: simply(undoable("refreshes statistics")),
  vacuum: simply(undoable("reclaims space")),
  reindex: simply(undoable("rebuilds an index")),
  optimize: simply(risky("rebuilds and locks a table")),
  lock: simply(risky("locks tables")),
  unlock: simply(undoable("unlocks tables")),
  refresh: simply(undoable("refreshes a materialized view")),
  comment: simply(undoable("sets a comment")),
  call: simply(risky("calls stored code")),
  do: simply(risky("runs stored code")),
  exec: simply(risky("runs stored code")),
  execute: simply(risky("runs a prepared statement")),
};

function show(statement: string): string {
  return statement.length > 60 ? `${statement.slice(0, 60)}…` : statement;
}
