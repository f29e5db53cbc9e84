import type { Runbook, RunbookAction } from "../domain/runbook.ts";
import { exposedPlaceholders, placeholdersOf } from "./fill.ts";

export type LintProblem = { readonly path: string; readonly where: string; readonly problem: string };

const neededSections = ["symptoms", "diagnosis", "remediation", "verification", "rollback", "escalation"];

/** What a parsed runbook still lacks before anything of it may run. */
export function lintRunbook(runbook: Runbook, tools: ReadonlySet<string>): readonly LintProblem[] {
  const problems: LintProblem[] = [];
  const say = (where: string, problem: string) => problems.push({ path: runbook.path, where, problem });
  const slugs = new Set(runbook.sections.map((section) => section.slug));
  for (const needed of neededSections) if (!slugs.has(needed)) say("body", `has no section "${needed}"`);
  for (const tool of runbook.tools) if (!tools.has(tool)) say("tools", `there is no tool ${tool}`);
  for (const named of namedTools(runbook)) {
    if (!runbook.tools.includes(named)) say("tools", `the body names ${named}, the front matter does not`);
  }
  const ids = new Set(runbook.actions.map((action) => action.id));
  if (ids.size !== runbook.actions.length) say("actions", "two actions share an id");
  for (const action of runbook.actions) lintAction(action, slugs, ids, say);
  return problems;
}

export function lintTogether(runbooks: readonly Runbook[], tools: ReadonlySet<string>): readonly LintProblem[] {
  const seen = new Map<string, string>();
  const doubles = runbooks.flatMap((runbook): readonly LintProblem[] => {
    const first = seen.get(runbook.id);
    seen.set(runbook.id, runbook.path);
    return first === undefined ? [] : [{ path: runbook.path, where: "id", problem: `${runbook.id} is ${first}'s id` }];
  });
  return [...doubles, ...runbooks.flatMap((runbook) => lintRunbook(runbook, tools))];
}

type Say = (where: string, problem: string) => void;

function lintAction(action: RunbookAction, slugs: ReadonlySet<string>, ids: ReadonlySet<string>, say: Say): void {
  const where = `actions.${action.id}`;
  if (!slugs.has(action.step)) say(where, `step "${action.step}" is no section of the body`);
  if (action.rollback.kind === "action" && !ids.has(action.rollback.action)) {
    say(where, `rolls back with ${action.rollback.action}, which is no action here`);
  }
  const isShell = action.document.name === "AWS-RunShellScript";
  if (isShell && action.command === undefined) say(where, "a shell document needs its command text");
  if (action.document.type === "Automation" && action.command !== undefined)
    say(where, "an Automation takes no command text");
  const texts = [
    action.command ?? "",
    ...Object.values(action.documentParameters ?? {}),
    ...Object.values(action.cost ?? {}).map(String),
  ];
  const used = new Set(texts.flatMap(placeholdersOf));
  for (const name of used) {
    if (!Object.hasOwn(action.parameters, name)) say(where, `{{${name}}} is no parameter`);
  }
  for (const name of exposedPlaceholders(action.command ?? "")) {
    say(where, `{{${name}}} stands inside quotes, where its value could end them: leave it bare, it is quoted for you`);
  }
  const { targets } = action;
  if (targets.from === "parameter" && action.parameters[targets.parameter] === undefined) {
    say(where, `targets come from the parameter ${targets.parameter}, which does not exist`);
  }
  const idle = Object.keys(action.parameters).filter(
    (name) => !used.has(name) && !(targets.from === "parameter" && targets.parameter === name),
  );
  for (const name of idle) say(where, `the parameter ${name} is used nowhere`);
  for (const [name, parameter] of Object.entries(action.parameters)) {
    if (parameter.type === "string" && !isRegExp(parameter.pattern))
      say(where, `the pattern of ${name} is no regular expression`);
  }
}

const namedTools = (runbook: Runbook): ReadonlySet<string> =>
  new Set(
    runbook.sections.flatMap((section) =>
      [...section.text.matchAll(/with `([a-z]+_[a-z_]+)`/g)].map((match) => match[1] ?? ""),
    ),
  );

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
