import * as z from "zod";
import { formatUsd, MicroUsd } from "./money.ts";
import type { Ports } from "./ports.ts";
import { visible } from "./visible.ts";

/** What a price rests on. Unknown is a value of its own: it is never zero and never lets a change through. */
export const PriceQuote = z.discriminatedUnion("known", [
  z.strictObject({
    known: z.literal(true),
    /** Added cost over the horizon, on top of what runs now. */
    amount: MicroUsd,
    horizonHours: z.number().positive(),
    monthly: MicroUsd,
    /** The arithmetic, for people: "2 × c5.4xlarge × $0.68/h × 24 h". */
    basis: z.string(),
    source: z.string(),
    /** Date of the price, ISO. */
    asOf: z.string(),
  }),
  z.strictObject({ known: z.literal(false), why: z.string() }),
]);
export type PriceQuote = z.infer<typeof PriceQuote>;

/** A price with its arithmetic, source and date, for people. */
export const priceText = (price: PriceQuote): string => {
  const basis = priceBasis(price);
  return `${priceHeadline(price)}${basis && `: ${basis}`}`;
};

/** What it adds to the bill, or why nobody knows. */
export const priceHeadline = (price: PriceQuote): string =>
  price.known
    ? `${formatUsd(price.amount)} over ${price.horizonHours} h (${formatUsd(price.monthly)} a month)`
    : `unknown: ${price.why}`;

/** The arithmetic, source and date behind it; empty where there is no price. */
export const priceBasis = (price: PriceQuote): string =>
  price.known ? `${price.basis} [${price.source}${price.asOf && `, ${price.asOf}`}]` : "";

export const Risk = z.enum(["low", "medium", "high", "critical"]);
export type Risk = z.infer<typeof Risk>;

/** Exactly what would run. Its canonical JSON is what a person approves and what the hands compare before they send. */
export const PlannedAction = z.strictObject({
  document: z.strictObject({
    name: z.string(),
    type: z.enum(["Command", "Automation"]),
    version: z.string(),
    /** SHA-256 of the document's content, hex. */
    hash: z.string(),
  }),
  parameters: z.record(z.string(), z.array(z.string())),
  /** The command with every parameter filled in; absent for an Automation document. */
  commandText: z.string().optional(),
  targets: z.array(z.string()),
  account: z.string(),
  region: z.string(),
  timeoutSeconds: z.int(),
  /** The reviewed action this came from; absent for an ad hoc command. */
  runbook: z.strictObject({ id: z.string(), action: z.string(), step: z.string(), contentHash: z.string() }).optional(),
});
export type PlannedAction = z.infer<typeof PlannedAction>;

/** What a planned action runs, as people are shown it: the command, or the document with its parameters. */
export const actionText = ({ commandText, document, parameters }: PlannedAction): string =>
  commandText ?? `${document.name} ${JSON.stringify(parameters)}`;

/** What code found out about a call. The model's own opinion is nowhere in it. */
export const Assessment = z.strictObject({
  kind: z.enum(["read", "change", "adhoc"]),
  risk: Risk,
  riskReasons: z.array(z.string()),
  price: PriceQuote,
  /** Share of the fleet that the targets are, 0 to 100; null where no fleet is known. */
  fleetSharePercent: z.number().min(0).max(100).nullable(),
  lastHealthy: z.boolean(),
  reversible: z.boolean(),
  /** Gravest class of data that a target holds, by its tag `data`; absent where no target says. */
  dataClass: z.enum(["none", "internal", "personal", "secret"]).optional(),
  /** Class of an ad hoc command. */
  commandClass: z.enum(["read_only", "reversible", "risky", "destructive"]).optional(),
  failedPreconditions: z.array(z.string()),
  /** Every target carries the opt-in tag. */
  managed: z.boolean(),
  plan: PlannedAction.optional(),
});
export type Assessment = z.infer<typeof Assessment>;

/** Something a tool learned, with an id that the model cites: `t2c1-logs-3`. */
export const Finding = z.strictObject({ id: z.string(), summary: z.string(), source: z.string() });
export type Finding = z.infer<typeof Finding>;

/** What the guardrail did to a text before anybody saw it. Names of its policies, never what they matched. */
export const Guarded = z.strictObject({
  policies: z.array(z.string()),
  /** Why nothing of the text is shown, where it could not be screened. */
  withheld: z.string().optional(),
});
export type Guarded = z.infer<typeof Guarded>;

/** For people: what became of the text, and by which policies. */
export const guardedText = ({ policies, withheld }: Guarded): string =>
  withheld === undefined ? `changed the text: ${policies.join(", ") || "it names no policy"}` : `withheld: ${withheld}`;

export const ToolResult = z.strictObject({
  status: z.enum(["ok", "empty", "error"]),
  /** What the model reads. `empty` says what was searched and where; `error` says the query, the cause and a way on. */
  forModel: z.string(),
  /** One line for the timeline. */
  forPeople: z.string(),
  findings: z.array(Finding),
  /** Runbook steps that this result showed, as `runbook#step` with the hash of the text shown. */
  citations: z.array(z.strictObject({ id: z.string(), contentHash: z.string() })),
  /** What this call cost us: logs scanned, API calls. */
  cost: MicroUsd,
  /** Present where the configured guardrail changed this result or could not screen it. */
  guardrail: Guarded.optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

/** For people: on what and where it would run. The same command elsewhere is another change. */
export const whereText = ({ targets, account, region }: PlannedAction): string =>
  visible(`${targets.join(", ") || "no target of its own"} in ${account || "this account"} ${region}`);

/** What became of a change that was sent. */
export const ChangeHandle = z.strictObject({ kind: z.enum(["command", "automation"]), id: z.string() });
export type ChangeHandle = z.infer<typeof ChangeHandle>;

export type PortName = keyof Ports;

/** The call's surroundings, and only the ports that the tool declared: another one does not compile. */
export type ToolContext<Need extends PortName> = Pick<Ports, Need> & {
  readonly runId: string;
  readonly callId: string;
  /** Where and when the alarm that this run handles fired. */
  readonly incident: {
    readonly account: string;
    readonly region: string;
    readonly alarmArn: string;
    /** Milliseconds since 1970. */
    readonly alarmAt: number;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly namespace: string | undefined;
    readonly metric: string | undefined;
    readonly stat: string | undefined;
    /** Seconds. */
    readonly period: number | undefined;
    readonly alarmName: string;
  };
  readonly signal: AbortSignal;
};

type Common<Input> = {
  readonly name: string;
  /** What the model reads about the tool. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
};

export type ReadTool<Input = unknown, Need extends PortName = PortName> = Common<Input> & {
  readonly kind: "read";
  readonly needs: readonly Need[];
  /** Seconds that pass between the call and its execution. The run waits outside of any process; other tools do not wait. */
  readonly delay?: (input: Input) => number;
  /** Never rejects for what the model can mend: that is an `error` result. */
  execute(input: Input, context: ToolContext<Need>): Promise<ToolResult>;
};

export type ChangeTool<Input = unknown, Need extends PortName = PortName> = Common<Input> & {
  readonly kind: "change";
  readonly needs: readonly Need[];
  /** What it would do; an `error` result when the input names nothing that exists. Reads only. */
  assess(input: Input, context: ToolContext<Need>): Promise<Assessment | ToolResult>;
  /** Starts the change, once: the caller has journaled the intent and never calls it twice for one action id. */
  send(plan: PlannedAction, actionId: string, context: ToolContext<Need>): Promise<ChangeHandle>;
  /** How it went; `applied` is false only when nothing can have reached a target. */
  check(
    handle: ChangeHandle,
    plan: PlannedAction,
    context: ToolContext<Need>,
  ): Promise<{ readonly result: ToolResult; readonly applied: boolean } | "running">;
  /** What became of a call that started and never reported: its handle, or undefined when nothing was ever sent. */
  reconcile(plan: PlannedAction, actionId: string, context: ToolContext<Need>): Promise<ChangeHandle | undefined>;
};

/** Ends a run. The loop checks what it claims against the journal and the alarm's own metric. */
export type ConcludeTool<Input = unknown> = Common<Input> & { readonly kind: "conclude"; readonly needs: readonly [] };

export type Tool = ReadTool | ChangeTool | ConcludeTool;

/** Checks a tool's types where it is written, and forgets them for the registry: inputs are parsed before every use. */
export const readTool = <Input, const Need extends PortName>(tool: Omit<ReadTool<Input, Need>, "kind">): Tool =>
  ({ ...tool, kind: "read" }) as unknown as Tool;
export const changeTool = <Input, const Need extends PortName>(tool: Omit<ChangeTool<Input, Need>, "kind">): Tool =>
  ({ ...tool, kind: "change" }) as unknown as Tool;
export const concludeTool = <Input>(tool: Omit<ConcludeTool<Input>, "kind" | "needs">): Tool =>
  ({ ...tool, kind: "conclude", needs: [] }) as unknown as Tool;

/** Fields that every change tool asks for first, so that the model writes its reasoning before it names the action. */
export const explainBeforeAct = {
  detailed_root_cause: z
    .string()
    .min(40)
    .describe("What is broken and why, and which finding ids show it. Write this before you choose the action."),
  action_justification: z
    .string()
    .min(40)
    .describe("Why this action fits this cause, what it may harm, and what speaks against it."),
  citations: z
    .array(z.string())
    .min(1)
    .describe("Runbook steps (`runbook#step`) that tell you to do this, as search_runbooks returned them."),
  findings: z.array(z.string()).min(1).describe("Finding ids, returned by tools in this run, that support the cause."),
  contradicting_findings: z
    .array(z.string())
    .optional()
    .describe("Finding ids that speak against the cause. Naming them never counts against you; hiding them does."),
};

const blank = { findings: [], citations: [], cost: 0 as MicroUsd };

export const okResult = (
  forModel: string,
  forPeople: string,
  more: Partial<Pick<ToolResult, "findings" | "citations" | "cost">> = {},
): ToolResult => ({ status: "ok", forModel, forPeople, ...blank, ...more });

export const emptyResult = (searched: string): ToolResult => ({
  status: "empty",
  forModel: searched,
  forPeople: searched,
  ...blank,
});

export const errorResult = (what: string, hint: string): ToolResult => ({
  status: "error",
  forModel: `${what}\n${hint}`,
  forPeople: what,
  ...blank,
});

export const isResult = (value: object): value is ToolResult => "forModel" in value;
