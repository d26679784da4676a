// Wordings written with the grammar: what it must go on to understand, and what it must go on to decline. The venue may have
// tickers that are English words; none of them may turn a question about all markets, or about the desk, into one about itself.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GrammarContext, parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { type Intent, QuestionKind } from "#schemas/question.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";

const lines = (name: string): readonly string[] =>
  readFileSync(new URL(`./wordings/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

const symbols = simulatedAssets(1, 50).map((asset) => asset.symbol);
const context: GrammarContext = { symbols, quote: "USDT", defaultTimeframe: "5m" };

const WORDS =
  "MOVE HIGH ME HOT ONE FUN GAS DATA KEY WIN ID T W S G A C FORM HOME SIGN OPEN NOT PEOPLE SUPER JUST MASK SUN LIT BAND CAKE SAFE TOP BUY SELL UP DOWN NOW ALL ANY BEST LOW RED GREEN HOLD FEES RISK STOP MARKET COIN COINS WHAT IS ACT AI MAX REAL TIME LONG SHORT TRADE PRICE NEW WAY TREND DAY HOUR OK BE DO IN ON AT MY HEALTH SLEEP LAST BIG WORLD TEST GOOD BEAT INDEX SYSTEM EVERY LEFT MISS".split(
    " ",
  );
const wordy: GrammarContext = {
  ...context,
  symbols: [
    ...symbols,
    ...[...WORDS, ...Array.from({ length: 450 }, (_, i) => `ZZ${i}`)].map((base) => `${base}/USDT` as MarketSymbol),
  ],
};

const SIDED: readonly QuestionKind[] = ["signal", "trigger", "why"];

/** In the order of the table. */
function rowOf(intent: Intent): string {
  const base = (symbol: string | null): string => symbol?.split("/")[0] ?? "-";
  return [
    intent.kind,
    base(intent.symbol),
    base(intent.other),
    intent.timeframe === "5m" ? "-" : intent.timeframe,
    (SIDED.includes(intent.kind) ? intent.side : null) ?? "-",
    intent.kind === "why" && intent.negation ? "not" : "-",
  ].join(" ");
}

const understood = lines("understood").map((line) => {
  const [row = "", text = ""] = line.split(" | ");
  // 5m is the default, said or not.
  return { row: row.replace(" 5m ", " - "), text };
});

describe("wordings that are understood", () => {
  it("each give the kind and slots of the table", () => {
    const wrong = understood.flatMap(({ row, text }) => {
      const parsed = parseQuestion(text, context);
      const got = parsed.status === "parsed" ? rowOf(parsed.intent) : parsed.status;
      return got === row ? [] : [`${text} -> ${got}, not ${row}`];
    });
    expect(wrong).toEqual([]);
  });

  it("are at least ten of each kind", () => {
    for (const kind of QuestionKind.options) {
      expect(understood.filter(({ row }) => row.startsWith(`${kind} `)).length, kind).toBeGreaterThanOrEqual(10);
    }
  });
});

describe("questions that the desk has no record for", () => {
  it("are declined or asked back, never answered", () => {
    const answered = lines("declined").flatMap((text) => {
      const parsed = parseQuestion(text, context);
      return parsed.status === "parsed" ? [`${text} -> ${rowOf(parsed.intent)}`] : [];
    });
    expect(answered).toEqual([]);
  });

  it.each([
    ["what's the RSI(7) of BTC", /14 candles/],
    ["did we beat holding BTC", /holding all of its markets/],
    ["compare BTC with Tesla", /two assets/],
    ["how did SOL do last week", /last hour and of the last day/],
    ["which coins are close to a buy", /`deeptrader triggers`/],
    ["will it rain on BTC tomorrow", /no forecasts/],
  ])("%s says why", (text, reason) => {
    expect(parseQuestion(text, context)).toMatchObject({ status: "unparsed", reason: expect.stringMatching(reason) });
  });
});

describe("a venue of 600 markets, many named like words", () => {
  it("changes no answer: a word in small letters is a word", () => {
    const texts = [...understood.map(({ text }) => text), ...lines("declined")];
    const changed = texts.flatMap((text) => {
      const [small, large] = [parseQuestion(text, context), parseQuestion(text, wordy)];
      // Asking back is no answer.
      if (large.status !== "parsed") return [];
      return JSON.stringify(small) === JSON.stringify(large) ? [] : [`${text} -> ${rowOf(large.intent)}`];
    });
    expect(changed).toEqual([]);
  });

  it("still finds such a market where it is written as one", () => {
    const symbolOf = (text: string): unknown => {
      const parsed = parseQuestion(text, wordy);
      return parsed.status === "parsed" ? parsed.intent.symbol : parsed.status;
    };
    expect(symbolOf("rsi of RISK")).toBe("RISK/USDT");
    expect(symbolOf("rsi of $risk")).toBe("RISK/USDT");
    expect(symbolOf("is move/usdt safe")).toBe("MOVE/USDT");
    expect(symbolOf("rsi of risk")).toBe("ambiguous");
    expect(symbolOf("rank by risk")).toBeNull();
  });
});

describe("any text", () => {
  const words = [...understood.map(({ text }) => text), ...lines("declined")].flatMap((text) => text.split(" "));
  const salad = fc.array(fc.constantFrom(...new Set(words)), { maxLength: 14 }).map((some) => some.join(" "));

  it("is parsed the same way twice, never throws, and names only markets of the venue", () => {
    fc.assert(
      fc.property(fc.oneof(salad, fc.string({ maxLength: 200, unit: "grapheme" })), (text) => {
        const parsed = parseQuestion(text, context);
        expect(parseQuestion(text, { ...context, symbols: [...symbols] })).toEqual(parsed);
        if (parsed.status !== "parsed") return;
        for (const market of [parsed.intent.symbol, parsed.intent.other]) {
          if (market !== null) expect(symbols).toContain(market);
        }
        expect(parsed.intent.other === null).toBe(parsed.intent.kind !== "compare");
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
