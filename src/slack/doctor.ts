import * as z from "zod";
import { type Check, failed, passed } from "../domain/check.ts";

/** What the bot's token must be allowed: cards and notes, who somebody is, and slash commands. */
const scopes = ["chat:write", "commands", "users:read"] as const;

const Answer = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  team_id: z.string().optional(),
  team: z.string().optional(),
});

/** Whether the bot's token works in this workspace and has its scopes. Never rejects. */
export async function checkSlack(token: string, teamId: string, apiUrl = "https://slack.com/api/"): Promise<Check> {
  const name = "Slack";
  try {
    const response = await fetch(new URL("auth.test", apiUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const answer = Answer.parse(await response.json());
    if (!answer.ok)
      return failed(
        name,
        `Slack says ${answer.error ?? "no"}`,
        "npx sst secret set SlackBotToken --stage <stage>, then deploy.",
      );
    if (answer.team_id !== teamId) {
      return failed(
        name,
        `the token is for ${answer.team_id}, the settings for ${teamId}`,
        "Correct slack.teamId, or the token.",
      );
    }
    const granted = (response.headers.get("x-oauth-scopes") ?? "").split(",").map((scope) => scope.trim());
    const missing = scopes.filter((scope) => !granted.includes(scope));
    if (missing.length > 0) {
      return failed(name, `the token lacks ${missing.join(", ")}`, "Install the app again from slack/manifest.yaml.");
    }
    return passed(name, `${answer.team ?? teamId}, all scopes`);
  } catch (error) {
    return failed(name, error instanceof Error ? error.message : "no answer", "Check the way to slack.com from here.");
  }
}
