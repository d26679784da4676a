// What the ten local exchanges say of their coins, through the product's own client.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { VenueCoin } from "#schemas/coin.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { chainOfNetwork } from "#toolkits/identity/chains.ts";
import { TESTED_VENUES } from "#toolkits/market/ccxt/venue-facts.ts";
import { type ListedCoin, moved, usualCoin } from "../../../exchanges/coins.ts";
import { type Exchange, startExchange } from "../../../exchanges/exchange.ts";
import { openVenueOn } from "../../../exchanges/open-venue.ts";
import type { Account } from "../../../exchanges/signatures.ts";
import { PROTOCOLS, protocolOf } from "../../../exchanges/venues.ts";
import { createWorld } from "../../../exchanges/world.ts";

const NOW_MS = unixMs(Date.parse("2026-11-29T12:00:00Z"));
const ACCOUNT: Account = { key: "read-only-key", secret: "a-secret-of-its-own", password: "third-word" };
const options = { signal: new AbortController().signal };
const LINK = "0x514910771af9ca656af840dff83e8264ecf986ca";
const BONK = "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263";

const exchanges = new Map<string, Exchange>();
const on = (id: string): Exchange => {
  const exchange = exchanges.get(id);
  if (exchange === undefined) throw new Error(`no exchange ${id}`);
  return exchange;
};
beforeAll(async () => {
  for (const protocol of PROTOCOLS) {
    const world = createWorld({ ...protocol, now: () => NOW_MS, account: ACCOUNT });
    exchanges.set(protocol.id, await startExchange(protocol, world));
  }
});
afterEach(() => {
  for (const { world, faults } of exchanges.values()) {
    world.coins.clear();
    faults.clear();
  }
});
afterAll(async () => {
  for (const exchange of exchanges.values()) await exchange.close();
});

const open = (id: string, keys: Account | null = ACCOUNT) => openVenueOn(on(id), id, keys === null ? {} : { keys });
async function coinsAt(id: string, keys?: Account | null) {
  const venue = await open(id, keys);
  return venue.listings.coins({ nowMs: NOW_MS }, options);
}
async function coinAt(id: string, code: string): Promise<VenueCoin> {
  const found = (await coinsAt(id))?.coins.find((coin) => coin.code === code);
  if (found === undefined) throw new Error(`${id} has no ${code}`);
  return found;
}
const list = (id: string, coin: Partial<ListedCoin> & Pick<ListedCoin, "code">): void => {
  on(id).world.coins.set(coin.code, { ...usualCoin(coin.code), ...coin });
};

const STATING = ["binance", "okx", "bybit", "kucoin", "gate", "mexc", "bitget"] as const;
const KEYED = ["binance", "okx", "bybit", "mexc"] as const;

describe.each(STATING)("the coins of %s", (id) => {
  it("come with their chains, contracts and whether they can be moved", async () => {
    list(id, {
      code: "LINK",
      networks: [
        moved("1", LINK.toUpperCase().replace("0X", "0x"), { withdrawals: false }),
        moved("56", LINK, { deposits: false }),
      ],
    });
    const link = await coinAt(id, "LINK");
    expect(link.networks.map(({ network: _, ...rest }) => rest)).toEqual([
      { chain: "1", contract: LINK, deposits: true, withdrawals: false },
      { chain: "56", contract: LINK, deposits: false, withdrawals: true },
    ]);
    expect((await coinAt(id, "BONK")).networks).toMatchObject([{ chain: "solana", contract: BONK }]);
    expect((await coinAt(id, "BTC")).networks).toMatchObject([{ chain: null, contract: null, deposits: true }]);
    expect((await coinAt(id, "TON")).networks).toMatchObject([{ chain: "ton", contract: null }]);
  });

  it("are every chain of the table under the exchange's own names for it", async () => {
    const chains = ["1", "56", "137", "42161", "10", "8453", "43114", "solana", "tron", "ton"];
    list(id, { code: "LINK", networks: chains.map((chain) => moved(chain, null)) });
    expect((await coinAt(id, "LINK")).networks.map(({ chain }) => chain)).toEqual(chains);
  });

  it("are dated, and say what the list states", async () => {
    expect(await coinsAt(id)).toMatchObject({ seenAtMs: NOW_MS, statesContracts: true, statesTransfers: true });
  });
});

it("says nothing of its coins where it has nothing to say", async () => {
  expect(await coinsAt("coinbase")).toBeNull();
});

it("knows of kraken whether a coin can be moved, and no contract", async () => {
  list("kraken", { code: "LINK", networks: [moved("1", LINK, { withdrawals: false })] });
  list("kraken", { code: "BTC", networks: [moved("Bitcoin", null, { deposits: false, withdrawals: false })] });
  expect(await coinsAt("kraken")).toMatchObject({ statesContracts: false, statesTransfers: true });
  const [link, btc, ada] = [
    await coinAt("kraken", "LINK"),
    await coinAt("kraken", "BTC"),
    await coinAt("kraken", "ADA"),
  ];
  expect(link.networks).toMatchObject([{ chain: null, contract: null, deposits: true, withdrawals: false }]);
  expect(btc.networks).toMatchObject([{ deposits: false, withdrawals: false }]);
  expect(ada.networks).toMatchObject([{ deposits: true, withdrawals: true }]);
});

it("knows contracts of hyperliquid's second chain where a coin has one, under the names of its markets", async () => {
  list("hyperliquid", { code: "LINK", networks: [moved("999", LINK)] });
  expect(await coinsAt("hyperliquid")).toMatchObject({ statesContracts: false, statesTransfers: false });
  expect((await coinAt("hyperliquid", "LINK")).networks).toMatchObject([
    { chain: "999", contract: LINK, deposits: null },
  ]);
  expect((await coinAt("hyperliquid", "ADA")).networks).toEqual([]);
});

describe.each(KEYED)("a key of %s", (id) => {
  it("is asked for nothing else, and nothing is read without one", async () => {
    const { requests } = on(id);
    const before = requests.length;
    expect(await coinsAt(id, null)).toBeNull();
    expect(requests.length).toBe(before);
    const venue = await open(id);
    await venue.markets(options);
    await venue.listings.coins({ nowMs: NOW_MS }, options);
    await venue.listings.lastPrices({ nowMs: NOW_MS }, options);
    const signed = requests.slice(before).filter(({ target, headers }) => {
      const text = `${target} ${JSON.stringify(headers)}`;
      return text.includes(ACCOUNT.key) || text.includes("signature=");
    });
    expect(signed.map(({ method, kinds }) => [method, kinds])).toEqual([["GET", ["coins"]]]);
    const all = requests
      .slice(before)
      .map(({ target, headers }) => `${target} ${JSON.stringify(headers)}`)
      .join("\n");
    expect(all).not.toContain(ACCOUNT.secret);
  });

  it.each([
    ["another key", { ...ACCOUNT, key: "not-this-one" }],
    ["another secret", { ...ACCOUNT, secret: "not-this-one" }],
  ])("that is %s is refused, and no word of it is repeated", async (_, keys) => {
    const error = await coinsAt(id, keys).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeepTraderError);
    expect(String(error)).toMatch(/list of coins.*DEEPTRADER_EXCHANGE_KEY/);
    expect((error as Error).cause).toBeUndefined();
  });

  it("is in no error, whatever the exchange repeats", async () => {
    const body = JSON.stringify({
      code: -2015,
      retCode: 10_003,
      msg: `bad key ${ACCOUNT.key} ${ACCOUNT.secret}`,
      retMsg: ACCOUNT.key,
    });
    for (const fault of [
      { kind: "body", body } as const,
      { kind: "status", status: 401, body } as const,
      { kind: "status", status: 429, body } as const,
      { kind: "status", status: 500, body } as const,
    ]) {
      on(id).faults.clear();
      on(id).faults.add({ fault, at: ["coins"] });
      const error = await coinsAt(id).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DeepTraderError);
      const said = `${String(error)} ${(error as Error).stack ?? ""} ${JSON.stringify(error)}`;
      for (const word of Object.values(ACCOUNT)) expect(said).not.toContain(word);
      expect((error as Error).cause).toBeUndefined();
    }
  });
});

it("says what is missing where a password belongs to the key", async () => {
  const venue = await openVenueOn(on("okx"), "okx", { keys: { ...ACCOUNT, password: null } });
  await expect(venue.listings.coins({ nowMs: NOW_MS }, options)).rejects.toThrow(/more than was given.*_PASSWORD/);
});

it("compares the end of a contract where okx shows no more of it", async () => {
  list("okx", {
    code: "LINK",
    networks: [moved("1", LINK.slice(-6)), moved("solana", BONK.slice(-6)), moved("1", "not an address")],
  });
  expect((await coinAt("okx", "LINK")).networks).toMatchObject([
    { chain: "1", contract: `…${LINK.slice(-6)}` },
    { chain: "solana", contract: `…${BONK.slice(-6)}` },
    { chain: null, contract: "not an address" },
  ]);
});

describe("marks", () => {
  it.each([
    ["okx", "delisting", "market"],
    ["bybit", "monitoring", "market"],
    ["kucoin", "monitoring", "market"],
    ["gate", "monitoring", "market"],
    ["gate", "delisting", "market"],
    ["gate", "delisting", "coin"],
    ["gate", "suspended", "coin"],
    ["mexc", "monitoring", "market"],
    ["mexc", "suspended", "market"],
    ["bitget", "delisting", "market"],
    ["coinbase", "suspended", "market"],
    ["binance", "suspended", "coin"],
  ] as const)("of %s: %s, on a %s", async (id, mark, of) => {
    list(id, { code: "LINK", marks: [mark] });
    const venue = await open(id);
    const { quote } = protocolOf(id);
    const markets = await venue.markets(options);
    const marked = (symbol: string) => markets.find((one) => one.symbol === symbol)?.marks ?? [];
    if (of === "market") expect(marked(`LINK/${quote}`)).toEqual([mark]);
    else expect((await coinAt(id, "LINK")).marks).toEqual([mark]);
    expect(marked(`ETH/${quote}`)).toEqual([]);
  });

  it("are what the table of exchanges has", () => {
    expect(TESTED_VENUES.filter(({ marks }) => marks.length === 0).map(({ id }) => id)).toEqual([
      "kraken",
      "hyperliquid",
    ]);
  });
});

describe.each(PROTOCOLS.map(({ id }) => id))("last prices of %s", (id) => {
  it("are those of the world, best traded first, in one request", async () => {
    const venue = await open(id);
    const markets = await venue.markets(options);
    const before = on(id).count("tickers");
    const prices = await venue.listings.lastPrices({ nowMs: NOW_MS }, options);
    expect(on(id).count("tickers") - before).toBe(1);
    expect(prices.size).toBeGreaterThan(100);
    expect(markets.length).toBeGreaterThanOrEqual(prices.size);
    expect([...prices.keys()][0]).toBe(`BTC/${protocolOf(id).quote}`);
    const btc = prices.get(
      markets.find(({ base, quote }) => base === "BTC" && quote === protocolOf(id).quote)?.symbol ??
        MarketSymbol.parse("BTC/USDT"),
    );
    expect(Math.abs((btc ?? 0) / 64_000 - 1)).toBeLessThan(0.3);
  });
});

it("leaves a coin out that cannot be read, and no more", async () => {
  const { faults } = on("kucoin");
  const venue = await open("kucoin");
  await venue.markets(options);
  let at = 0;
  faults.add({
    at: ["coins"],
    fault: {
      kind: "rows-changed",
      by: (row) => {
        at += 1;
        if (at === 1) return { ...row, chains: "ERC20" };
        return at === 2 ? { ...row, chains: ["ERC20"] } : row;
      },
    },
  });
  const coins = await venue.listings.coins({ nowMs: NOW_MS }, options);
  expect(coins?.coins.map(({ code }) => code).slice(0, 2)).toEqual(["ETH", "SOL"]);
});

it("takes a list most of which cannot be read for none", async () => {
  let at = 0;
  on("kucoin").faults.add({
    at: ["coins"],
    fault: {
      kind: "rows-changed",
      by: (row) => {
        at += 1;
        return at % 3 === 0 ? row : { ...row, chains: "ERC20" };
      },
    },
  });
  const venue = await open("kucoin");
  await expect(venue.listings.coins({ nowMs: NOW_MS }, options)).rejects.toThrow(/kucoin.*list of coins/);
});

it("takes no flag that is not there for open", async () => {
  on("gate").faults.add({
    at: ["coins"],
    fault: { kind: "rows-changed", by: (row) => ({ ...row, chains: [{ name: "ETH", addr: LINK }] }) },
  });
  expect((await coinAt("gate", "LINK")).networks).toMatchObject([{ deposits: null, withdrawals: null }]);
});

it("reads names of networks in the spellings of the exchanges", () => {
  expect(
    ["Optimism(OP)", "Avalanche C Chain(AVAX CCHAIN)", "Polygon (Bridged)", "PLASMA", "Ethereum(BEP20)", ""].map(
      chainOfNetwork,
    ),
  ).toEqual(["10", "43114", "137", null, null, null]);
});
