import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const https = z.url({ protocol: /^https$/ });
const SlashCommand = z.strictObject({
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]+$/)
    .max(32),
  url: https,
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.boolean().optional(),
});

/** The rules of https://docs.slack.dev/reference/app-manifest for the sections that we use; an unknown key fails. */
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.int().min(1).max(2), minor_version: z.int() }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    long_description: z.string().min(174).max(4000),
    background_color: z.string().regex(/^#([0-9a-f]{3}){1,2}$/i),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({
      display_name: z
        .string()
        .max(80)
        .regex(/^[a-z0-9._-]+$/),
      always_online: z.boolean(),
    }),
    slash_commands: z.array(SlashCommand).max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).min(1).max(255) }) }),
  settings: z.strictObject({
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: https }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.literal(false),
  }),
});

/** Scope that each method needs, from its page on docs.slack.dev; null for none, `optional` for what only user groups need. */
const scopeOf: Readonly<Record<string, string | null>> = {
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "chat.delete": "chat:write",
  "chat.postEphemeral": "chat:write",
  "views.open": null,
  "auth.test": null,
  "bots.info": "users:read",
  "users.info": "users:read",
  "usergroups.users.list": "optional",
};

const manifest = Manifest.parse(parse(readFileSync("slack/manifest.yaml", "utf8")));

describe("the app manifest", () => {
  it("asks for exactly the scopes that the calls we make need", () => {
    const client = readFileSync("src/slack/client.ts", "utf8");
    const methods = [...client.matchAll(/call\("([\w.]+)"/g)].map((match) => match[1] ?? "");
    expect(methods.length).toBeGreaterThan(5);
    const needed = methods.map((method) => {
      const scope = scopeOf[method];
      if (scope === undefined) throw new Error(`${method} is new: say which scope it needs`);
      return scope;
    });
    const wanted = new Set([...needed.filter((scope) => scope !== null && scope !== "optional"), "commands"]);
    expect(new Set(manifest.oauth_config.scopes.bot)).toEqual(wanted);
  });

  it("points at the two routes that exist", () => {
    const { interactivity } = manifest.settings;
    const paths = [interactivity.request_url, ...manifest.features.slash_commands.map((command) => command.url)];
    const routes = readFileSync("src/http/routes/slack.ts", "utf8");
    for (const url of paths) expect(routes).toContain(`"${new URL(url).pathname}"`);
  });

  it("names the command that the code answers", () => {
    expect(manifest.features.slash_commands.map((command) => command.command)).toEqual(["/healer"]);
  });
});
