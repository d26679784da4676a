// A desk's model calls on a worker: a queue in this process, the unmodified router, and a local server in the place of the provider.
import { afterEach, describe, expect, it } from "vitest";
import { DeskRun } from "#agents/desk-run.ts";
import { requestOf } from "#agents/models/call.ts";
import { type ModelSetting, selectModel } from "#agents/models/select.ts";
import { runModel } from "#agents/run.ts";
import { createThoughtAsker } from "#apps/jobs/ask-thoughts.ts";
import { createThoughtHandler, type ThoughtHandlerParts } from "#apps/jobs/thought-handler.ts";
import { ThoughtResult } from "#apps/jobs/thought-job.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED, untilAborted } from "#schemas/abort.ts";
import { StoreError, VenuePausedError } from "#schemas/errors.ts";
import type { JobHandler, JobQueue } from "#schemas/ports/jobs.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";

const CANARY = "sk-canary-7f3a91";
const ANSWER: ServerReply = { text: "It may rise.", usage: { input: 40, output: 12 } };
const MODEL = "custom/m1";
const NOTHING_MADE = { status: "left", wasMade: false, lostTokens: null };

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function serverOf(script: (request: ServerRequest, index: number) => ServerReply) {
  const server = await startOpenAiServer(script);
  opened.push(server);
  return server;
}

function queueOf(sleep = systemClock().sleep): JobQueue {
  const queue = createInProcessQueue({ sleep, monotonicMs, nowMs: systemClock().now });
  opened.push({ [Symbol.asyncDispose]: () => queue.close() });
  return queue;
}

const settingOf = (modelUrl: string, part: Partial<ModelSetting> = {}): ModelSetting => ({
  model: MODEL,
  modelUrl,
  env: {},
  wait: async () => undefined,
  recording: null,
  ...part,
});

/** Rests in this process; time stands. */
function restRoom() {
  const rests = new Map<string, number>();
  const restsOf = (provider: string) => ({
    restMs: async () => rests.get(provider) ?? 0,
    pause: async (ms: number) => void rests.set(provider, ms),
  });
  return { rests, restsOf };
}

async function handlerOf(modelUrl: string, part: Partial<ThoughtHandlerParts> = {}, env = {}) {
  const { modelFor } = await selectModel(settingOf(modelUrl, { wait: null, env }));
  const models = new Map([[MODEL, modelFor([])]]);
  return createThoughtHandler({ models, restsOf: restRoom().restsOf, secrets: [], nowMs: () => 0, ...part });
}

function askerOf(
  queue: Pick<JobQueue, "run" | "overview">,
  part: { owner?: string; secrets?: string[]; nowMs?: () => number } = {},
) {
  const notes: string[] = [];
  const { owner = "desk", secrets = [], nowMs = () => 0 } = part;
  const onNote = (text: string) => void notes.push(text);
  const asker = createThoughtAsker({ queue, owner, longestMs: 60_000, secrets, monotonicMs: nowMs, onNote });
  return { ...asker, notes };
}

/** One call of a desk, as a brief or a debate makes it. */
async function think(setting: ModelSetting, { user = "facts", deadlineMs = 60_000 } = {}) {
  const tally = new WorkTally();
  const { modelFor } = await selectModel(setting);
  const run = new DeskRun({ nowMs: unixMs(0), tally });
  const asked = { system: "Judge.", user, schema: null, maxOutputTokens: 100 };
  const result = await runModel(modelFor([]), asked, { run, deadlineMs, ...NEVER_ABORTED });
  const { modelCalls, inputTokens, outputTokens, estimatedTokens } = tally.total();
  return { result, work: { modelCalls, inputTokens, outputTokens, estimatedTokens } };
}

const inputOf = (part: Readonly<Record<string, unknown>> = {}, longestMs = 60_000) => ({
  request: {
    model: MODEL,
    method: "generate",
    prompt: [{ role: "user", content: [{ type: "text", text: "x" }] }],
    ...part,
  },
  longestMs,
});

describe("a call on a worker", () => {
  it("gives answer, usage and count as one that the desk makes itself, and is bought once", async () => {
    const server = await serverOf(() => ANSWER);
    const alone = await think(settingOf(server.url));
    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url), { concurrency: 8 });
    const { ask, notes } = askerOf(queue);
    const helped = await think(settingOf("http://127.0.0.1:9/v1", { elsewhere: ask }));
    expect(helped).toEqual(alone);
    expect(helped).toMatchObject({
      result: { status: "completed" },
      work: { modelCalls: 1, inputTokens: 40, outputTokens: 12 },
    });
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.body).toEqual(server.requests[0]?.body);
    expect(notes).toEqual(["models are called by 1 worker: this process, 8 at once"]);
  });

  it("gives the parts of a stream as they came, and sends a schema in the order in which it was written", async () => {
    const server = await serverOf(() => ANSWER);
    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url), { concurrency: 8 });
    const partsBy = async (setting: ModelSetting) => {
      const { modelFor } = await selectModel(setting);
      const schema = { type: "object", properties: { why: { type: "string" }, able: { type: "string" } } };
      const { prompt } = inputOf().request;
      const options = { prompt, responseFormat: { type: "json", name: "answer", schema } };
      const { stream } = await modelFor([])(null).doStream(options as never);
      const parts: unknown[] = [];
      for await (const part of stream as ReadableStream) parts.push(part);
      return parts;
    };
    const alone = await partsBy(settingOf(server.url));
    expect(await partsBy(settingOf(server.url, { elsewhere: askerOf(queue).ask }))).toEqual(alone);
    const [here, there] = server.requests.map(({ body }) => JSON.stringify(body));
    expect(there).toBe(here);
    expect(there).toMatch(/"why".*"able"/);
  });

  it("that two desks ask is made once; a desk that asks again gets another answer", async () => {
    const server = await serverOf((_request, index) => ({ text: `Answer ${index}.` }));
    const queue = queueOf();
    // Nobody is answered before both have asked.
    const gate = Promise.withResolvers<void>();
    const handle = await handlerOf(server.url);
    queue.work("thought", async (input, options) => gate.promise.then(() => handle(input, options)), {
      concurrency: 8,
    });
    const [one, other] = ["one", "other"].map((owner) =>
      settingOf(server.url, { elsewhere: askerOf(queue, { owner }).ask }),
    );
    if (one === undefined || other === undefined) throw new Error("there are two");
    const asked = [think(one), think(other)];
    await expect
      .poll(async () => (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "thought")?.active)
      .toBe(1);
    gate.resolve();
    const [first, second] = await Promise.all(asked);
    expect(first?.result).toEqual(second?.result);
    expect(server.requests).toHaveLength(1);
    expect((await think(one)).result).not.toEqual(first?.result);
    expect(server.requests).toHaveLength(2);
  });

  it("has one key for all desks the first time, and another each time that a desk asks again", async () => {
    const server = await serverOf(() => ANSWER);
    const keys: string[] = [];
    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url), { concurrency: 8 });
    const noting: Pick<JobQueue, "run" | "overview"> = {
      overview: (options) => queue.overview(options),
      run: (job, options) => {
        keys.push(job.key);
        return queue.run(job, options);
      },
    };
    const [one, other] = [askerOf(noting).ask, askerOf(noting, { owner: "other" }).ask];
    for (const elsewhere of [one, other, one]) await think(settingOf(server.url, { elsewhere }));
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("ends with the desk's deadline, and is taken from the worker", async () => {
    const server = await serverOf(() => ({ hang: true }));
    const queue = queueOf();
    const handle = await handlerOf(server.url);
    const ended = Promise.withResolvers<unknown>();
    const watched = async (input: unknown, options: { signal: AbortSignal }) =>
      handle(input, options).catch((error: unknown) => {
        ended.resolve(options.signal.aborted);
        throw error;
      });
    queue.work("thought", watched, { concurrency: 8 });
    const { result, work } = await think(settingOf(server.url, { elsewhere: askerOf(queue).ask }), { deadlineMs: 300 });
    expect(result).toMatchObject({ status: "deadline" });
    expect(work.estimatedTokens).toBeGreaterThan(0);
    expect(await ended.promise).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a desk calls its models itself", () => {
  it("where no worker is there, says so once, and finds one that comes later", async () => {
    const server = await serverOf(() => ANSWER);
    const queue = queueOf();
    let nowMs = 0;
    const { ask, look, notes } = askerOf(queue, { nowMs: () => nowMs });
    await look(NEVER_ABORTED);
    const setting = settingOf(server.url, { elsewhere: ask });
    expect((await think(setting)).result.status).toBe("completed");
    let handled = 0;
    const handle = await handlerOf(server.url);
    const counted: JobHandler = (input, options) => {
      handled += 1;
      return handle(input, options);
    };
    queue.work("thought", counted, { concurrency: 8 });
    nowMs = 29_999;
    await think(setting);
    expect(handled).toBe(0);
    nowMs = 30_000;
    await think(setting);
    expect(handled).toBe(1);
    expect(notes).toEqual([
      expect.stringMatching(/^no worker for thought is there: start `deeptrader worker`.*Until then this desk calls/),
      expect.stringMatching(/^models are called by 1 worker/),
    ]);
  });

  it("where workers have their hands full, after five seconds, and asks none of them for half a minute", async () => {
    const server = await serverOf(() => ANSWER);
    const clock = handClock();
    const queue = queueOf(clock.sleep);
    const endless: JobHandler = (_input, { signal }) => untilAborted(new Promise(() => {}), signal);
    queue.work("thought", endless, { concurrency: 1 });
    const busy = queue.run(
      { role: "thought", key: "busy", input: null, urgency: "thought", owner: "x" },
      NEVER_ABORTED,
    );
    busy.catch(() => {});
    const { ask, notes } = askerOf(queue, { nowMs: clock.monotonicMs });
    const setting = settingOf(server.url, { elsewhere: ask });
    const asked = think(setting);
    await expect
      .poll(async () => (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "thought")?.waiting)
      .toBe(1);
    await clock.advance(4_999);
    expect(server.requests).toHaveLength(0);
    await clock.advance(1);
    expect((await asked).work).toMatchObject({ modelCalls: 1, inputTokens: 40 });
    await think(setting);
    await settled();
    expect((await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "thought")).toMatchObject({
      waiting: 0,
      active: 1,
    });
    expect(notes.at(-1)).toMatch(/^No worker for thought took a job within 5 s.*Until then this desk calls its models/);
  });

  it("where Redis does not answer, and where a worker has another model", async () => {
    const server = await serverOf(() => ANSWER);
    const away = { overview: () => Promise.reject(new StoreError({ was: "Redis is away.", remedy: "Start it." })) };
    const lost = askerOf({ run: () => Promise.reject(new Error("not asked")), ...away });
    expect((await think(settingOf(server.url, { elsewhere: lost.ask }))).result.status).toBe("completed");
    expect(lost.notes).toEqual(["Redis is away. Start it. Until then this desk calls its models itself."]);

    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url, { models: new Map() }), { concurrency: 8 });
    const { ask, notes } = askerOf(queue);
    const setting = settingOf(server.url, { elsewhere: ask });
    for (let n = 0; n < 2; n += 1)
      expect((await think(setting)).work).toMatchObject({ modelCalls: 1, inputTokens: 40 });
    expect(notes.slice(1)).toEqual(["a worker left a call of custom/m1 to this desk: it has no model custom/m1"]);
  });

  it("where what comes back is no answer", async () => {
    const server = await serverOf(() => ANSWER);
    const queue = queueOf();
    queue.work("thought", async () => ({ status: "answered", parts: "none" }), { concurrency: 1 });
    const { ask, notes } = askerOf(queue);
    expect((await think(settingOf(server.url, { elsewhere: ask }))).result.status).toBe("completed");
    expect(notes.at(-1)).toMatch(/its answer cannot be read/);
  });

  it("where the worker's call broke off, and counts what was bought in vain", async () => {
    const server = await serverOf((_request, index) => (index === 0 ? { cut: true } : ANSWER));
    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url), { concurrency: 8 });
    const { result, work } = await think(settingOf(server.url, { elsewhere: askerOf(queue).ask }));
    expect(result.status).toBe("completed");
    expect(work.modelCalls).toBe(2);
    expect(work.estimatedTokens).toBeGreaterThan(0);
    expect(work.inputTokens).toBe(40 + work.estimatedTokens);
  });

  it("where the worker may not give its answer away, whose words are counted as well", async () => {
    const server = await serverOf((_request, index) => (index === 0 ? { text: `It is ${CANARY}.` } : ANSWER));
    const queue = queueOf();
    queue.work("thought", await handlerOf(server.url, { secrets: [CANARY] }), { concurrency: 8 });
    const { work } = await think(settingOf(server.url, { elsewhere: askerOf(queue).ask }));
    expect(work).toMatchObject({ modelCalls: 2, outputTokens: 12 + Math.ceil(`It is ${CANARY}.`.length / 4) });
  });

  it("where it would show its keys: such a call reaches no queue", async () => {
    const server = await serverOf(() => ANSWER);
    const queue = queueOf();
    let handled = 0;
    queue.work("thought", async () => (handled += 1), { concurrency: 8 });
    const { ask, notes } = askerOf(queue, { secrets: [CANARY] });
    const setting = settingOf(server.url, { elsewhere: ask });
    expect((await think(setting, { user: `it is ${CANARY}` })).result.status).toBe("completed");
    expect(handled).toBe(0);
    expect(notes.at(-1)).toMatch(/repeats a key/);
    expect(notes.join()).not.toContain(CANARY);
  });
});

describe("a worker", () => {
  const handled = async (
    reply: ServerReply,
    { parts = {}, input = inputOf() }: { parts?: Partial<ThoughtHandlerParts>; input?: unknown } = {},
  ) => {
    const server = await serverOf(() => reply);
    const handle = await handlerOf(server.url, parts);
    const ended: unknown = await handle(input, NEVER_ABORTED).catch((error: unknown) => error);
    return { ended, server, handle };
  };

  it("rests with all others when a provider asks for it, and begins again after that", async () => {
    const { rests, restsOf } = restRoom();
    const { ended, server } = await handled(
      { status: 429, retryAfterS: 7 },
      { parts: { restsOf, nowMs: () => 1_000 } },
    );
    expect(ended).toBeInstanceOf(VenuePausedError);
    expect((ended as VenuePausedError).untilMs).toBe(8_000);
    expect(rests).toEqual(new Map([["custom", 7_000]]));
    const other = await handlerOf(server.url, { restsOf, nowMs: () => 2_000 });
    await expect(other(inputOf(), NEVER_ABORTED)).rejects.toThrow(/^custom asks for a rest of 7 s\. Nothing is asked/);
    expect(server.requests).toHaveLength(1);
    rests.clear();
    await expect(other(inputOf(), NEVER_ABORTED)).rejects.toThrow(VenuePausedError);
    expect(server.requests).toHaveLength(2);
  });

  it("does not wait for a rest that is longer than the call, or than a minute: others may answer", async () => {
    const left = { status: "left", wasMade: true, why: "custom asks for a rest of 61 s" };
    expect((await handled({ status: 429, retryAfterS: 61 })).ended).toMatchObject(left);
    const short = await handled({ status: 429, retryAfterS: 7 }, { input: inputOf({}, 6_000) });
    expect(short.ended).toMatchObject({ status: "left", wasMade: true, lostTokens: null });
    const { rests, restsOf } = restRoom();
    rests.set("custom", 90_000);
    const known = await handled(ANSWER, { parts: { restsOf } });
    expect(known.ended).toMatchObject({ ...NOTHING_MADE, why: "custom asks for a rest of 90 s" });
    expect(known.server.requests).toHaveLength(0);
  });

  it.each<[string, ServerReply, string, number | null]>([
    ["too many requests of which no end is told", { status: 429 }, "the model server answered HTTP 429", null],
    ["a refused key", { status: 401, message: CANARY }, "the model server answered HTTP 401", null],
    ["a server in trouble", { status: 500, message: CANARY }, "the model server answered HTTP 500", null],
  ])("asks once and leaves to the desk %s, without a word of the server's", async (_what, reply, why, lostTokens) => {
    const { ended, server } = await handled(reply);
    expect(ended).toEqual({ status: "left", why, wasMade: true, lostTokens });
    expect(server.requests).toHaveLength(1);
  });

  it("leaves an answer that came and is none, and says what of it was bought", async () => {
    expect((await handled({ garbage: "<html>" })).ended).toMatchObject({
      status: "left",
      wasMade: true,
      lostTokens: 0,
    });
    const cut = await handled({ cut: true }, { input: inputOf({ method: "stream" }) });
    expect(cut.ended).toMatchObject({ status: "left", wasMade: true, lostTokens: 0 });
  });

  it("ends a call after the time that who asked had for it, though nobody waits any more", async () => {
    const { ended } = await handled({ hang: true }, { input: inputOf({}, 100) });
    expect(ended).toMatchObject({ status: "left", why: "no answer came within 100 ms", wasMade: true, lostTokens: 0 });
  });

  it("gives no answer away that repeats a key of its machine", async () => {
    const { ended } = await handled({ text: `It is ${CANARY}.` }, { parts: { secrets: [CANARY] } });
    expect(ended).toMatchObject({ status: "left", wasMade: true });
    expect(ThoughtResult.parse(ended)).toMatchObject({ lostTokens: expect.any(Number) });
    expect(JSON.stringify(ended)).not.toContain(CANARY);
  });

  it("uses its own server and key, whatever a job says of them", async () => {
    const own = await serverOf(() => ANSWER);
    const foreign = await serverOf(() => ANSWER);
    const handle = await handlerOf(own.url);
    const headers = { authorization: `Bearer ${CANARY}`, "x-key": CANARY };
    const input = inputOf({
      headers,
      url: foreign.url,
      baseURL: foreign.url,
      apiKey: CANARY,
      config: { url: foreign.url },
    });
    expect(await handle(input, NEVER_ABORTED)).toMatchObject({ status: "answered" });
    expect([own.requests.length, foreign.requests.length]).toEqual([1, 0]);
    expect(JSON.stringify(own.requests)).not.toContain(CANARY);
  });
});

it("what a desk sends names no server and no key", () => {
  const options = {
    ...inputOf().request,
    headers: { authorization: CANARY },
    apiKey: CANARY,
    url: CANARY,
    abortSignal: {},
  };
  expect(JSON.stringify(requestOf({ model: MODEL, method: "generate", options }))).not.toContain(CANARY);
});
