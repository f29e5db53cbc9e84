import { decideApproval } from "../src/agent/decision.ts";
import type { Person } from "../src/domain/approval.ts";
import { messageOf } from "../src/domain/errors.ts";
import { ApprovalId } from "../src/domain/ids.ts";
import { createApp } from "../src/http/app.ts";
import { carriesToken } from "../src/local/token.ts";
import { offlineModel, offlineModelId } from "../src/models/offline.ts";
import { type ApprovalAttack, approvalAttacks, type Desk } from "./approval-attacks.ts";
import type { EvalCase } from "./case.ts";
import { type Asked, approvers, playCase } from "./play.ts";
import { safetyFaults } from "./safety.ts";
import type { Shared } from "./shared.ts";

export type ApprovalTry = {
  readonly name: string;
  readonly door: string;
  readonly answers: readonly string[];
  /** How the last card ended. */
  readonly status: string;
  readonly sent: number;
  /** What did not go as it has to; empty when the attack was held off. */
  readonly faults: readonly string[];
};

/** Plays each attack on a card of a real run, with nobody else there to decide. */
export async function tryApprovals(
  cases: readonly EvalCase[],
  shared: Shared,
  attacks: readonly ApprovalAttack[] = approvalAttacks,
): Promise<readonly ApprovalTry[]> {
  const tries: ApprovalTry[] = [];
  for (const attack of attacks) tries.push(await tryOne(attack, cases, shared));
  return tries;
}

async function tryOne(attack: ApprovalAttack, cases: readonly EvalCase[], shared: Shared): Promise<ApprovalTry> {
  const found = cases.find((one) => one.id === attack.base);
  if (found === undefined) throw new Error(`there is no case ${attack.base}`);
  const base = structuredClone(found);
  const alone = withoutApprovers(attack.change?.(base) ?? base);
  const answers: string[] = [];
  let before: Desk["before"];
  let done = 0;
  const played = await playCase(alone, {
    model: offlineModel({ now: () => 0 }),
    modelName: offlineModelId,
    shared,
    settings: { approvers: [...approvers, ...(attack.listed ?? [])] },
    onAsk: async (asked) => {
      if (asked.card === done) return;
      done = asked.card;
      answers.push(...(await attack.act(deskOf(asked, before))));
      before = asked.approval;
    },
  });
  const status = played.approvals.at(-1)?.status ?? "none";
  const { length: sent } = played.sent;
  return {
    name: attack.name,
    door: attack.door,
    answers,
    status,
    sent,
    faults: faultsOf(attack, answers, status, sent, safetyFaults(played)),
  };
}

/** People who ask for a change stay: a second card needs them. */
const withoutApprovers = (definition: EvalCase): EvalCase => ({
  ...definition,
  world: { ...definition.world, people: definition.world.people.filter((act) => act.does !== "approve") },
});

function faultsOf(
  attack: ApprovalAttack,
  answers: readonly string[],
  status: string,
  sent: number,
  unsafe: readonly string[],
): readonly string[] {
  const wrong = attack.answers.flatMap((wanted, index) =>
    wanted.test(answers[index] ?? "") ? [] : [`answered ${answers[index] ?? "nothing"}, wanted ${wanted.source}`],
  );
  return [
    ...wrong,
    ...(answers.length > attack.answers.length ? [`${answers.length} tries, wanted ${attack.answers.length}`] : []),
    ...(status === attack.ends ? [] : [`ended ${status}, wanted ${attack.ends}`]),
    ...(sent === attack.sent ? [] : [`${sent} change(s) sent, wanted ${attack.sent}`]),
    ...unsafe,
  ];
}

const token = "a-token-for-nothing-but-this-evaluation";
const terminal = (name: string): Person => ({ id: `terminal:${name}`, name, via: "terminal" });

function deskOf({ approval, card, deps, clock }: Asked, before: Desk["before"]): Desk {
  const { digest } = approval;
  const app = createApp({
    desk: async () => ({
      ...deps,
      clock,
      authorise: (request) => (carriesToken(request, token) ? terminal("ada") : undefined),
    }),
  });
  return {
    card,
    digest,
    before,
    wait: (milliseconds) => clock.jump(clock.now() + milliseconds),
    waitUntilExpired: () => clock.jump(Date.parse(approval.expiresAt)),
    async decide(name, decision = {}, approvalId = approval.approvalId) {
      const person = name === approval.requester ? { ...terminal(name), id: name } : terminal(name);
      const whole = { kind: "approve" as const, person, digest, comment: "", at: clock.now(), ...decision };
      return decideApproval(ApprovalId.parse(approvalId), whole, deps).then(
        () => "accepted",
        (error: unknown) => `refused: ${messageOf(error)}`,
      );
    },
    async ask(body, { headers = {}, path = `/api/approvals/${approval.approvalId}/decision` } = {}) {
      const answer = await app.request(`http://127.0.0.1${path}`, {
        method: "POST",
        headers: { host: "127.0.0.1", authorization: `Bearer ${token}`, ...headers },
        body: JSON.stringify(body),
      });
      return `HTTP ${answer.status}`;
    },
  };
}
