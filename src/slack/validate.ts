import { richTextProblems } from "./validate-rich-text.ts";

/**
 * Slack's documented limits, checked before anything is sent: Slack answers `invalid_blocks` to a whole message for one
 * character too many, and then nobody sees the approval. https://docs.slack.dev/reference/block-kit
 */
const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  messageText: 4000,
  header: 150,
  text: 3000,
  fields: 10,
  fieldText: 2000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  actionId: 255,
  blockId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  url: 3000,
  inputLabel: 2000,
  placeholder: 150,
  viewTitle: 24,
  callbackId: 255,
  privateMetadata: 3000,
  /** Not documented for rich text; Slack refuses messages well above this with `msg_blocks_too_long`. */
  richTextBlock: 4000,
  messageTotal: 13_000,
} as const;

type Json = Readonly<Record<string, unknown>>;
export type Problems = readonly string[];

/** Everything that Slack would refuse about a message; empty when it is valid. */
export function messageProblems(message: { readonly text: string; readonly blocks: readonly unknown[] }): Problems {
  const size = JSON.stringify(message.blocks).length;
  return [
    ...lengthProblem("text", message.text, 1, limits.messageText),
    ...(message.blocks.length > limits.messageBlocks ? [`${message.blocks.length} blocks`] : []),
    ...(size > limits.messageTotal ? [`${size} characters of blocks`] : []),
    ...blocksProblems(message.blocks),
  ];
}

/** The same for a modal. */
export function viewProblems(view: Json): Problems {
  const blocks = listOf(view.blocks);
  const needsSubmit = blocks.some((block) => objectOf(block).type === "input") && view.submit === undefined;
  return [
    ...(view.type === "modal" ? [] : ["view is no modal"]),
    ...(blocks.length === 0 || blocks.length > limits.viewBlocks ? [`view has ${blocks.length} blocks`] : []),
    ...(needsSubmit ? ["view has an input and no submit"] : []),
    ...textProblems("view.title", view.title, limits.viewTitle, "plain_text"),
    ...optional(view.submit, (text) => textProblems("view.submit", text, limits.viewTitle, "plain_text")),
    ...optional(view.close, (text) => textProblems("view.close", text, limits.viewTitle, "plain_text")),
    ...optional(view.callback_id, (id) => lengthProblem("view.callback_id", id, 1, limits.callbackId)),
    ...optional(view.private_metadata, (text) => lengthProblem("private_metadata", text, 0, limits.privateMetadata)),
    ...blocksProblems(blocks),
  ];
}

function blocksProblems(blocks: readonly unknown[]): Problems {
  const ids = blocks.flatMap((block) => objectOf(block).block_id ?? []);
  const actions = blocks
    .flatMap((block) => listOf(objectOf(block).elements))
    .flatMap((one) => objectOf(one).action_id ?? []);
  return [
    ...(new Set(ids).size === ids.length ? [] : ["a block_id stands twice"]),
    ...(new Set(actions).size === actions.length ? [] : ["an action_id stands twice"]),
    ...blocks.flatMap((block, index) => blockProblems(`blocks[${index}]`, objectOf(block))),
  ];
}

function blockProblems(at: string, block: Json): Problems {
  const id = optional(block.block_id, (value) => lengthProblem(`${at}.block_id`, value, 1, limits.blockId));
  switch (block.type) {
    case "divider":
      return id;
    case "header":
      return [...id, ...textProblems(`${at}.text`, block.text, limits.header, "plain_text")];
    case "section":
      return [...id, ...sectionProblems(at, block)];
    case "context":
      return [
        ...id,
        ...listProblems(at, block, limits.contextElements, (one, where) => textProblems(where, one, limits.text)),
      ];
    case "actions":
      return [
        ...id,
        ...listProblems(at, block, limits.actionElements, (one, where) => buttonProblems(where, objectOf(one))),
      ];
    case "input":
      return [...id, ...inputProblems(at, block)];
    case "rich_text":
      return [...id, ...richTextProblems(at, block, limits.richTextBlock)];
    default:
      return [`${at} has the unknown type ${String(block.type)}`];
  }
}

function sectionProblems(at: string, block: Json): Problems {
  const fields = listOf(block.fields);
  if (block.text === undefined && fields.length === 0) return [`${at} has neither text nor fields`];
  return [
    ...optional(block.text, (text) => textProblems(`${at}.text`, text, limits.text)),
    ...(fields.length > limits.fields ? [`${at} has ${fields.length} fields`] : []),
    ...fields.flatMap((field, index) => textProblems(`${at}.fields[${index}]`, field, limits.fieldText)),
  ];
}

function buttonProblems(at: string, button: Json): Problems {
  if (button.type !== "button") return [`${at} is no button`];
  const confirm = button.confirm;
  return [
    ...textProblems(`${at}.text`, button.text, limits.buttonText, "plain_text"),
    ...lengthProblem(`${at}.action_id`, button.action_id, 1, limits.actionId),
    ...optional(button.value, (value) => lengthProblem(`${at}.value`, value, 1, limits.buttonValue)),
    ...optional(button.url, (url) => lengthProblem(`${at}.url`, url, 1, limits.url)),
    ...optional(button.style, (style) =>
      style === "primary" || style === "danger" ? [] : [`${at} has the style ${String(style)}`],
    ),
    ...optional(confirm, (dialog) => confirmProblems(`${at}.confirm`, objectOf(dialog))),
  ];
}

const confirmProblems = (at: string, dialog: Json): Problems => [
  ...textProblems(`${at}.title`, dialog.title, limits.confirmTitle, "plain_text"),
  ...textProblems(`${at}.text`, dialog.text, limits.confirmText),
  ...textProblems(`${at}.confirm`, dialog.confirm, limits.confirmButton, "plain_text"),
  ...textProblems(`${at}.deny`, dialog.deny, limits.confirmButton, "plain_text"),
];

function inputProblems(at: string, block: Json): Problems {
  const element = objectOf(block.element);
  return [
    ...textProblems(`${at}.label`, block.label, limits.inputLabel, "plain_text"),
    ...lengthProblem(`${at}.element.action_id`, element.action_id, 1, limits.actionId),
    ...optional(element.placeholder, (text) =>
      textProblems(`${at}.placeholder`, text, limits.placeholder, "plain_text"),
    ),
    ...(element.type === "plain_text_input" ? [] : [`${at} holds no plain_text_input`]),
  ];
}

function listProblems(
  at: string,
  block: Json,
  most: number,
  check: (one: unknown, where: string) => Problems,
): Problems {
  const elements = listOf(block.elements);
  if (elements.length === 0 || elements.length > most) return [`${at} has ${elements.length} elements`];
  return elements.flatMap((element, index) => check(element, `${at}.elements[${index}]`));
}

function textProblems(at: string, value: unknown, most: number, only?: "plain_text"): Problems {
  const { type, text, verbatim, emoji } = objectOf(value);
  return [
    ...(type === "plain_text" || (type === "mrkdwn" && only === undefined)
      ? []
      : [`${at} has the text type ${String(type)}`]),
    ...(type === "mrkdwn" && emoji !== undefined ? [`${at} has emoji beside mrkdwn`] : []),
    ...(type === "plain_text" && verbatim !== undefined ? [`${at} has verbatim beside plain_text`] : []),
    ...lengthProblem(at, text, 1, most),
  ];
}

export function lengthProblem(at: string, value: unknown, least: number, most: number): Problems {
  if (typeof value !== "string") return [`${at} is ${value === undefined ? "missing" : "no text"}`];
  if (value.length < least || value.length > most)
    return [`${at} has ${value.length} characters, allowed are ${least} to ${most}`];
  return value.isWellFormed() ? [] : [`${at} holds half a character`];
}

export const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const optional = (value: unknown, check: (value: unknown) => Problems): Problems =>
  value === undefined ? [] : check(value);
