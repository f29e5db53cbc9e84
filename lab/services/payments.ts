import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { currentRelease, installFirstRelease, previousRelease } from "../releases.ts";
import { bodyOf, type Runtime, reply, serve } from "../runtime.ts";

type Release = { readonly charge: (payment: unknown) => { readonly amount: number } };

/** Charges payments with the code of the release that `current` points to, which it loads once, when it starts. */
export async function start(runtime: Runtime): Promise<void> {
  installFirstRelease(runtime.root);
  const version = currentRelease(runtime.root);
  const path = join(runtime.root, "releases", version, "charge.mjs");
  const { charge } = (await import(pathToFileURL(path).href)) as Release;
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, 200, { version });
    const text = await bodyOf(request);
    const id = `pay_${Math.floor(Math.random() * 1e12).toString(36)}`;
    try {
      const { amount } = charge(JSON.parse(text));
      runtime.log("INFO", `payment charged payment=${id} amount_cents=${amount} release=${version}`);
      reply(response, 200, { id, amount });
    } catch (error) {
      const trace = error instanceof Error ? error.stack : String(error);
      runtime.log("ERROR", `Unhandled exception while charging payment=${id} release=${version}: ${trace}`);
      reply(response, 500, { error: "internal error" });
    }
  });
  runtime.log("INFO", `payments listening release=${version} previous_release=${previousRelease(runtime.root)}`);
}
