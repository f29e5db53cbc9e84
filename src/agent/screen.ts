import { HealerError } from "../domain/errors.ts";
import type { EventOf, RunEvent } from "../domain/event.ts";
import type { Guardrail } from "../domain/ports.ts";
import type { Run } from "../domain/run.ts";
import { errorResult, type Guarded, guardedText, type ToolResult } from "../domain/tool.ts";
import { describe } from "./conversation.ts";
import type { AgentDeps } from "./deps.ts";
import type { Performance } from "./perform.ts";

/**
 * The one place where text from outside meets the guardrail: right before it becomes durable, and so before the model can
 * read it. A replay reads what was made durable and asks no guardrail.
 */
export async function screenEvents(
  events: readonly RunEvent[],
  run: Run,
  deps: AgentDeps,
  signal: AbortSignal,
): Promise<readonly RunEvent[]> {
  // A run that began with a guardrail goes on with one: without it nothing more is shown.
  if (deps.guardrail === undefined && run.started?.guardrail === undefined) return events;
  const ask = askOf(deps.guardrail, signal);
  return Promise.all(
    events.map(async (event) => {
      if (event.type === "call_finished") return screenFinished(event, run, ask);
      if (event.type === "verified") return screenMeasured(event, ask);
      return event.type === "approval_decided" ? screenComment(event, ask) : event;
    }),
  );
}

/** The alarm's words, once for each run and before its first reply. */
export async function* screenAlarm(run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  if (run.started === undefined) throw new Error(`${run.runId} has no run_started`);
  const shown = await askOf(deps.guardrail, signal)(describe(run.started.alarm));
  yield [{ type: "alarm_screened", ...shown }];
  return undefined;
}

type Shown = { readonly text: string; readonly guardrail?: Guarded };
/** `patient` leaves a failure that passes by itself to the state machine's retry; otherwise the text is withheld. */
type Ask = (text: string, patient?: boolean) => Promise<Shown>;

const askOf =
  (guardrail: Guardrail | undefined, signal: AbortSignal): Ask =>
  async (text, patient = true) => {
    if (text.trim() === "") return { text };
    if (guardrail === undefined) return withheld("the guardrail that this run began with is not configured any more");
    try {
      const screened = await guardrail.screen(text, patient ? signal : undefined);
      return screened.intervened ? { text: screened.text, guardrail: { policies: [...screened.policies] } } : { text };
    } catch (error) {
      if (patient && error instanceof HealerError && error.retryable) throw error;
      return withheld(error instanceof HealerError ? error.message : "the guardrail failed");
    }
  };

const withheld = (why: string): Shown => ({
  text: `(Withheld: it could not be screened. ${why})`,
  guardrail: { policies: [], withheld: why },
});

async function screenFinished(event: EventOf<"call_finished">, run: Run, ask: Ask): Promise<EventOf<"call_finished">> {
  const call = run.calls[event.callId];
  // Its words are code's, about what the model itself wrote; so are those of a conclusion that holds.
  if (call?.kind === "invalid" || (call?.kind === "conclude" && event.refused === undefined)) return event;
  // What became of a change must be known even while the guardrail is away.
  const patient = call?.started === undefined;
  return { ...event, result: await screenResult(event.result, (text) => ask(text, patient)) };
}

/** Whether a change helped must be known even while the guardrail is away: the verdict stands apart from these words. */
async function screenMeasured(event: EventOf<"verified">, ask: Ask): Promise<EventOf<"verified">> {
  const { text, guardrail } = await ask(event.measured, false);
  return { ...event, measured: text, ...(guardrail && { guardrail }) };
}

/** A person's wish that goes back to the model; other comments never reach it. */
async function screenComment(event: EventOf<"approval_decided">, ask: Ask): Promise<EventOf<"approval_decided">> {
  if (event.outcome !== "denied" && event.outcome !== "changed") return event;
  const { text, guardrail } = await ask(event.comment);
  return { ...event, comment: text, ...(guardrail && { guardrail }) };
}

/**
 * What the model reads in one question, and in another whatever else would be stored and does not stand in that. What the
 * answers no longer hold word for word is not shown to anybody, and what was not shown can not be cited.
 */
async function screenResult(result: ToolResult, ask: Ask): Promise<ToolResult> {
  const { forModel, forPeople, findings, citations } = result;
  const others = [forPeople, ...findings.flatMap((finding) => [finding.summary, finding.source])];
  const rest = [...new Set(others.filter((text) => !forModel.includes(text)))].join("\n");
  const [main, side] = await Promise.all([ask(forModel), ask(rest)]);
  const guardrail = both(main.guardrail, side.guardrail);
  if (guardrail === undefined) return result;
  if (main.guardrail?.withheld !== undefined) return { ...unseen(main.guardrail.withheld, result.cost), guardrail };
  const shown = `${main.text}\n${side.text}`;
  const kept = (text: string) => (shown.includes(text) ? text : "(withheld by the guardrail)");
  const cited = ({ id }: { readonly id: string }) => main.guardrail === undefined || main.text.includes(id);
  const note = `[The guardrail ${guardedText(guardrail)}.]`;
  return {
    ...result,
    forModel: main.guardrail === undefined ? forModel : `${main.text}\n${note}`,
    forPeople: kept(forPeople),
    findings: findings
      .filter(cited)
      .map(({ id, summary, source }) => ({ id, summary: kept(summary), source: kept(source) })),
    citations: citations.filter(cited),
    guardrail,
  };
}

const unseen = (why: string, cost: ToolResult["cost"]): ToolResult => ({
  ...errorResult(
    `This result is withheld: it could not be screened. ${why}`,
    "It is not evidence for anything. Go on without it, or escalate.",
  ),
  cost,
});

function both(one: Guarded | undefined, other: Guarded | undefined): Guarded | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const why = one.withheld ?? other.withheld;
  const policies = [...new Set([...one.policies, ...other.policies])];
  return { policies, ...(why !== undefined && { withheld: why }) };
}
