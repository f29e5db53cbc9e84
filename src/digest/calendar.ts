import { isDigit } from "./characters.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** 1 to 12 where a month's three-letter name stands here, else 0. */
export function monthAt(text: string, at: number): number {
  return indexOfName(months, text, at);
}

export function weekdayAt(text: string, at: number): number {
  return indexOfName(weekdays, text, at);
}

/** One more than the index of the three-letter name at this place, 0 when there is none. */
function indexOfName(names: readonly string[], text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (!(code >= 65 && code <= 122)) return 0;
  return names.indexOf(text.slice(at, at + 3).toLowerCase()) + 1;
}

export function fourDigits(text: string, at: number): boolean {
  for (let index = at; index < at + 4; index++) if (!isDigit(text.charCodeAt(index))) return false;
  return !isDigit(text.charCodeAt(at + 4));
}
