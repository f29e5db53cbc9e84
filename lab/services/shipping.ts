import { bodyOf, type Runtime, reply, serve } from "../runtime.ts";

/** Asks the carrier for a quote; the carrier is somebody else's, and nothing on this host can mend it. */
export async function start(runtime: Runtime): Promise<void> {
  let carrier = 0;
  runtime.on((message) => {
    if (message.type === "upstream") carrier = message.port;
  });
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, 200, { carrier });
    const parcel = await bodyOf(request);
    try {
      const quote = await fetch(`http://127.0.0.1:${carrier}/quote`, { method: "POST", body: parcel });
      if (!quote.ok)
        throw new Error(
          `carrier api.parcel-carrier.example answered ${quote.status} retry_after=${quote.headers.get("retry-after")}`,
        );
      const { cents } = (await quote.json()) as { cents: number };
      runtime.log("INFO", `quote given cents=${cents} carrier=api.parcel-carrier.example`);
      reply(response, 200, { cents });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      runtime.log("ERROR", `upstream dependency failed: ${text}`);
      reply(response, 502, { error: text });
    }
  });
  runtime.log("INFO", "shipping listening upstream=api.parcel-carrier.example");
}
