import { describe, expect, it } from "vitest";
import { distilAsset } from "#agents/deep-trader-manager/answers/distil.ts";
import { finishText, staleMark } from "#agents/deep-trader-manager/answers/render.ts";
import { compareText } from "#agents/deep-trader-manager/answers/render-compare.ts";
import { marketText } from "#agents/deep-trader-manager/answers/render-market.ts";
import { duration, price, signedPct, timeLine } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { StaleReason } from "#schemas/analysis.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import { levelsOf } from "../memory/fixtures.ts";
import { BTC, createDesk, ETH } from "./desk-fixture.ts";

const intent = (kind: Intent["kind"]): Intent => ({
  kind,
  other: null,
  symbol: BTC,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
});

type Change = (a: MarketView) => Partial<MarketView>;

async function record(change: Change = () => ({})): Promise<MarketView> {
  const desk = createDesk();
  const outcome = await desk.warm(BTC);
  if (outcome.status !== "analysed") throw new Error("expected an analysis");
  return { ...outcome.analysis, ...change(outcome.analysis) };
}
/** As the fixture's desk has them. */
const STRATEGIES: readonly DeskStrategy[] = createDesk().hosts;

/** What is special of the reading of the desk's one strategy. */
const reading =
  (of: Partial<Pick<Reading, "signal" | "levels" | "warmup">>, over: Partial<MarketView> = {}): Change =>
  (a) => ({ ...over, readings: a.readings.map((one) => ({ ...one, ...of })) });

interface Served {
  readonly record: MarketView;
  readonly ageMs: number;
  readonly staleReason: StaleReason | null;
}
const renderAnalysis = (
  intent: Intent,
  { record, ageMs, staleReason }: Served,
  strategies: readonly DeskStrategy[] = STRATEGIES,
): string => `${staleMark(staleReason)}${marketText(intent, record, strategies)} ${timeLine(record.asOfMs, ageMs)}`;
const text = async (kind: Intent["kind"], change?: Change, strategies?: readonly DeskStrategy[]) =>
  renderAnalysis(intent(kind), { record: await record(change), ageMs: 240_000, staleReason: null }, strategies);

const named = (id: string): DeskStrategy => ({ info: { id, definitionId: `${id}.1`, timeframes: [] }, fault: null });

describe("an answer's text", () => {
  it("says what it knows, since when, and how old that is", async () => {
    const { indicators } = await record();
    expect(await text("rsi")).toBe(
      `The RSI (Wilder, 14) of BTC/USDT 5m is ${indicators.rsiWilder?.toFixed(2)}. As of 2024-01-10T12:00:00.000Z, 4 min old.`,
    );
  });

  it("names its number as missing where there is none, and never puts one there", async () => {
    const bare = (a: MarketView) => ({
      indicators: {
        ...a.indicators,
        rsiWilder: null,
        bollinger: null,
        atr: null,
        candles: 12,
        warmup: "insufficient" as const,
      },
    });
    for (const kind of ["rsi", "bollinger", "atr"] as const) {
      expect(await text(kind, bare)).toMatch(
        /^No (RSI|Bollinger bands|ATR) of BTC\/USDT 5m: the market has 12 candles, at least 20/,
      );
    }
  });

  it("says that a partial warm-up is one", async () => {
    const partial = (a: MarketView) => ({ indicators: { ...a.indicators, candles: 60, warmup: "partial" as const } });
    expect(await text("rsi", partial)).toContain("Warm-up is partial: 60 of 250 candles.");
  });

  it("of an entry signal says so when security forbids the entry", async () => {
    const unsafe = (a: MarketView) => ({
      security: { ...a.security, verdict: "unknown" as const, reason: "source timed out" },
    });
    expect(await text("signal", unsafe)).toContain("Security unknown, so the desk does not enter: source timed out.");
    expect(await text("signal")).toContain("Security clear.");
  });

  it("about security names the verdict, what fails and what is not known", async () => {
    const check = { severity: "high", source: "goplus", evidence: "owner may mint" } as const;
    const found = await text("security", (a) => ({
      security: {
        ...a.security,
        verdict: "caution",
        checks: [
          { ...check, id: "is_mintable", state: "fail" },
          { ...check, id: "is_proxy", state: "unknown" },
          { ...check, id: "is_honeypot", state: "pass" },
        ],
      },
    }));
    expect(found).toMatch(/: caution\..*Failing: is_mintable \(high, goplus\) owner may mint\. Not known: is_proxy\./);
    expect(found).not.toContain("is_honeypot");
  });

  it("about the way of a price tells what was, and says that it is no forecast", async () => {
    const moved = {
      direction: "down",
      changeHourPct: -0.5,
      changeDayPct: 2.345,
      dayHigh: 110,
      dayLow: 90,
      hourMoveDailySigmas: null,
    } as const;
    expect(
      await text("trend", (a) => ({ price: 100, indicators: { ...a.indicators, warmup: "full" }, trend: moved })),
    ).toBe(
      "BTC/USDT 5m is going down: the close is under the mean of the last 50 closes, and that mean has fallen. Close 100.0000, −0.50 % in an hour, +2.35 % in 24 hours. In 24 hours it was between 90.0000 and 110.0000. That is what was, not a forecast. As of 2024-01-10T12:00:00.000Z, 4 min old.",
    );
    const unknown = { ...moved, direction: null, changeHourPct: null, changeDayPct: null, dayHigh: null, dayLow: null };
    expect(await text("trend", () => ({ trend: unknown }))).toMatch(
      /^The way of BTC\/USDT 5m is not known.*Close [\d.]+\. That/,
    );
  });

  it("about triggers names the closes, how far they are, and the one candle they hold for", async () => {
    const levels = levelsOf([
      { action: "enter", from: null, to: 98 },
      { action: "exit", from: 103.5, to: null },
    ]);
    const at100 = reading({ levels }, { price: 100 });
    expect(await text("trigger", at100)).toContain(
      "The strategy enters BTC/USDT at a 5m close at or below 98 (−2.00 % from 100). It sells BTC/USDT at a 5m close at or above 103.5 (+3.50 % from 100). Security clear. That holds for the very next candle only, the one that closes at 2024-01-10T12:05:00.000Z.",
    );
    const unsafe = (a: MarketView) => ({
      ...at100(a),
      security: { ...a.security, verdict: "block" as const, reason: "a honeypot." },
    });
    expect(await text("trigger", unsafe)).toContain("Security block, so the desk does not enter: a honeypot.");
  });

  it("about triggers says above, between and exactly, all of them, and which the last close is in", async () => {
    const entering = (...intervals: { from: number | null; to: number | null }[]) =>
      reading({ levels: levelsOf(intervals.map((one) => ({ action: "enter" as const, ...one }))) }, { price: 100 });
    expect(await text("trigger", entering({ from: 101.25, to: null }))).toContain(
      "The strategy enters BTC/USDT at a 5m close at or above 101.25 (+1.25 % from 100).",
    );
    expect(
      await text("trigger", entering({ from: 90, to: 91 }, { from: 99.5, to: 100.5 }, { from: 105, to: 105 })),
    ).toContain(
      "at a 5m close between 90 and 91 (−9.00 % from 100) or between 99.5 and 100.5 (the last close, 100, is there) or of 105 (+5.00 % from 100).",
    );
    expect(await text("trigger", entering({ from: null, to: null }))).toContain(
      "at a 5m close anywhere from 80 to 120 (the last close, 100, is there).",
    );
  });

  it("writes a level with every digit of its tick: one tick further the rule says something else", async () => {
    const tick = reading({ levels: levelsOf([{ action: "enter", from: null, to: 91234.56789 }]) }, { price: 92000 });
    expect(await text("trigger", tick)).toContain("at or below 91234.56789 (−0.83 % from 92000)");
    const small = reading(
      { levels: levelsOf([{ action: "enter", from: 0.00001234567, to: null }]) },
      { price: 0.00001 },
    );
    expect(await text("trigger", small)).toContain("at or above 0.00001234567");
  });

  it("never says that no close would act where no level was worked out, and says why", async () => {
    const unknown = levelsOf([], {
      status: "not-worked-out",
      note: "too few candles, or too many holes",
      searched: null,
    });
    const said = await text("trigger", reading({ levels: unknown }));
    expect(said).toMatch(
      /^At which next close the strategy would enter or sell BTC\/USDT 5m was not worked out: too few candles, or too many holes\. Security clear\. As of/,
    );
    expect(said).not.toMatch(/\bno\b|very next candle/);
  });

  it("says from where to where it has looked where no close would act", async () => {
    const none = reading({ levels: levelsOf([{ action: "exit", from: 103.5, to: null }]) }, { price: 100 });
    expect(await text("trigger", none)).toContain(
      "The strategy enters BTC/USDT at no 5m close from 80 to 120. It sells",
    );
    const partial = reading({ levels: levelsOf([]), warmup: "partial" });
    expect(await text("trigger", partial)).toContain(
      "at no 5m close from 80 to 120: too few candles for its indicators.",
    );
  });

  it("says of which candle it speaks where the rule reads more than the close", async () => {
    const note = "for a candle that opens at the last close, with the window's median volume";
    const levels = levelsOf([{ action: "enter", from: 101, to: null }], { status: "conditional", note });
    expect(await text("trigger", reading({ levels }, { price: 100 }))).toContain(
      `from 80 to 120. Worked out ${note}. Security`,
    );
  });

  it("about triggers of one side says nothing of the other", async () => {
    const levels = levelsOf([
      { action: "enter", from: null, to: 98 },
      { action: "exit", from: 103.5, to: null },
    ]);
    const served = { record: await record(reading({ levels }, { price: 100 })), ageMs: 0, staleReason: null };
    const side = (of: "buy" | "sell") => renderAnalysis({ ...intent("trigger"), side: of }, served);
    expect(side("buy")).toMatch(/at or below 98 /);
    expect(side("buy")).not.toContain("103.5");
    expect(side("sell")).toMatch(/^The strategy sells BTC\/USDT at a 5m close at or above 103\.5 /);
    expect(side("sell")).not.toContain("98");
  });

  it("gives each of several strategies a line and its name, and says security once", async () => {
    const two = [...STRATEGIES, named("ema-cross")];
    const said = (a: MarketView) => {
      const [first] = a.readings;
      if (first === undefined) throw new Error("the example strategy has read it");
      const enters = (from: number | null, to: number | null) => levelsOf([{ action: "enter" as const, from, to }]);
      return {
        price: 100,
        readings: [
          { ...first, levels: enters(null, 98) },
          {
            ...first,
            strategyId: "ema-cross",
            levels: enters(103, null),
            signal: { action: "enter" as const, strength: 0.5, reasons: ["it crossed"] },
          },
        ],
      };
    };
    const lines = (await text("trigger", said, two)).split("\n");
    expect(lines[0]).toMatch(
      /^mean-reversion enters BTC\/USDT at a 5m close at or below 98 \(−2\.00 % from 100\)\. It sells/,
    );
    expect(lines[1]).toMatch(
      /^ema-cross enters BTC\/USDT at a 5m close at or above 103 \(\+3\.00 % from 100\)\. It sells/,
    );
    expect(lines[2]).toMatch(/^Security clear\. That holds for the very next candle only/);
    const signals = (await text("signal", said, two)).split("\n");
    expect(signals[0]).toMatch(/^The signal of mean-reversion for BTC\/USDT 5m is hold/);
    expect(signals[1]).toBe("The signal of ema-cross for BTC/USDT 5m is enter (strength 0.50): it crossed.");
  });

  it("names a strategy that was ended with its fault, and never lets it hold", async () => {
    const ended = [...STRATEGIES, { ...named("broken"), fault: { message: "broken.ts, enter: it threw." } }];
    for (const kind of ["signal", "trigger", "summary"] as const) {
      const said = await text(kind, undefined, ended);
      expect(said).toContain("broken says nothing of BTC/USDT 5m: it was ended: broken.ts, enter: it threw.");
      expect(said).not.toMatch(/broken[^:]* is hold/);
    }
    const alone = await text("signal", (a) => ({ readings: a.readings }), ended.slice(1));
    expect(alone).toMatch(/^broken says nothing of BTC\/USDT 5m: it was ended/);
    expect(alone).not.toContain("hold");
  });

  it("names a strategy that cannot read the timeframe, and what it would need", async () => {
    const breakout = {
      info: { id: "breakout", definitionId: "breakout.1", timeframes: ["5m", "1h"] as const },
      fault: null,
    };
    expect(await text("signal", undefined, [...STRATEGIES, breakout])).toContain(
      "breakout says nothing of BTC/USDT 5m: it cannot read 5m candles: beside its 5m and 1h ones it needs shorter.",
    );
  });

  it("of a signal asked for a horizon says that the candles know none", async () => {
    const served = { record: await record(), ageMs: 0, staleReason: null };
    expect(renderAnalysis({ ...intent("signal"), horizon: "long term" }, served)).toContain(
      'It speaks of 5m candles, and says nothing about "long term".',
    );
  });

  it("about a barred token says which checks bar it, and that it may still be sold", async () => {
    const barred = (severity: "high" | "medium") => (a: MarketView) => ({
      security: {
        ...a.security,
        verdict: severity === "high" ? ("block" as const) : ("unknown" as const),
        checks: [
          { id: "is_mintable", state: "fail" as const, severity, source: "goplus", evidence: "" },
          { id: "holder_count", state: "fail" as const, severity: "low" as const, source: "goplus", evidence: "" },
        ],
      },
    });
    expect(await text("security", barred("high"))).toContain(
      "The desk does not enter it. It is barred by is_mintable. What is held may still be sold.",
    );
    expect(await text("security", barred("medium"))).toContain(
      "What is not known bars the entry: unknown is not safe.",
    );
  });

  it("marks a stale record as stale, with the reason", async () => {
    const stale = renderAnalysis(intent("price"), { record: await record(), ageMs: 0, staleReason: "no-candle" });
    expect(stale).toMatch(/^STALE \(no-candle\): BTC\/USDT 5m closed at/);
  });

  it("keeps control and bidirectional characters out of the terminal", () => {
    expect(finishText("a\u001b[31mb\u202ec\nd", true)).toBe("SIMULATED – invented prices. a [31mb c\nd");
    expect(finishText("a", false)).toBe("a");
  });
});

describe("a comparison", () => {
  const digest = async (change: Change) => distilAsset(await record(change), STRATEGIES);

  it("sets both side by side, says in what they differ, and recommends nothing beyond the rules", async () => {
    const signal = { action: "enter", strength: 0.5, reasons: [] } as const;
    const one = await digest(reading({ signal: { ...signal, reasons: [] } }, { price: 100 }));
    const two = await digest((a) => ({
      ...reading({ signal: { action: "hold", strength: 0, reasons: [] } })(a),
      symbol: ETH,
      price: 2000,
      security: { ...a.security, verdict: "block" },
    }));
    const lines = compareText(one, two).split("\n");
    expect(lines[0]).toBe("BTC/USDT · ETH/USDT, 5m candles");
    expect(lines).toContain("close: 100.0000 · 2000.00");
    expect(lines).toContain("signal: enter (strength 0.50) · hold (strength 0.00)");
    expect(lines).toContain("security: clear · block");
    expect(lines.at(-2)).toBe("They differ in signal, security.");
    expect(lines.at(-1)).toBe("The rules' signal is to enter BTC/USDT.");
    expect(compareText(two, one).split("\n")).toContain("close: 2000.00 · 100.0000");
  });

  it("does not call an entry what security bars, nor a number what is missing", async () => {
    const blocked = await digest((a) => ({
      ...reading({ signal: { action: "enter", strength: 1, reasons: [] } })(a),
      security: { ...a.security, verdict: "unknown" },
      indicators: { ...a.indicators, rsiWilder: null },
    }));
    const said = compareText(blocked, blocked);
    expect(said).toContain("RSI: none · none");
    expect(said).toContain("The rules would enter neither now. Security bars BTC/USDT and BTC/USDT.");
  });
});

describe("numbers", () => {
  it.each([
    [64123.456, "64123.46"],
    [1.5, "1.5000"],
    [0.000012345678, "0.0000123457"],
    [1e-9, "0.000000001"],
  ])("price %s is %s", (value, shown) => {
    expect(price(value)).toBe(shown);
  });

  it.each([
    [1.234, "+1.23 %"],
    [-0.456, "−0.46 %"],
    [-0.001, "0.00 %"],
  ])("a change of %s percent is %s", (value, shown) => {
    expect(signedPct(value)).toBe(shown);
  });

  it.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [12_000_000, "3 h 20 min"],
    [86_400_000, "1 d"],
  ])("%s ms is %s", (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});
