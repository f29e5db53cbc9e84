import type { Deployment } from "../src/aws/deployment.ts";
import { type Common, createFunction } from "./function.ts";
import type { Storage } from "./storage.ts";

export type FunctionsOptions = {
  readonly common: Common;
  readonly settings: Deployment;
  readonly account: $util.Output<string>;
  readonly storage: Storage;
  readonly stateMachine: $util.Output<string>;
};

/** The six functions. Secrets go to those two that speak to people and to the one that signs, and to nobody else. */
export function createFunctions({ common, settings, account, storage, stateMachine }: FunctionsOptions) {
  const anchorKey = new sst.Secret("AnchorKey");
  const apiTokens = new sst.Secret("ApiTokens");
  const chats = settings.slack !== undefined;
  const botToken = chats ? [new sst.Secret("SlackBotToken")] : [];
  const signingSecret = chats ? [new sst.Secret("SlackSigningSecret")] : [];
  const environment = {
    HEALER_SETTINGS: JSON.stringify(settings),
    HEALER_ACCOUNT: account,
    HEALER_AUDIT: storage.audit.name,
    HEALER_INCIDENTS: storage.incidents.name,
    HEALER_APPROVALS: storage.approvals.name,
  };
  const drives = { timeout: "15 minutes", memory: "1024 MB", environment } as const;
  return {
    detector: createFunction("detector", common, {
      timeout: "50 seconds",
      memory: "1024 MB",
      environment: { ...environment, HEALER_STATE_MACHINE: stateMachine },
    }),
    brain: createFunction("brain", common, drives),
    hands: createFunction("hands", common, drives),
    api: createFunction("api", common, {
      timeout: "20 seconds",
      memory: "1024 MB",
      environment,
      link: [apiTokens, ...botToken, ...signingSecret],
    }),
    chat: createFunction("chat", common, { timeout: "2 minutes", memory: "512 MB", environment, link: botToken }),
    anchor: createFunction("anchor", common, {
      timeout: "1 minute",
      memory: "256 MB",
      environment: { HEALER_ANCHORS: storage.anchors.bucket },
      link: [anchorKey],
    }),
  };
}
