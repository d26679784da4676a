import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDailyUniverse } from "#desk/run-slot/daily-universe.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { VenueCoins } from "#schemas/coin.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import type { MarketData, VenueListings } from "#schemas/ports/market.ts";
import { DAY_MS, HOUR_MS, MarketSymbol, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { TEST_COINS, testCoin } from "#test/coins/coins.ts";
import {
  coinGeckoAnswer,
  coinPaprikaAnswer,
  openRankingServers,
  type RankingServers,
} from "#test/coins/ranking-servers.ts";
import { FAULTS, json } from "#test/support/json-server.ts";
import { testMarket } from "#test/support/market.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createRequestClock } from "#test/support/request-clock.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { createCoinBook } from "#toolkits/universe/coin-book.ts";
import { createMarketCapUniverse, universeRows } from "#toolkits/universe/market-cap-universe.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";
import { openRankings } from "#toolkits/universe/rankings.ts";

const START_MS = Date.parse("2026-01-02T00:05:00Z");
const SLOT_MS = 300_000;
const symbol = (base: string) => MarketSymbol.parse(`${base}/USDT`);

/** What an exchange lists: by base the coin of the table, or another contract or price under its name. */
interface Listed {
  readonly ticker: string;
  readonly contract?: string;
  readonly priceUsd?: number;
  readonly turnover?: number;
  readonly active?: boolean;
}

/** An exchange that states contracts, as kucoin, gate and bitget do. */
function exchangeOf(bases: Readonly<Record<string, Listed>>) {
  const state = { failing: false, silent: false, suspended: false };
  const markets = Object.entries(bases).map(
    ([base, { active = true }]): Market => testMarket(symbol(base), { active }),
  );
  const coinsAt = (seenAtMs: UnixMs): VenueCoins => ({
    seenAtMs,
    statesContracts: true,
    statesTransfers: true,
    coins: Object.entries(bases).map(([code, { ticker, contract }]) => {
      const own = testCoin(ticker).contracts[0];
      const chain = own?.chain ?? testCoin(ticker).nativeTo ?? "";
      const network = { network: chain, chain: own === undefined && !/^[\da-z]+$/.test(chain) ? null : chain };
      const address = contract ?? own?.contract ?? null;
      return {
        code,
        name: null,
        marks: [],
        networks: [{ ...network, contract: address, deposits: !state.suspended, withdrawals: !state.suspended }],
      };
    }),
  });
  const answer = <T>(value: T): Promise<T> =>
    state.failing
      ? Promise.reject(new ProviderError({ was: "the exchange is down.", remedy: "" }))
      : Promise.resolve(value);
  const listings: VenueListings = {
    coins: ({ nowMs }) => answer(state.silent ? null : coinsAt(nowMs)),
    lastPrices: () =>
      answer(
        new Map(
          Object.entries(bases).map(([base, one]) => [symbol(base), one.priceUsd ?? testCoin(one.ticker).priceUsd]),
        ),
      ),
  };
  const turnovers = new Map(Object.entries(bases).map(([base, { turnover = 1 }]) => [symbol(base), turnover]));
  const marketData: MarketData = {
    venueId: "exchange" as VenueId,
    venue: "exchange",
    simulated: false,
    graceMs: 0,
    markets: async () => markets,
    turnovers: async () => turnovers,
    candles: () => Promise.reject(new Error("a ranking reads no candles")),
    tickers: () => Promise.reject(new Error("a ranking asks for no bid and ask")),
  };
  return { marketData, listings, state, markets, turnovers };
}

const USUAL = Object.fromEntries(["BTC", "ETH", "SOL", "LINK", "PEPE", "USDC"].map((ticker) => [ticker, { ticker }]));

let clock: ReturnType<typeof createRequestClock>;
let servers: RankingServers;
let store: ReturnType<typeof createMemoryStore>;
beforeEach(async () => {
  clock = createRequestClock(START_MS);
  servers = await openRankingServers(START_MS);
  store = createMemoryStore();
});
afterEach(() => servers.close());

function openDesk(exchange = exchangeOf(USUAL)) {
  const { marketData, listings } = exchange;
  const urls = { coingeckoUrl: servers.coingecko.url, coinpaprikaUrl: servers.coinpaprika.url };
  const budget = () => createLocalBudget(clock.now);
  const rankings = openRankings(urls, { now: clock.now, sleep: clock.sleep, budget, coingeckoKey: null });
  const book = createCoinBook({ rankings, venue: marketData, listings, ...store });
  const fallback = createQuoteVolumeUniverse({ marketData, quote: "USDT" });
  const universe = createMarketCapUniverse({ book, marketData, quote: "USDT", fallback });
  const daily = createDailyUniverse(universe, { assets: 3, markets: MarketPatterns.parse({}) });
  return {
    exchange,
    book,
    daily,
    refresh: () => book.refresh({ nowMs: clock.now() }, NEVER_ABORTED),
    /** A slot, with what was asked asleep before it. */
    slot: async () => {
      await book.refresh({ nowMs: clock.now() }, NEVER_ABORTED);
      return daily.at(clock.now(), NEVER_ABORTED);
    },
    /** A slot by itself. */
    slotAlone: () => daily.at(clock.now(), NEVER_ABORTED),
    rows: async () => {
      const { ranking, identities } = await book.refresh({ nowMs: clock.now() }, NEVER_ABORTED);
      if (ranking === null) throw new Error("there is no ranking");
      const { markets, turnovers } = exchange;
      return universeRows({ ranking, identities, markets, turnovers, quote: "USDT" });
    },
  };
}

const asked = () => servers.coingecko.asked.length + servers.coinpaprika.asked.length;
const bothAnswer = (how: Parameters<typeof servers.coingecko.answer>[0]) => {
  servers.coingecko.answer(how);
  servers.coinpaprika.answer(how);
};
const todaysPrices = () => {
  servers.coingecko.answer(coinGeckoAnswer({ atMs: clock.now() }));
  servers.coinpaprika.answer(coinPaprikaAnswer({ atMs: clock.now() }));
};

describe("the universe by market cap", () => {
  test("is the best of the ranking that the exchange has, without what follows another asset, and says its basis", async () => {
    const { slot } = openDesk();
    expect(await slot()).toMatchObject({
      assets: ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
      basis: "market cap of CoinGecko, 0 min old",
      problem: null,
    });
  });

  test("asks a ranking once a UTC day while all is well, whatever the number of slots", async () => {
    const { slot, slotAlone, refresh } = openDesk();
    await slot();
    const once = asked();
    for (let i = 0; i < 20; i++) {
      clock.pass(SLOT_MS);
      await slot();
      await refresh();
    }
    expect(asked()).toBe(once);
    clock.pass(DAY_MS);
    todaysPrices();
    expect((await slotAlone()).basis).toBe("market cap of CoinGecko, 25 h old");
    expect(asked()).toBe(once);
    expect((await slot()).basis).toMatch(/^market cap of CoinGecko, \d min old$/);
    expect(asked()).toBeGreaterThan(once);
  });

  test("asks a ranking once for all desks on one store, which take up what one of them was told", async () => {
    const desks = Array.from({ length: 10 }, () => openDesk());
    await desks[0]?.refresh();
    const once = asked();
    clock.pass(DAY_MS);
    todaysPrices();
    await Promise.all(desks.map(({ refresh }) => refresh()));
    expect(asked()).toBe(2 * once);
    for (const { slot } of desks)
      expect(await slot()).toMatchObject({
        assets: ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
        basis: expect.stringContaining("CoinGecko, 0 min old"),
        problem: null,
      });
    expect(asked()).toBe(2 * once);
  });

  test("asks a ranking itself where another desk has died at it, once its turn is over", async () => {
    let nowMs = 0;
    store = createMemoryStore({ monotonicMs: () => nowMs });
    await store.leases.acquire("coins:exchange", 120_000, NEVER_ABORTED);
    const { refresh } = openDesk();
    expect((await refresh()).ranking).toBeNull();
    expect(asked()).toBe(0);
    nowMs += 120_000;
    expect((await refresh()).ranking).not.toBeNull();
  });

  test("is CoinPaprika's where CoinGecko does not answer, and says whose", async () => {
    servers.coingecko.answer(FAULTS["a web page"] ?? json({}));
    const { slot, refresh } = openDesk();
    expect(await slot()).toMatchObject({
      assets: ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
      basis: "market cap of CoinPaprika, 0 min old",
      problem: null,
    });
    expect((await refresh()).problems).toEqual([expect.stringContaining("coingecko answered with a web page")]);
  });

  const named = [
    "{}",
    "a web page",
    "cut JSON",
    "nothing",
    "HTTP 500",
    "a redirect",
    "stale",
    "HTTP 429",
    "a broken-off answer",
  ];
  const faultOf = (fault: string, atMs: number) =>
    fault === "{}"
      ? { coingecko: json({}), coinpaprika: json({}) }
      : fault === "stale"
        ? {
            coingecko: coinGeckoAnswer({ atMs: atMs - 3 * DAY_MS }),
            coinpaprika: coinPaprikaAnswer({ atMs: atMs - 3 * DAY_MS }),
          }
        : { coingecko: FAULTS[fault] ?? json({}), coinpaprika: FAULTS[fault] ?? json({}) };

  test.each(named)(
    "with both rankings at %s: the last one with its age, both named, asked again at each slot",
    async (fault) => {
      const { slot, refresh } = openDesk();
      await slot();
      clock.pass(DAY_MS);
      const broken = faultOf(fault, clock.now());
      servers.coingecko.answer(broken.coingecko);
      servers.coinpaprika.answer(broken.coinpaprika);
      for (let i = 0; i < 3; i++) {
        const before = asked();
        await refresh();
        const { assets, basis, problem } = await slot();
        expect(assets).toEqual(["BTC/USDT", "ETH/USDT", "SOL/USDT"]);
        expect(basis).toMatch(/^market cap of CoinGecko, 2\d h old$/);
        expect(problem?.toLowerCase()).toMatch(/coingecko.*coinpaprika/s);
        expect(asked()).toBeGreaterThanOrEqual(before + 2);
        // As long as a source asks for rest where it does not say how long.
        clock.pass(SLOT_MS);
      }
      todaysPrices();
      await refresh();
      expect(await slot()).toMatchObject({ problem: null, basis: expect.stringMatching(/CoinGecko, \d+ min old$/) });
    },
  );

  test.each(named)(
    "with both rankings at %s from the very start: quote volume, which is said, and the ranking as soon as it is there",
    async (fault) => {
      const broken = faultOf(fault, clock.now());
      servers.coingecko.answer(broken.coingecko);
      servers.coinpaprika.answer(broken.coinpaprika);
      const { slot } = openDesk(exchangeOf({ ...USUAL, PEPE: { ticker: "PEPE", turnover: 9 } }));
      const first = await slot();
      expect(first).toMatchObject({
        basis: "exchange quote volume in USDT",
        assets: ["PEPE/USDT", "BTC/USDT", "ETH/USDT"],
      });
      expect(first.problem).toMatch(
        /no ranking by market cap was ever had, so that traded value ranks: .*coingecko.*coinpaprika/is,
      );
      clock.pass(SLOT_MS);
      todaysPrices();
      expect(await slot()).toMatchObject({ basis: "market cap of CoinGecko, 0 min old", problem: null });
    },
  );

  test("waits no longer than the deadlines for servers that hang", async () => {
    bothAnswer(FAULTS["hang"] ?? json({}));
    const { slot } = openDesk();
    const first = slot();
    await servers.coingecko.wasAsked(1);
    clock.expire();
    await servers.coinpaprika.wasAsked(1);
    clock.expire();
    expect((await first).problem).toMatch(/coingecko did not answer within 10 s.*coinpaprika did not answer/s);
  });

  test("asks no ranking in a slot, whether there is one or not, however old it is", async () => {
    const { slot, slotAlone } = openDesk();
    expect(await slotAlone()).toMatchObject({
      basis: "exchange quote volume in USDT",
      problem: expect.stringContaining("no ranking by market cap is known yet"),
    });
    expect(asked()).toBe(0);
    await slot();
    bothAnswer(FAULTS["hang"] ?? json({}));
    clock.pass(9 * DAY_MS);
    expect(await slotAlone()).toMatchObject({ basis: "market cap of CoinGecko, 9 days old", assets: { length: 3 } });
  });

  test("stays with the old identities where the exchange does not say what its coins are, and says so", async () => {
    const { slot, refresh, exchange } = openDesk();
    await slot();
    clock.pass(DAY_MS);
    todaysPrices();
    exchange.state.failing = true;
    await refresh();
    const { assets, problem, basis } = await slot();
    expect(assets).toHaveLength(3);
    expect(problem).toContain("which coins exchange lists could not be read: the exchange is down.");
    expect(basis).toMatch(/CoinGecko, 0 min/);
    clock.pass(SLOT_MS);
    exchange.state.failing = false;
    await refresh();
    expect((await slot()).problem).toBeNull();
  });

  test("is quote volume, which is said, where it was never known which coins the exchange lists", async () => {
    const exchange = exchangeOf(USUAL);
    exchange.state.failing = true;
    expect(await openDesk(exchange).slot()).toMatchObject({
      basis: "exchange quote volume in USDT",
      problem: expect.stringContaining("which coins exchange lists is not known"),
      assets: { length: 3 },
    });
  });
});

describe("a price that runs while it is looked at", () => {
  const MINUTE_MS = 60_000;
  const link = async (desk: ReturnType<typeof openDesk>) => (await desk.refresh()).identities.get("LINK");
  const priceOf = (identity: Awaited<ReturnType<typeof link>>) => identity?.checks.find(({ id }) => id === "price");
  /** LINK stands `ratio` off the ranking at the exchange. */
  const off = (ratio: number) => ({ ...USUAL, LINK: { ticker: "LINK", priceUsd: testCoin("LINK").priceUsd * ratio } });
  const goOn = async (ms: number, bases: Readonly<Record<string, Listed>>) => {
    clock.pass(ms);
    todaysPrices();
    const desk = openDesk(exchangeOf(bases));
    await desk.book.load(clock.now(), NEVER_ABORTED);
    return desk;
  };

  test("is in doubt at the first look, not another coin: what was established stays, and nothing is sold for it", async () => {
    await link(openDesk());
    const found = await link(await goOn(DAY_MS, off(1.05)));
    expect(priceOf(found)).toMatchObject({ state: "unknown", evidence: expect.stringContaining("second look") });
    expect(found).toMatchObject({ asset: { id: "chainlink" }, priceOffSinceMs: expect.any(Number) });
  });

  test("is looked at again ten minutes later, not before, and then fits or is found not to", async () => {
    await link(openDesk());
    const desk = await goOn(DAY_MS, off(1.05));
    await desk.refresh();
    const once = asked();
    clock.pass(8 * MINUTE_MS);
    todaysPrices();
    await desk.refresh();
    expect(asked()).toBe(once);
    const fits = await goOn(3 * MINUTE_MS, USUAL);
    expect(priceOf(await link(fits))?.state).toBe("pass");
    expect((await link(fits))?.priceOffSinceMs).toBeUndefined();

    await link(await goOn(DAY_MS, off(1.05)));
    const still = await link(await goOn(11 * MINUTE_MS, off(1.05)));
    expect(priceOf(still)).toMatchObject({ state: "fail", severity: "critical" });
    expect(still?.priceOffSinceMs).toBeUndefined();
  });

  test("does not keep a coin in doubt by being off again and again", async () => {
    await link(openDesk());
    await link(await goOn(DAY_MS, off(1.05)));
    await link(await goOn(11 * MINUTE_MS, off(1.05)));
    expect(priceOf(await link(await goOn(HOUR_MS, off(1.05))))?.state).toBe("fail");
  });

  test("is looked at twice where another ranking answers at the first look", async () => {
    await link(openDesk());
    servers.coingecko.answer(json({}));
    clock.pass(DAY_MS);
    servers.coinpaprika.answer(coinPaprikaAnswer({ atMs: clock.now() }));
    const desk = openDesk(exchangeOf(off(1.05)));
    await desk.book.load(clock.now(), NEVER_ABORTED);
    const found = await link(desk);
    expect(desk.book.newest()?.ranking?.source).toBe("coinpaprika");
    expect(priceOf(found)).toMatchObject({ state: "unknown", evidence: expect.stringContaining("second look") });
    expect(found?.asset?.id).toBe(testCoin("LINK").coinpaprika);
    clock.pass(11 * MINUTE_MS);
    servers.coinpaprika.answer(coinPaprikaAnswer({ atMs: clock.now() }));
    expect(priceOf(await link(desk))?.state).toBe("fail");
  });

  test("saves no coin that was never established, which is looked at again within the hour", async () => {
    const desk = openDesk(exchangeOf(off(1.05)));
    expect(priceOf(await link(desk))).toMatchObject({ state: "fail", severity: "critical" });
    const once = asked();
    clock.pass(55 * MINUTE_MS);
    todaysPrices();
    await desk.refresh();
    expect(asked()).toBe(once);
    clock.pass(6 * MINUTE_MS);
    todaysPrices();
    await desk.refresh();
    expect(asked()).toBeGreaterThan(once);
  });

  test("saves no coin whose contract is another's, nor one whose word is over", async () => {
    await link(openDesk());
    const other = { ...USUAL, LINK: { ticker: "LINK", contract: `0x${"4".repeat(40)}`, priceUsd: 16 } };
    const named = await link(await goOn(DAY_MS, other));
    expect(named?.checks.filter(({ state, severity }) => state === "fail" && severity === "critical")).not.toEqual([]);
    await link(await goOn(DAY_MS, USUAL));
    expect(priceOf(await link(await goOn(4 * DAY_MS, off(1.05))))?.state).toBe("fail");
  });
});

describe("an answer that cannot be right as a whole", () => {
  const cut = () =>
    TEST_COINS.map((coin) =>
      ["USDC", "USDT"].includes(coin.ticker) ? coin : { ...coin, priceUsd: coin.priceUsd / 1000 },
    );
  const failed = async (desk: ReturnType<typeof openDesk>) =>
    [...(await desk.refresh()).identities.values()].filter(({ checks }) =>
      checks.some(({ state, severity }) => state === "fail" && severity === "critical"),
    );

  test("sells nothing, however often it is given, and is named: a ranking whose prices are cut by 1000", async () => {
    const desk = openDesk();
    await desk.refresh();
    clock.pass(DAY_MS);
    for (let look = 0; look < 9; look++) {
      servers.coingecko.answer(coinGeckoAnswer({ atMs: clock.now(), coins: cut() }));
      expect(await failed(desk)).toEqual([]);
      expect((await desk.refresh()).problems).toEqual([
        expect.stringMatching(/CoinGecko and exchange cannot both be right: 5 of the 6 /),
      ]);
      const link = desk.book.newest()?.identities.get("LINK");
      expect(link?.checks.find(({ id }) => id === "price")).toMatchObject({ state: "unknown" });
      clock.pass(look < 4 ? 11 * 60_000 : DAY_MS);
    }
    todaysPrices();
    const { problems, identities } = await desk.refresh();
    expect(problems).toEqual([]);
    expect(identities.get("LINK")?.checks.find(({ id }) => id === "price")?.state).toBe("pass");
  });

  test("sells nothing where an exchange gives every coin the contract of another", async () => {
    const desk = openDesk();
    await desk.refresh();
    clock.pass(DAY_MS);
    todaysPrices();
    const other = `0x${"4".repeat(40)}`;
    const swapped = Object.fromEntries(Object.keys(USUAL).map((ticker) => [ticker, { ticker, contract: other }]));
    const again = openDesk(exchangeOf(swapped));
    await again.book.load(clock.now(), NEVER_ABORTED);
    expect(await failed(again)).toEqual([]);
    expect(again.book.newest()?.problems.join()).toContain("cannot both be right");
  });

  test("hides no coin that alone is another's", async () => {
    await openDesk().refresh();
    clock.pass(DAY_MS);
    todaysPrices();
    const again = openDesk(exchangeOf({ ...USUAL, LINK: { ticker: "LINK", contract: `0x${"4".repeat(40)}` } }));
    await again.book.load(clock.now(), NEVER_ABORTED);
    expect((await failed(again)).map(({ base }) => base)).toEqual(["LINK"]);
  });
});

describe("what the exchange says of its coins", () => {
  test("is heard by the hour: transfers that it suspends are known without a new ranking", async () => {
    const exchange = exchangeOf(USUAL);
    const desk = openDesk(exchange);
    const stateOf = async () =>
      (await desk.refresh()).identities.get("LINK")?.checks.find(({ id }) => id === "transfers")?.state;
    expect(await stateOf()).toBe("pass");
    const once = asked();
    exchange.state.suspended = true;
    clock.pass(50 * 60_000);
    expect(await stateOf()).toBe("pass");
    clock.pass(15 * 60_000);
    expect(await stateOf()).toBe("unknown");
    exchange.state.suspended = false;
    clock.pass(HOUR_MS);
    expect(await stateOf()).toBe("pass");
    expect(asked()).toBe(once);
  });

  test("is not forgotten over a restart, nor where the exchange says nothing any more", async () => {
    const exchange = exchangeOf(USUAL);
    const desk = openDesk(exchange);
    await desk.refresh();
    exchange.state.suspended = true;
    clock.pass(HOUR_MS);
    await desk.refresh();
    const again = openDesk(exchange);
    await again.book.load(clock.now(), NEVER_ABORTED);
    const transfers = () =>
      again.book
        .newest()
        ?.identities.get("LINK")
        ?.checks.find(({ id }) => id === "transfers")?.state;
    expect(transfers()).toBe("unknown");
    exchange.state.silent = true;
    clock.pass(HOUR_MS);
    await again.refresh();
    expect(transfers()).toBe("unknown");
  });

  test("takes nothing back of what the look before it found wrong", async () => {
    servers.coingecko.answer(json({}));
    const { refresh } = openDesk();
    expect((await refresh()).problems).toEqual([expect.stringMatching(/coingecko/i)]);
    clock.pass(HOUR_MS);
    expect((await refresh()).problems).toEqual([expect.stringMatching(/coingecko/i)]);
  });

  test("stays as it was while the exchange is silent, which is said and asked again at the next look", async () => {
    const exchange = exchangeOf(USUAL);
    const desk = openDesk(exchange);
    await desk.refresh();
    exchange.state.failing = true;
    clock.pass(HOUR_MS);
    expect(await desk.refresh()).toMatchObject({
      problems: [expect.stringContaining("could not be read: the exchange is down.")],
    });
    exchange.state.failing = false;
    clock.pass(SLOT_MS);
    expect((await desk.refresh()).problems).toEqual([]);
  });
});

describe("a restart", () => {
  test("knows the newest ranking and identities at once, and asks nobody twice in a day", async () => {
    const first = await openDesk().refresh();
    const once = asked();
    clock.pass(SLOT_MS);
    const again = openDesk();
    expect(again.book.newest()).toBeNull();
    await again.book.load(clock.now(), NEVER_ABORTED);
    expect(again.book.newest()).toEqual({ ...first, coins: null });
    expect(await again.slot()).toMatchObject({ basis: "market cap of CoinGecko, 5 min old", problem: null });
    await again.refresh();
    expect(asked()).toBe(once);
  });

  test("with every source down goes on with what was kept, days later, and says how old it is", async () => {
    await openDesk().refresh();
    clock.pass(3 * DAY_MS);
    bothAnswer(json({}, 500));
    const again = openDesk();
    await again.book.load(clock.now(), NEVER_ABORTED);
    await again.refresh();
    const { assets, basis, problem } = await again.slot();
    expect([assets.length, basis]).toEqual([3, "market cap of CoinGecko, 3 days old"]);
    expect(problem).toMatch(/coingecko answered with HTTP 500.*coinpaprika answered with HTTP 500/s);
  });

  test("takes up nothing that was seen after its now (law 3), and nothing that it cannot read", async () => {
    await openDesk().refresh();
    const again = openDesk();
    await again.book.load(unixMs(START_MS - 1), NEVER_ABORTED);
    expect(again.book.newest()).toBeNull();
    const torn = { scope: "exchange", seenAtMs: unixMs(START_MS + 1), body: { source: "coingecko", identities: [{}] } };
    await store.snapshots.put("identities", [torn], NEVER_ABORTED);
    await again.book.load(unixMs(START_MS + 2), NEVER_ABORTED);
    expect(again.book.newest()).toMatchObject({ ranking: { source: "coingecko" }, identities: new Map() });
  });

  test("keeps every day's ranking with its source and time", async () => {
    const { refresh } = openDesk();
    await refresh();
    clock.pass(DAY_MS);
    servers.coingecko.answer(json({}));
    servers.coinpaprika.answer(coinPaprikaAnswer({ atMs: clock.now() }));
    await refresh();
    const range = { scope: null, fromMs: unixMs(0), nowMs: clock.now(), limit: 9 };
    const kept = await store.snapshots.list("ranking", range, NEVER_ABORTED);
    expect(kept.map(({ scope, seenAtMs }) => [scope, new Date(seenAtMs).toISOString().slice(0, 10)])).toEqual([
      ["coinpaprika", "2026-01-03"],
      ["coingecko", "2026-01-02"],
    ]);
  });
});

describe("the rows of the universe", () => {
  const rowsOf = async (bases: Readonly<Record<string, Listed>>) => {
    const rows = await openDesk(exchangeOf(bases)).rows();
    return (id: string) => rows.find((row) => row.id === id);
  };

  test("say of every ranked coin whether it is in, or why not", async () => {
    const row = await rowsOf({ ...USUAL, DOGE: { ticker: "DOGE", active: false } });
    expect(row("bitcoin")).toMatchObject({ rank: 1, symbol: "BTC/USDT", out: null });
    expect(row("usd-coin")).toMatchObject({ symbol: null, out: "stablecoin" });
    expect(row("staked-ether")).toMatchObject({ symbol: null, out: "wrapped or staked" });
    expect(row("ripple")).toMatchObject({ symbol: null, out: "no market that is surely its own" });
    expect(row("dogecoin")).toMatchObject({ symbol: "DOGE/USDT", out: "its market does not trade" });
  });

  test("do not take a market for the coin of its ticker where its contract is another token's", async () => {
    const row = await rowsOf({
      ...USUAL,
      LINK: { ticker: "LINK", contract: testCoin("UNI").contracts[0]?.contract ?? "" },
    });
    expect(row("chainlink")).toMatchObject({ out: expect.stringMatching(/not the coin by its venue contract/) });
  });

  test("do not take a market for the coin of its ticker where it costs something else", async () => {
    const row = await rowsOf({ ...USUAL, TON: { ticker: "TON", priceUsd: 0.004 } });
    expect(row("the-open-network")).toMatchObject({ out: expect.stringMatching(/not the coin by its price/) });
  });

  test("find a coin under the name it had before: MATIC of the exchange is POL of the ranking by its contract", async () => {
    const row = await rowsOf({ ...USUAL, MATIC: { ticker: "POL" } });
    expect(row("polygon-ecosystem-token")).toMatchObject({ ticker: "POL", symbol: "MATIC/USDT", out: null });
  });

  test("give a ticker that two coins share to the one whose contract and price it is", async () => {
    const namesake = TEST_COINS.find(({ ticker, kind }) => ticker === "TRUMP" && kind === "namesake");
    const large = testCoin("TRUMP");
    const row = await rowsOf({ ...USUAL, TRUMP: { ticker: "TRUMP" } });
    expect(row(large.coingecko)).toMatchObject({ symbol: "TRUMP/USDT", out: null });
    expect(row(namesake?.coingecko ?? "")).toMatchObject({ symbol: null, out: "no market that is surely its own" });
  });

  test("have one market a coin, the better traded one", async () => {
    const row = await rowsOf({ ...USUAL, MATIC: { ticker: "POL", turnover: 3 }, POL: { ticker: "POL", turnover: 9 } });
    expect(row("polygon-ecosystem-token")).toMatchObject({ symbol: "POL/USDT", out: null });
  });

  test("flag a price of a dollar and exclude nothing for it", async () => {
    const dear = { ...testCoin("PEPE"), priceUsd: 1.01 };
    servers.coingecko.answer(
      coinGeckoAnswer({ atMs: START_MS, coins: TEST_COINS.map((coin) => (coin.ticker === "PEPE" ? dear : coin)) }),
    );
    const row = await rowsOf({ ...USUAL, PEPE: { ticker: "PEPE", priceUsd: 1.01 } });
    expect(row("pepe")).toMatchObject({ out: null, flag: "its price is that of a dollar" });
    expect(row("bitcoin")?.flag).toBeNull();
  });
});
