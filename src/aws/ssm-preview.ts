import { setTimeout as sleep } from "node:timers/promises";
import type { Preview } from "../domain/ports.ts";
import type { AutomationPreview } from "../domain/preview.ts";
import type { PlannedAction } from "../domain/tool.ts";
import { type SsmSdk, ssmSdk } from "./clients.ts";
import { errorName, errorText } from "./upstream.ts";

export type PreviewOptions = {
  readonly sdk?: SsmSdk;
  readonly pollMilliseconds?: number;
};

/** Asks Systems Manager what an Automation plan would do, and looks for the answer until the caller has waited enough. */
export const ssmPreview = ({ sdk = ssmSdk(), pollMilliseconds = 500 }: PreviewOptions = {}): Preview => ({
  async of(plan, signal) {
    if (plan.document.type !== "Automation") return unknown("only automations have previews");
    try {
      return await preview(plan, await sdk(), pollMilliseconds, signal);
    } catch (error) {
      return unknown(signal.aborted ? "it took too long" : `${errorName(error)}: ${errorText(error)}`.slice(0, 200));
    }
  },
});

async function preview(
  plan: PlannedAction,
  { api, client }: Awaited<ReturnType<SsmSdk>>,
  pollMilliseconds: number,
  abortSignal: AbortSignal,
): Promise<AutomationPreview> {
  const parameters = Object.keys(plan.parameters).length > 0 ? { Parameters: { ...plan.parameters } } : {};
  const { ExecutionPreviewId } = await client.send(
    new api.StartExecutionPreviewCommand({
      DocumentName: plan.document.name,
      DocumentVersion: plan.document.version,
      ExecutionInputs: { Automation: parameters },
    }),
    { abortSignal },
  );
  for (;;) {
    const command = new api.GetExecutionPreviewCommand({ ExecutionPreviewId });
    const { Status, StatusMessage, ExecutionPreview } = await client.send(command, { abortSignal });
    if (Status === "Failed") return unknown(StatusMessage ?? "the preview failed");
    if (Status === "Success") return previewOf(ExecutionPreview?.Automation ?? {});
    await sleep(pollMilliseconds, undefined, { signal: abortSignal });
  }
}

const unknown = (why: string): AutomationPreview => ({ known: false, why });

type Wire = {
  readonly StepPreviews?: Partial<Record<string, number>> | undefined;
  readonly Regions?: readonly string[] | undefined;
  readonly TargetPreviews?: readonly { readonly Count?: number | undefined }[] | undefined;
};

function previewOf({ StepPreviews = {}, Regions = [], TargetPreviews = [] }: Wire): AutomationPreview {
  return {
    known: true,
    mutatingSteps: StepPreviews.Mutating ?? 0,
    readOnlySteps: StepPreviews.NonMutating ?? 0,
    undeterminedSteps: StepPreviews.Undetermined ?? 0,
    regions: [...Regions],
    targets: TargetPreviews.reduce((sum, { Count = 0 }) => sum + Count, 0),
  };
}
