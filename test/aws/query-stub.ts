import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { memberNames, sdkModel } from "../wire/sdk-model.ts";
import type { ServiceModel } from "../wire/service-model.ts";

export type QueryCall = {
  readonly action: string;
  readonly form: URLSearchParams;
  /** `<key>/<day>/<region>/<service>`, as the request was signed. */
  readonly credential: string;
};
export type QueryAnswer = { readonly xml: string } | { readonly error: string; readonly status?: number };

/**
 * Stands for a service that speaks the query protocol: a form in, XML out. Names in both are checked against the SDK's
 * schemas, and a stub that used others rejects when it is closed.
 */
export async function startQueryStub(
  answer: (call: QueryCall) => QueryAnswer,
  service: "autoscaling" | "elbv2" | "rds" | "sts" = "autoscaling",
) {
  // STS's package comes with the SDK's credentials and is none of ours: only the transport is real there.
  const model = await sdkModel(service);
  const calls: QueryCall[] = [];
  const problems: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
    const credential = /Credential=([^,]+)\/aws4_request/.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
    const call = { action: form.get("Action") ?? "", form, credential };
    calls.push(call);
    const reply = answer(call);
    if (model !== undefined) problems.push(...unknownNames(call, reply, model));
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
      expect(problems).toEqual([]);
    },
  };
}

function unknownNames({ action, form }: QueryCall, reply: QueryAnswer, model: ServiceModel): readonly string[] {
  const operation = model.operations[action];
  if (operation === undefined) return [`no operation ${action}`];
  const input = memberNames(operation.input?.shape ?? "", model);
  const output = memberNames(operation.output?.shape ?? "", model);
  const asked = [...form.keys()].flatMap((key) => key.split(".")).filter((name) => !/^\d+$/.test(name));
  const told = "xml" in reply ? [...reply.xml.matchAll(/<([A-Za-z]+)/g)].map(([, name = ""]) => name) : [];
  const wrong = (names: readonly string[], known: ReadonlySet<string>, more: readonly string[]) =>
    [...new Set(names)].filter((name) => !known.has(name) && !more.includes(name));
  return [
    ...wrong(asked, input, ["Action", "Version", "member"]).map((name) => `${action} request: unknown ${name}`),
    // An entry of a list is called `member`, or by the singular of the list's name.
    ...wrong(told, output, ["member", ...[...output].map((name) => name.replace(/s$/, ""))]).map(
      (name) => `${action} answer: unknown ${name}`,
    ),
  ];
}
