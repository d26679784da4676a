import { describe, expect, it } from "vitest";
import { finishText, renderAnalysis } from "#agents/deep-trader-manager/render.ts";
import { duration, price } from "#agents/deep-trader-manager/render-text.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Intent } from "#schemas/question.ts";
import { BTC, createDesk } from "./desk-fixture.ts";

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

  it("marks a stale record as stale, with the reason", async () => {
    const stale = renderAnalysis(intent("price"), { record: await record(), ageMs: 0, staleReason: "no-candle" });
    expect(stale).toMatch(/^STALE \(no-candle\): BTC\/USDT 5m closed at/);
  });

  it("keeps control and bidirectional characters out of the terminal", () => {
    expect(finishText("a\u001b[31mb\u202ec\nd", true)).toBe("SIMULATED – invented prices. a [31mb c\nd");
    expect(finishText("a", false)).toBe("a");
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
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [12_000_000, "3 h 20 min"],
    [86_400_000, "1 d"],
  ])("%s ms is %s", (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});
