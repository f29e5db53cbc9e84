import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { Deployment } from "./deployment.ts";

const Environment = z.object({
  AWS_REGION: z.string().min(5),
  HEALER_ACCOUNT: z.string().regex(/^\d{12}$/),
  HEALER_SETTINGS: z.string().transform((text, context) => {
    try {
      return Deployment.parse(JSON.parse(text), once);
    } catch (error) {
      const message = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : "not JSON";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  }),
  HEALER_AUDIT: z.string().min(3),
  HEALER_INCIDENTS: z.string().min(3),
  HEALER_APPROVALS: z.string().min(3),
  /** Only the detector starts executions. */
  HEALER_STATE_MACHINE: z.string().startsWith("arn:").optional(),
  HEALER_ANCHORS: z.string().min(3).optional(),
  /** Folder that holds policies, prompts and runbooks: the function's own code. */
  HEALER_FILES: z.string().optional(),
  LAMBDA_TASK_ROOT: z.string().default("."),
});

/** Read once in a process: writing a faster parser for it first would cost more than it saves. */
const once = { jitless: true };

export type Surroundings = {
  readonly region: string;
  readonly account: string;
  readonly deployment: Deployment;
  readonly tables: { readonly audit: string; readonly incidents: string; readonly approvals: string };
  readonly stateMachineArn: string | undefined;
  readonly anchorBucket: string | undefined;
  readonly files: string;
};

/** What the deployment tells a function. Rejects with `bad_state` naming the variable that is missing or wrong. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Surroundings {
  const parsed = Environment.safeParse(env, once);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new HealerError("bad_state", `the function's environment: ${faults}`, {
      hint: "Deploy again: nothing but the deployment sets these.",
    });
  }
  const value = parsed.data;
  return {
    region: value.AWS_REGION,
    account: value.HEALER_ACCOUNT,
    deployment: value.HEALER_SETTINGS,
    tables: { audit: value.HEALER_AUDIT, incidents: value.HEALER_INCIDENTS, approvals: value.HEALER_APPROVALS },
    stateMachineArn: value.HEALER_STATE_MACHINE,
    anchorBucket: value.HEALER_ANCHORS,
    files: value.HEALER_FILES ?? value.LAMBDA_TASK_ROOT,
  };
}
