import * as z from "zod";

const digits = 12;

/** A whole number written in plain digits, as a cost model's text field holds it once its parameter is filled in. */
export const wholeNumber = (min: number, max: number) => plainNumber(/^-?\d+$/, "a whole number", min, max);

/** A decimal number written in plain digits; no exponent, no separators. */
export const decimalNumber = (min: number, max: number) => plainNumber(/^-?\d+(\.\d+)?$/, "a number", min, max);

/** A name as AWS writes it; keeps quotes, braces and look-alike letters out of a price query. */
export const awsName = (what: string, pattern: RegExp) =>
  z.string().refine((text) => pattern.test(text), { error: (issue) => `is no ${what}: ${quote(issue.input)}` });

export const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.string().transform((text, context): Value => {
    const found = values.find((value) => value === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: `is none of ${values.join(", ")}: ${quote(text)}` });
    return z.NEVER;
  });

/** The model's values as numbers and known names, or the reason why the model can not be priced. */
export function readFilled<Value>(
  schema: z.ZodType<Value>,
  model: unknown,
): { readonly value: Value } | { readonly unknown: string } {
  const parsed = schema.safeParse(model);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  return { unknown: `${issue?.path.join(".") ?? "cost model"} ${issue?.message ?? "is not usable"}` };
}

function plainNumber(pattern: RegExp, kind: string, min: number, max: number) {
  return z.string().transform((text, context): number => {
    const value = pattern.test(text) && text.length <= digits ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    context.addIssue({ code: "custom", message: `is not ${kind} between ${min} and ${max}: ${quote(text)}` });
    return z.NEVER;
  });
}

const quote = (value: unknown): string => JSON.stringify(String(value).slice(0, 60));
