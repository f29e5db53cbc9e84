import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedAction } from "../domain/tool.ts";
import { type SsmSdk, ssmSdk } from "./clients.ts";
import { errorName, errorText } from "./upstream.ts";

/** What Systems Manager expects of an automation before it runs; for the approval card, never for a decision. */
export type AutomationPreview =
  | {
      readonly known: true;
      readonly mutatingSteps: number;
      readonly readOnlySteps: number;
      readonly undeterminedSteps: number;
      readonly regions: readonly string[];
      readonly targets: number;
    }
  | { readonly known: false; readonly why: string };

export type PreviewOptions = {
  readonly sdk?: SsmSdk;
  readonly polls?: number;
  readonly pollMilliseconds?: number;
};

/** Asks for a preview of an Automation plan. Never rejects: a preview is a help for people, and its lack stops nothing. */
export async function previewAutomation(
  plan: PlannedAction,
  { sdk = ssmSdk(), polls = 10, pollMilliseconds = 1_000 }: PreviewOptions = {},
): Promise<AutomationPreview> {
  if (plan.document.type !== "Automation") return unknown("only automations have previews");
  try {
    const { api, client } = await sdk();
    const parameters = Object.keys(plan.parameters).length > 0 ? { Parameters: { ...plan.parameters } } : {};
    const started = await client.send(
      new api.StartExecutionPreviewCommand({
        DocumentName: plan.document.name,
        DocumentVersion: plan.document.version,
        ExecutionInputs: { Automation: parameters },
      }),
    );
    for (let poll = 0; poll < polls; poll += 1) {
      const input = { ExecutionPreviewId: started.ExecutionPreviewId };
      const { Status, StatusMessage, ExecutionPreview } = await client.send(new api.GetExecutionPreviewCommand(input));
      if (Status === "Failed") return unknown(StatusMessage ?? "the preview failed");
      if (Status === "Success") return previewOf(ExecutionPreview?.Automation ?? {});
      await sleep(pollMilliseconds);
    }
    return unknown("the preview took too long");
  } catch (error) {
    return unknown(`${errorName(error)}: ${errorText(error)}`);
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
    regions: Regions,
    targets: TargetPreviews.reduce((sum, { Count = 0 }) => sum + Count, 0),
  };
}
