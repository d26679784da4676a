// The coins that the local exchanges list, by what they cost and how much of them is traded in a day: orders of magnitude
// of the mid-2020s, nothing measured.
import { testCoin } from "#test/coins/coins.ts";
import { seedOf, unit } from "./price-path.ts";

export interface Listing {
  readonly base: string;
  readonly quote: string;
  /** Typical price, in quote. */
  readonly price: number;
  /** Traded value of 24 h, in quote. */
  readonly dayTurnover: number;
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minQuantity: string;
  readonly minNotional: string;
  /** Open of its first candle. */
  readonly listedMs: number;
  /** Listed, with candles, and not trading. */
  readonly halted: boolean;
}

export const symbolOf = ({ base, quote }: Listing): string => `${base}/${quote}`;

/** Base, best traded first; its typical price in US dollars is that of test/coins/coins.json, or the one written here. */
const COINS =
  "BTC ETH SOL XRP DOGE BNB ADA TRX LTC AVAX LINK SUI DOT BCH XLM HBAR UNI ATOM ETC FIL NEAR APT ICP ARB OP INJ " +
  "AAVE ALGO VET TON TAO RENDER GRT MKR LDO CRV IMX SAND MANA AXS THETA XTZ EOS FLOW CHZ=0.11 QNT ZEC DASH SNX=2.7 " +
  "COMP=56 ENJ=0.26 BAT=0.22 ZIL=0.023 YFI=7100 KAVA=0.66 ENS 1INCH=0.42 GALA DYDX SUSHI=1.03 PEPE SHIB BONK WIF " +
  "JUP PYTH TIA SEI RUNE KSM=27 ROSE=0.09 CELO=0.71 ANKR=0.029 BAL=3.1 ZRX=0.42 OCEAN=0.66 SKL=0.052 CTSI=0.17 " +
  "STORJ=0.51 BAND=1.4 API3=2.3 MASK=3.2 LPT=19 MINA=0.61 AR HNT=4.9 GMX=31 PENDLE RPL=19 SSV=34 BLUR=0.24 " +
  "MAGIC=0.53 AGLD=1.1 LQTY=1.05 RLC=2.1 NMR=21 TRB=92 UMA=2.8 KNC=0.58 LRC=0.21 POWR=0.27 REQ=0.13 SPELL=0.00074 " +
  "WOO=0.22 ACH=0.024 AUDIO=0.19 ICX=0.18 ONT=0.23 IOTX=0.046 HOT=0.0019 JASMY=0.027 CKB=0.013";

/** A name in Chinese, as the larger venues list one. */
export const NON_ASCII_BASE = "币安人生";
export const DEFAULT_LISTED_MS = Date.parse("2019-01-01T00:00:00Z");

const tenTo = (exponent: number): string =>
  exponent >= 0 ? String(10 ** exponent) : `0.${"0".repeat(-exponent - 1)}1`;

/** A listing with five significant digits of price, and a step worth about ten cents, at most one coin. */
export function listing(
  base: string,
  quote: string,
  price: number,
  rest: Partial<Omit<Listing, "base" | "quote" | "price">> = {},
): Listing {
  const stepSize = tenTo(Math.min(0, Math.max(-8, Math.floor(Math.log10(0.1 / price)))));
  return {
    base,
    quote,
    price,
    dayTurnover: 100_000,
    tickSize: tenTo(Math.floor(Math.log10(price)) - 4),
    stepSize,
    minQuantity: stepSize,
    minNotional: "5",
    listedMs: DEFAULT_LISTED_MS,
    halted: false,
    ...rest,
  };
}

/** About what one unit of a quote costs in US dollars. */
const DOLLARS: Readonly<Record<string, number>> = { USDT: 1, USD: 1, USDC: 1, EUR: 1.09, BTC: 64_000 };

export interface ListingsOptions {
  /** The venue's own quote: every coin trades in it. */
  readonly quote: string;
  /** Quotes of a few further rows, which a desk in `quote` must leave alone. */
  readonly otherQuotes: readonly string[];
  /** Whether the venue lists names outside ASCII. */
  readonly nonAscii: boolean;
}

/** 112 coins in the venue's quote, one of them halted; stablecoins and a wrapped coin; a few in other quotes. */
export function usualListings({ quote, otherQuotes, nonAscii }: ListingsOptions): readonly Listing[] {
  const coins = COINS.split(" ").map((word, rank) => {
    const [base = "", price] = word.split("=");
    // Falls with the rank; a tenth of noise keeps the order, and makes no two alike.
    const dayTurnover = Math.round((9e9 / (rank + 2) ** 1.6) * (1 + 0.1 * unit(seedOf(base), 30, 0)));
    return listing(base, quote, price === undefined ? testCoin(base).priceUsd : Number(price), { dayTurnover });
  });
  const stable = quote === "USDC" ? "USDT" : "USDC";
  const byDollars = (base: string, dollars: number, other: string, dayTurnover: number): Listing =>
    listing(base, other, dollars / (DOLLARS[other] ?? 1), { dayTurnover });
  return [
    ...coins,
    listing(stable, quote, 1, { dayTurnover: 1.6e9 }),
    ...(quote === "USD" ? [listing("USDT", quote, 1, { dayTurnover: 4e8 })] : []),
    listing("WBTC", quote, 63_950, { dayTurnover: 2e7 }),
    listing("LUNA", quote, 0.41, { dayTurnover: 5e8, halted: true }),
    ...(nonAscii ? [listing(NON_ASCII_BASE, quote, 0.12, { dayTurnover: 3e8 })] : []),
    ...otherQuotes.flatMap((other) => [
      byDollars("ETH", 3100, other, 6e8 / (DOLLARS[other] ?? 1)),
      byDollars("SOL", 148, other, 3e8 / (DOLLARS[other] ?? 1)),
    ]),
  ];
}
