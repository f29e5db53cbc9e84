import { lengthProblem, listOf, objectOf, type Problems } from "./validate.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a `rich_text` block: unknown or empty elements, and more text than `most`. */
export function richTextProblems(at: string, block: Json, most: number): Problems {
  const elements = listOf(block.elements);
  const size = textSize(elements);
  return [
    ...(elements.length === 0 ? [`${at} has no elements`] : []),
    ...(size > most ? [`${at} has ${size} characters of text`] : []),
    ...elements.flatMap((element, index) => partProblems(`${at}.elements[${index}]`, objectOf(element))),
  ];
}

const textSize = (elements: readonly unknown[]): number =>
  elements.reduce<number>((sum, element) => {
    const { text, elements: inner } = objectOf(element);
    return sum + (typeof text === "string" ? text.length : 0) + textSize(listOf(inner));
  }, 0);

function partProblems(at: string, part: Json): Problems {
  const inner = listOf(part.elements);
  if (inner.length === 0) return [`${at} is empty`];
  switch (part.type) {
    case "rich_text_section":
    case "rich_text_quote":
      return inner.flatMap((one, index) => elementProblems(`${at}[${index}]`, objectOf(one)));
    case "rich_text_preformatted":
      return inner.flatMap((one, index) => {
        const element = objectOf(one);
        const allowed = element.type === "text" || element.type === "link";
        return allowed
          ? elementProblems(`${at}[${index}]`, element)
          : [`${at}[${index}] may not stand in preformatted text`];
      });
    case "rich_text_list": {
      const style = part.style === "bullet" || part.style === "ordered" ? [] : [`${at} has no list style`];
      return [...style, ...inner.flatMap((one, index) => itemProblems(`${at}[${index}]`, objectOf(one)))];
    }
    default:
      return [`${at} has the unknown type ${String(part.type)}`];
  }
}

const itemProblems = (at: string, item: Json): Problems =>
  item.type === "rich_text_section" ? partProblems(at, item) : [`${at} is no section`];

function elementProblems(at: string, element: Json): Problems {
  switch (element.type) {
    case "text":
      return lengthProblem(`${at}.text`, element.text, 1, 3000);
    case "link": {
      const { url } = element;
      const web = typeof url === "string" && /^https?:\/\//.test(url) && URL.canParse(url);
      return web ? lengthProblem(`${at}.url`, url, 1, 3000) : [`${at} links to no web address`];
    }
    case "user":
      return idProblem(at, element.user_id, /^[UW][A-Z0-9]{2,20}$/);
    case "usergroup":
      return idProblem(at, element.usergroup_id, /^S[A-Z0-9]{2,20}$/);
    case "date": {
      const { timestamp } = element;
      return Number.isSafeInteger(timestamp)
        ? lengthProblem(`${at}.format`, element.format, 1, 100)
        : [`${at} has no time`];
    }
    default:
      return [`${at} has the type ${String(element.type)}, which no card of ours uses`];
  }
}

const idProblem = (at: string, value: unknown, pattern: RegExp): Problems =>
  typeof value === "string" && pattern.test(value) ? [] : [`${at} mentions nobody: ${String(value)}`];
