import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { Mode } from "../domain/mode.ts";
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

/** One stage's settings in `healer.deploy.json`. A first deployment only suggests: nothing changes without a person. */
export const Deployment = z.strictObject({
  mode: Mode.default("suggest"),
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
  /** Bucket that the knowledge base reads; each deployment copies the runbooks there. */
  knowledgeBaseBucket: z.string().min(3).max(63).optional(),
  optIn: z
    .strictObject({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) })
    .default({ key: "healer", value: "managed" }),
  /** Documents belong to an account and region: of two stages there, one leaves them to the other. */
  documents: z.boolean().default(true),
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
