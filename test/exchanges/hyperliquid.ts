// Hyperliquid spot. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint : one path, POST, the type of the
// question in its body. Markets and prices come in one answer, without bid and ask; the book of one market has them. Candles of
// a range, oldest first, both ends inclusive, only the newest 5000 of a market; the venue has no state of a market.

import { type Listing, symbolOf } from "./listings.ts";
import { decimalsOf, findBy, lengths, ok, type Protocol, textOf } from "./protocol.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 5000;
const lengthOf = lengths("1m 5m 15m 1h 4h 1d");

/** PURR/USDC has its name for historical reasons, all others are numbered: @3. The first listing plays PURR's part. */
const coinOf =
  (view: View) =>
  (one: Listing): string => {
    const at = view.numbered.indexOf(one);
    return at === 0 ? symbolOf(one) : `@${at}`;
  };

interface Question {
  readonly type?: string;
  readonly coin?: string;
  readonly req?: {
    readonly coin: string;
    readonly interval: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}

/** Tokens are numbered too; the quote is the first. */
const tokensOf = (view: View): readonly string[] => [
  ...new Set(["USDC", ...view.numbered.flatMap(({ base, quote }) => [quote, base])]),
];

/** Of its own second chain, the HyperEVM. */
function evmContract(name: string, view: View) {
  const contract = view.coin(name).networks.find(({ chain }) => chain === "999")?.contract;
  return contract == null ? null : { address: contract, evm_extra_wei_decimals: 10 };
}

function meta(view: View) {
  const tokens = tokensOf(view);
  const stepOf = new Map(view.numbered.map((one) => [one.base, decimalsOf(one.stepSize)]));
  return {
    tokens: tokens.map((name, index) => ({
      name,
      szDecimals: Math.min(8, stepOf.get(name) ?? 8),
      weiDecimals: 8,
      index,
      tokenId: `0x${index.toString(16).padStart(32, "0")}`,
      isCanonical: index < 2,
      evmContract: evmContract(name, view),
      fullName: null,
    })),
    universe: view.listings.map((one) => ({
      name: coinOf(view)(one),
      tokens: [tokens.indexOf(one.base), tokens.indexOf(one.quote)],
      index: view.numbered.indexOf(one),
      isCanonical: view.numbered[0] === one,
    })),
  };
}

function context(one: Listing, view: View) {
  const { last, open, bid, turnover } = view.quote(one);
  return {
    prevDayPx: textOf(open),
    dayNtlVlm: turnover === null ? null : textOf(turnover),
    markPx: textOf(last),
    midPx: bid === null ? null : textOf(last),
    circulatingSupply: "1000000000.0",
    coin: coinOf(view)(one),
    totalSupply: "1000000000.0",
    dayBaseVlm: textOf(one.dayTurnover / last),
  };
}

const PERPETUALS = [
  { universe: [{ szDecimals: 5, name: "BTC", maxLeverage: 40 }], collateralToken: 0 },
  [
    {
      funding: "0.0000125",
      openInterest: "31000.1",
      prevDayPx: "64010.0",
      dayNtlVlm: "3100000000.0",
      premium: "0.0001",
      oraclePx: "64020.0",
      markPx: "64018.0",
      midPx: "64018.5",
      impactPxs: ["64018.0", "64019.0"],
    },
  ],
];

function candles(question: NonNullable<Question["req"]>, view: View) {
  const one = findBy(view, coinOf(view), question.coin);
  const lengthMs = lengthOf(question.interval);
  // What it does not know is an error of its server, without a word.
  if (one === undefined || lengthMs === undefined) return { status: 500, body: null };
  const fromMs = Math.max(question.startTime, view.nowMs - MOST_ROWS * lengthMs);
  const rows = view.page(one, { lengthMs, fromMs, toMs: question.endTime, limit: MOST_ROWS, keep: "newest" });
  return ok(
    rows.map((row) => ({
      t: row.openMs,
      T: row.openMs + lengthMs - 1,
      s: question.coin,
      i: question.interval,
      o: textOf(row.open),
      c: textOf(row.close),
      h: textOf(row.high),
      l: textOf(row.low),
      v: textOf(row.volume),
      n: 42,
    })),
  );
}

function book(coin: string, view: View) {
  const one = findBy(view, coinOf(view), coin);
  if (one === undefined) return { status: 500, body: null };
  const { bid, ask, atMs } = view.quote(one);
  const side = (price: number | null) => (price === null ? [] : [{ px: textOf(price), sz: "7.1", n: 2 }]);
  return ok({ coin, levels: [side(bid), side(ask)], time: atMs });
}

const questionOf = (body: unknown): Question => (typeof body === "object" && body !== null ? body : {});

export const hyperliquid: Protocol = {
  id: "hyperliquid",
  quote: "USDC",
  otherQuotes: ["USDT"],
  nonAscii: false,
  tickMoves: true,
  kindsOf({ body }) {
    switch (questionOf(body).type) {
      case "candleSnapshot":
        return ["candles"];
      case "l2Book":
        return ["tickers"];
      case "exchangeStatus":
        return ["time"];
      case "spotMetaAndAssetCtxs":
        return ["markets", "tickers"];
      case "spotMeta":
        return ["markets", "coins"];
      default:
        return ["markets"];
    }
  },
  answer({ path, body }, view) {
    const question = questionOf(body);
    if (path !== "/info") return { status: 404, body: null };
    switch (question.type) {
      case "exchangeStatus":
        return ok({ specialStatuses: null, time: view.nowMs });
      case "spotMeta":
        return ok(meta(view));
      case "spotMetaAndAssetCtxs":
        return ok([meta(view), view.numbered.map((one) => context(one, view))]);
      case "metaAndAssetCtxs":
        return ok(PERPETUALS);
      case "perpDexs":
        return ok([null]);
      case "candleSnapshot":
        return question.req === undefined ? { status: 422, body: null } : candles(question.req, view);
      case "l2Book":
        return book(question.coin ?? "", view);
      default:
        return { status: 422, body: null };
    }
  },
};
