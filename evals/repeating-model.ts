import { HealerError } from "../src/domain/errors.ts";
import { canonicalJson } from "../src/domain/journal.ts";
import type { Message } from "../src/domain/message.ts";
import type { Model } from "../src/domain/ports.ts";
import type { Run } from "../src/domain/run.ts";

/** Recorded replies for the same conversation; whoever asks something else needs a model. */
export function repeatingModel(past: Run, present: () => Run): Model {
  const results = (run: Run, until: number): string =>
    canonicalJson(
      run.turns
        .slice(0, until)
        .map((turn) => [
          turn.reply.message,
          turn.callIds.map((id) => run.calls[id]?.finished?.result.forModel ?? ""),
          turn.verified.map((event) => event.measured),
        ]),
    );
  return {
    async converse() {
      const turn = present().turns.length;
      const reply = past.turns[turn]?.reply;
      if (reply === undefined || results(past, turn) !== results(present(), turn)) {
        throw new HealerError(
          "not_found",
          `the model reads something else from turn ${turn + 1} on; --model answers anew`,
          { hint: "Recorded replies fit only what they replied to." },
        );
      }
      const { modelId, message, stopReason, usage, latencyMs, fallbacks } = reply;
      return { modelId, message: message as Message, stopReason, usage, latencyMs, fallbacks };
    },
  };
}
