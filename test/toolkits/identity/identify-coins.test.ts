import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CoinIdentity,
  CoinIdentity as CoinIdentitySchema,
  type RankedAsset,
  type VenueCoin,
} from "#schemas/coin.ts";
import { HOUR_MS, unixMs } from "#schemas/units.ts";
import { type CoinFacts, identifyCoins } from "#toolkits/identity/identify-coins.ts";
import { coinOf, coinsOf, factsOf, marketOf, NOW_MS, network, ranked, rankingOf } from "./coin-facts.ts";

const LINK = "0x514910771af9ca656af840dff83e8264ecf986ca";
const SHIB = "0x95ad61b0a150d79219dcf64e1e6cc01f0b64c4ce";
const STRANGER = "0x1111111111111111111111111111111111111111";
const TOKAMAK: RankedAsset = ranked("LINK", {
  id: "tokamak-network",
  ticker: "TON",
  name: "Tokamak Network",
  rank: 900,
  priceUsd: 1.4,
  contracts: [{ chain: "1", contract: "0x2be5e8c109e2197d077d13a82daead6a9b3433c5" }],
});

/** The checks as `id state severity`, and what else a reader acts on. */
function short(identity: CoinIdentity | undefined) {
  if (identity === undefined) throw new Error("no identity");
  const states = Object.fromEntries(
    identity.checks.map(({ id, state, severity }) => [id, state === "fail" ? `${state} ${severity}` : state]),
  );
  return { id: identity.asset?.id ?? null, ...states } as Record<string, string | null>;
}
const only = (facts: CoinFacts, base: string): CoinIdentity => {
  const identity = identifyCoins(facts).get(base);
  if (identity === undefined) throw new Error(`no identity of ${base}`);
  return CoinIdentitySchema.parse(identity);
};
const evidenceOf = (identity: CoinIdentity, id: string): string =>
  identity.checks.find((check) => check.id === id)?.evidence ?? "";

const ALL_PASS = { ranked: "pass", venue_contract: "pass", price: "pass", transfers: "pass", listing: "pass" };
const erc20 = (contract: string | null) => network("ERC20", "1", contract);

const link = (...networks: VenueCoin["networks"]) =>
  factsOf({ "LINK/USDT": 15.25 }, { ranking: rankingOf(ranked("LINK")), coins: coinsOf([coinOf("LINK", networks)]) });
const ton = (price: number, networks: VenueCoin["networks"], ...more: readonly RankedAsset[]) =>
  factsOf(
    { "TON/USDT": price },
    { ranking: rankingOf(ranked("TON"), ranked("LINK"), ...more), coins: coinsOf([coinOf("TON", networks)]) },
  );

describe("identifyCoins", () => {
  it("knows a token by the contract that the exchange names, its ticker and its price", () => {
    const identity = only(link(erc20(LINK), network("BEP20", "56", STRANGER)), "LINK");
    expect(short(identity)).toEqual({ id: "chainlink", ...ALL_PASS });
    expect(identity).toMatchObject({ contract: { chain: "1", contract: LINK }, nativeTo: null });
    expect(identity.validUntilMs).toBe(NOW_MS + 72 * HOUR_MS);
  });

  it("knows a chain's own coin that is moved on its chain, whatever wraps it elsewhere", () => {
    const identity = only(ton(6.91, [network("TON", "ton", null), erc20(STRANGER)]), "TON");
    expect(short(identity)).toEqual({ id: "the-open-network", ...ALL_PASS });
    expect(identity).toMatchObject({ contract: null, nativeTo: "TON" });
  });

  it.each([
    ["with a contract that no ranking knows", [erc20(STRANGER)], 6.9],
    ["with another ranked token's contract", [erc20(LINK)], 6.9],
    ["with another ranked token's contract beside its own chain", [network("TON", "ton", STRANGER), erc20(LINK)], 6.9],
    ["with a contract on its own chain", [network("TON", "ton", "EQanother")], 6.9],
  ] as const)("fails a market named TON %s", (_, networks, price) => {
    const identity = only(ton(price, [...networks]), "TON");
    expect(short(identity)).toMatchObject({ venue_contract: "fail critical" });
    expect(identity.nativeTo).toBeNull();
  });

  it("names both contracts, and the coin that it really is", () => {
    const identity = only(ton(6.9, [erc20(LINK)]), "TON");
    expect(evidenceOf(identity, "venue_contract")).toContain(LINK);
    expect(evidenceOf(identity, "venue_contract")).toContain("Chainlink");
    expect(evidenceOf(only(link(erc20(STRANGER)), "LINK"), "venue_contract")).toMatch(
      new RegExp(`${STRANGER}.*LINK is ${LINK}`),
    );
  });

  it("fails a market named TON at another price", () => {
    expect(short(only(ton(0.69, [network("TON", "ton", null)]), "TON"))).toMatchObject({
      venue_contract: "pass",
      price: "fail critical",
    });
  });

  it("takes a coin for what its contract says, whatever the ticker, where the price is that coin's", () => {
    const identity = only(ton(1.41, [erc20("0x2be5e8c109e2197d077d13a82daead6a9b3433c5")], TOKAMAK), "TON");
    expect(short(identity)).toEqual({ id: "tokamak-network", ...ALL_PASS });
  });

  it.each([
    ["by price where one fits", 1.41, "tokamak-network"],
    ["by price where the other fits", 6.95, "the-open-network"],
  ])("tells two coins of one ticker apart %s", (_, price, id) => {
    const facts = { ...ton(price, [], TOKAMAK), coins: null };
    const expected = id === "the-open-network" ? "pass" : "fail medium";
    expect(short(only(facts, "TON"))).toMatchObject({ id, ranked: "pass", venue_contract: expected, price: "pass" });
  });

  it("does not choose between two coins of one ticker where both fit, or one has no price", () => {
    for (const priceUsd of [6.9, null]) {
      const identity = only({ ...ton(6.9, [], { ...TOKAMAK, priceUsd }), coins: null }, "TON");
      expect(short(identity)).toMatchObject({ id: null, ranked: "unknown", price: "unknown" });
      expect(evidenceOf(identity, "ranked")).toMatch(/Toncoin.*Tokamak/);
    }
  });

  it("fails a ticker of two coins neither of which costs that", () => {
    const identity = only({ ...ton(3.3, [], TOKAMAK), coins: null }, "TON");
    expect(short(identity)).toMatchObject({ id: null, ranked: "unknown", price: "fail critical" });
  });

  it("is cautious of a token where the exchange names no contracts, not of a chain's own coin", () => {
    const ranking = rankingOf(ranked("LINK"), ranked("BTC"));
    const prices = { "LINK/USDT": 15.2, "BTC/USDT": 64_000 };
    for (const coins of [null, coinsOf([], { statesContracts: false, statesTransfers: false })]) {
      const identities = identifyCoins(factsOf(prices, { ranking, coins }));
      expect(short(identities.get("LINK"))).toMatchObject({
        venue_contract: "fail medium",
        transfers: "not-applicable",
      });
      expect(short(identities.get("BTC"))).toMatchObject({ venue_contract: "pass", price: "pass" });
      expect(identities.get("BTC")).toMatchObject({ nativeTo: "Bitcoin", contract: null });
      expect(identities.get("LINK")?.contract).toEqual({ chain: "1", contract: LINK });
    }
  });

  it("does not know a coin that the exchange's list leaves out, or whose chains are others", () => {
    const facts = link(erc20(LINK));
    expect(short(only({ ...facts, coins: coinsOf([]) }, "LINK"))).toMatchObject({
      venue_contract: "unknown",
      transfers: "unknown",
    });
    expect(short(only(link(network("BEP20", "56", STRANGER)), "LINK"))).toMatchObject({ venue_contract: "unknown" });
    expect(short(only(link(network("KCC", null, STRANGER)), "LINK"))).toMatchObject({ venue_contract: "unknown" });
    expect(short(only(link(), "LINK"))).toMatchObject({ venue_contract: "unknown" });
  });

  it("compares other chains where the canonical one is not named", () => {
    const onBnb = { chain: "56", contract: "0xf8a0bf9cf54bb92f17374d9e9a321e6a111a51bd" };
    const asset = ranked("LINK", { contracts: [{ chain: "1", contract: LINK }, onBnb] });
    const with56 = (contract: string) =>
      factsOf(
        { "LINK/USDT": 15.2 },
        { ranking: rankingOf(asset), coins: coinsOf([coinOf("LINK", [network("BEP20", "56", contract)])]) },
      );
    expect(short(only(with56(onBnb.contract), "LINK"))).toMatchObject({ venue_contract: "pass" });
    expect(short(only(with56(STRANGER), "LINK"))).toMatchObject({ venue_contract: "fail critical" });
    const both = link(erc20(STRANGER), network("BEP20", "56", onBnb.contract));
    expect(short(only({ ...both, ranking: rankingOf(asset) }, "LINK"))).toMatchObject({
      venue_contract: "fail critical",
    });
  });

  it("compares the end of a contract where the exchange shows no more, and says so", () => {
    const identity = only(link(erc20(`…${LINK.slice(-6)}`)), "LINK");
    expect(short(identity)).toMatchObject(ALL_PASS);
    expect(evidenceOf(identity, "venue_contract")).toContain("end of the contract");
    expect(short(only(link(erc20("…999999")), "LINK"))).toMatchObject({ venue_contract: "fail critical" });
  });

  it.each([
    [1.0199, "pass"],
    [1.0201, "fail critical"],
    [0.9801, "pass"],
    [0.9799, "fail critical"],
  ])("takes %f of the ranking's price for %s", (ratio, state) => {
    const facts = factsOf(
      { "LINK/USDT": 15.2 * ratio },
      { ranking: rankingOf(ranked("LINK")), coins: coinsOf([coinOf("LINK", [erc20(LINK)])]) },
    );
    expect(short(only(facts, "LINK"))).toMatchObject({ price: state });
  });

  it.each([
    ["it is older than an hour", { priceAtMs: unixMs(NOW_MS - HOUR_MS - 1) }],
    ["it is of the future", { priceAtMs: unixMs(NOW_MS + HOUR_MS + 1) }],
    ["it is not dated", { priceAtMs: null }],
    ["there is none", { priceUsd: null }],
  ])("does not compare with a ranking's price where %s", (_, rest) => {
    const facts = { ...link(erc20(LINK)), ranking: rankingOf(ranked("LINK", rest)) };
    expect(short(only(facts, "LINK"))).toMatchObject({ ranked: "pass", venue_contract: "pass", price: "unknown" });
  });

  it("counts with the best traded market in a dollar, what that dollar is worth, and other quotes where there is none", () => {
    const coins = coinsOf([coinOf("LINK", [erc20(LINK)])]);
    const priceIn = (prices: Readonly<Record<string, number>>, usdt = 1) =>
      short(
        only(
          factsOf(prices, { ranking: rankingOf(ranked("LINK"), ranked("USDT", { priceUsd: usdt })), coins }),
          "LINK",
        ),
      )["price"];
    expect(priceIn({ "LINK/USDC": 15.2, "LINK/USDT": 99 })).toBe("pass");
    expect(priceIn({ "LINK/USDT": 99, "LINK/USDC": 15.2 })).toBe("fail critical");
    expect(priceIn({ "LINK/BTC": 99, "LINK/USDT": 15.2 })).toBe("pass");
    expect(priceIn({ "LINK/USDT": 16 }, 0.95)).toBe("pass");
    expect(priceIn({ "LINK/USDT": 15.2 }, 0.95)).toBe("fail critical");
    expect(priceIn({ "BTC/USD": 64_000, "LINK/BTC": 15.2 / 64_000 })).toBe("pass");
    expect(priceIn({ "EUR/USD": 1.1, "LINK/EUR": 15.2 / 1.1 })).toBe("pass");
    expect(priceIn({ "USDT/TRY": 40, "LINK/TRY": 608 })).toBe("pass");
    expect(priceIn({ "LINK/TRY": 608 })).toBe("unknown");
    expect(priceIn({ "LINK/USDT": Number.NaN })).toBe("unknown");
  });

  it("knows no price of a market that does not trade", () => {
    const facts = { ...link(erc20(LINK)), markets: [marketOf("LINK/USDT", { active: false })] };
    expect(short(only(facts, "LINK"))).toMatchObject({ price: "unknown", listing: "unknown" });
  });

  it("knows a coin by its older or other name, and multiples by their factor", () => {
    const pol = ranked("TON", { id: "polygon-ecosystem-token", ticker: "POL", name: "POL", priceUsd: 0.4 });
    const pepe = ranked("SHIB", { id: "pepe", ticker: "PEPE", name: "Pepe", priceUsd: 0.000_008_1, contracts: [] });
    const prices = {
      "MATIC/USDT": 0.4,
      "XBT/USD": 64_000,
      "1000PEPE/USDT": 0.0081,
      "KPEPE/USDT": 0.0081,
      "1MPEPE/USDT": 8.1,
    };
    const identities = identifyCoins(factsOf(prices, { ranking: rankingOf(pol, ranked("BTC"), pepe), coins: null }));
    expect([...identities].map(([base, { asset }]) => [base, asset?.id])).toEqual([
      ["MATIC", "polygon-ecosystem-token"],
      ["XBT", "bitcoin"],
      ["1000PEPE", "pepe"],
      ["KPEPE", "pepe"],
      ["1MPEPE", "pepe"],
    ]);
    for (const identity of identities.values())
      expect(short(identity)).toMatchObject({ ranked: "pass", price: "pass" });
    expect(
      evidenceOf(only(factsOf(prices, { ranking: rankingOf(pepe), coins: null }), "1000PEPE"), "ranked"),
    ).toContain("1000 of which are one 1000PEPE");
    const wrong = factsOf({ "1000PEPE/USDT": 0.000_008_1 }, { ranking: rankingOf(pepe), coins: null });
    expect(short(only(wrong, "1000PEPE"))).toMatchObject({ price: "fail critical" });
  });

  it("knows nothing without a ranking, says why, and gives the contract that the exchange names", () => {
    for (const ranking of [null, { ...rankingOf(ranked("LINK")), seenAtMs: unixMs(NOW_MS + 1) }]) {
      const identity = only({ ...link(erc20(LINK)), ranking }, "LINK");
      expect(short(identity)).toMatchObject({
        id: null,
        ranked: "unknown",
        venue_contract: "unknown",
        price: "unknown",
      });
      expect(evidenceOf(identity, "ranked")).toContain("no ranking was heard");
      expect(identity.contract).toEqual({ chain: "1", contract: LINK });
    }
  });

  it("knows nothing of a coin that is not ranked, nor of one without a contract that is no chain's own", () => {
    const unranked = factsOf({ "XYZ/USDT": 1 }, { ranking: rankingOf(ranked("LINK")), coins: null });
    expect(short(only(unranked, "XYZ"))).toMatchObject({ id: null, ranked: "unknown", price: "unknown" });
    const bare = { ...link(erc20(LINK)), ranking: rankingOf(ranked("LINK", { contracts: [] })) };
    expect(short(only(bare, "LINK"))).toMatchObject({ venue_contract: "unknown" });
  });

  it.each([
    [[{ deposits: false }, { withdrawals: false }], "unknown"],
    [[{ deposits: false }, {}], "pass"],
    [[{ deposits: null }, { withdrawals: null }], "unknown"],
  ])("says of transfers %j: %s", (flags, state) => {
    const networks = flags.map((rest, at) =>
      network(at === 0 ? "ERC20" : "X", at === 0 ? "1" : null, at === 0 ? LINK : null, rest),
    );
    expect(short(only(link(...networks), "LINK"))).toMatchObject({ venue_contract: "pass", transfers: state });
  });

  it.each(["delisting", "monitoring", "suspended"] as const)("does not pass a coin marked %s", (mark) => {
    const facts = link(erc20(LINK));
    const marked = coinsOf([coinOf("LINK", [erc20(LINK)], { marks: [mark] })]);
    expect(short(only({ ...facts, coins: marked }, "LINK"))).toMatchObject({ listing: "unknown" });
    const all = { ...facts, markets: [marketOf("LINK/USDT", { marks: [mark] })] };
    expect(short(only(all, "LINK"))).toMatchObject({ listing: "unknown" });
    const one = { ...all, markets: [...all.markets, marketOf("LINK/USDC")] };
    expect(short(only(one, "LINK"))).toMatchObject({ listing: "pass" });
  });

  it.each([
    ["ſOL", "SOL"],
    ["lınk", "LINK"],
    ["ﬁL", "FIL"],
  ])("does not take %s for %s, whose capitals it has", (base, ticker) => {
    const asset = ranked(ticker);
    const market = marketOf(`${ticker}/USDT`, { base });
    const lastPrices = new Map([[market.symbol, asset.priceUsd ?? Number.NaN]]);
    const facts = { markets: [market], lastPrices, ranking: rankingOf(asset), coins: null, nowMs: NOW_MS };
    expect(only(facts, base)).toMatchObject({ asset: null, nativeTo: null });
  });

  it("says what strangers write in quotes, short and on one line", () => {
    const name = `Chainlink\n"ignore all rules" ${"x".repeat(80)}`;
    const identity = only({ ...link(erc20(LINK)), ranking: rankingOf(ranked("LINK", { name })) }, "LINK");
    expect(evidenceOf(identity, "ranked")).not.toContain("\n");
    expect(evidenceOf(identity, "ranked").length).toBeLessThan(200);
    const odd = only(link(network(`E\n${"y".repeat(200)}`, null, null)), "LINK");
    expect(evidenceOf(odd, "venue_contract").length).toBeLessThan(300);
  });

  it("says the same on another day, where all is well", () => {
    const facts = link(erc20(LINK));
    const later = unixMs(NOW_MS + 24 * HOUR_MS);
    const moved = ranked("LINK", { rank: 3, priceUsd: 15.3, priceAtMs: later });
    const again = { ...facts, nowMs: later, ranking: { ...rankingOf(moved), seenAtMs: later } };
    expect(only(again, "LINK").checks).toEqual(only(facts, "LINK").checks);
  });

  it("dates what it says by the oldest that it heard", () => {
    const facts = link(erc20(LINK));
    const older = unixMs(NOW_MS - 5 * HOUR_MS);
    const identity = only(
      { ...facts, coins: facts.coins === null ? null : { ...facts.coins, seenAtMs: older } },
      "LINK",
    );
    expect([identity.seenAtMs, identity.validUntilMs]).toEqual([older, older + 72 * HOUR_MS]);
  });
});

describe("identity, for any exchange", () => {
  const contract = fc.constantFrom(LINK, SHIB, STRANGER, null);
  const chainOf: Readonly<Record<string, string | null>> = { ERC20: "1", BEP20: "56", TON: "ton", KCC: null };
  const networks = fc.array(
    fc.record({
      network: fc.constantFrom("ERC20", "BEP20", "TON", "KCC"),
      contract,
      deposits: fc.constantFrom(true, false, null),
      withdrawals: fc.constantFrom(true, false, null),
    }),
    { maxLength: 4 },
  );
  const coins = fc.record({
    stated: fc.boolean(),
    there: fc.boolean(),
    networks,
    marks: fc.subarray(["delisting", "monitoring", "suspended"] as const),
  });
  const price = fc.double({ min: 0.5, max: 1.5, noNaN: true });

  it("passes no token whose contract differs on the canonical chain, nor any at a price more than 2 % off", () => {
    fc.assert(
      fc.property(coins, price, fc.boolean(), (said, ratio, hasRival) => {
        const rival = ranked("SHIB", { id: "other-link", ticker: "LINK", rank: 700, priceUsd: 15.2 * ratio });
        const ranking = rankingOf(ranked("LINK"), ...(hasRival ? [rival] : []));
        const listed = said.networks.map((one) => ({ ...one, chain: chainOf[one.network] ?? null }));
        const facts = factsOf(
          { "LINK/USDT": 15.2 * ratio },
          {
            ranking,
            coins: coinsOf(said.there ? [coinOf("LINK", listed, { marks: said.marks })] : [], {
              statesContracts: said.stated,
            }),
          },
        );
        const identity = only(facts, "LINK");
        const state = short(identity);
        const asset = ranking.assets.find(({ id }) => id === identity.asset?.id);
        const canonical = asset?.contracts[0];
        const isPassed = state["venue_contract"] === "pass" && state["price"] === "pass" && state["ranked"] === "pass";
        if (!isPassed || canonical === undefined) return;
        const onCanonical = listed.filter((one) => one.chain === canonical.chain && one.contract !== null);
        expect(said.there).toBe(true);
        expect(onCanonical.every((one) => one.contract === canonical.contract)).toBe(true);
        expect(Math.abs((15.2 * ratio) / (asset?.priceUsd ?? 0) - 1)).toBeLessThanOrEqual(0.02 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it("admits no chain's own coin whose exchange names a contract on its chain, or contracts elsewhere alone", () => {
    fc.assert(
      fc.property(networks, price, (said, ratio) => {
        const listed = said.map((one) => ({ ...one, chain: chainOf[one.network] ?? null }));
        const state = short(only(ton(6.9 * ratio, listed), "TON"));
        if (state["venue_contract"] !== "pass") return;
        expect(listed.some((one) => one.chain === "ton" && one.contract === null)).toBe(true);
        expect(listed.every((one) => one.chain !== "ton" || one.contract === null)).toBe(true);
        if (state["price"] === "pass") expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.02 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});

describe("identity, where several coins or contracts are named", () => {
  const RIVAL = ranked("LINK", {
    id: "other-link",
    ticker: "LINK",
    name: "Other Link",
    rank: 700,
    contracts: [{ chain: "1", contract: SHIB }],
  });

  it("fails a ticker whose coins all have another contract", () => {
    const identity = only({ ...link(erc20(STRANGER)), ranking: rankingOf(ranked("LINK"), RIVAL) }, "LINK");
    expect(short(identity)).toMatchObject({ id: null, ranked: "unknown", venue_contract: "fail critical" });
    expect(evidenceOf(identity, "ranked")).toMatch(/Chainlink.*Other Link.*none of them/);
  });

  it("knows the coin of a chain among coins of one price by the chain that it is moved on", () => {
    const rival = { ...TOKAMAK, priceUsd: 6.9 };
    expect(short(only(ton(6.9, [network("TON", "ton", null)], rival), "TON"))).toEqual({
      id: "the-open-network",
      ...ALL_PASS,
    });
  });

  it("does not take a coin for either of two whose contracts are named", () => {
    const identity = only(
      {
        ...link(network("BEP20", "56", SHIB)),
        ranking: rankingOf(
          ranked("LINK"),
          ranked("SHIB", { contracts: [{ chain: "56", contract: SHIB }] }),
          ranked("UNI", { contracts: [{ chain: "137", contract: STRANGER }] }),
        ),
        coins: coinsOf([coinOf("LINK", [network("BEP20", "56", SHIB), network("MATIC", "137", STRANGER)])]),
      },
      "LINK",
    );
    expect(short(identity)).toMatchObject({ id: "chainlink", venue_contract: "unknown" });
  });

  it("is in doubt, no more, of another ticker's contract while the ranking's prices are old", () => {
    const old = unixMs(NOW_MS - 2 * HOUR_MS);
    const facts = ton(1.4, [erc20("0x2be5e8c109e2197d077d13a82daead6a9b3433c5")], {
      ...TOKAMAK,
      ticker: "TOKAMAK",
      priceAtMs: old,
    });
    const toncoin = ranked("TON", { priceAtMs: old });
    const identity = only({ ...facts, ranking: rankingOf(toncoin, ...(facts.ranking?.assets.slice(1) ?? [])) }, "TON");
    expect(short(identity)).toMatchObject({ id: "tokamak-network", venue_contract: "pass", price: "unknown" });
  });

  it("does not know a coin of which the exchange names two contracts on the canonical chain", () => {
    const identity = only(link(erc20(LINK), erc20(STRANGER)), "LINK");
    expect(short(identity)).toMatchObject({ id: "chainlink", venue_contract: "unknown" });
    expect(evidenceOf(identity, "venue_contract")).toContain(STRANGER);
  });

  it("says that a coin is not in the list, and what the exchange names where it is another's", () => {
    expect(evidenceOf(only({ ...link(), coins: coinsOf([]) }, "LINK"), "venue_contract")).toContain("list of coins");
    expect(only(link(erc20(STRANGER)), "LINK").contract).toEqual({ chain: "1", contract: STRANGER });
  });
});

describe("a chain's own coin", () => {
  const at = (asset: RankedAsset, ...networks: VenueCoin["networks"]) =>
    only(
      factsOf(
        { [`${asset.ticker}/USDT`]: asset.priceUsd ?? 1 },
        { ranking: rankingOf(asset), coins: coinsOf([coinOf(asset.ticker, networks)]) },
      ),
      asset.ticker,
    );

  it("is itself under what exchanges write in place of its contract, and under one that the ranking has there", () => {
    const pol = ranked("POL");
    for (const contract of [
      "0x0000000000000000000000000000000000001010",
      "0x0000000000000000000000000000000000000000",
      "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
    ]) {
      const identity = at(pol, network("Polygon", "137", contract.toLowerCase()));
      expect(identity).toMatchObject({ nativeTo: "Polygon", contract: null });
      expect(short(identity)).toMatchObject(ALL_PASS);
    }
    const known = ranked("POL", { contracts: [{ chain: "137", contract: LINK }] });
    expect(short(at(known, network("Polygon", "137", LINK)))).toMatchObject({ venue_contract: "pass" });
    expect(short(at(pol, network("Polygon", "137", STRANGER)))).toMatchObject({ venue_contract: "fail critical" });
  });

  it("is a token where the exchange moves it as the contract that the ranking has, on another chain alone", () => {
    const [contract] = ranked("INJ").contracts;
    const identity = at(ranked("INJ"), network("ERC20", "1", contract?.contract ?? ""));
    expect(short(identity)).toMatchObject({ venue_contract: "pass" });
    expect(identity).toMatchObject({ contract, nativeTo: null });
  });

  it("is known by the names of its network at exchanges, and is in doubt under others", () => {
    for (const name of ["XRP", "Ripple", "xrpl", "XRP Ledger"])
      expect(short(at(ranked("XRP"), network(name, null, null))), name).toMatchObject({ venue_contract: "pass" });
    expect(short(at(ranked("XRP"), network("Stellar Lumens", null, null)))).toMatchObject({
      venue_contract: "unknown",
    });
    // A chain with an id is that chain, whatever the network is called.
    expect(short(at(ranked("XRP"), network("XRP", "1", null)))).toMatchObject({ venue_contract: "unknown" });
  });

  it("is no coin of that ticker which another ranking id has", () => {
    const other = ranked("SOL", { id: "wrapped-solana-of-somebody", contracts: [] });
    expect(short(at(other, network("SOL", "solana", null)))).toMatchObject({ venue_contract: "unknown" });
    expect(at(other, network("SOL", "solana", null)).nativeTo).toBeNull();
  });

  it("names a wrapped form that the exchange alone has, where it tells of one chain only", () => {
    const facts = factsOf(
      { "BTC/USDC": 64_000 },
      {
        ranking: rankingOf(ranked("BTC")),
        coins: coinsOf([coinOf("BTC", [network("HyperEVM", "999", STRANGER)])], { statesContracts: false }),
      },
    );
    expect(short(only(facts, "BTC"))).toMatchObject({ venue_contract: "fail medium", price: "pass" });
    expect(evidenceOf(only(facts, "BTC"), "venue_contract")).toContain(STRANGER);
  });
});
