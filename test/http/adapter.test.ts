import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import { deadline, fromQueue, fromSchedule, fromStream, fromWorkflow } from "../../src/http/adapter.ts";
import { onError } from "../../src/http/problem.ts";

const plenty = { getRemainingTimeInMillis: () => 300_000 };

function appWith(answers: Readonly<Record<string, (body: Record<string, unknown>) => unknown>>) {
  const app = new Hono();
  app.onError(onError);
  for (const [route, answer] of Object.entries(answers)) {
    app.post(route, async (context) => context.json((await answer(await context.req.json())) ?? {}));
  }
  return app;
}

const busy = () => {
  throw new HealerError("upstream_failed", "DynamoDB is busy", { hint: "Wait.", retryable: true });
};
const broken = () => {
  throw new HealerError("journal_broken", "entry 3 does not follow", { hint: "Verify it." });
};

describe("invocations by the state machine", () => {
  it("become requests, and the answer is what the document picks its fields from", async () => {
    const app = appWith({ "/internal/drive": ({ runId }) => ({ runId, status: "wait", seconds: 5, callId: "" }) });
    const call = fromWorkflow(app, ["/internal/drive"]);
    expect(await call({ route: "/internal/drive", body: { runId: "run-1" } }, plenty)).toEqual({
      runId: "run-1",
      status: "wait",
      seconds: 5,
      callId: "",
    });
  });

  it.each([
    ["what passes by itself is thrown as Retryable, which the document retries", busy, "Retryable"],
    ["what needs a person is thrown under its code, which the document escalates", broken, "journal_broken"],
    ["a bug is a bug", () => Promise.reject(new TypeError("x is undefined")), "bug"],
  ])("%s", async (_, fail, name) => {
    const call = fromWorkflow(appWith({ "/internal/drive": fail }), ["/internal/drive"]);
    const failed = call({ route: "/internal/drive", body: { runId: "run-1" } }, plenty);
    await expect(failed).rejects.toMatchObject({ name });
  });

  it("reach only the routes that this function stands for", async () => {
    const act = vi.fn();
    const call = fromWorkflow(appWith({ "/internal/act": act, "/internal/drive": act }), ["/internal/drive"]);
    await expect(async () => call({ route: "/internal/act", body: {} }, plenty)).rejects.toThrow(/route/);
    await expect(async () => call({ body: {} }, plenty)).rejects.toThrow(/route/);
    expect(act).not.toHaveBeenCalled();
  });

  it("answer `continue` when the time is over, so that a new invocation goes on with the full time", async () => {
    const app = appWith({
      "/internal/drive": async () => {
        const signal = deadline();
        while (!signal.aborted) await sleep(5);
        return busy();
      },
    });
    const call = fromWorkflow(app, ["/internal/drive"]);
    const answer = await call(
      { route: "/internal/drive", body: { runId: "run-1" } },
      { getRemainingTimeInMillis: () => 60 },
    );
    expect(answer).toEqual({ runId: "run-1", status: "continue", callId: "", seconds: 0 });
  });

  it("hand over what is not yet told before they answer, also when they fail", async () => {
    const told: string[] = [];
    const flush = async () => {
      await sleep(5);
      told.push("told");
    };
    const done = () => ({ status: "done", callId: "", seconds: 0 });
    const body = { route: "/internal/drive", body: { runId: "run-1" } };
    await fromWorkflow(appWith({ "/internal/drive": done }), ["/internal/drive"], flush)(body, plenty);
    expect(told).toEqual(["told"]);
    const failing = fromWorkflow(appWith({ "/internal/drive": broken }), ["/internal/drive"], flush)(body, plenty);
    await expect(failing).rejects.toMatchObject({ name: "journal_broken" });
    expect(told).toEqual(["told", "told"]);
  });

  it("have no deadline outside an invocation, rather than a wrong one", () => {
    expect(() => deadline()).toThrow("no invocation");
  });

  it("keep their deadlines apart when two run at once", async () => {
    const seen: AbortSignal[] = [];
    const app = appWith({ "/internal/drive": async () => void seen.push(deadline(), await sleep(20, deadline())) });
    const call = fromWorkflow(app, ["/internal/drive"]);
    const body = { route: "/internal/drive", body: {} };
    await Promise.all([call(body, plenty), call(body, plenty)]);
    expect(new Set(seen).size).toBe(2);
  });
});

describe("a batch of the queue", () => {
  const record = (messageId: string, body: string) => ({ messageId, body });

  it("counts as done up to the first failure, so that no later event overtakes an earlier one", async () => {
    const taken: unknown[] = [];
    const app = appWith({ "/internal/event": (event) => (event.n === 2 ? busy() : taken.push(event.n)) });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const answer = await fromQueue(app, "/internal/event")(
      { Records: [1, 2, 3].map((n) => record(`m${n}`, JSON.stringify({ n }))) },
      plenty,
    );
    expect(taken).toEqual([1]);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }, { itemIdentifier: "m3" }] });
  });

  it("says in the log why a message failed", async () => {
    const app = appWith({ "/internal/event": broken });
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const late = await fromQueue(app, "/internal/event")({ Records: [record("m1", "{}")] }, plenty);
    expect(late.batchItemFailures).toHaveLength(1);
    expect(said.mock.calls.flat().join()).toContain("entry 3 does not follow");
  });

  it("is done when every event is taken", async () => {
    const app = appWith({ "/internal/event": () => ({}) });
    const answer = await fromQueue(app, "/internal/event")({ Records: [record("m1", "{}")] }, plenty);
    expect(answer).toEqual({ batchItemFailures: [] });
  });
});

describe("the journal's stream", () => {
  const entry = (seq: number) => ({
    eventName: "INSERT",
    dynamodb: {
      SequenceNumber: `n${seq}`,
      NewImage: {
        runId: { S: "run-1" },
        seq: { N: String(seq) },
        hash: { S: "h" },
        at: { S: "t" },
        events: { S: "[]" },
      },
    },
  });

  it("hands on the head of each new entry and begins again at the first that failed", async () => {
    const heads: unknown[] = [];
    const app = appWith({ "/internal/anchor": (head) => (head.seq === 2 ? busy() : heads.push(head)) });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const answer = await fromStream(app, "/internal/anchor")({ Records: [entry(1), entry(2), entry(3)] }, plenty);
    expect(heads).toEqual([{ runId: "run-1", seq: 1, hash: "h", at: "t" }]);
    expect(answer.batchItemFailures[0]).toEqual({ itemIdentifier: "n2" });
  });

  it("takes nothing but new entries", async () => {
    const anchored = vi.fn();
    const app = appWith({ "/internal/anchor": anchored });
    const changed = { ...entry(1), eventName: "MODIFY" };
    await fromStream(app, "/internal/anchor")({ Records: [changed, { eventName: "REMOVE" }] }, plenty);
    expect(anchored).not.toHaveBeenCalled();
  });
});

describe("the schedule", () => {
  it("fails loudly, so that the failure shows among the function's errors", async () => {
    const call = fromSchedule(appWith({ "/internal/tick": busy }), "/internal/tick");
    await expect(call({}, plenty)).rejects.toThrow("DynamoDB is busy");
  });
});

describe("a secret that stands in a service's own words", () => {
  const secrets = ["AKIAIOSFODNN7EXAMPLE", "xoxb-123456789012-abcdefabcdef", "hunter2hunter2"];
  const words = `refused: ${secrets[0]} ${secrets[1]} password=${secrets[2]}`;
  const leaking = [
    ["our own error", new HealerError("upstream_failed", words, { hint: "Wait.", retryable: true })],
    ["a bug", new TypeError(words)],
  ] as const;

  it.each(leaking)(
    "leaves neither by the log, nor by the state machine's history, nor by an answer: %s",
    async (_, error) => {
      const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const app = appWith({
        "/internal/event": () => {
          throw error;
        },
      });
      await fromQueue(app, "/internal/event")({ Records: [{ messageId: "m1", body: "{}" }] }, plenty);
      const failure = await fromWorkflow(app, ["/internal/event"])(
        { route: "/internal/event", body: {} },
        plenty,
      ).catch((thrown: Error) => thrown);
      const answer = await (await app.request("/internal/event", { method: "POST", body: "{}" })).text();
      const shown = [said.mock.calls.flat().join(), String(failure), answer];
      for (const text of shown) {
        expect(text).toContain("[redacted-");
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
    },
  );
});
