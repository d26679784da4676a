import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInConversation, resolveFollowUp } from "#agents/deep-trader-manager/language/conversation.ts";
import {
  type GrammarContext,
  type ParsedQuestion,
  parseQuestion,
} from "#agents/deep-trader-manager/language/intent.ts";
import { Intent } from "#schemas/question.ts";
import type { MarketSymbol } from "#schemas/units.ts";

const context: GrammarContext = {
  symbols: "BTC/USDT ETH/USDT SOL/USDT DOGE/USDT NEAR/USDT".split(" ") as MarketSymbol[],
  quote: "USDT",
  defaultTimeframe: "5m",
};

function told(parsed: ParsedQuestion): string {
  if (parsed.status === "ambiguous") return `ambiguous: ${parsed.question}`;
  if (parsed.status === "unparsed") return `unparsed: ${parsed.reason}`;
  const { kind, symbol, other, timeframe, side, negation, horizon } = Intent.parse(parsed.intent);
  const slots = [kind, symbol ?? "-", ...(other ? [other] : []), timeframe, side ?? "-", ...(negation ? ["!"] : [])];
  return [...slots, ...(horizon === null ? [] : [`(${horizon})`])].join(" ");
}

/** What the last text means after the others, each taken in the light of the one parsed before it. */
function last(...texts: readonly string[]): string {
  let previous: Intent | null = null;
  let parsed: ParsedQuestion = { status: "unparsed", reason: "" };
  for (const text of texts) {
    parsed = parseInConversation(text, previous, context);
    if (parsed.status === "parsed") previous = parsed.intent;
  }
  return told(parsed);
}

describe("a follow-up takes what it leaves out from the question before", () => {
  it.each([
    // another asset
    ["RSI of BTC on 1h", "and ETH?", "rsi ETH/USDT 1h -"],
    ["RSI of BTC on 1h", "what about SOL", "rsi SOL/USDT 1h -"],
    ["RSI of BTC on 1h", "same for doge please", "rsi DOGE/USDT 1h -"],
    ["should I not buy BTC for the long term", "and ETH?", "signal ETH/USDT 5m buy ! (for the long term)"],
    ["why didn't you buy SOL?", "and ETH?", "why ETH/USDT 5m buy !"],
    ["what would make you sell BTC", "how about SOL?", "trigger SOL/USDT 5m sell"],
    ["how much BTC do I hold", "and ETH", "account ETH/USDT 5m -"],
    ["what's my entry price on BTC", "how far is it from its stop?", "account BTC/USDT 5m -"],
    ["fees today", "on ETH?", "fees ETH/USDT 5m - (today)"],
    ["should I buy ETH", "did we make money on it?", "account ETH/USDT 5m -"],
    // another candle length
    ["RSI of BTC", "and on 1h?", "rsi BTC/USDT 1h -"],
    ["RSI of BTC on 1h", "how about the daily", "rsi BTC/USDT 1d -"],
    ["which are oversold?", "and on the 4h?", "oversold - 4h -"],
    ["compare BTC and ETH", "on 1h?", "compare BTC/USDT ETH/USDT 1h -"],
    // another side
    ["should I buy SOL?", "and sell?", "signal SOL/USDT 5m sell"],
    ["what would make you buy BTC on 1h", "or sell?", "trigger BTC/USDT 1h sell"],
    ["why didn't you buy SOL?", "and sell?", "why SOL/USDT 5m sell !"],
    ["RSI of BTC on 1h", "sell?", "signal BTC/USDT 1h sell"],
    // another horizon
    ["should I buy SOL?", "and for the long term?", "signal SOL/USDT 5m buy (for the long term)"],
    // another kind
    ["RSI of BTC on 1h", "and the bands?", "bollinger BTC/USDT 1h -"],
    ["RSI of BTC on 1h", "price?", "price BTC/USDT 1h -"],
    ["should I buy SOL?", "is it safe?", "security SOL/USDT 5m -"],
    ["is SOL safe?", "should I buy it?", "signal SOL/USDT 5m buy"],
    ["is SOL safe?", "what would make you buy that one", "trigger SOL/USDT 5m buy"],
    ["RSI of ETH", "which way is it going?", "trend ETH/USDT 5m -"],
    ["RSI of ETH", "how much of it do I hold?", "account ETH/USDT 5m -"],
    ["RSI of ETH", "why did you sell it?", "why ETH/USDT 5m sell"],
    ["RSI of ETH", "why is it blocked?", "security ETH/USDT 5m -"],
    ["RSI of ETH", "tell me more about it", "summary ETH/USDT 5m -"],
    ["RSI of ETH", "compare it with BTC", "compare ETH/USDT BTC/USDT 5m -"],
    ["RSI of ETH", "vs BTC?", "compare ETH/USDT BTC/USDT 5m -"],
    // why, and at what price
    ["should I buy SOL?", "why?", "why SOL/USDT 5m buy"],
    ["should I buy SOL?", "why not?", "why SOL/USDT 5m buy !"],
    ["why did you sell SOL?", "why?", "why SOL/USDT 5m sell"],
    ["is SOL safe?", "why?", "security SOL/USDT 5m -"],
    ["should I sell SOL?", "at what price?", "trigger SOL/USDT 5m sell"],
  ])("%s | %s", (first, second, expected) => {
    expect(last(first, second)).toBe(expected);
  });

  it("goes on over several turns", () => {
    expect(last("RSI of BTC on 1h", "and ETH?", "on the 4h?", "should I buy it?", "and sell?")).toBe(
      "signal ETH/USDT 4h sell",
    );
  });
});

describe("a question of its own starts anew", () => {
  it.each([
    ["should I not buy SOL for the long term on 1h", "RSI of BTC", "rsi BTC/USDT 5m -"],
    ["should I buy SOL on 1h?", "is BTC safe?", "security BTC/USDT 5m -"],
    ["why didn't you buy SOL?", "how is ETH doing?", "summary ETH/USDT 5m -"],
    ["RSI of BTC on 1h", "which are oversold?", "oversold - 5m -"],
    ["RSI of BTC on 1h", "what do I hold?", "portfolio - 5m -"],
    ["RSI of BTC on 1h", "is it running?", "health - 5m -"],
    ["RSI of BTC on 1h", "how is the market?", "market - 5m -"],
    ["RSI of BTC on 1h", "did it beat buy and hold?", "benchmark - 5m -"],
    ["compare BTC and ETH on 1h", "compare SOL and DOGE", "compare SOL/USDT DOGE/USDT 5m -"],
  ])("%s | %s", (first, second, expected) => {
    expect(last(first, second)).toBe(expected);
  });
});

describe("a follow-up that fits no question, or two, is not guessed", () => {
  it.each([
    ["compare BTC and ETH", "is it safe?", /^ambiguous: Do you mean BTC\/USDT or ETH\/USDT/],
    ["compare BTC and ETH", "and SOL?", /^ambiguous: Compare it with BTC\/USDT or with ETH\/USDT/],
    ["which are oversold?", "is it safe?", /^unparsed: The question names no asset/],
    ["RSI of BTC", "what about near?", /^ambiguous: Do you mean NEAR/],
    ["RSI of BTC", "what about FOOCOIN", /^unparsed: FOOCOIN is not traded/],
    ["RSI of BTC", "who founded it?", /^unparsed/],
    ["RSI of BTC", "what is a blockchain", /^unparsed/],
    ["RSI of BTC", "what should I buy?", /^unparsed: The question names no asset/],
    ["RSI of BTC", "and tomorrow?", /^unparsed: .*forecasts/],
    ["RSI of BTC", "and yesterday?", /^unparsed: .*now/],
    ["RSI of BTC", "and on 30m?", /^unparsed: .*no 30m candles/],
    ["RSI of BTC", "buy it now", /^unparsed: The chat places no orders/],
    ["RSI of BTC", "why?", /^unparsed/],
    ["RSI of BTC", "will it go up?", /^unparsed: .*forecasts/],
    ["why did you buy SOL?", "and tomorrow?", /^unparsed/],
    ["what do I hold?", "and on 1h?", /^unparsed/],
  ])("%s | %s", (first, second, expected) => {
    expect(last(first, second)).toMatch(expected);
  });
});

describe("without a question before", () => {
  it.each(["and ETH?", "is it safe?", "and on 1h?", "why?", "RSI of BTC", "which are oversold"])(
    "%s is read alone",
    (text) => {
      expect(parseInConversation(text, null, context)).toEqual(parseQuestion(text, context));
      expect(resolveFollowUp(text, null, context)).toBeNull();
    },
  );
});

describe("the conversation", () => {
  const WORDS =
    "and what about is it safe why not buy sell RSI bands price ETH BTC sol near on 1h 4h daily should I you did the which are oversold compare with vs it? that one ? how much do hold for long term in last hour".split(
      " ",
    );
  const sentence = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 7 }).map((words) => words.join(" "));

  it("never throws, is deterministic, and gives only markets of the venue that were named now or before", () => {
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 5 }), (texts) => {
        let previous: Intent | null = null;
        for (const text of texts) {
          const parsed = parseInConversation(text, previous, context);
          expect(parseInConversation(text, previous, context)).toEqual(parsed);
          if (parsed.status !== "parsed") continue;
          const { symbol, other } = Intent.parse(parsed.intent);
          for (const market of [symbol, other]) {
            if (market === null) continue;
            expect(context.symbols).toContain(market);
            const base = { "ETH/USDT": /\beth/i, "BTC/USDT": /\bbtc/i, "SOL/USDT": /\bsol/i, "NEAR/USDT": /\bnear/i }[
              String(market)
            ];
            expect(base?.test(text) === true || market === previous?.symbol || market === previous?.other).toBe(true);
          }
          previous = parsed.intent;
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("never overrules an asset, candle length or side that the new text says", () => {
    const previous = fc.constantFrom(
      "RSI of BTC on 1h",
      "should I buy SOL on 4h",
      "why didn't you sell BTC",
      "is SOL safe",
    );
    const asset = fc.constantFrom(["ETH", "ETH/USDT"], ["doge", "DOGE/USDT"]);
    const time = fc.constantFrom(["15m", "15m"], ["daily", "1d"]);
    const shape = fc.constantFrom("and {a} {t}?", "what about {a} on {t}", "{a} {t}", "ok and {a}, {t}");
    fc.assert(
      fc.property(previous, asset, time, shape, (first, [a = "", symbol], [t = "", timeframe], text) => {
        const before = parseQuestion(first, context);
        if (before.status !== "parsed") throw new Error(first);
        const words = text.replace("{a}", a).replace("{t}", t);
        const parsed = parseInConversation(words, before.intent, context);
        expect(parsed).toMatchObject({ status: "parsed", intent: { symbol, timeframe } });
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

describe("a follow-up about the desk's own trades", () => {
  it("keeps the figure, and takes another period in the place of the one before", () => {
    const first = parseQuestion("realised profit today", context);
    if (first.status !== "parsed") throw new Error(first.status);
    const second = parseInConversation("and yesterday?", first.intent, context);
    expect(second).toMatchObject({ intent: { kind: "account", figure: "realised", period: "yesterday" } });
    const third = parseInConversation("and ETH?", second.status === "parsed" ? second.intent : null, context);
    expect(third).toMatchObject({ intent: { figure: "realised", period: "yesterday", symbol: "ETH/USDT" } });
  });
});
