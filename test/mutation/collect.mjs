/** Stands in for `vitest` in the test files: remembers their tests, so that one process can run them again and again. */
export { expect } from "vitest";

/** Of each file what it must do first and its tests, in order. */
export const files = [];
const titles = [];

/** What is collected from here on belongs to this file. */
export const open = (path) => files.push({ path, before: [], tests: [] });

export const beforeAll = (work) => files.at(-1).before.push(work);

export function describe(title, body) {
  titles.push(title);
  body();
  titles.pop();
}

export function it(title, run) {
  const { path, tests } = files.at(-1);
  tests.push({ id: `${path}#${[...titles, title].join(" > ")}`, run });
}

/** Rows of a table; those that are lists are spread, as vitest does. The number tells rows with one title apart. */
const each = (make) => (rows) => (title, body) => {
  for (const [index, row] of [...rows].entries()) make(`${title} (${index + 1})`, () => body(...[row].flat()));
};
describe.each = each(describe);
it.each = each(it);
export const test = it;
