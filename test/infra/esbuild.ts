/** The part of esbuild's API that is used here; the package itself comes with SST's platform, which may be absent. */
export type Esbuild = {
  build(options: Readonly<Record<string, unknown>>): Promise<{
    readonly outputFiles?: readonly { readonly text: string }[];
    readonly metafile?: { readonly outputs: Readonly<Record<string, { readonly exports: readonly string[] }>> };
  }>;
};

export type PluginBuild = {
  onLoad(
    options: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => Promise<{ readonly contents: string; readonly loader: "ts" }>,
  ): void;
  onResolve(
    options: { readonly filter: RegExp },
    resolve: (file: { readonly path: string }) => { readonly path: string; readonly external: boolean },
  ): void;
};
