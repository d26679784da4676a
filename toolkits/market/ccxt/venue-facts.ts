// Floor 2. An exchange's id → what is known of it, by venues.json: how it pages, what it may be asked, what its answers look
// like. Of an exchange that is not in the table only what ccxt says is known, and that is said.
import { z } from "zod";
import { VenueMark } from "#schemas/coin.ts";
import { Money } from "#schemas/money.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import table from "./venues.json" with { type: "json" };

const rows = z.int().positive();
const ms = z.number().positive();

/** How candles are asked for. */
const CandleFacts = z.strictObject({
  /** The most rows of one answer that the exchange really gives. */
  pageRows: rows,
  /** The same for single timeframes. */
  pageRowsOf: z.partialRecord(z.enum(TIMEFRAMES), rows).default({}),
  /** Rows of one answer that reaches back more than so many days. */
  older: z.strictObject({ days: z.int().positive(), pageRows: rows }).nullable().default(null),
  /** Rows that exist of a timeframe at all; null: more than anything here asks for. */
  keepsRows: rows.nullable().default(null),
  /** One request of candles in so many milliseconds, by ccxt's own limiter. */
  paceMs: ms,
  /** Whether a candle that opens at the end of a range belongs to it; `none`: no end is sent. */
  end: z.enum(["inclusive", "exclusive", "none", "unknown"]),
  /** The end of a range is stated by us, since ccxt's own loses the newest candle. */
  sendsEnd: z.boolean().default(false),
  /** An answer that reaches to now ends with the candle that is still forming. */
  forming: z.boolean(),
  /** A time without trades has candles too, so that an answer without any candle is none. */
  quiet: z.boolean(),
  missing: z.array(z.enum(TIMEFRAMES)).default([]),
  /** Those of many markets are told over one connection, which was tried on a server of its protocol. */
  streams: z.boolean().default(false),
});

/** What an answer with status 200 must hold at `at`, a path such as `result.list`; "" is the answer itself. */
const AnswerShape = z.strictObject({
  of: z.enum(["candles", "tickers", "prices", "markets", "coins", "time"]),
  /** Part of the URL's path; with `ends` its end. */
  path: z.string(),
  ends: z.boolean().default(false),
  /** Part of the URL's query. */
  query: z.string().optional(),
  /** Part of the body of the request, where all requests have one URL. */
  asks: z.string().optional(),
  /** `listIn`: a record, one of whose values is a list. */
  is: z.enum(["list", "listIn", "record", "number"]),
  at: z.string(),
  /** Entries of a list or record. */
  atLeast: z.int().nonnegative().default(0),
  /** What each entry must have as a number: of a text ccxt makes a number of its own (a tick of 10 of kraken's decimals). */
  numbers: z.array(z.string()).default([]),
});
export type AnswerShape = z.infer<typeof AnswerShape>;

/** A field of an entry, and its values, as text, that mean yes and no; any other says nothing. */
const YesOrNo = z.strictObject({
  field: z.string(),
  yes: z.array(z.string()).default(["true"]),
  no: z.array(z.string()).default(["false"]),
});
export type YesOrNo = z.infer<typeof YesOrNo>;

/** What its list of coins says. */
const CoinFacts = z.strictObject({
  /** `key`: to whom has a key that may read, and to nobody else. */
  told: z.enum(["anyone", "key"]),
  /** Where an entry has its networks; "": it is the list of them; null: what it says, it says of all. */
  networks: z.string().nullable().default(null),
  /** Fields of a network that name it, the first one for people. */
  network: z.array(z.string()).default([]),
  /** The name of the network that all its coins have, where the entry names none. */
  networkName: z.string().default("every network"),
  contract: z.string().nullable().default(null),
  /** Contracts are those of one chain of its own: that it names none says nothing. */
  ofOneChain: z.boolean().default(false),
  deposits: YesOrNo.nullable().default(null),
  withdrawals: YesOrNo.nullable().default(null),
});
export type CoinFacts = z.infer<typeof CoinFacts>;

/** How its own errors look, whatever the status beside them. */
const ErrorFacts = z.strictObject({
  /** Where a code stands, or a list of them: `error`, `errors.0.id`. */
  at: z.array(z.string()).min(1),
  /** Codes that are no error. */
  fine: z.array(z.string()).default([]),
  /** By their beginnings: codes that ccxt or the status take for too many requests, and that are about an order or a key alone. */
  notLimits: z.array(z.string()).default([]),
});
export type ErrorFacts = z.infer<typeof ErrorFacts>;

/** A field of a coin's or a market's entry that marks it, by its value as text: one of `is`, or, where it is there, none of `unless`. */
const MarkFact = z.strictObject({
  mark: VenueMark,
  of: z.enum(["coin", "market"]),
  field: z.string(),
  is: z.array(z.string()).default(["true"]),
  unless: z.array(z.string()).nullable().default(null),
});

const VenueFacts = z.strictObject({
  /** Settlement currency where the operator names none. */
  quote: z.string(),
  /** How finely it tells its time, ms. */
  clockStepMs: rows.default(1),
  candles: CandleFacts,
  /** Whether its tickers state the traded value, or the quantity alone: then quantity × last price stands for it. */
  turnover: z.enum(["quote", "base"]),
  /** What ccxt needs to be told to give spot tickers only. */
  tickersParams: z.record(z.string(), z.string()).default({}),
  /** Steps of ccxt's market list that ask for derivatives whatever it is told. */
  unasked: z.array(z.string()).default([]),
  /**
   * Where bid and ask come from: one list of tickers for all that is asked for, a ticker for each market, or its book, which has
   * a time where tickers have none.
   */
  prices: z.enum(["tickers", "ticker", "book"]),
  buyFeeIn: z.enum(["quote", "base"]).nullable(),
  /** Null: it has no list of coins that says anything of them. */
  coins: CoinFacts.nullable().default(null),
  marks: z.array(MarkFact).default([]),
  limits: z.strictObject({
    /** Rest after "too many requests" where the exchange names none, ms. */
    waitMs: ms,
    /** What 403 means: too many requests, or a firewall that took offence. */
    forbidden: z.enum(["limit", "firewall"]),
    /** Rest after 403, ms. */
    forbiddenMs: ms,
    /** What is signed is counted by key, apart from what its address asks. */
    signedApart: z.boolean().default(false),
  }),
  errors: ErrorFacts.nullable().default(null),
  answers: z.array(AnswerShape),
  notes: z.array(z.string()),
});

/** `tested`: in the table, and run against a server of its protocol. */
export type VenueFacts = z.infer<typeof VenueFacts> & { readonly id: string; readonly tested: boolean };

const Table = z.strictObject({
  asOf: z.string(),
  cashByQuote: z.record(z.string(), Money),
  venues: z.record(z.string(), VenueFacts),
});
const facts = Table.parse(table);

export const VENUES_AS_OF = facts.asOf;

/** The exchanges of the table, in its order. */
export const TESTED_VENUES: readonly VenueFacts[] = Object.entries(facts.venues).map(([id, venue]) => ({
  ...venue,
  id,
  tested: true,
}));

/** Paper cash where the operator names none; null: there is no usual amount of this currency. */
export const usualCash = (quote: string): Money | null => facts.cashByQuote[quote] ?? null;

/** The smallest page among the exchanges that ccxt documents one for and that serve more than one window. */
const UNTESTED_PAGE_ROWS = 300;

/**
 * @param said what ccxt says of an exchange that is not in the table: rows of a page (null: nothing), and its limiter's
 * spacing of requests, ms
 */
export function venueFacts(
  id: string,
  said: { readonly pageRows: number | null; readonly spacingMs: number },
): VenueFacts {
  const known = TESTED_VENUES.find((venue) => venue.id === id);
  if (known !== undefined) return known;
  return {
    id,
    tested: false,
    quote: "USDT",
    clockStepMs: 1,
    candles: CandleFacts.parse({
      pageRows: said.pageRows ?? UNTESTED_PAGE_ROWS,
      paceMs: Math.max(1, said.spacingMs),
      end: "unknown",
      forming: false,
      quiet: false,
    }),
    turnover: "base",
    tickersParams: {},
    unasked: [],
    prices: "tickers",
    buyFeeIn: null,
    coins: null,
    marks: [],
    limits: { waitMs: 10_000, forbidden: "firewall", forbiddenMs: 60_000, signedApart: false },
    errors: null,
    answers: [],
    notes: [],
  };
}

/** Rows that one request from `sinceMs` on may ask for. */
export function pageRowsAt(
  { candles }: VenueFacts,
  timeframe: Timeframe,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): number {
  const most = candles.pageRowsOf[timeframe] ?? candles.pageRows;
  const { older } = candles;
  if (older === null || nowMs - sinceMs < older.days * timeframeMs("1d")) return most;
  return Math.min(most, older.pageRows);
}
