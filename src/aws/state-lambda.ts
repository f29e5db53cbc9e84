import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import type { ResourceState } from "../domain/ports.ts";
import { type LambdaSdk, lambdaSdk } from "./clients.ts";
import { unlessMissing } from "./upstream.ts";

/**
 * A function: its reserved concurrency, and which version each alias leads to. Its configuration is not read: that answer
 * holds the function's environment too, and whoever may read it could read the secrets there.
 */
export function functionState(name: string, sdk: LambdaSdk = lambdaSdk()): Promise<ResourceState | undefined> {
  return unlessMissing(`describe function ${name}`, ["ResourceNotFoundException"], async () => {
    const { api, client } = await sdk();
    const FunctionName = name;
    const { Aliases = [] } = await client.send(new api.ListAliasesCommand({ FunctionName, MaxItems: 20 }));
    const { ReservedConcurrentExecutions: reserved } = await client.send(
      new api.GetFunctionConcurrencyCommand({ FunctionName }),
    );
    const limit = reserved === undefined ? "no reserved concurrency" : `reserved concurrency ${reserved}`;
    const stopped = reserved === 0 ? ["reserved concurrency 0: every invocation is throttled"] : [];
    return { facts: [limit, ...Aliases.map(aliasText)], troubles: stopped, events: [] };
  });
}

function aliasText({ Name, FunctionVersion, RoutingConfig }: AliasConfiguration): string {
  const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const split = others.map(([version, share]) => `, ${Math.round(share * 100)} % to version ${version}`).join("");
  return `alias ${Name ?? "?"} leads to version ${FunctionVersion ?? "?"}${split}`;
}
