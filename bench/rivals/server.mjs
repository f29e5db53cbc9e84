import { randomUUID } from "node:crypto";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { createServer } from "node:net";

/**
 * A Converse endpoint that thinks for no time: `steps` calls of one tool, then the end. HTTP/1.1 and cleartext HTTP/2 on
 * one port, told apart by the first bytes, because some clients speak only the one and some the other by default. Each
 * reply has a request id of its own: with a constant one LangGraph takes the second reply for the first and stops.
 */
const steps = Number(process.argv[2] ?? 20);

const http1 = createHttp1({ keepAliveTimeout: 60_000 }, answer);
const http2 = createHttp2(answer);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", (first) => {
    socket.pause();
    socket.unshift(first);
    (first.subarray(0, 3).toString() === "PRI" ? http2 : http1).emit("connection", socket);
    process.nextTick(() => socket.resume());
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));

process.once("disconnect", () => process.exit());

function answer(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const [, modelId, operation] = /^\/model\/([^/]+)\/(.+)$/.exec(request.url) ?? [];
    if (operation !== "converse") return response.writeHead(404).end();
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const text = JSON.stringify(replyTo(body, decodeURIComponent(modelId)));
    response.writeHead(200, { "content-type": "application/json", "x-amzn-requestid": randomUUID() }).end(text);
  });
}

function replyTo({ messages }, modelId) {
  const turn = messages.filter((message) => message.role === "assistant").length;
  const toolUse = (name, input) => ({ toolUse: { toolUseId: `tooluse_${turn}`, name, input } });
  const more = turn < steps;
  const last = modelId.endsWith("concludes") ? toolUse("conclude", conclusion) : { text: "Done." };
  const content = [{ text: "I look at it." }, more ? toolUse("read_metric", { index: turn }) : last];
  return {
    output: { message: { role: "assistant", content } },
    stopReason: "toolUse" in content[1] ? "tool_use" : "end_turn",
    usage: { inputTokens: 100, outputTokens: 10, totalTokens: 110 },
    metrics: { latencyMs: 0 },
  };
}

const conclusion = {
  detailed_root_cause: "Nothing is broken: this is a bench and it ends here.",
  outcome: "escalate",
  citations: [],
  findings: [],
  summary: "The bench ends here, as it should.",
};
