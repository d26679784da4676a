import { describe, expect, it } from "vitest";
import { distilAsset } from "#agents/deep-trader-manager/answers/distil.ts";
import { finishText, staleMark } from "#agents/deep-trader-manager/answers/render.ts";
import { compareText } from "#agents/deep-trader-manager/answers/render-compare.ts";
import { marketText } from "#agents/deep-trader-manager/answers/render-market.ts";
import { duration, price, signedPct, timeLine } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { Analysis, StaleReason } from "#schemas/analysis.ts";
import type { Intent } from "#schemas/question.ts";
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

async function record(change: (a: Analysis) => Partial<Analysis> = () => ({})): Promise<Analysis> {
  const desk = createDesk();
  const outcome = await desk.warm(BTC);
  if (outcome.status !== "analysed") throw new Error("expected an analysis");
  return { ...outcome.analysis, ...change(outcome.analysis) };
}
interface Served {
  readonly record: Analysis;
  readonly ageMs: number;
  readonly staleReason: StaleReason | null;
}
const renderAnalysis = (intent: Intent, { record, ageMs, staleReason }: Served): string =>
  `${staleMark(staleReason)}${marketText(intent, record)} ${timeLine(record.asOfMs, ageMs)}`;
const text = async (kind: Intent["kind"], change?: (a: Analysis) => Partial<Analysis>) =>
  renderAnalysis(intent(kind), { record: await record(change), ageMs: 240_000, staleReason: null });

describe("an answer's text", () => {
  it("says what it knows, since when, and how old that is", async () => {
    const { indicators } = await record();
    expect(await text("rsi")).toBe(
      `The RSI (Wilder, 14) of BTC/USDT 5m is ${indicators.rsiWilder?.toFixed(2)}. As of 2024-01-10T12:00:00.000Z, 4 min old.`,
    );
  });

  it("names its number as missing where there is none, and never puts one there", async () => {
    const bare = (a: Analysis) => ({
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
    const partial = (a: Analysis) => ({ indicators: { ...a.indicators, candles: 60, warmup: "partial" as const } });
    expect(await text("rsi", partial)).toContain("Warm-up is partial: 60 of 250 candles.");
  });

  it("of an entry signal says so when security forbids the entry", async () => {
    const unsafe = (a: Analysis) => ({
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

  it("about triggers names both closes, how far they are, and the one candle they hold for", async () => {
    const levels = (a: Analysis) => ({
      price: 100,
      triggers: { enterAtOrBelow: 98, exitAtOrAbove: 103.5 },
      security: a.security,
    });
    expect(await text("trigger", levels)).toContain(
      "The rules would enter BTC/USDT 5m at a close at or below 98.0000 (−2.00 % from 100.0000). Security clear. They would leave it at a close at or above 103.5000 (+3.50 % from 100.0000). That holds for the very next candle only, the one that closes at 2024-01-10T12:05:00.000Z.",
    );
    const exitOnly = (a: Analysis) => ({
      indicators: { ...a.indicators, warmup: "full" as const },
      triggers: { enterAtOrBelow: null, exitAtOrAbove: 103.5 },
    });
    expect(await text("trigger", exitOnly)).toMatch(
      /^No close of the next candle was found at which the rules would enter BTC\/USDT 5m\. They would leave it at/,
    );
    const unsafe = (a: Analysis) => ({
      ...levels(a),
      security: { ...a.security, verdict: "block" as const, reason: "a honeypot." },
    });
    expect(await text("trigger", unsafe)).toContain("Security block, so the desk does not enter: a honeypot.");
  });

  it("never says that no close would act where no level was worked out", async () => {
    const none = { enterAtOrBelow: null, exitAtOrAbove: null };
    const withWarmup = (warmup: "full" | "partial" | "insufficient") => (a: Analysis) => ({
      indicators: { ...a.indicators, warmup, candles: 180 },
      triggers: none,
    });
    expect(await text("trigger", withWarmup("full"))).toMatch(
      /^The close at which the rules would enter BTC\/USDT 5m was not worked out\. The close .* leave .* not worked out\. As of/,
    );
    expect(await text("trigger", withWarmup("partial"))).toContain(
      "was not worked out (180 of 250 candles are there).",
    );
    expect(await text("trigger", withWarmup("insufficient"))).toContain("not worked out (the window is insufficient).");
    const searched = (a: Analysis) => ({
      indicators: { ...a.indicators, warmup: "partial" as const, candles: 180 },
      triggers: { enterAtOrBelow: null, exitAtOrAbove: 103.5 },
    });
    expect(await text("trigger", searched)).toMatch(/enter BTC\/USDT 5m was not worked out .180 of 250/);
  });

  it("about triggers of one side says nothing of the other", async () => {
    const served = { record: await record(), ageMs: 0, staleReason: null };
    const levels = { ...served, record: { ...served.record, triggers: { enterAtOrBelow: 98, exitAtOrAbove: 103.5 } } };
    const side = (of: "buy" | "sell") => renderAnalysis({ ...intent("trigger"), side: of }, levels);
    expect(side("buy")).toMatch(/at or below 98\.0000/);
    expect(side("buy")).not.toContain("103.5");
    expect(side("sell")).toMatch(/BTC\/USDT 5m: They would leave it at a close at or above 103\.5000/);
    expect(side("sell")).not.toContain("98.0");
  });

  it("of a signal asked for a horizon says that the candles know none", async () => {
    const served = { record: await record(), ageMs: 0, staleReason: null };
    expect(renderAnalysis({ ...intent("signal"), horizon: "long term" }, served)).toContain(
      'It speaks of 5m candles, and says nothing about "long term".',
    );
  });

  it("about a barred token says which checks bar it, and that it may still be sold", async () => {
    const barred = (severity: "high" | "medium") => (a: Analysis) => ({
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
  const digest = async (change: (a: Analysis) => Partial<Analysis>) => distilAsset(await record(change));

  it("sets both side by side, says in what they differ, and recommends nothing beyond the rules", async () => {
    const signal = { action: "enter", strength: 0.5, reasons: [] } as const;
    const one = await digest(() => ({ price: 100, signal: { ...signal, reasons: [] } }));
    const two = await digest((a) => ({
      symbol: ETH,
      price: 2000,
      signal: { action: "hold", strength: 0, reasons: [] },
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
      signal: { action: "enter", strength: 1, reasons: [] },
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
