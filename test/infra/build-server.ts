import { existsSync, mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Esbuild } from "./esbuild.ts";

export type BuildInput = {
  readonly links: Readonly<Record<string, unknown>>;
  readonly functionID: string;
  readonly handler: string;
  readonly properties: {
    readonly splitting?: boolean;
    readonly install?: Readonly<Record<string, string>>;
    readonly minify?: boolean;
  };
};

/** Answers what SST's components ask the CLI for: the bootstrap, and real bundles with the options that the CLI uses. */
export async function startBuildServer(folder: string, esbuild: Esbuild) {
  const links: Record<string, readonly string[]> = {};
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (method === "Runtime.Build") links[params[0].functionID] = Object.keys(params[0].links);
    const result = await answer(method, params[0], folder, esbuild).catch((error: Error) => ({ error: error.message }));
    response.end(JSON.stringify("error" in result ? { error: result.error } : { result }));
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { links, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

async function answer(method: string, input: BuildInput, folder: string, esbuild: Esbuild): Promise<object> {
  switch (method) {
    case "Provider.Aws.Bootstrap":
      return {
        asset: "assets",
        state: "state",
        assetEcrRegistryId: "1",
        assetEcrUrl: "ecr",
        appsyncHttp: "",
        appsyncRealtime: "",
      };
    case "Runtime.Build":
      return build(input, folder, esbuild);
    default:
      return { error: `rpc: can't find method ${method}` };
  }
}

async function build({ functionID, handler, properties }: BuildInput, folder: string, esbuild: Esbuild) {
  const [, file = "", name = ""] = /^(.*)\.(\w+)$/.exec(handler) ?? [];
  const source = `${file}.ts`;
  if (!existsSync(source)) return { error: `Handler not found: ${handler}` };
  const out = join(folder, `${functionID}-src`);
  mkdirSync(out, { recursive: true });
  const result = await esbuild.build({
    entryPoints: [source],
    outdir: out,
    entryNames: "bundle",
    outExtension: { ".js": ".mjs" },
    splitting: properties.splitting ?? false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2023",
    mainFields: ["module", "main"],
    keepNames: true,
    minify: properties.minify ?? false,
    sourcemap: "linked",
    external: ["sharp", "pg-native", ...Object.keys(properties.install ?? {}).flatMap((each) => [each, `${each}/*`])],
    metafile: true,
    banner: {
      js: `import { createRequire as topLevelCreateRequire } from "module"; const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"; const __filename = topLevelFileUrlToPath(import.meta.url); const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`,
    },
    logLevel: "silent",
  });
  const outputs = result.metafile?.outputs ?? {};
  const exported = Object.values(outputs).flatMap((output) => output.exports);
  if (!exported.includes(name)) return { error: `${handler}: no such export` };
  return {
    handler: `bundle.${name}`,
    out,
    errors: [],
    sourcemaps: Object.keys(outputs)
      .filter((path) => path.endsWith(".map"))
      .map((path) => resolve(path)),
  };
}
