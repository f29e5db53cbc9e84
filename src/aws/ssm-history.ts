import type { Command } from "@aws-sdk/client-ssm";
import type { Change, ChangeQuery } from "../domain/ports.ts";
import { utcSecond } from "../domain/time.ts";
import { abortable, type SourceAnswer } from "./change-source.ts";
import type { SsmSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

const mostPages = 4;

/** Commands that Systems Manager sent in the window. It does not say who asked for them; CloudTrail does. */
export async function commandChanges(sdk: SsmSdk, query: ChangeQuery): Promise<SourceAnswer> {
  const { api, client } = await sdk();
  const Filters = [
    { key: "InvokedAfter" as const, value: utcSecond(query.start) },
    { key: "InvokedBefore" as const, value: utcSecond(query.end) },
  ];
  const changes: Change[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = { Filters, MaxResults: 50, ...(token !== undefined && { NextToken: token }) };
    const reply = await upstream("list sent commands", () =>
      client.send(new api.ListCommandsCommand(input), abortable(query)),
    );
    changes.push(...(reply.Commands ?? []).flatMap((command) => changeOf(command) ?? []));
    token = reply.NextToken;
    if (token === undefined || token === "") return { changes, missing: [] };
  }
  return { changes, missing: [`Systems Manager commands beyond the newest ${mostPages * 50}`] };
}

function changeOf(command: Command): Change | undefined {
  const { CommandId, RequestedDateTime: time, DocumentName, InstanceIds = [], Targets = [], Comment } = command;
  if (time === undefined) return undefined;
  const text = command.Parameters?.["commands"]?.join("; ").slice(0, 200) ?? "";
  const targets = Targets.flatMap(({ Values = [] }) => Values);
  return {
    at: time.getTime(),
    who: "",
    what: DocumentName ?? "command",
    resources: [...new Set([...InstanceIds, ...targets])].slice(0, 10),
    detail: [text, Comment, command.Status].filter(Boolean).join(" | "),
    source: "Systems Manager",
    failed: command.Status === "Failed" || command.Status === "TimedOut",
    ...(CommandId !== undefined && { key: `command ${CommandId}` }),
  };
}
