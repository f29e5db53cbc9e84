// What `sst` writes for `Resource`, kept so that the handlers type-check before the first deployment.
declare module "sst" {
  export interface Resource {
    AnchorKey: { type: "sst.sst.Secret"; value: string };
    ApiTokens: { type: "sst.sst.Secret"; value: string };
    SlackBotToken: { type: "sst.sst.Secret"; value: string };
    SlackSigningSecret: { type: "sst.sst.Secret"; value: string };
  }
}

import "sst";
