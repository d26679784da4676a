// The fault matrix as data: what may go wrong at an exchange × what is being read → which outcomes are honest. An outcome that is
// not listed is a wrong number, a silent nothing, or too many requests.
import type { EndpointKind, FaultRule } from "./faults.ts";

/** What the desk reads. Prices are asked for a few markets before an order, the ranking once a day for all. */
export const READS = ["candles", "prices", "ranking", "markets", "coins", "time"] as const;
export type Read = (typeof READS)[number];

export const KIND_OF: Readonly<Record<Read, EndpointKind>> = {
  candles: "candles",
  prices: "tickers",
  ranking: "tickers",
  markets: "markets",
  coins: "coins",
  time: "time",
};

/**
 * `right`: equal to the world, row by row. `noted`: what is there is right, what is missing or odd has a note. `behind`: right, and ends
 * before the newest closed candle. `empty`: nothing, without an error. `undated`, `aged`: prices that say that they are old, or of
 * unknown age. `assumed`: markets that say that a filter is the desk's assumption, coins of which it is open whether they
 * can be moved. `left-out`: no price for a market, as the
 * port allows. The rest are classes of errors.
 */
export type Outcome =
  | "right"
  | "noted"
  | "behind"
  | "empty"
  | "undated"
  | "aged"
  | "assumed"
  | "left-out"
  | "ProviderError"
  | "VenuePausedError"
  | "ProviderRefusedError"
  | "DataFormatError";

export interface FaultCase {
  readonly name: string;
  /** The rule, given the moment at which it comes into force. */
  rule(nowMs: number): FaultRule;
  /** Honest outcomes; a read that is not named here does not meet the fault. */
  readonly honest: Partial<Readonly<Record<Read, readonly Outcome[]>>>;
  /** Nothing may be asked for so long after the first refusal; then the same read must be right. */
  readonly retryAfterMs?: number;
  /** ccxt's own limit for an answer, where waiting for it is what is tested. */
  readonly timeoutMs?: number;
  /** Most requests; by default three for each that the read takes. */
  readonly mostRequests?: number;
}

/** After three failures in a row the client rests. */
const FAILED: readonly Outcome[] = ["ProviderError", "VenuePausedError"];
const MALFORMED: readonly Outcome[] = [...FAILED, "DataFormatError"];
const PAUSED: readonly Outcome[] = ["VenuePausedError", "right"];
const REFUSED: readonly Outcome[] = ["ProviderRefusedError"];
const RIGHT: readonly Outcome[] = ["right"];

const everywhere = (outcomes: readonly Outcome[]): Readonly<Record<Read, readonly Outcome[]>> =>
  Object.fromEntries(READS.map((read) => [read, outcomes])) as Record<Read, readonly Outcome[]>;

const status = (code: number, headers: Readonly<Record<string, string>> = {}, body?: string) => ({
  kind: "status" as const,
  status: code,
  headers,
  ...(body === undefined ? {} : { body }),
});

/** Too much was asked: the status says it, the header until when. */
const pausing = (code: number, seconds: number): FaultCase => ({
  name: `HTTP ${code} with Retry-After: ${seconds}`,
  rule: (nowMs) => ({ fault: status(code, { "retry-after": String(seconds) }), untilMs: nowMs + seconds * 1000 }),
  honest: everywhere(PAUSED),
  retryAfterMs: seconds * 1000,
});

const HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/** Faults that pass when asked again, each for good and for the first request only. */
const passing = (
  name: string,
  fault: FaultRule["fault"],
  more: Partial<Pick<FaultCase, "timeoutMs">> & {
    readonly lasting?: FaultCase["honest"];
    readonly once?: FaultCase["honest"];
  } = {},
): readonly FaultCase[] => {
  const { lasting = everywhere(FAILED), once = everywhere(RIGHT), ...rest } = more;
  return [
    { name, rule: () => ({ fault }), honest: lasting, ...rest },
    { name: `${name}, once`, rule: () => ({ fault, times: 1 }), honest: once, ...rest },
  ];
};

const body = (text: string, contentType?: string) => ({
  kind: "body" as const,
  body: text,
  ...(contentType === undefined ? {} : { contentType }),
});

/**
 * Values of a wrong type: asking again would be as well as not. The market is left alone in this slot, has no price, or is listed with
 * the desk's stated assumptions.
 */
const unreadable = {
  ...everywhere(MALFORMED),
  prices: [...MALFORMED, "left-out"] as const,
  markets: [...MALFORMED, "assumed"] as const,
  // Chains and contracts are no numbers; a flag that is one says nothing then.
  coins: [...MALFORMED, "right", "assumed"] as const,
};
const unreadableOnce = Object.fromEntries(
  Object.entries(unreadable).map(([read, outcomes]) => [read, [...outcomes, "right"]]),
) as FaultCase["honest"];
const malformed = { lasting: unreadable, once: unreadableOnce };
/** An answer that is no list of rows is asked for again; of a price it may be one market's row. */
const misshapen = { lasting: unreadable, once: { ...everywhere(RIGHT), prices: ["right", "left-out"] as const } };

export const FAULT_CASES: readonly FaultCase[] = [
  pausing(429, 60),
  pausing(418, 120),
  {
    name: "HTTP 429 without a word",
    rule: () => ({ fault: status(429) }),
    honest: everywhere(["VenuePausedError", "ProviderError"]),
  },
  { name: "HTTP 451", rule: () => ({ fault: status(451) }), honest: everywhere(REFUSED) },
  { name: "HTTP 403", rule: () => ({ fault: status(403) }), honest: everywhere([...REFUSED, "VenuePausedError"]) },
  ...passing("HTTP 500 HTML", status(500, {}, HTML)),
  ...passing("HTTP 502 HTML", status(502, {}, HTML)),
  // What did not answer is late, and is asked again with the other late ones of the slot.
  ...passing("hang", { kind: "hang" }, { timeoutMs: 250, once: everywhere(["right", ...FAILED]) }),
  ...passing("reset in the body", { kind: "reset" }),
  ...passing("truncated", { kind: "truncated" }),
  ...passing("{}", body("{}")),
  ...passing("[]", body("[]")),
  ...passing("null", body("null")),
  ...passing("an empty body", body("")),
  ...passing("a text", body('"maintenance"')),
  ...passing("HTML with 200", body(HTML, "text/html")),
  ...passing("text for numbers", { kind: "retyped", by: "cheap" }, malformed),
  ...passing("null for numbers", { kind: "retyped", by: null }, malformed),
  ...passing("an object for the rows", { kind: "rows-replaced", by: {} }, misshapen),
  ...passing("null for the rows", { kind: "rows-replaced", by: null }, misshapen),
  ...passing("texts for the rows", { kind: "rows-replaced", by: ["a", "b", "c"] }, malformed),
  {
    name: "duplicates",
    rule: () => ({ fault: { kind: "duplicates" } }),
    honest: { candles: RIGHT, prices: RIGHT, ranking: RIGHT, markets: RIGHT },
  },
  {
    name: "unsorted",
    rule: () => ({ fault: { kind: "unsorted" } }),
    honest: { candles: RIGHT, prices: RIGHT, ranking: RIGHT, markets: RIGHT },
  },
  {
    name: "pages of 40 rows",
    rule: () => ({ fault: { kind: "short-pages", rows: 40 } }),
    honest: { candles: RIGHT },
  },
  { name: "gaps", rule: () => ({ fault: { kind: "gaps" } }), honest: { candles: ["noted"] } },
  {
    name: "a year old",
    rule: () => ({ fault: { kind: "year-old" } }),
    honest: { candles: FAILED, prices: ["aged", "undated", ...FAILED] },
  },
  {
    name: "frozen for 20 minutes",
    rule: (nowMs) => ({ fault: { kind: "frozen", sinceMs: nowMs - 1_200_000 } }),
    honest: { candles: ["behind"], prices: ["aged", "undated"], ranking: RIGHT },
  },
  {
    name: "published 10 s late",
    rule: () => ({ fault: { kind: "late", lateMs: 10_000 } }),
    honest: { candles: ["behind"] },
  },
  ...[10, 0.1, 1.6].map((factor) => ({
    name: `the newest closed candle × ${factor}`,
    rule: () => ({ fault: { kind: "spike" as const, factor } }),
    honest: { candles: ["noted"] as const },
  })),
  { name: "no bid", rule: () => ({ fault: { kind: "no-bid" } }), honest: { prices: ["left-out"], ranking: RIGHT } },
  {
    name: "no volume",
    rule: () => ({ fault: { kind: "no-volume" } }),
    honest: { prices: RIGHT, ranking: [...FAILED, "ProviderRefusedError"] },
  },
  ...[-3000, 3000].map((offsetMs) => ({
    name: `clock ${offsetMs / 1000} s`,
    rule: () => ({ fault: { kind: "clock" as const, offsetMs } }),
    honest: { time: ["right", "behind"] as const },
  })),
  ...[-31_000, 31_000].map((offsetMs) => ({
    name: `clock ${offsetMs / 1000} s`,
    rule: () => ({ fault: { kind: "clock" as const, offsetMs } }),
    honest: { time: REFUSED },
  })),
];

interface MatrixException {
  readonly venues: readonly string[];
  readonly faults: readonly string[];
  readonly reads: readonly Read[];
  /** In place of the fault's own; null: the cell does not exist at these venues. */
  readonly honest: readonly Outcome[] | null;
  readonly reason: string;
}

export const EXCEPTIONS: readonly MatrixException[] = [
  {
    venues: ["coinbase"],
    faults: FAULT_CASES.map(({ name }) => name),
    reads: ["coins"],
    honest: null,
    reason: "it has no list of coins that says anything of them, and is not asked",
  },
  {
    venues: ["kraken", "hyperliquid"],
    faults: ["pages of 40 rows"],
    reads: ["candles"],
    honest: null,
    reason:
      "they give the newest of a range: what a short page leaves out cannot be asked for, and looks like a young market",
  },
  {
    venues: ["binance", "bybit"],
    faults: ["HTTP 403"],
    reads: READS,
    honest: ["VenuePausedError"],
    reason: "there it is the word of a firewall or of a rate limit, and passes",
  },
  {
    venues: ["binance", "gate", "mexc", "hyperliquid"],
    faults: ["[]", "[], once"],
    reads: ["candles"],
    honest: ["empty", "right", ...FAILED],
    reason: "it is the venue's own answer for a span in which nobody traded",
  },
];

/** Which outcomes are honest in one cell; null: there is no such cell. */
export function honestIn(venue: string, { name, honest }: FaultCase, read: Read): readonly Outcome[] | null {
  const exception = EXCEPTIONS.find(
    (each) => each.venues.includes(venue) && each.faults.includes(name) && each.reads.includes(read),
  );
  return exception === undefined ? (honest[read] ?? null) : exception.honest;
}
