/**
 * Evaluates the real sst.config.ts against SST's real components, under Pulumi's mocks, and prints every resource as JSON.
 * A process of its own (`node test/infra/synth.ts <stage> <out>`), because SST and Pulumi keep state in modules.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { startBuildServer } from "./build-server.ts";
import type { Esbuild, PluginBuild } from "./esbuild.ts";
import { type MockedResource, mocksFor } from "./mocks.ts";

const [stage = "test", out = join(process.cwd(), ".sst", "synth")] = process.argv.slice(2);
const root = process.cwd();
const platform = join(process.cwd(), ".sst", "platform");
const fromPlatform = createRequire(join(platform, "package.json"));
const esbuild = fromPlatform("esbuild") as Esbuild;

type App = { readonly name: string; readonly removal: string; readonly protect: boolean };

async function main(): Promise<void> {
  mkdirSync(out, { recursive: true });
  const server = await startBuildServer(join(out, "artifacts"), esbuild);
  process.env["SST_SERVER"] = server.url;
  const app = await readApp();
  const program = await bundleConfig(app);
  const pulumi = fromPlatform("@pulumi/pulumi");
  const resources: MockedResource[] = [];
  await pulumi.runtime.setMocks(mocksFor(resources), app.name, stage, false);
  const failure = new Promise<never>((_, reject) => process.once("unhandledRejection", reject));
  const { default: run, registerOptions } = await import(pathToFileURL(program).href);
  const work = pulumi.runtime.runInPulumiStack(async () => {
    const outputs = await run();
    return outputs;
  });
  const options = registerOptions() as Record<string, { protect?: boolean; retainOnDelete?: boolean }>;
  await Promise.race([work.then(drained), failure]);
  const graph = {
    app,
    links: server.links,
    resources: resources.map((resource) => ({ ...resource, options: options[resource.name] ?? {} })),
  };
  writeFileSync(join(out, "graph.json"), JSON.stringify(graph, null, 1));
  server.close();
}

/** The CLI evaluates `app()` by itself first, and hands its answer to the second evaluation. */
async function readApp(): Promise<App> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `globalThis.$config = (config) => config;
const { default: config } = await import("./sst.config.ts"); export default config.app({ stage: ${JSON.stringify(stage)} });`,
      resolveDir: process.cwd(),
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [
      {
        name: "without-infra",
        setup: (build: PluginBuild) =>
          build.onResolve({ filter: /^\.\/infra\// }, ({ path }) => ({ path, external: true })),
      },
    ],
  });
  const code = outputFiles?.[0]?.text ?? "";
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).default as App;
}

async function bundleConfig(app: App): Promise<string> {
  const outfile = join(platform, `sst.config.synth-${process.pid}.mjs`);
  const paths = { root, work: out, platform, home: out };
  await esbuild.build({
    stdin: { contents: entry, resolveDir: process.cwd(), loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    nodePaths: [join(platform, "node_modules")],
    external: [
      "@pulumi/*",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "@cedar-policy/*",
      "archiver",
      "esbuild",
      "glob",
      "undici",
      "vite",
    ],
    inject: [join(platform, "src", "shim", "run.js")],
    define: {
      $app: JSON.stringify({ ...app, stage, providers: undefined, home: "aws" }),
      $cli: JSON.stringify({ command: "deploy", paths, state: { version: {} } }),
      $dev: "false",
    },
    banner: { js: requireBanner },
    plugins: [{ name: "globals", setup: (build: PluginBuild) => addGlobals(build) }],
    logLevel: "error",
  });
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}

/** What Pulumi's mocks do not show, a transformation after SST's own notes down. */
const entry = `
import { runtime } from "@pulumi/pulumi";
import { run } from "./.sst/platform/src/auto/run.ts";
import config from "./sst.config.ts";
const noted = {};
export const registerOptions = () => noted;
export default () => run(async () => {
  runtime.registerStackTransformation((args) => {
    const { protect, retainOnDelete } = args.opts;
    noted[args.name] = { protect, retainOnDelete };
    return undefined;
  });
  return config.run();
});`;

const requireBanner = `import { createRequire as topLevelCreateRequire } from "module";
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath } from "url";
const __filename = topLevelFileUrlToPath(import.meta.url);
const __dirname = topLevelFileUrlToPath(new URL(".", import.meta.url));`;

/** The CLI puts the providers and SST's components before every file of the project. */
function addGlobals(build: PluginBuild): void {
  build.onLoad({ filter: /\/(sst\.config|infra\/[\w-]+)\.ts$/ }, async ({ path }) => {
    const { readFile } = await import("node:fs/promises");
    const globals = `import * as aws from "@pulumi/aws"; import * as sst from "${platform}/src/components";`;
    return { contents: `${globals}${await readFile(path, "utf8")}`, loader: "ts" };
  });
}

/** Resources made inside `apply` come late: the run is over when Pulumi has no promise left. */
async function drained(): Promise<void> {
  const { getStore } = fromPlatform("@pulumi/pulumi/runtime/state");
  for (let quiet = 0; quiet < 5; quiet += 1) {
    await sleep(20);
    if (getStore().leakCandidates.size > 0) quiet = -1;
  }
}

await main();
process.exit(0);
