import type { RunEvent } from "../src/domain/event.ts";
import type { Entry } from "../src/domain/journal.ts";
import { textOf } from "../src/domain/message.ts";
import { formatUsd } from "../src/domain/money.ts";
import { actionText, guardedText, type PriceQuote } from "../src/domain/tool.ts";

export type ShownEvent = {
  readonly label: string;
  readonly text: string;
  readonly more?: string;
  readonly moreName?: string;
};

/** Characters of an input that still reads well on the line of its call. */
const shortInput = 140;

/** What an entry tells, for people who read a whole run. */
export const entryEvents = (entry: Entry): readonly ShownEvent[] => entry.events.flatMap(shown);

function shown(event: RunEvent): readonly ShownEvent[] {
  switch (event.type) {
    case "run_started":
      return [{ label: "alarm", text: `${event.alarm.alarmName}: ${event.alarm.state.reason}` }];
    case "alarm_screened":
      return event.guardrail === undefined ? [] : [{ label: "guardrail", text: guardedText(event.guardrail) }];
    case "model_replied": {
      const calls = event.calls.map((call) => {
        const input = JSON.stringify(call.input);
        return input.length <= shortInput
          ? { label: "calls", text: `${call.tool} ${input}` }
          : { label: "calls", text: call.tool, more: JSON.stringify(call.input, null, 1), moreName: "input" };
      });
      return [{ label: "model", text: textOf(event.message) || `(${event.stopReason})` }, ...calls];
    }
    case "call_assessed":
      if (event.assessment === undefined) return [];
      return [
        {
          label: "decision",
          text: `${event.decision.verdict}${event.decision.quorum > 0 ? ` ${event.decision.quorum}` : ""} [${event.decision.policies.join(", ")}] ${event.decision.reasons.join("; ")}; ${priceOf(event.assessment.price)}`,
          more: JSON.stringify({ facts: event.facts, plan: event.assessment.plan }, null, 1),
          moreName: "facts and plan",
        },
      ];
    case "approval_requested":
      return [{ label: "asks", text: `${event.quorum} person(s) until ${event.expiresAt}` }];
    case "approval_decided":
      return [
        {
          label: "person",
          text: `${event.outcome} by ${event.approvers.map((one) => one.person.name).join(", ") || "nobody"}: ${event.comment}`,
        },
      ];
    case "change_started":
      return [
        {
          label: "change",
          text: actionText(event.plan),
        },
      ];
    case "change_sent":
      return [
        { label: "sent", text: `${event.handle.kind} ${event.handle.id}${event.reconciled ? ", found again" : ""}` },
      ];
    case "call_finished":
      return [
        ...(event.result.guardrail === undefined
          ? []
          : [{ label: "guardrail", text: guardedText(event.result.guardrail) }]),
        {
          label: event.refused ?? (event.applied ? "applied" : "result"),
          text: event.result.forPeople,
          more: event.result.forModel,
          moreName: "what the model reads",
        },
      ];
    case "verified":
      return [{ label: "measured", text: `${event.verdict}. ${event.measured}` }];
    case "run_concluded":
      return [
        {
          label: event.outcome,
          text: event.reason,
          ...(event.rootCause !== undefined && { more: event.rootCause, moreName: "root cause" }),
        },
      ];
    case "alarm_recovered":
      return [{ label: "alarm", text: `OK since ${event.at}, without a change of this run` }];
  }
}

const priceOf = (price: PriceQuote): string =>
  price.known ? `${formatUsd(price.amount)}: ${price.basis}` : `price unknown: ${price.why}`;
