import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { BetweenSlots } from "#desk/planning/between-slots.ts";
import { voidByLeaderPrice } from "#desk/run-slot/relationships.ts";
import { newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { Answer } from "#schemas/question.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { count } from "#test/support/count.ts";
import { patience } from "#test/support/desk.ts";
import { openThinkingDesk, START_MS, slot } from "./thinking-desk.ts";

const ASSETS = 4;
const TEXTS = [
  (a: string) => `What is the RSI of ${a}?`,
  (a: string) => `What is the RSI of ${a} on 1h?`,
  (a: string, b: string) => `Compare ${a} and ${b}`,
  () => "Which are oversold?",
  () => "What moved?",
  () => "Which is the riskiest on 1h?",
];

/**
 * A desk on a clock that is moved by hand, at a venue that may correct its newest candle, asked as an operator asks it.
 * Seen from outside are its answers and the store.
 */
async function openWorld(seed: number) {
  let nowMs: number = START_MS;
  const clock: Clock = {
    kind: "system",
    now: () => unixMs(nowMs),
    // Whoever waits lets the others go on; time is moved by the test alone.
    sleep: async () => {
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const corrected = new Map<MarketSymbol, { readonly closeMs: number; readonly factor: number }>();
  const leaderFactor = { value: 1 };
  const opened = await openThinkingDesk({
    seed,
    assets: ASSETS,
    clock,
    thinking: { testTimeWeight: 50 },
    wrapVenue: (venue) => {
      const candles: MarketData["candles"] = async (request, options) => {
        const series = await venue.marketData.candles(request, options);
        const wrong = corrected.get(request.symbol);
        const last = series.openMs.length - 1;
        const closeMs = (series.openMs[last] ?? 0) + timeframeMs(request.timeframe);
        if (wrong === undefined || wrong.closeMs !== closeMs) return series;
        const [close, high, low] = [series.close.slice(), series.high.slice(), series.low.slice()];
        close[last] = (close[last] ?? 0) * wrong.factor;
        high[last] = Math.max(high[last] ?? 0, close[last] ?? 0);
        low[last] = Math.min(low[last] ?? 0, close[last] ?? 0);
        return { ...series, close, high, low };
      };
      const tickers: MarketData["tickers"] = async (request, options) =>
        (await venue.marketData.tickers(request, options)).map((ticker) => ({
          ...ticker,
          last: ticker.last * leaderFactor.value,
        }));
      return { ...venue, marketData: { ...venue.marketData, candles, tickers } };
    },
  });
  const { desk, store, symbols } = opened;
  const problems: string[] = [];
  const open: AskedDesk = {
    desk,
    store,
    managerModels: managerModels(desk.config, {}),
    background: createBackgroundQueue((text) => problems.push(text)),
    conversations: createConversations(desk, (text) => problems.push(text)),
  };
  const between = new BetweenSlots(desk, () => false);
  return {
    desk,
    store,
    symbols,
    problems,
    now: () => unixMs(nowMs),
    ask: async (text: string): Promise<Answer> => {
      const answer = await askDesk(open, text, patience);
      return answer;
    },
    settled: () => open.background.settled(),
    /** The slot that is current now. */
    tick: async () => {
      const n = Math.floor((nowMs - START_MS) / timeframeMs("5m"));
      const at = nowMs;
      await opened.tickAt(slot(n));
      nowMs = Math.max(nowMs, at);
    },
    look: () => between.look(patience),
    step: (ms: number) => {
      nowMs += ms;
    },
    correct: (symbol: MarketSymbol, factor: number) => {
      corrected.set(symbol, { closeMs: newestClosed(nowMs, "5m", desk.marketData.graceMs), factor });
    },
    shock: async (factor: number) => {
      leaderFactor.value = factor;
      const [leader] = symbols;
      const [ticker] = await desk.marketData.tickers(
        { symbols: leader ? [leader] : [], nowMs: unixMs(nowMs) },
        patience,
      );
      if (ticker !== undefined) await voidByLeaderPrice(desk, ticker.last, patience);
    },
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;

interface Asked {
  readonly answer: Answer;
  readonly askedAtMs: UnixMs;
  /** The analyses nobody had taken back when it was asked. */
  readonly stood: ReadonlySet<string>;
}

/** The newest analysis of each market on a timeframe, less those that were taken back. */
async function standing({ desk, store, symbols }: World, timeframe: Timeframe, atMs: UnixMs): Promise<string[]> {
  const keys = symbols.map((symbol) => ({ venueId: desk.marketData.venueId, symbol, timeframe }));
  const newest = await store.analyses.newest(keys, atMs, patience);
  return newest.flatMap((stored) => (stored?.invalidated === null ? [stored.record.id] : []));
}

/**
 * Whatever it was served from, what an answer that is not marked stale cites is the newest there is, and nobody had
 * taken it back when it was asked: a shadow check in the background may do so as soon as the answer is out.
 */
async function expectFresh(world: World, { answer, askedAtMs, stood }: Asked): Promise<void> {
  if (answer.path === "declined" || answer.stale || answer.intent === null) return;
  const { timeframe } = answer.intent;
  expect(answer.asOfMs).toBe(newestClosed(askedAtMs, timeframe, world.desk.marketData.graceMs));
  const fresh = new Set([...stood, ...(await standing(world, timeframe, askedAtMs))]);
  expect(answer.analysisIds.length).toBeGreaterThan(0);
  expect(answer.analysisIds.filter((id) => !fresh.has(id))).toEqual([]);
}

const market = fc.nat({ max: ASSETS - 1 });
const op = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant("ask" as const),
      text: fc.nat({ max: TEXTS.length - 1 }),
      a: market,
      b: market,
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("ask through a slot" as const),
      text: fc.nat({ max: TEXTS.length - 1 }),
      a: market,
      b: market,
      factor: fc.constantFrom(0.7, 1, 1.3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("tick" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("step" as const),
      ms: fc.constantFrom(1_000, 60_000, 300_000, 900_000, 3_600_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("look" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("correct" as const), a: market, factor: fc.constantFrom(0.97, 1.01) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("shock" as const), factor: fc.constantFrom(0.7, 1, 1.3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("ask while it ticks" as const),
      text: fc.nat({ max: TEXTS.length - 1 }),
      a: market,
      b: market,
    }),
  },
);

describe("answers", () => {
  it("never show an old digest, pre-answer or analysis as fresh, whatever happens in whatever order", async () => {
    const paths = new Map<string, number>();
    let stale = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(op, { minLength: 5, maxLength: 30 }),
        async (seed, ops) => {
          const world = await openWorld(seed);
          const textOf = ({ text, a, b }: { text: number; a: number; b: number }) =>
            TEXTS[text]?.(world.symbols[a] ?? "", world.symbols[b === a ? (a + 1) % ASSETS : b] ?? "") ?? "";
          const ask = async (text: string): Promise<Asked> => {
            const askedAtMs = world.now();
            const stood = new Set([
              ...(await standing(world, "5m", askedAtMs)),
              ...(await standing(world, "1h", askedAtMs)),
            ]);
            const answer = await world.ask(text);
            paths.set(answer.path, (paths.get(answer.path) ?? 0) + 1);
            if (answer.stale) stale += 1;
            return { answer, askedAtMs, stood };
          };
          await world.tick();
          for (const each of ops) {
            switch (each.op) {
              case "ask":
                for (let i = 0; i < each.times; i++) {
                  await expectFresh(world, await ask(textOf(each)));
                  await world.settled();
                }
                break;
              case "ask through a slot":
                for (let i = 0; i < 8; i++) {
                  await ask(textOf(each));
                  await world.settled();
                }
                world.step(300_000);
                await world.tick();
                for (let i = 0; i < 2; i++) {
                  await expectFresh(world, await ask(textOf(each)));
                  if (i === 0) await world.shock(each.factor);
                }
                await world.settled();
                break;
              case "tick":
                await world.tick();
                break;
              case "step":
                world.step(each.ms);
                break;
              case "look":
                await world.look();
                break;
              case "correct": {
                const symbol = world.symbols[each.a];
                if (symbol !== undefined) world.correct(symbol, each.factor);
                break;
              }
              case "shock":
                await world.shock(each.factor);
                break;
              default: {
                const [{ answer, askedAtMs }] = await Promise.all([ask(textOf(each)), world.tick()]);
                // What the tick made anew meanwhile may be newer than the answer; old it may not be.
                if (answer.path !== "declined" && !answer.stale && answer.intent !== null) {
                  const { graceMs } = world.desk.marketData;
                  expect(answer.asOfMs).toBe(newestClosed(askedAtMs, answer.intent.timeframe, graceMs));
                }
                await world.settled();
              }
            }
          }
          expect(world.problems).toEqual([]);
        },
      ),
      { numRuns: count(1000, 15) },
    );
    console.log("answers by path:", Object.fromEntries(paths), "marked stale:", stale);
    for (const path of ["recalled", "distilled", "pre-answered", "delegated"])
      expect(paths.get(path)).toBeGreaterThan(0);
  });
});
