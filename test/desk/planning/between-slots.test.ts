import { describe, expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import { BetweenSlots, thinkBetweenSlots } from "#desk/planning/between-slots.ts";
import { createQuestionPriority } from "#desk/planning/question-priority.ts";
import { InvariantError, ProviderError } from "#schemas/errors.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { marketWide, openThinkingDesk, START_MS, type ThinkingDeskParts } from "./thinking-desk.ts";

/** A thinking desk whose monotonic time is moved by hand. */
async function quietDesk(parts: ThinkingDeskParts = {}) {
  const opened = await openThinkingDesk(parts);
  let monotonic = 0;
  const monotonicMs = () => monotonic;
  const desk: Desk = { ...opened.desk, questionPriority: createQuestionPriority(monotonicMs), monotonicMs };
  return {
    ...opened,
    desk,
    pass: (ms: number) => {
      monotonic += ms;
    },
  };
}

describe("idle time", () => {
  const idle = async () => {
    const opened = await quietDesk();
    const loop = new BetweenSlots(opened.desk, () => false);
    await opened.tick(0);
    await loop.look(patience);
    return { ...opened, loop };
  };

  it("is used once it has been quiet for long enough and something was asked", async () => {
    const { loop, pass, ask } = await idle();
    pass(60_000);
    expect(await loop.look(patience)).toBeNull();
    await ask(marketWide(), 30);
    expect((await loop.look(patience))?.made.digests).toBe(1);
    expect(await loop.look(patience)).toBeNull();
  });

  it("is not over five seconds too early, nor while somebody is asking", async () => {
    const { desk, loop, pass, ask } = await idle();
    await desk.questionPriority.asked(async () => ask(marketWide(), 30));
    pass(4_999);
    expect(await loop.look(patience)).toBeNull();
    pass(1);
    await desk.questionPriority.asked(async () => expect(await loop.look(patience)).toBeNull());
    expect(await loop.look(patience)).toBeNull();
    pass(5_000);
    expect((await loop.look(patience))?.reason).toBe("idle");
  });

  it("takes up what a pass's budget left undone", async () => {
    const opened = await quietDesk({ thinking: { passUnits: 300 } });
    const loop = new BetweenSlots(opened.desk, () => false);
    await opened.tick(0);
    for (let n = 0; n < 3; n++) await opened.ask(opened.about(n, { timeframe: "1h" }), 20);
    opened.pass(10_000);
    await loop.look(patience);
    const made = [];
    for (let look = 0; look < 4; look++) made.push((await loop.look(patience))?.made.analyses ?? null);
    expect(made).toEqual([1, 1, null, null]);
  });

  it("ends with the tick that begins", async () => {
    const opened = await quietDesk();
    let isRunningSlot = false;
    const loop = new BetweenSlots(opened.desk, () => isRunningSlot);
    await opened.tick(0);
    await loop.look(patience);
    await opened.ask(marketWide(), 30);
    opened.pass(10_000);
    isRunningSlot = true;
    expect(await loop.look(patience)).toMatchObject({ made: { digests: 0 }, overBudget: { time: 1 } });
  });
});

describe("a price between two slots", () => {
  const watching = async (parts: { readonly fails?: boolean; readonly dayUnits?: number } = {}) => {
    let nowMs: number = START_MS;
    const clock: Clock = { kind: "system", now: () => unixMs(nowMs), sleep: async () => {} };
    const moved = new Map<MarketSymbol, number>();
    const polls: (readonly MarketSymbol[])[] = [];
    const opened = await quietDesk({
      clock,
      ...(parts.dayUnits === undefined ? {} : { thinking: { dayUnits: parts.dayUnits } }),
      wrapVenue: (venue) => {
        const tickers: MarketData["tickers"] = async (request, options) => {
          polls.push(request.symbols);
          if (parts.fails === true) throw new ProviderError({ was: "Silent.", remedy: "Wait." });
          const found = await venue.marketData.tickers(request, options);
          return found.map((ticker) => ({ ...ticker, last: ticker.last * (moved.get(ticker.symbol) ?? 1) }));
        };
        return { ...venue, marketData: { ...venue.marketData, tickers } };
      },
    });
    const loop = new BetweenSlots(opened.desk, () => false);
    await opened.tick(0);
    await loop.look(patience);
    polls.length = 0;
    const [leader, second] = opened.symbols;
    if (leader === undefined || second === undefined) throw new Error("no markets");
    const look = (ms: number) => {
      nowMs += ms;
      opened.pass(ms);
      return loop.look(patience);
    };
    return { ...opened, look, polls, moved, leader, second };
  };

  it("is not asked for while nothing is held and nobody asks", async () => {
    const { look, polls } = await watching();
    for (let minute = 0; minute < 4; minute++) await look(60_000);
    expect(polls).toEqual([]);
  });

  it("is asked for once a minute, for what is watched in one call, and counted", async () => {
    const { look, polls, ask, about, leader, thinkingEntries } = await watching();
    await ask(about(0), 10);
    for (let second = 0; second < 120; second++) await look(1_000);
    expect(polls).toHaveLength(2);
    expect(polls[0]?.[0]).toBe(leader);
    const calls = (await thinkingEntries()).reduce((sum, { work }) => sum + work.providerCalls, 0);
    expect(calls).toBe(2);
  });

  it("is asked for of every market that was analysed, the leader first: it is its own drift that voids an analysis", async () => {
    const { desk, look, polls, moved, ask, about, leader, second } = await watching();
    await ask(about(0), 10);
    moved.set(second, 0.5);
    const report = await look(60_000);
    expect(polls[0]?.[0]).toBe(leader);
    expect(new Set(polls[0])).toEqual(new Set(desk.planner.markets.keys()));
    expect(report).toMatchObject({ reason: "event" });
    const key = { venueId: desk.marketData.venueId, symbol: second, timeframe: "5m" } as const;
    const price = desk.planner.prices.get(second)?.price;
    if (price === undefined) throw new Error("no price");
    const known = await desk.khala.recall(key, { nowMs: desk.clock.now(), price }, patience);
    expect(known).toMatchObject({ status: "stale", reason: "drifted" });
  });

  it("is not asked for any more once the day's budget is spent", async () => {
    const { look, polls, ask, about } = await watching({ dayUnits: 250 });
    await ask(about(0), 10);
    for (let minute = 0; minute < 5; minute++) await look(60_000);
    expect(polls).toHaveLength(2);
  });

  it("of the leader takes back what is linked with it, and what is expected to be asked is made anew", async () => {
    const { desk, look, moved, ask, about, leader, thinkingEntries } = await watching();
    await ask(about(0), 60);
    moved.set(leader, 0.5);
    const report = await look(60_000);
    expect(report).toMatchObject({ reason: "event", made: { analyses: 1 } });
    const key = { venueId: desk.marketData.venueId, symbol: leader, timeframe: "5m" } as const;
    expect((await desk.khala.recall(key, { nowMs: desk.clock.now() }, patience)).status).toBe("fresh");
    // Told once for each analysis: what comes then is the idle pass for the questions, which finds all of it fresh.
    expect(await look(60_000)).toMatchObject({ reason: "idle", units: 0 });
    expect(await look(60_000)).toBeNull();
    expect((await thinkingEntries()).filter(({ made }) => made > 0)).toHaveLength(1);
  });

  it("that is not to be had is said by its error, and counted", async () => {
    const { look, ask, about, thinkingEntries } = await watching({ fails: true });
    await ask(about(0), 10);
    await expect(look(60_000)).rejects.toThrow("Silent.");
    expect(await thinkingEntries()).toMatchObject([{ work: { providerCalls: 1 } }]);
  });
});

describe("the loop between slots", () => {
  const looping = async (fault: Error | null) => {
    const { desk, tick, ask, pass } = await quietDesk();
    await tick(0);
    await ask(marketWide(), 30);
    pass(10_000);
    const controller = new AbortController();
    const problems: string[] = [];
    let slept = 0;
    const broken: Desk = {
      ...desk,
      universe: {
        ...desk.universe,
        at: async (...args) => {
          if (fault !== null) throw fault;
          return desk.universe.at(...args);
        },
      },
    };
    await thinkBetweenSlots(
      broken,
      {
        isRunningSlot: () => false,
        sleep: async (_ms, { signal }) => {
          slept += 1;
          if (slept > 5) controller.abort();
          signal.throwIfAborted();
        },
        onProblem: (text) => problems.push(text),
      },
      { signal: controller.signal },
    );
    return { slept, problems, made: (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "thinking") };
  };

  it("works until it is told to end, and leaves nothing under way", async () => {
    expect(await looping(null)).toMatchObject({ slept: 6, problems: [], made: [{ prepared: { digest: 1 } }] });
  });

  it("goes on after a source that is silent, and says so", async () => {
    const { slept, problems } = await looping(new ProviderError({ was: "Silent.", remedy: "Wait." }));
    expect(slept).toBe(6);
    expect(problems[0]).toContain("Silent.");
  });

  it("ends at what concerns the desk itself, and says so", async () => {
    const { slept, problems } = await looping(
      new InvariantError({ was: "Two rows are one.", remedy: "This is a bug." }),
    );
    expect(slept).toBe(1);
    expect(problems).toHaveLength(1);
  });
});
