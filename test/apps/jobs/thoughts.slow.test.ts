// Calls of models on workers, as users start them: a desk with debates, workers with keys of their own, a Redis between them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Elsewhere } from "#agents/models/elsewhere.ts";
import { selectModels } from "#agents/models/select.ts";
import { askedOf, moody } from "#test/agents/debate/scripted.ts";
import { failureOf, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { canonicalLines } from "../../desk/both-ways.ts";
import { debatesIn, liveWithDebates, marketOf } from "../../desk/judgement/debate-trial.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";
import { allOnRedis, DESK_KEY, MODEL, openThinker, WORKER_KEY } from "./thought-place.ts";

const usage = { input: 2_000, output: 60 };
const debating = ({ system, user }: ServerRequest): ServerReply => ({ text: moody(askedOf(system, user)), usage });

const START = [
  ...["start", "--workers", "--seed", "3", "--assets", "5", "--cycles", "2"],
  ...["--timeframe", "15m", "--as-of", "2024-01-10T00:00Z", "--speed", "1000000000"],
];

const missing = whyNoRedisServer();
if (missing !== null) console.warn(`Left out: thought on workers, on the command line (${missing}).`);

describe.skipIf(missing !== null)("thought on workers", () => {
  let redis: RedisServer;
  const alive: RunningCli[] = [];
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
  });
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close();
    for (const worker of alive.splice(0)) {
      worker.signal("SIGTERM");
      expect((await worker.ended).code).toBe(0);
    }
    await redis.flush();
  });
  afterAll(() => redis.kill());

  const startWorker = async (url: string): Promise<void> => {
    const env = {
      REDIS_URL: redis.url,
      OPENAI_API_KEY: WORKER_KEY,
      DEEPTRADER_SLEEP_MODEL: MODEL,
      DEEPTRADER_SLEEP_MODEL_URL: url,
    };
    const worker = startCli(["worker", "--roles", "thought", "--drain", "0"], { env });
    alive.push(worker);
    await worker.waitFor(/worker of DeepTrader .* for thought, 8 at once/);
  };
  const thinker = (name: string) => {
    const one = openThinker(redis.url, name);
    open.push(one.queue);
    return one;
  };

  it("a desk has the debates, the journal and the bill that it has without them, and shows nobody its key", async () => {
    await using server = await startOpenAiServer(debating);
    const trial = async (elsewhere?: Elsewhere) => {
      const before = server.requests.length;
      const setting = { model: MODEL, modelUrl: server.url, env: { OPENAI_API_KEY: DESK_KEY }, fallback: null };
      const models = () => selectModels({ ...setting, wait: async () => undefined, recording: null, elsewhere });
      const { events, ledger } = await liveWithDebates({ venue: marketOf(1, 40), models });
      const asked = server.requests.slice(before);
      const kept = {
        debates: debatesIn(events),
        journal: canonicalLines(events),
        bill: ledger.map(({ work }) => work),
      };
      return { kept, calls: asked.length, keys: new Set(asked.map(({ authorization }) => authorization)) };
    };
    const alone = await trial();
    expect(alone.kept.debates.length).toBeGreaterThan(3);
    expect(alone.keys).toEqual(new Set([`Bearer ${DESK_KEY}`]));
    await startWorker(server.url);
    const { ask, notes } = thinker("desk");
    const helped = await trial(ask);
    expect(helped.keys).toEqual(new Set([`Bearer ${WORKER_KEY}`]));
    expect(helped.calls).toBe(alone.calls);
    expect(helped.kept).toEqual(alone.kept);
    const everything = (await allOnRedis(redis.url)) + notes.join();
    expect(everything).toContain(MODEL);
    for (const secret of [DESK_KEY, WORKER_KEY, new URL(server.url).host]) expect(everything).not.toContain(secret);
  });

  it("`start --workers` needs neither an exchange nor a database for it, and names the workers", async () => {
    await using server = await startOpenAiServer(debating);
    await startWorker(server.url);
    await using home = await freshHome();
    const env = {
      REDIS_URL: redis.url,
      OPENAI_API_KEY: DESK_KEY,
      DEEPTRADER_DEBATE_DAY_TOKENS: "100000000",
      DEEPTRADER_NEAR_TRIGGER_PCT: "90",
      DEEPTRADER_SLEEP_MODEL: MODEL,
      DEEPTRADER_SLEEP_MODEL_URL: server.url,
    };
    const { code, stderr } = await runCli(START, { home: home.dir, env });
    expect(stderr).toMatch(/models are called by 1 worker: .* x8/);
    expect(code, stderr).toBe(0);
    expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${WORKER_KEY}`]),
    );
  });

  it("two desks that ask the same have one answer of one call", async () => {
    await using server = await startOpenAiServer((_request, index) => ({ text: `Answer ${index}.`, usage }));
    await startWorker(server.url);
    const [one, other] = [thinker("one"), thinker("other")];
    const [first, second] = await Promise.all([one.think("facts"), other.think("facts")]);
    expect(first).toMatchObject({ result: { status: "completed" }, work: { modelCalls: 1, inputTokens: 2_000 } });
    expect(second).toEqual(first);
    expect(server.requests).toHaveLength(1);
  });

  it("a rest that a provider asks of one worker is kept by all, and every call is answered after it", async () => {
    await using server = await startOpenAiServer((_request, index) =>
      index === 0 ? { status: 429, retryAfterS: 6 } : { text: "Yes.", usage },
    );
    await startWorker(server.url);
    await startWorker(server.url);
    const { think, thoughts } = thinker("desk");
    const asked = [think("first")];
    await expect.poll(async () => (await thoughts())?.delayed).toBe(1);
    for (let n = 0; n < 8; n += 1) asked.push(think(`call ${n}`));
    await expect.poll(async () => (await thoughts())?.delayed).toBe(9);
    expect(server.requests).toHaveLength(1);
    const answers = await Promise.all(asked);
    expect(answers.map(({ result }) => result.status)).toEqual(asked.map(() => "completed"));
    expect(server.requests).toHaveLength(10);
  });

  it("a worker says why it does none: no model, no key, a recording that it would answer from", async () => {
    const REDIS_URL = redis.url;
    const refused = async (env: Readonly<Record<string, string>>) =>
      (await failureOf(["worker", "--roles", "thought"], { env: { REDIS_URL, ...env } })).message;
    expect(await refused({})).toMatch(
      /--roles thought: no model is set \(DEEPTRADER_SLEEP_MODEL or DEEPTRADER_MODEL\)/,
    );
    const named = { DEEPTRADER_SLEEP_MODEL: MODEL };
    expect(await refused(named)).toMatch(/--roles thought: .*OPENAI_API_KEY is not set/);
    const replay = { ...named, OPENAI_API_KEY: WORKER_KEY, DEEPTRADER_MODEL_REPLAY: "calls" };
    expect(await refused(replay)).toMatch(/DEEPTRADER_MODEL_REPLAY is set, and then no provider is called/);
    const plain = startCli(["worker", "--concurrency", "1"], { env: { REDIS_URL } });
    alive.push(plain);
    expect(await plain.waitFor(/for research, 1 at once/)).toContain("it does no thought: no model is set");
  });
});
