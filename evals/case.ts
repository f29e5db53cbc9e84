import * as z from "zod";
import { AlarmStateValue } from "../src/domain/alarm.ts";
import { Outcome } from "../src/domain/event.ts";
import { Mode } from "../src/domain/mode.ts";
import { Assessment } from "../src/domain/tool.ts";
import { Series, Span } from "./series.ts";

const MetricName = z.string().regex(/^\S+ \S.*$/, "namespace and name, such as `AWS/EC2 CPUUtilization`");
const Texts = z.record(z.string(), z.string());
/** How a metric goes on after an action was applied, by action id; `*` for any. Times count from the application. */
const After = z.record(z.string(), Series).default({});

/** The alarm that opens the case, with the course of its own metric; expanded to a whole CloudWatch event. */
const ShortAlarm = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  metric: MetricName,
  dimensions: Texts.default({}),
  stat: z.string().default("Average"),
  period: z.int().positive().default(60),
  is: z.string().regex(/^(>|>=|<|<=) -?\d+(\.\d+)?$/),
  series: Series,
  after: After,
  wobble: z.number().default(0),
  state: AlarmStateValue.default("ALARM"),
  /** Instead of the words that CloudWatch would write. */
  reason: z.string().optional(),
  missing: z.enum(["breaching", "notBreaching", "ignore", "missing"]).default("missing"),
  muted_by: z.string().nullish(),
  suppressed_by: z.string().optional(),
  /** False for an alarm whose recovery can not be measured, such as one that was deleted. */
  measurable: z.boolean().default(true),
});
export type ShortAlarm = z.infer<typeof ShortAlarm>;

/** Another alarm that fires meanwhile; what it leaves out is as in the case's own. */
const OtherAlarm = z.strictObject({
  name: z.string(),
  metric: MetricName.optional(),
  dimensions: Texts.optional(),
  is: z.string().optional(),
});

/** An event as it came, from any door; `measured` says how its own metric goes on. */
const RawAlarm = z.strictObject({
  event: z.record(z.string(), z.json()),
  measured: ShortAlarm.pick({ metric: true, dimensions: true, stat: true, period: true, is: true, series: true })
    .extend({ after: After })
    .optional(),
});

/** `-2m30s the line`, or a line that repeats: `{n}` counts, `{r}` is a number that looks random. */
const LogLine = z.union([
  z.string().regex(/^[+-]?(\d+h)?(\d+m)?(\d+s)? \S/, "begins with a time such as -2m30s"),
  z.strictObject({ every: Span, from: Span.prefault("-15m"), to: Span.prefault("2h"), line: z.string() }),
]);
const LogGroup = z.union([z.array(LogLine), z.strictObject({ error: z.string() })]);

const Metric = z.strictObject({
  metric: MetricName,
  /** Default: the alarm's. */
  dimensions: Texts.optional(),
  series: Series.prefault(0),
  after: After,
  wobble: z.number().default(0),
  error: z.string().optional(),
});

const Member = z.strictObject({
  id: z.string(),
  group: z.string().optional(),
  healthy: z.boolean().default(true),
  tags: Texts.default({ healer: "managed" }),
});
const Group = z.strictObject({
  type: z.string(),
  size: z.int().min(1),
  max: z.int(),
  managed: z.boolean().default(true),
});

/** How the service answers a send of this action. */
const Sent = z.strictObject({
  state: z.enum(["succeeded", "failed", "timed_out", "undeliverable"]).default("succeeded"),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
  seconds: z.int().default(20),
  /** The service never takes it, or takes it and the answer is lost. */
  send: z.enum(["taken", "refused", "answer_lost"]).default("taken"),
});

const PersonAct = z.strictObject({
  /** Which card of the run, from 1. */
  card: z.int().min(1).default(1),
  after: Span.prefault("2m"),
  does: z.enum(["approve", "deny", "change"]),
  by: z.string().default("ada"),
  say: z.string().default(""),
});

/** What a tool answered in a finished run; `assessment` is what a change tool found out. */
const Recorded = z.strictObject({
  tool: z.string(),
  input: z.json(),
  status: z.enum(["ok", "empty", "error"]).default("ok"),
  text: z.string().default(""),
  findings: z.array(z.string()).default([]),
  assessment: Assessment.optional(),
});

export const World = z.strictObject({
  at: z.iso.datetime().default("2026-11-23T09:10:00Z"),
  region: z.string().default("us-east-1"),
  logs: z.record(z.string(), LogGroup).default({}),
  metrics: z.array(Metric).default([]),
  /** What somebody changed lately. */
  changes: z
    .array(
      z.strictObject({
        at: Span,
        who: z.string(),
        what: z.string(),
        resources: z.array(z.string()).default([]),
        detail: z.string().default(""),
      }),
    )
    .default([]),
  fleet: z
    .strictObject({ members: z.array(Member).default([]), groups: z.record(z.string(), Group).default({}) })
    .prefault({}),
  /** Files of evals/runbooks that this case's owners keep beside the project's. */
  runbooks: z.array(z.string()).default([]),
  /** Project's runbooks that this case's owners do not have; `*` for all. */
  without: z.array(z.string()).default([]),
  /** Documents that are gone, or that somebody edits while the run goes on. */
  documents: z.record(z.string(), z.union([z.literal("missing"), z.strictObject({ edited_at: Span })])).default({}),
  prices: z
    .union([z.literal("snapshot"), z.literal("unknown"), z.strictObject({ dollars: z.number() })])
    .default("snapshot"),
  commands: z.record(z.string(), Sent).default({}),
  people: z.array(PersonAct).default([]),
  /** Kill switch, from a time on. */
  stop: z.strictObject({ from: Span, scope: z.string().default("all") }).optional(),
  freeze: z.string().optional(),
  mode: Mode.default("auto"),
  /** The alarm's own later changes, and other alarms. */
  events: z
    .array(z.strictObject({ at: Span, state: AlarmStateValue.default("ALARM"), alarm: OtherAlarm.optional() }))
    .default([]),
  /** Results of tools out of a finished run; asked for exactly this, it answers exactly that. */
  recorded: z.array(Recorded).default([]),
});
export type World = z.infer<typeof World>;

/** Every group must be met by one of its phrases, compared without case. */
const Says = z.array(z.array(z.string().min(2)).min(1)).min(1);
const Routing = z.enum(["alone", "asks 1", "asks 2", "denied"]);

const ExpectedAction = z.strictObject({
  /** `runbook/action`, or `run_command`. */
  run: z.string(),
  with: z
    .record(z.string(), z.union([z.string(), z.number(), z.strictObject({ min: z.number(), max: z.number() })]))
    .default({}),
  on: z.array(z.string()).optional(),
  routing: Routing,
  approval: z.enum(["approved", "denied", "changed", "expired", "void"]).optional(),
  /** Dollars over the horizon. */
  price: z.union([z.number(), z.literal("unknown")]).optional(),
  applied: z.boolean().default(true),
  verdict: z.enum(["recovered", "no_effect", "worse", "unknown"]).optional(),
});

export const Expect = z.strictObject({
  /** `none`: no run is opened at all. */
  outcome: z.union([Outcome, z.literal("none"), z.array(Outcome).min(1)]),
  /** Each must be named; naming none is an abstention. */
  causes: z.record(z.string(), Says).default({}),
  /** Tempting and wrong. */
  not_causes: z.record(z.string(), Says).default({}),
  /** Runbook steps that the run must cite, and no others of these runbooks' actions. */
  cites: z.array(z.string()).optional(),
  /** Changes that the run must propose, in this order, and no others. */
  actions: z.array(ExpectedAction).default([]),
  /** Calls that must never be made: a tool, or `runbook/action`. */
  forbidden: z.array(z.string()).default([]),
  rolled_back: z.boolean().optional(),
  runs: z.int().optional(),
});
export type Expect = z.infer<typeof Expect>;
export type ExpectedAction = z.infer<typeof ExpectedAction>;

export const kinds = [
  "heals",
  "nothing_wrong",
  "no_runbook",
  "red_herring",
  "tempting_runbook",
  "two_causes",
  "contradiction",
  "missing_evidence",
  "worse",
  "no_effect",
  "denied",
  "changed",
  "expired",
  "over_ceiling",
  "unknown_price",
  "constraint",
  "storm",
  "self_recovery",
  "stopped",
  "injection",
  "escalates",
  "needs_judgement",
] as const;

/** One situation, what surrounds it, and what a careful engineer would want to happen. */
export const EvalCase = z.strictObject({
  id: z.string(),
  title: z.string().min(10),
  kind: z.array(z.enum(kinds)).min(1),
  /** True where the right thing is to change nothing, or not what the loudest sign suggests. */
  negative: z.boolean().default(false),
  services: z.array(z.string()).min(1),
  /** Why the expectation is what it is, where that is not plain. */
  why: z.string().optional(),
  alarm: z.union([ShortAlarm, RawAlarm]).optional(),
  world: World.prefault({}),
  /** A fault of the lab: real services break and are healed, in real time. */
  lab: z.string().optional(),
  expect: Expect,
});
export type EvalCase = z.infer<typeof EvalCase>;
