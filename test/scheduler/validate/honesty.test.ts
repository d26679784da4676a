import { beforeAll, describe, expect, it } from "vitest";
import { ema, rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import type { At, Verdict } from "#toolkits/strategies/define-strategy.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { ResearchWorld } from "../../support/research-world.ts";
import { failedOf, mistrust, smallWorld } from "./world.ts";

const INDICATORS = { rsi: rsi(14), fast: ema(12), slow: ema(48) };
type Rule = (at: At<typeof INDICATORS, Record<never, never>>) => Verdict;
interface Rules {
  readonly enter: Rule;
  readonly exit?: Rule;
}

/** Whatever state the rules share is as new as the strategy. */
const made = (rules: () => Rules) => (): Strategy =>
  compileStrategy({ id: "planted", indicators: INDICATORS, ...rules() }, { file: null });

const low: Rule = ({ now }) => now.rsi < 35;
const STEP_MS = 300_000;

let world: ResearchWorld;
beforeAll(async () => {
  world = await smallWorld();
});

describe("a strategy that is honest", () => {
  it.each(["mean-reversion", "ema-cross"])("passes: %s", async (id) => {
    const honesty = await mistrust(world, () => shippedStrategy(id));
    expect(honesty.checks.filter(({ state }) => state !== "passed")).toEqual([]);
    expect(honesty.checks).toHaveLength(9);
    expect(honesty.markets).toHaveLength(3);
  });

  it("may look at hour and weekday", async () => {
    const hours = made(() => ({
      enter: (at) => new Date(at.openMs).getUTCHours() < 12 && new Date(at.openMs).getUTCDay() !== 6 && low(at),
    }));
    expect(failedOf(await mistrust(world, hours))).toEqual([]);
  });
});

describe("a strategy that looks ahead", () => {
  it("is found out where its exit reads what its entry has seen of later rows", async () => {
    const peeking = made(() => {
      const closes = new Map<string, number>();
      return {
        enter: (at) => {
          closes.set(`${at.symbol} ${at.openMs}`, at.now.close);
          return low(at);
        },
        exit: ({ now, symbol, openMs }) => (closes.get(`${symbol} ${openMs + STEP_MS}`) ?? Infinity) < now.close,
      };
    });
    const failed = failedOf(await mistrust(world, peeking));
    expect(failed).toContain("future-cut");
    expect(failed).toContain("future-scrambled");
  });

  it("is found out where it knows how the hour will close that is not over", async () => {
    const hour = made(() => {
      const closes = new Map<string, number>();
      return {
        enter: (at) => {
          closes.set(`${at.symbol} ${at.openMs}`, at.now.close);
          return low(at);
        },
        exit: ({ now, symbol, openMs }) => {
          const lastOpenMs = Math.floor(openMs / 3_600_000) * 3_600_000 + 11 * STEP_MS;
          return (closes.get(`${symbol} ${lastOpenMs}`) ?? Infinity) < now.close;
        },
      };
    });
    expect(failedOf(await mistrust(world, hour))).toContain("future-cut");
  });

  it("is found out by its first row where it asks for a candle of the future", async () => {
    const { checks } = await mistrust(
      world,
      made(() => ({ enter: ({ ago, now }) => ago(-1).close > now.close })),
    );
    expect(checks.find(({ id }) => id === "future-cut")).toMatchObject({
      state: "failed",
      seen: [expect.stringContaining("ago(-1) looks into the future")],
    });
    expect(checks.filter(({ state }) => state === "not-run")).toHaveLength(7);
  });
});

describe("a strategy that remembers", () => {
  it("is found out where it scales by all that it has ever seen of a market", async () => {
    const scaled = made(() => {
      const top = new Map<string, number>();
      return {
        enter: ({ now, symbol }) => {
          top.set(symbol, Math.max(top.get(symbol) ?? 0, now.close));
          return now.close > 0.995 * (top.get(symbol) ?? 0);
        },
      };
    });
    const failed = failedOf(await mistrust(world, scaled));
    expect(failed).toContain("future-cut");
    expect(failed).toContain("fresh-threads");
  });

  it("is found out where it ranks by what came of the same candle in a run before", async () => {
    const sorting = made(() => {
      const closes = new Map<string, number>();
      return {
        enter: (at) => {
          const { symbol, openMs, now } = at;
          const later = closes.get(`${symbol} ${openMs + 12 * STEP_MS}`) ?? now.close;
          closes.set(`${symbol} ${openMs}`, now.close);
          return low(at) && { because: "low", strength: Math.min(1, Math.max(0, 0.5 + 20 * (later / now.close - 1))) };
        },
      };
    });
    expect(failedOf(await mistrust(world, sorting))).toContain("same-thread");
  });

  it("is found out where it knows which markets were there to the end of the run before", async () => {
    const surviving = made(() => {
      const newest = new Map<string, number>();
      let end = 0;
      return {
        enter: (at) => {
          newest.set(at.symbol, Math.max(newest.get(at.symbol) ?? 0, at.openMs));
          end = Math.max(end, at.openMs);
          return newest.get(at.symbol) === end && low(at);
        },
      };
    });
    expect(failedOf(await mistrust(world, surviving))).not.toEqual([]);
  });

  it("is found out where one market's rows tell it of another's", async () => {
    const leading = made(() => {
      const first = new Map<number, number>();
      let leader = "";
      return {
        enter: (at) => {
          if (leader === "") leader = at.symbol;
          if (at.symbol === leader) first.set(at.openMs, at.now.close);
          return (first.get(at.openMs + STEP_MS) ?? 0) > (first.get(at.openMs) ?? 0) && at.now.rsi < 50;
        },
      };
    });
    const failed = failedOf(await mistrust(world, leading));
    expect(failed).toContain("future-cut");
    expect(failed).toContain("markets-apart");
  });
});

describe("a strategy that knows the end", () => {
  it("is found out by the names of its markets, and by its dates", async () => {
    const [, second] = [...world.input.venue.markets.keys()].sort();
    const names = await mistrust(
      world,
      made(() => ({ enter: (at) => at.symbol === second && low(at) })),
    );
    expect(failedOf(names)).toEqual(["names-and-dates"]);
    const middleMs = (world.firstSlotMs + world.lastSlotMs) / 2;
    const dates = await mistrust(
      world,
      made(() => ({ enter: (at) => at.openMs > middleMs && low(at) })),
    );
    expect(failedOf(dates)).toEqual(["names-and-dates"]);
    expect(dates.checks.find(({ id }) => id === "names-and-dates")?.seen[0]).toContain("28 years earlier");
  });
});

describe("a strategy that is too early", () => {
  it("is found out, with the value that has not settled, where an indicator needs more rows than it says", async () => {
    const hasty = (): Strategy => {
      const strategy = compileStrategy(
        { id: "hasty", indicators: { mean: ema(400) }, enter: ({ now }: never) => now["close"] > now["mean"] },
        { file: null },
      );
      return { ...strategy, needRows: [250] };
    };
    const { checks } = await mistrust(world, hasty);
    const warm = checks.find(({ id }) => id === "warm-up");
    expect(warm?.state).toBe("failed");
    expect(warm?.toDo).toContain("mean");
  });
});
