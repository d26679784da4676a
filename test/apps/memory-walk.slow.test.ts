import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, runCli, type TemporaryFolder } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { type OpenAiServer, type ServerReply, startOpenAiServer } from "#test/support/openai-server.ts";

/** A moment that no slot passes in: one-shots freeze there. */
const AS_OF = "2024-03-01T12:02:00Z";
const SLOT_MS = Date.UTC(2024, 2, 1, 12);
const SMALL = ["--assets", "8", "--as-of", AS_OF];

let home: TemporaryFolder;
beforeAll(async () => {
  home = await freshHome();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Record<string, unknown>> =>
  documentOf([...args, ...SMALL], { home: home.dir });
const RSI = ["ask", "what is the RSI of BTC?"] as const;

describe("sleep, ask, trade: the walk through memory", () => {
  it("sleeps once for a slot, and answers what it slept on without any call", async () => {
    const slept = await run("sleep", "--once");
    expect(slept).toMatchObject({
      slot: SLOT_MS,
      analysed: 8,
      skipped: [],
      failed: [],
      durationMs: expect.any(Number),
      repeated: false,
      simulated: true,
    });
    expect(await run("sleep", "--once")).toEqual({ ...slept, repeated: true });

    const answer = await run(...RSI);
    expect(answer).toMatchObject({
      path: "recalled",
      asOfMs: SLOT_MS,
      ageMs: 120_000,
      analysisIds: [expect.any(String)],
      intent: { kind: "rsi", symbol: "BTC/USDT", timeframe: "5m" },
      latencyMs: expect.any(Number),
      simulated: true,
      work: {
        providerCalls: 0,
        candlesRead: 0,
        indicatorEvaluations: 0,
        modelCalls: 0,
        inputTokens: 0,
        outputTokens: 0,
        delegations: 0,
      },
    });
    expect(answer["answer"]).toMatch(/^SIMULATED – invented prices/);
  });

  it("delegates once after an invalidation, and recalls again", async () => {
    expect(await run("memory", "invalidate", "BTC/USDT", "--reason", "bad tick")).toMatchObject({ invalidated: 1 });
    expect(await run("memory", "show", "BTC")).toMatchObject({
      status: "stale",
      reason: "invalidated",
      ageMs: 120_000,
      record: { symbol: "BTC/USDT", origin: "sleep" },
      simulated: true,
    });
    const delegated = await run(...RSI);
    expect(delegated).toMatchObject({
      path: "delegated",
      asOfMs: SLOT_MS,
      work: { delegations: 1, indicatorEvaluations: 1 },
    });
    const recalled = await run(...RSI);
    expect(recalled).toMatchObject({ path: "recalled", work: { providerCalls: 0, modelCalls: 0 } });
    expect(recalled["analysisIds"]).toEqual(delegated["analysisIds"]);
  });

  it("trades once for a slot and repeats its stored result", async () => {
    const traded = await run("trade", "--once");
    expect(traded).toMatchObject({
      slot: SLOT_MS,
      equity: expect.stringMatching(/^\d+(\.\d+)?$/),
      repeated: false,
      simulated: true,
    });
    const decisions = traded["decisions"] as Record<string, unknown>[];
    expect(decisions).toHaveLength(8);
    for (const decision of decisions) {
      expect(decision).toEqual({
        strategyId: "mean-reversion",
        symbol: expect.any(String),
        action: expect.stringMatching(/^(enter|exit|hold)$/),
        reason: expect.any(String),
        analysisId: expect.any(String),
        path: "recalled",
      });
    }
    expect(await run("trade", "--once")).toEqual({ ...traded, repeated: true });
  });

  it("shows an analysis with every field that scripts read", async () => {
    const analysis = await run("analyse", "ETH");
    expect(analysis).toMatchObject({
      id: expect.any(String),
      venue: "sim",
      symbol: "ETH/USDT",
      timeframe: "5m",
      asOfMs: SLOT_MS,
      computedAtMs: SLOT_MS + 120_000,
      origin: "test-time",
      price: expect.any(Number),
      indicators: {
        rsiWilder: expect.any(Number),
        bollinger: {
          upper: expect.any(Number),
          middle: expect.any(Number),
          lower: expect.any(Number),
          bandwidth: expect.any(Number),
          percentB: expect.any(Number),
        },
        atr: expect.any(Number),
        candles: 448,
        windowStartMs: expect.any(Number),
        warmup: "full",
        flat: false,
      },
      security: { verdict: expect.any(String), checks: expect.any(Array) },
      signal: { action: expect.any(String), strength: expect.any(Number), reasons: expect.any(Array) },
      simulated: true,
    });
    expect(analysis).not.toHaveProperty("venueId");
  });

  it("lists, counts and reports what it holds, and says in every text that prices are invented", async () => {
    const { records } = (await run("memory", "list")) as { records: Record<string, unknown>[] };
    expect(records).toHaveLength(8);
    for (const record of records) {
      expect(record).toMatchObject({ symbol: expect.any(String), timeframe: "5m", status: "fresh", ageMs: 120_000 });
    }
    expect(await run("report")).toMatchObject({ simulated: true, paths: { delegated: expect.any(Number) } });
    for (const command of [["memory", "history", "BTC"], ["status"]]) {
      const { code, stdout } = await runCli([...command, ...SMALL], { home: home.dir });
      expect(code).toBe(0);
      expect(stdout).toContain("SIMULATED – invented prices");
    }
  });
});

describe("a model that does not do its work", () => {
  // Nothing is slept on at this moment; BTC at AS_OF is fresh from the walk above.
  const LATER = ["--assets", "8", "--as-of", "2024-03-01T18:00:00Z"];

  async function withModel<T>(
    script: () => ServerReply,
    work: (env: Record<string, string>, server: OpenAiServer) => Promise<T>,
    timeoutMs = "600000",
  ): Promise<T> {
    await using server = await startOpenAiServer(script);
    return await work(
      { DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url, DEEPTRADER_MODEL_TIMEOUT_MS: timeoutMs },
      server,
    );
  }

  it.each<[string, () => ServerReply]>([
    ["is down", () => ({ status: 500 })],
    ["hangs", () => ({ hang: true })],
    ["answers nonsense", () => ({ garbage: "<html>" })],
    ["talks instead of working", () => ({ text: "The RSI is 42, trust me." })],
    ["loops on its tools", () => ({ tool: "analysis", input: { asset: "BTC" } })],
  ])("and %s fails no question: an exact one is answered without it, any other as by rules", async (hazard, script) => {
    await withModel(
      script,
      async (env, server) => {
        const exact = await documentOf([...RSI, ...LATER], { home: home.dir, env });
        expect(exact).toMatchObject({ path: expect.stringMatching(/delegated|recalled/), model: null });
        expect(server.requests).toEqual([]);
        const free = await documentOf(["ask", "does BTC worry you?", ...LATER], { home: home.dir, env });
        const byRules = await documentOf(["ask", "does BTC worry you?", ...LATER], { home: home.dir });
        expect(free).toMatchObject({ path: "declined", model: null });
        expect(String(free["answer"]).startsWith(String(byRules["answer"]))).toBe(true);
        expect(String(free["answer"])).toMatch(/this is what the rules say\.$/);
      },
      hazard === "hangs" ? "1500" : undefined,
    );
  });

  it("is not even asked about something fresh", async () => {
    await withModel(
      () => ({ status: 500 }),
      async (env, server) => {
        const answer = await documentOf([...RSI, ...SMALL], { home: home.dir, env });
        expect(answer).toMatchObject({ path: "recalled", work: { modelCalls: 0 } });
        expect(server.requests).toEqual([]);
      },
    );
  });
});
