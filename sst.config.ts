/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: (input) => {
    // Stages whose name begins with "prod" keep their data and refuse to be removed.
    const permanent = input.stage.startsWith("prod");
    return {
      name: "incident-healer",
      home: "aws",
      version: ">=4.17.0 <5",
      removal: permanent ? "retain" : "remove",
      protect: permanent,
      providers: {
        aws: {
          version: "7.20.0",
          // Never the opt-in tag: the healer must not be able to change itself.
          defaultTags: { tags: { app: "incident-healer", stage: input.stage, "managed-by": "sst" } },
        },
      },
    };
  },
  async run() {
    const { deploy } = await import("./infra/index.ts");
    return deploy();
  },
});
