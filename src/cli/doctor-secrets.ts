import { createPrivateKey } from "node:crypto";
import type { Deployment } from "../aws/deployment.ts";
import { type Check, failed, passed, skipped } from "../domain/check.ts";
import { authoriseByToken } from "../http/tokens.ts";
import { checkSlack } from "../slack/doctor.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The secrets, which only a shell that SST opens can see: `npx sst shell --stage <stage> -- npx healer doctor --stage <stage>`. */
export async function checkSecrets({ slack }: Deployment, env: Env): Promise<readonly Check[]> {
  const names = ["AnchorKey", "ApiTokens", ...(slack === undefined ? [] : ["SlackBotToken", "SlackSigningSecret"])];
  if (!Object.keys(env).some((name) => name.startsWith("SST_RESOURCE_"))) {
    return [
      skipped(
        "secrets",
        `${names.join(", ")} can not be seen here`,
        "npx sst shell --stage <stage> -- npx healer doctor --stage <stage>",
      ),
    ];
  }
  const checks = names.map((name) => checkSecret(name, valueIn(env[`SST_RESOURCE_${name}`])));
  const token = valueIn(env.SST_RESOURCE_SlackBotToken);
  if (slack === undefined || token === undefined) return checks;
  return [...checks, await checkSlack(token, slack.teamId, env.HEALER_SLACK_API)];
}

function checkSecret(secret: string, value: string | undefined): Check {
  const name = `secret ${secret}`;
  const set = `npx sst secret set ${secret} --stage <stage>`;
  if (value === undefined || value === "") return failed(name, "it is not set", set);
  const why = shapes[secret]?.(value);
  return why === undefined ? passed(name, "set") : failed(name, why, set);
}

/** Why a value can not be right; never the value itself. */
const shapes: Readonly<Record<string, (value: string) => string | undefined>> = {
  AnchorKey(value) {
    try {
      return createPrivateKey(value).asymmetricKeyType === "ed25519" ? undefined : "it is not an Ed25519 key";
    } catch {
      return "it is not a private key in PEM";
    }
  },
  ApiTokens(value) {
    try {
      authoriseByToken(value);
      return undefined;
    } catch {
      return "a line is not `name:token` with 32 characters or more";
    }
  },
  SlackBotToken: (value) => (value.startsWith("xoxb-") ? undefined : "a bot's token begins with xoxb-"),
  SlackSigningSecret: (value) => (/^[0-9a-f]{32}$/.test(value) ? undefined : "it is not 32 hexadecimal digits"),
};

function valueIn(resource: string | undefined): string | undefined {
  try {
    const { value } = JSON.parse(resource ?? "{}") as { readonly value?: unknown };
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
