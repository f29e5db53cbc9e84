import type { Tool } from "../domain/tool.ts";
import type { MemberAccount } from "./deployment.ts";
import { modelGrants } from "./model-grants.ts";
import { changeGrants, guardrailGrants, readGrants } from "./needs.ts";
import { asks, journal, lists, lookUp, puts, type Resources, stream, updates } from "./record-grants.ts";
import { arn, everywhere, type Reach, type Statement } from "./statement.ts";

export const functionNames = ["detector", "brain", "hands", "api", "chat", "anchor"] as const;
export type FunctionName = (typeof functionNames)[number];

/** With the allow-list of other accounts: the brain looks through their read roles, the hands change through the others. */
export type DeployedReach = Reach & { readonly accounts?: readonly Pick<MemberAccount, "readRole" | "changeRole">[] };

/**
 * Each function's whole permission, besides writing its own logs. Nobody may change or delete an Audit item, change an
 * alarm, or use iam; the one who talks to a model changes nothing, and the one who changes never talks to a model.
 */
export function roleOf(
  name: FunctionName,
  tools: Iterable<Tool>,
  reach: DeployedReach,
  own: Resources,
): readonly Statement[] {
  switch (name) {
    case "detector":
      return detector(reach, own);
    case "brain":
      return brain([...tools], reach, own);
    case "hands":
      return hands([...tools], reach, own);
    case "api":
      return api(reach, own);
    case "chat":
      return chat(own);
    case "anchor":
      return anchor(own);
  }
}

const detector = (_reach: Reach, own: Resources): readonly Statement[] => [
  { actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], resources: [own.queue] },
  journal(own),
  ...lists(own.incidents),
  puts(own.incidents, "inc-*"),
  updates(own.incidents, "open#"),
  // An alarm that went back to OK by itself voids what was asked, and ends the wait.
  ...asks(own, "dynamodb:UpdateItem"),
  { actions: ["states:StartExecution"], resources: [own.stateMachine] },
  endsWaits,
];

const brain = (tools: readonly Tool[], reach: DeployedReach, own: Resources): readonly Statement[] => [
  ...modelGrants(reach),
  ...guardrailGrants(reach),
  ...assumes((reach.accounts ?? []).map(({ readRole }) => readRole)),
  // Verification measures on the alarm's own metric, whatever the tools need; a card shows an automation's preview.
  ...readGrants(tools, reach, ["alarms", "metrics", "preview"]),
  killSwitch(reach, "ssm:GetParameters"),
  journal(own),
  // What the day and the service have spent; lists are for similar incidents.
  { actions: ["dynamodb:BatchGetItem"], resources: [own.incidents] },
  ...lists(own.incidents),
  puts(own.incidents, "inc-*"),
  // A change that was measured sets its target free, and an incident that ends leaves the list of open ones.
  updates(own.incidents, "lock#*", "open#"),
  ...asks(own, "dynamodb:PutItem", "dynamodb:UpdateItem"),
  endsWaits,
];

const hands = (tools: readonly Tool[], reach: DeployedReach, own: Resources): readonly Statement[] => {
  const changing = tools.filter((tool) => tool.kind === "change");
  return [
    // A runbook is looked up by its id in the reviewed files; only the brain searches.
    ...readGrants(changing, { ...reach, knowledgeBaseId: undefined }),
    ...changeGrants(tools, reach),
    // What a command printed is screened before it is journaled; this calls no model.
    ...guardrailGrants(reach),
    ...assumes((reach.accounts ?? []).flatMap(({ changeRole }) => changeRole ?? [])),
    // Whatever an automation may do elsewhere, not to the healer's own records.
    {
      effect: "deny",
      actions: ["dynamodb:UpdateTable"],
      resources: [own.audit, own.incidents, own.approvals],
    },
    killSwitch(reach, "ssm:GetParameters"),
    journal(own),
    // An approval is looked up in its own record: the journal's word is the brain's word.
    { actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem"], resources: [own.incidents] },
    ...asks(own, "dynamodb:UpdateItem"),
    puts(own.incidents, "inc-*"),
    // What the day's changes cost, who changes what at this moment, and which incidents are open.
    updates(own.incidents, "lock#*", "open#", "spend#*"),
  ];
};

const api = (reach: Reach, own: Resources): readonly Statement[] => [
  { actions: ["dynamodb:Query"], resources: [own.audit] },
  ...lists(own.incidents),
  { actions: ["dynamodb:GetItem"], resources: [own.approvals] },
  lookUp(own.approvals),
  { actions: ["dynamodb:UpdateItem"], resources: [own.approvals] },
  puts(own.incidents, "chat#*", "seen#*"),
  // `/healer stop` and `/healer resume`: two words in Parameter Store, and nothing else of Systems Manager.
  killSwitch(reach, "ssm:GetParameters", "ssm:PutParameter"),
  endsWaits,
];

const chat = (own: Resources): readonly Statement[] => [
  stream(own),
  { actions: ["dynamodb:Query"], resources: [own.audit] },
  { actions: ["dynamodb:BatchGetItem"], resources: [own.incidents] },
  ...lists(own.incidents),
  { actions: ["dynamodb:GetItem"], resources: [own.approvals] },
  lookUp(own.approvals),
  puts(own.incidents, "chat#*"),
];

const anchor = (own: Resources): readonly Statement[] => [
  stream(own),
  { actions: ["s3:PutObject"], resources: [`${own.anchors}/anchors/*`] },
  { actions: ["sqs:SendMessage"], resources: [own.lostAnchors] },
];

const assumes = (roles: readonly string[]): readonly Statement[] =>
  roles.length === 0 ? [] : [{ actions: ["sts:AssumeRole"], resources: roles }];

const killSwitch = (reach: Reach, ...actions: readonly string[]): Statement => ({
  actions,
  resources: [arn(reach, "ssm", "parameter/healer/stop/*")],
});

const endsWaits = everywhere(
  ["states:SendTaskSuccess"],
  "a task token names no ARN; it is a secret for one wait, and what was decided stands in the approval's record",
);
