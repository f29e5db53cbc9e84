import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type QueryCall = {
  readonly action: string;
  readonly form: URLSearchParams;
  /** `<key>/<day>/<region>/<service>`, as the request was signed. */
  readonly credential: string;
};
export type QueryAnswer = { readonly xml: string } | { readonly error: string; readonly status?: number };

/** Stands for a service of the query protocol (a form in, XML out); no public model of one is at hand to check against. */
export async function startQueryStub(answer: (call: QueryCall) => QueryAnswer) {
  const calls: QueryCall[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
    const credential = /Credential=([^,]+)\/aws4_request/.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
    const call = { action: form.get("Action") ?? "", form, credential };
    calls.push(call);
    const reply = answer(call);
    const xml =
      "xml" in reply
        ? `<${call.action}Response><${call.action}Result>${reply.xml}</${call.action}Result></${call.action}Response>`
        : `<ErrorResponse><Error><Type>Sender</Type><Code>${reply.error}</Code><Message>no</Message></Error></ErrorResponse>`;
    outgoing.writeHead("xml" in reply ? 200 : (reply.status ?? 400), { "content-type": "text/xml" }).end(xml);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
