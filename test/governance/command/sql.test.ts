// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text under test is SQL
import { describe, expect, it } from "vitest";
import { judgeSql, looksLikeSql } from "../../../src/governance/command/rules/sql.ts";

const hidden = "update t set a=1";

describe("a statement that changes every row is seen", () => {
  it.each([
    ["after a text that ends in a backslash, which is no escape by the standard", `select 'a\\'; ${hidden} --'`],
    ["after a text with an escaped quote, as MySQL reads it", `select 'it\\'s'; ${hidden}; select 'x'`],
    ["behind two minuses that MySQL reads as arithmetic", `select 5--1; ${hidden}`],
    ["between apostrophes of double-quoted names", `select 1 as "it's"; ${hidden}; select 'x'`],
    ["between apostrophes of names in backquotes", `select 1 as \`it's\`; ${hidden}; select 'x'`],
    ["after a double-quoted text with an escaped quote", `select "a\\"'"; ${hidden}; select '"'`],
    ["after an escape text of PostgreSQL", `select E'it\\'s'; ${hidden}; select 'x'`],
    ["after the comment ends with its line", `select 1 -- x\n; ${hidden}`],
    ["after the comment ends", `select 1 /* x */; ${hidden}`],
    ["in a comment that MySQL executes", `/*!50000 ${hidden} */`],
    ["in a comment that MariaDB executes", `/*M!100100 ${hidden} */`],
    ["in a comment that MySQL executes, without a version", `select 1; /*! ${hidden} */`],
    ["in text between dollars, which may be code", "do $$ begin delete from t; end $$"],
    ["in tagged text between dollars", `select $a$ ; ${hidden} $a$`],
    ["after an unclosed text", `select 'a; ${hidden}`],
    ["in parentheses", `(select 1); (${hidden})`],
    ["over several lines", "select 1;\n\n  update\n\tt\n  set a = 1\n"],
  ])("%s", (_, text) => {
    expect(judgeSql(text)).toMatchObject({ class: "destructive" });
  });

  it("behind a hundred thousand letters it is not, and the whole is not taken for reading", () => {
    expect(judgeSql(`select 1;${" ".repeat(100_000)}${hidden}`).class).toBe("risky");
    expect(judgeSql(`${hidden};${" ".repeat(100_000)}`).class).toBe("destructive");
    expect(judgeSql(`select 1;${" ".repeat(90_000)}`).class).toBe("read_only");
  });
});

describe("what only looks like one is not", () => {
  it.each([
    ["in a text", `select '; ${hidden}'`],
    ["in a text with a doubled apostrophe", `select 'it''s; ${hidden}'`],
    ["in a comment to the end of the line", `select 1 -- ; ${hidden}`],
    ["in a comment", `select 1 /* ; ${hidden} */ from t`],
    ["as the name of a column", 'select "update", "set" from t'],
    ["in nothing at all", " ;; \n; "],
  ])("%s", (_, text) => {
    expect(judgeSql(text)).toMatchObject({ class: "read_only" });
  });
});

describe("a change without a condition", () => {
  it.each([
    "delete from t",
    "delete from t where 1=1",
    "delete from t where 1 = 1 or a = 2",
    "delete from t where true",
    "delete from t where (true)",
    "delete from t where not false",
    "delete from t where '' = ''",
    "delete from t where a = 2 or 1=1",
    "delete from t where a = 2 or true",
    "update t set a = 1 where 1",
    "update t set a = 1 where true limit 5",
    "update t set a = 1 where true returning *",
    "with x as (delete from t) select 1",
    "explain analyze delete from t",
  ])("destroys: %s", (text) => {
    expect(judgeSql(text)).toMatchObject({ class: "destructive" });
  });

  it.each([
    "delete from t where id = 1",
    "delete from t where 1 = a",
    "delete from t where trueish = 2",
    "update t set a = 1 where id = 2 or id = 3",
    "update t set a = 1 where active",
    "with x as (update t set a = 1 returning *) select * from x",
    "with x as (delete from t where id = 2 returning *) select * from x",
    "explain analyze update t set a = 1",
  ])("with one is for a person to weigh: %s", (text) => {
    expect(judgeSql(text)).toMatchObject({ class: "risky" });
  });
});

it("the gravest of several statements decides, wherever it stands", () => {
  const statements = ["select 1", "insert into t values (1)", "drop table t"];
  for (let turn = 0; turn < 3; turn++) {
    statements.push(statements.shift() ?? "");
    expect(judgeSql(statements.join(";")).class).toBe("destructive");
  }
  expect(judgeSql("select 1; insert into t values (1)").class).toBe("risky");
});

it("a statement that nobody knows is risky and is named, a long one only by its beginning", () => {
  expect(judgeSql("frobnicate t")).toEqual({
    class: "risky",
    reason: "FROBNICATE is not a statement this check knows",
  });
  expect(judgeSql(`42 ${"x".repeat(80)}`).reason).toBe(`not a statement this check knows: 42 ${"x".repeat(57)}…`);
  expect(judgeSql("42").reason).toBe("not a statement this check knows: 42");
});

describe("words that begin like SQL", () => {
  it.each([
    "select * from t",
    "SELECT count(*)",
    '  select "a" from t',
    "insert into t values (1)",
    "update t set a = 1",
    "delete from t",
    "drop table t",
    "DROP  DATABASE shop",
    "truncate t",
    "truncate table t",
    "alter table t add a int",
    "grant all on t to x",
    "revoke all on t from x",
    "create or replace view v as select 1",
    "create table t (a int)",
    "with x as (select 1) select * from x",
  ])("are taken for it: %s", (text) => {
    expect(looksLikeSql(text)).toBe(true);
  });

  it.each([
    "selection of words",
    "select",
    "insert coin",
    "update packages",
    "delete files",
    "drop it",
    "truncate",
    "alter ego",
    "grant access",
    "revoke access",
    "create account",
    "with care",
    "please select * from t",
  ])("are not: %s", (text) => {
    expect(looksLikeSql(text)).toBe(false);
  });
});
