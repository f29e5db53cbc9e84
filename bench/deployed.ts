import type { BuildOptions } from "esbuild";

/** As infra/function.ts has it bundled: minified, split, ESM; Cedar stays a package. */
export const asDeployed = {
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  outExtension: { ".js": ".mjs" },
  external: ["@cedar-policy/cedar-wasm"],
  banner: {
    js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;',
  },
} satisfies BuildOptions;
