// Two questions that differ in one slot must never share an answer: every pair of wordings below is one word apart in asset,
// candle length, side, negation or horizon, and string similarity would call most of them the same.
import { describe, expect, it } from "vitest";
import { type GrammarContext, parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { type Intent, intentKey, QuestionKind } from "#schemas/question.ts";
import { DeskId, type MarketSymbol, type Timeframe, VenueId } from "#schemas/units.ts";

const context: GrammarContext = {
  symbols: "BTC/USDT ETH/USDT ETC/USDT SOL/USDT WBTC/USDT BCH/USDT DOGE/USDT XRP/USDT ADA/USDT ETH/BTC".split(
    " ",
  ) as MarketSymbol[],
  quote: "USDT",
  defaultTimeframe: "5m",
};
const of = { deskId: DeskId.parse("main"), venueId: VenueId.parse("sim:1") };

interface Said<T> {
  readonly words: string;
  readonly means: T;
}
const say = <T>(words: string, means: T): Said<T> => ({ words, means });

const ASSETS = [
  say("BTC", "BTC/USDT"),
  say("ethereum", "ETH/USDT"),
  say("ethereum classic", "ETC/USDT"),
  say("wrapped bitcoin", "WBTC/USDT"),
  say("bitcoin cash", "BCH/USDT"),
  say("$sol", "SOL/USDT"),
  say("ETH/BTC", "ETH/BTC"),
] as const satisfies readonly Said<string>[];
const TIMES: readonly Said<Timeframe>[] = [
  say("", "5m"),
  say(" on the 1h", "1h"),
  say(" on the 4 hour chart", "4h"),
  say(" 15m", "15m"),
  say(" daily", "1d"),
  say(", one minute candles", "1m"),
];
const SIDES: readonly Said<Intent["side"]>[] = [say("buy", "buy"), say("sell", "sell")];
const NO_SIDE: readonly Said<Intent["side"]>[] = [say("", null)];
const NOTS = [say("", false), say("not ", true)];
const NO_NOT = [say("", false)];
const HORIZONS: readonly Said<string | null>[] = [
  say("", null),
  say(" for the long term", "for the long term"),
  say(" for the short term", "for the short term"),
  say(" for the next 4 hours", "for the next 4 hours"),
  say(" this week", "this week"),
];
const SPANS: readonly Said<string | null>[] = [
  say("", null),
  say(" in the last hour", "last hour"),
  say(" in the last 24 hours", "last day"),
  say(" today", "today"),
];
const NO_HORIZON: readonly Said<string | null>[] = [say("", null)];
const NO_ASSET: readonly Said<string | null>[] = [say("", null)];
const NO_TIME: readonly Said<Timeframe>[] = [say("", "5m")];

interface Wording {
  readonly kind: QuestionKind;
  /** `{a}` asset, `{b}` the other, `{t}` candle length, `{s}` side, `{n}` negation, `{h}` horizon. */
  readonly text: string;
}
const wordings = (kind: QuestionKind, ...texts: readonly string[]): readonly Wording[] =>
  texts.map((text) => ({ kind, text }));

const WORDINGS: readonly Wording[] = [
  ...wordings("rsi", "what is the RSI of {a}{t}", "{a} rsi{t}?"),
  ...wordings("bollinger", "bollinger bands for {a}{t}", "is {a} near its upper band{t}?"),
  ...wordings("atr", "how volatile is {a}{t}", "ATR of {a}{t}"),
  ...wordings("price", "price of {a}{t}", "how much is {a}"),
  ...wordings("trend", "is {a} trending up{t}", "how has {a} moved{h}", "which way is {a} going{t}"),
  ...wordings("security", "is {a} {n}safe", "why is {a} blocked"),
  ...wordings("signal", "should I {n}{s} {a}{h}", "is {a} a {s}{t}{h}?", "{s} signal for {a}{t}"),
  ...wordings("trigger", "what would make you {s} {a}{t}", "at what price would you {s} {a}{t}"),
  ...wordings("summary", "tell me about {a}{t}", "how is {a} doing{t}"),
  ...wordings("compare", "compare {a} with {b}{t}", "{a} vs {b}{t}", "which is stronger, {a} or {b}{t}"),
  ...wordings("oversold", "which coins are oversold{t}"),
  ...wordings("overbought", "which coins are overbought{t}"),
  ...wordings("movers", "what moved{h}{t}"),
  ...wordings("riskiest", "which are the riskiest{t}"),
  ...wordings("market", "how is the market doing{t}"),
  ...wordings("why", "why did you {n}{s} {a}{t}", "what was the reason you did {n}{s} {a}{t}"),
  ...wordings("account", "how much {a} do I hold"),
  ...wordings("portfolio", "what do I hold of {a}"),
];

interface Asked {
  readonly text: string;
  readonly slots: readonly [
    kind: QuestionKind,
    symbol: string | null,
    other: string | null,
    timeframe: Timeframe,
    side: Intent["side"],
    negation: boolean,
    horizon: string | null,
  ];
}

function asked({ kind, text }: Wording): readonly Asked[] {
  const has = (slot: string): boolean => text.includes(`{${slot}}`);
  const out: Asked[] = [];
  const assets: readonly Said<string | null>[] = has("a") ? ASSETS : NO_ASSET;
  const others: readonly Said<string | null>[] = has("b")
    ? [say("DOGE", "DOGE/USDT"), say("XRP", "XRP/USDT")]
    : NO_ASSET;
  for (const a of assets) {
    for (const b of others) {
      for (const t of has("t") ? TIMES : NO_TIME) {
        for (const s of has("s") ? SIDES : NO_SIDE) {
          for (const n of has("n") ? NOTS : NO_NOT) {
            for (const h of has("h") ? (kind === "signal" ? HORIZONS : SPANS) : NO_HORIZON) {
              const words = { a: a.words, b: b.words, t: t.words, s: s.words, n: n.words, h: h.words };
              out.push({
                text: text.replace(/\{(\w)\}/g, (_, slot: keyof typeof words) => words[slot]),
                slots: [kind, a.means, b.means, t.means, s.means, n.means, h.means],
              });
            }
          }
        }
      }
    }
  }
  return out;
}

const apart = (a: Asked, b: Asked): number => a.slots.filter((slot, at) => slot !== b.slots[at]).length;

describe("questions one slot apart", () => {
  const byWording = WORDINGS.map(asked);
  const parse = (text: string): Intent => {
    const parsed = parseQuestion(text, context);
    if (parsed.status !== "parsed") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
    return parsed.intent;
  };
  const slotsOf = (intent: Intent): Asked["slots"] => [
    intent.kind,
    intent.symbol,
    intent.other,
    intent.timeframe,
    intent.side,
    intent.negation,
    intent.horizon,
  ];

  it("each have exactly the slots that they say", () => {
    const wrong = byWording.flat().flatMap(({ text, slots }) => {
      const got = slotsOf(parse(text));
      return JSON.stringify(got) === JSON.stringify(slots) ? [] : [`${text} -> ${got.join(" ")}`];
    });
    expect(wrong).toEqual([]);
  });

  it("never share a key, over more than 2,000 pairs and every slot", () => {
    let pairs = 0;
    const perSlot = new Set<number>();
    const shared: string[] = [];
    for (const questions of byWording) {
      const keyed = questions.map((question) => ({ question, key: intentKey(parse(question.text), of) }));
      keyed.forEach((one, at) => {
        for (const two of keyed.slice(at + 1)) {
          if (apart(one.question, two.question) !== 1) continue;
          pairs += 1;
          perSlot.add(one.question.slots.findIndex((slot, index) => slot !== two.question.slots[index]));
          if (one.key === two.key) shared.push(`${one.question.text} | ${two.question.text}`);
        }
      });
    }
    expect(shared).toEqual([]);
    expect(pairs).toBeGreaterThan(2000);
    // symbol, other, timeframe, side, negation, horizon
    expect([...perSlot].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("tell opposite kinds apart that are one word away", () => {
    const kinds = ["which are oversold", "which are overbought", "which are riskiest", "which moved"].map(
      (text) => parse(text).kind,
    );
    expect(kinds).toEqual(["oversold", "overbought", "riskiest", "movers"]);
  });

  it("share a key where only the wording differs", () => {
    const key = (text: string): string => intentKey(parse(text), of);
    expect(key("what is the RSI of BTC on the 1h?")).toBe(key("bitcoin hourly rsi please"));
    expect(key("how has SOL moved over the past 24h")).toBe(key("how did solana do in the last day"));
    expect(key("BTC vs ETH")).not.toBe(key("ETH vs BTC"));
  });

  it("cover every kind that has a slot", () => {
    const slotless: readonly QuestionKind[] = ["stop-loss", "stress", "fees", "benchmark", "since", "health", "news"];
    expect([...new Set([...WORDINGS.map(({ kind }) => kind), ...slotless])].sort()).toEqual(
      [...QuestionKind.options].sort(),
    );
  });
});
