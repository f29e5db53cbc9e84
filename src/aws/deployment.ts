import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { Mode, RunbookModes } from "../domain/mode.ts";
import { FreezeWindow } from "../governance/freeze.ts";
import { defaultModels } from "../models/profiles.ts";

const PersonId = z
  .string()
  .min(3)
  .regex(/^(slack|api|terminal):/, "write slack:<team>/<user> or api:<name>; people are listed one by one");

const Slack = z.strictObject({
  teamId: z.string().regex(/^[TE][A-Z0-9]{2,}$/),
  appId: z.string().regex(/^A[A-Z0-9]{2,}$/),
  channel: z.string().regex(/^[CG][A-Z0-9]{2,}$/, "the channel's id (C…), not its name"),
  tell: z.enum(["asks", "changes", "all"]).default("asks"),
  escalation: z
    .strictObject({
      channel: z.string().regex(/^[CG][A-Z0-9]{2,}$/),
      group: z
        .string()
        .regex(/^S[A-Z0-9]{2,}$/)
        .optional(),
      afterMinutes: z.number().min(1).default(10),
    })
    .optional(),
  remindMinutes: z.array(z.number().positive()).max(5).default([10, 3]),
  operators: z.array(PersonId).default([]),
  links: z
    .strictObject({ run: z.url().optional(), runbook: z.url().optional(), alarm: z.url().optional() })
    .default({}),
});

const Region = z.string().regex(/^[a-z]{2,4}(-[a-z]{2,12}){1,2}-\d{1,2}$/, "a region's code, for example eu-west-1");
const RoleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);

/** Another account that alarms may come from, and the only two roles that may be assumed there. */
export const MemberAccount = z
  .strictObject({
    account: z.string().regex(/^\d{12}$/),
    regions: z.array(Region).min(1),
    /** The brain's: evidence, and nothing else. */
    readRole: RoleArn,
    /** The hands'. Left out, nothing is changed there. */
    changeRole: RoleArn.optional(),
    externalId: z.string().regex(/^[\w+=,.@:/-]{8,128}$/),
  })
  .refine(
    ({ account, readRole, changeRole }) => [readRole, changeRole ?? readRole].every((arn) => isOf(arn, account)),
    {
      error: "a role belongs to another account than the one that it stands beside",
    },
  )
  .refine(({ readRole, changeRole }) => readRole !== changeRole, {
    error: "readRole and changeRole are one role: whoever reads could change",
  });
export type MemberAccount = z.infer<typeof MemberAccount>;

const isOf = (arn: string, account: string): boolean => arn.split(":")[4] === account;

/** Settings stand in a file of the repository and in every function's environment: no place for a password. */
const Collector = z
  .url({ protocol: /^https$/ })
  .refine((url) => !/^\s*https:[/\\]*[^/\\?#]*@/i.test(url), "an address without user and password");

/** One stage's settings in `healer.deploy.json`. A first deployment only suggests: nothing changes without a person. */
export const Deployment = z.strictObject({
  mode: Mode.default("suggest"),
  /** Stricter modes of single runbooks, by id. */
  modes: RunbookModes.default({}),
  /** What policies and people call it; the stage's name unless it is said. */
  environment: z.string().regex(/^[a-z0-9-]{1,32}$/),
  approvers: z.array(PersonId).default([]),
  approvalMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(30),
  models: z
    .array(z.string().regex(/^[a-z0-9.:-]{3,128}$/))
    .min(1)
    .default([...defaultModels]),
  runBudgetDollars: z.number().positive().max(100).default(1),
  freezes: z.array(FreezeWindow).default([]),
  logs: z.enum(["filter", "insights"]).default("filter"),
  logGroups: z
    .array(z.string().regex(/^[\w./#*-]{1,512}$/))
    .min(1)
    .default(["*"]),
  knowledgeBaseId: z
    .string()
    .regex(/^[0-9A-Za-z]{10}$/)
    .optional(),
  /** Whether the knowledge base ranks together with the local index, or alone as long as it finds anything. */
  knowledgeBaseUse: z.enum(["fused", "primary"]).default("fused"),
  /** Screens what the model reads. DRAFT is refused: it may change between two calls. */
  guardrail: z
    .strictObject({
      id: z.string().regex(/^[a-z0-9]{1,64}$/, "the guardrail's id, not its ARN"),
      version: z.string().regex(/^[1-9][0-9]{0,7}$/, "a published version's number; DRAFT may change at any time"),
    })
    .optional(),
  /** Bucket that the knowledge base reads; each deployment copies the runbooks there. */
  knowledgeBaseBucket: z.string().min(3).max(63).optional(),
  optIn: z
    .strictObject({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) })
    .default({ key: "healer", value: "managed" }),
  /** Documents belong to an account and region: of two stages there, one leaves them to the other. */
  documents: z.boolean().default(true),
  /** Regions of this account that alarms may come from, besides the healer's own. */
  regions: z.array(Region).default([]),
  /** Other accounts that alarms may come from; an account or region that is not listed is neither read nor changed. */
  accounts: z
    .array(MemberAccount)
    .refine((all) => new Set(all.map(({ account }) => account)).size === all.length, {
      error: "an account is listed twice",
    })
    .default([]),
  /** `xray` traces functions and state machine; an OTLP address gets a span for each step of a run. */
  tracing: z.union([z.enum(["off", "xray"]), z.strictObject({ otlp: Collector })]).default("off"),
  slack: Slack.optional(),
  /** Hears of the healer's own alarms. */
  alarmEmail: z.email().optional(),
});
export type Deployment = z.infer<typeof Deployment>;

/** Rejects with `bad_input` naming the stage and the field; a stage that is not named gets the defaults. */
export function deploymentOf(stage: string, file: unknown): Deployment {
  const stages = z.record(z.string(), z.unknown()).safeParse(file);
  if (!stages.success) throw badDeployment("healer.deploy.json is not an object of stages");
  const given = stages.data[stage] ?? {};
  const environment = stage
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 32);
  const parsed = Deployment.safeParse(isObject(given) ? { environment, ...given } : given);
  if (!parsed.success) throw badDeployment(`stage ${stage}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
  // Lambda keeps 4 KB of environment for a function in all.
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > mostBytes) throw badDeployment(`stage ${stage}: ${bytes} bytes, more than the ${mostBytes} that fit`);
  return parsed.data;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mostBytes = 3_000;

const badDeployment = (what: string): HealerError =>
  new HealerError("bad_input", what, { hint: "Correct healer.deploy.json; docs/operations.md lists every setting." });
