import { expect, it } from "vitest";
import { lintRunbook, lintTogether } from "../../src/runbook/lint.ts";
import { example } from "./example.ts";

const tools = new Set(["query_metrics", "run_ssm"]);

it("finds nothing wrong with a runbook that has everything", () => {
  expect(lintRunbook(example(), tools)).toEqual([]);
});

const faults: readonly (readonly [string, string, string, string, string])[] = [
  ["a missing section", "## Escalation", "## Who to call", "body", 'has no section "escalation"'],
  [
    "a tool that does not exist",
    "tools: [query_metrics, run_ssm]",
    "tools: [query_metrics, run_magic]",
    "tools",
    "run_magic",
  ],
  ["a tool that only the body names", "tools: [query_metrics, run_ssm]", "tools: [run_ssm]", "tools", "query_metrics"],
  ["a step that is no section", "step: restart-it", "step: restart-them", "actions.restart", "restart-them"],
  [
    "a way back that is no action",
    "kind: none, why: A restart can not be taken back.",
    "kind: action, action: undo",
    "actions.restart",
    "undo",
  ],
  [
    "a placeholder that is no parameter",
    "restart {{unit}}",
    "restart {{unit}} {{host}}",
    "actions.restart",
    "{{host}}",
  ],
  ["a parameter that is used nowhere", "sleep {{seconds}}", "sleep 1", "actions.restart", "seconds"],
  ["a pattern that is no expression", '"^.*$"', '"^[$"', "actions.restart", "unit"],
  [
    "a shell document without a command",
    "    command: systemctl restart {{unit}} && sleep {{seconds}}\n",
    "",
    "actions.restart",
    "command",
  ],
  [
    "targets from no parameter",
    "from: dimension, dimension: InstanceId",
    "from: parameter, parameter: host",
    "actions.restart",
    "host",
  ],
];

it.each(faults)("says %s, where it is and what it is about", (_, from, to, where, named) => {
  const problems = lintRunbook(example([from, to]), tools);
  expect(problems.map((problem) => problem.path)).toContain("api-hung.md");
  expect(problems.find((problem) => problem.where === where)?.problem).toContain(named);
});

it("says a quoted placeholder: the value would leave its quotes", () => {
  for (const quoted of [
    "'{{unit}}'",
    '"{{unit}}"',
    "'x {{unit}}'",
    '"$(id) {{unit}}"',
    "\\{{unit}}",
    "`echo {{unit}}`",
    "<<END {{unit}}",
  ]) {
    const problems = lintRunbook(
      example([
        "command: systemctl restart {{unit}} && sleep {{seconds}}",
        `command: >-\n      restart ${quoted} && sleep {{seconds}}`,
      ]),
      tools,
    );
    expect(problems.map((problem) => problem.problem).join()).toContain("{{unit}} stands inside quotes");
  }
});

it("says two actions, and two runbooks, that share an id", () => {
  const runbook = example();
  const [action] = runbook.actions;
  if (action === undefined) throw new Error("the example has an action");
  const twice = { ...runbook, actions: [action, action] };
  expect(lintRunbook(twice, tools).map((problem) => problem.problem)).toContain("two actions share an id");
  const problems = lintTogether([runbook, { ...runbook, path: "copy.md" }], tools);
  expect(problems).toEqual([{ path: "copy.md", where: "id", problem: "api-hung is api-hung.md's id" }]);
});
