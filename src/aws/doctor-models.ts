import { type Check, failed, passed, warned } from "../domain/check.ts";
import { pastEndOfLife, profileOf } from "../models/profiles.ts";
import { bedrockSdk } from "./clients.ts";
import { attempt } from "./doctor.ts";

export type ModelLook = {
  readonly models: readonly string[];
  /** Where they are called from; undefined while nobody has said it. */
  readonly region: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Asks each model for one word; without it only what is known of its id is checked. */
  readonly ask: boolean;
};

/** Which configured models can be used: by what is known of their ids, and by asking each for one word. */
export const checkModels = ({ models, region, now, ask }: ModelLook): Promise<readonly Check[]> =>
  Promise.all(
    models.map(async (id) => {
      const known = fromTable(id, region, now);
      if (known.status === "fail") return known;
      return ask ? askModel(id, known) : { ...known, detail: `${known.detail}; not asked` };
    }),
  );

function fromTable(id: string, region: string | undefined, now: number): Check {
  const name = `model ${id}`;
  const profile = profileOf(id);
  const choose = "Choose another in healer.deploy.json; src/models/profiles.ts lists those that are known.";
  if (profile === undefined) return warned(name, "no table knows it: its price counts as the dearest known", choose);
  const { endOfLife, kind } = profile;
  if (pastEndOfLife(profile, now)) return failed(name, `it ended on ${endOfLife?.date}`, choose);
  if (kind === "foundation" && profileOf(`global.${id}`) !== undefined) {
    return failed(name, "a bare id: it can only be used through an inference profile", `Write global.${id}.`);
  }
  const geography = /^(us|eu|jp|au|apac)\./.exec(id)?.[1];
  if (geography !== undefined && region !== undefined && !belongs(geography, region)) {
    return failed(
      name,
      `a profile of ${geography} can not be called from ${region}`,
      `Write global.${id.slice(geography.length + 1)}.`,
    );
  }
  const days = endOfLife?.exact === true ? Math.ceil((Date.parse(endOfLife.date) - now) / 86_400_000) : undefined;
  if (days !== undefined && days < 90) return warned(name, `it ends in ${days} days, on ${endOfLife?.date}`, choose);
  return passed(name, profile.label);
}

const belongs = (geography: string, region: string): boolean =>
  (places[geography] ?? []).some((start) => region.startsWith(start));

const places: Readonly<Record<string, readonly string[]>> = {
  us: ["us-", "ca-"],
  eu: ["eu-"],
  jp: ["ap-northeast-1", "ap-northeast-3"],
  au: ["ap-southeast-2", "ap-southeast-4"],
  apac: ["ap-"],
};

function askModel(id: string, known: Check): Promise<Check> {
  const denied =
    "Ask for access to it in the Bedrock console, and allow this shell bedrock:InvokeModel on the profile and its model.";
  return attempt(known.name, { else: "Choose another in healer.deploy.json.", denied }, async () => {
    const { api, client } = await bedrockSdk({ requestTimeoutMs: 30_000, maxAttempts: 2 })();
    const messages = [{ role: "user" as const, content: [{ text: "Answer with the word ok." }] }];
    const command = new api.ConverseCommand({ modelId: id, messages, inferenceConfig: { maxTokens: 64 } });
    try {
      await client.send(command);
    } catch (error) {
      const [why, remedy] = reasonOf(error) ?? [];
      if (why === undefined || remedy === undefined) throw error;
      return failed(known.name, why, remedy);
    }
    return known.status === "ok" ? passed(known.name, `${known.detail}; it answered`) : known;
  });
}

/** What Bedrock says in prose and means exactly. */
function reasonOf(error: unknown): readonly [why: string, fix: string] | undefined {
  const message = error instanceof Error ? error.message : "";
  if (/on-demand throughput/i.test(message))
    return ["a bare id: it needs an inference profile", "Put global. before it."];
  if (/model identifier is invalid/i.test(message)) return ["no such model any more", "Choose a current one."];
  if (/marked by provider as legacy/i.test(message))
    return ["it is on its way out, and only for accounts that still use it", "Choose a current one."];
  if (/use case details/i.test(message))
    return [
      "the account has not said what it uses the model for",
      "Fill in the form for Anthropic models in the Bedrock console, once.",
    ];
  return undefined;
}
