// Floor 4. One market view → its facts: price, moves, indicators, security, and what each strategy says of it.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { type DeskStrategy, sayingsOf } from "#memory/said-of.ts";
import { nearestLevel } from "#schemas/action-levels.ts";
import { ATR_PERIOD, BOLLINGER_DEVIATIONS, BOLLINGER_PERIOD, RSI_PERIOD } from "#schemas/indicator.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import { splitSymbol } from "#schemas/units.ts";

/** What all facts of one view share. */
function placed(view: MarketView) {
  const { symbol, timeframe, asOfMs, id } = view;
  const { quote } = splitSymbol(symbol);
  const of = { market: symbol, timeframe, asOfMs, recordId: id };
  return {
    of,
    price: (kind: NewFact["kind"], value: number | null, label: string, more: Partial<NewFact> = {}): NewFact => ({
      ...of,
      kind,
      value,
      unit: "price",
      currency: quote,
      label,
      ...more,
    }),
  };
}

/** Price, its moves, the analysis' own indicators and the token's security: no strategy's opinion. */
export function analysisFacts(view: MarketView): NewFact[] {
  const { price: close, trend, indicators, security } = view;
  const { of, price } = placed(view);
  const { rsiWilder, bollinger, atr } = indicators;
  const bands = `Bollinger (${BOLLINGER_PERIOD}, ${BOLLINGER_DEVIATIONS})`;
  return [
    price("price", close, "close of the newest candle"),
    { ...of, kind: "change", value: trend.changeHourPct, unit: "pct", window: "1h", label: "change over an hour" },
    { ...of, kind: "change", value: trend.changeDayPct, unit: "pct", window: "1d", label: "change over a day" },
    price("high", trend.dayHigh, "high of a day", { window: "1d" }),
    price("low", trend.dayLow, "low of a day", { window: "1d" }),
    { ...of, kind: "trend", value: trend.direction, unit: "text", label: "trend (50-candle mean)" },
    { ...of, kind: "rsi", value: rsiWilder, unit: "index", label: `RSI (Wilder, ${RSI_PERIOD})` },
    price("band-upper", bollinger?.upper ?? null, `${bands} upper band`),
    price("band-middle", bollinger?.middle ?? null, `${bands} middle band`),
    price("band-lower", bollinger?.lower ?? null, `${bands} lower band`),
    {
      ...of,
      kind: "percent-b",
      value: bollinger?.percentB ?? null,
      unit: "ratio",
      label: "%B: where the close stands between the bands, 0 lower, 1 upper",
    },
    price("atr", atr, `ATR (Wilder, ${ATR_PERIOD})`),
    atrPctFact(view),
    { ...of, kind: "verdict", value: security.verdict, unit: "verdict", label: "token security" },
    { ...of, kind: "reason", value: security.reason, unit: "text", label: "why that security verdict" },
  ];
}

/** The newest close alone. */
export const priceFacts = (view: MarketView): NewFact[] => analysisFacts(view).filter(({ kind }) => kind === "price");

/** How far a candle usually goes, comparable between markets. */
export const atrPctFact = (view: MarketView): NewFact => {
  const { atr } = view.indicators;
  const value = atr === null ? null : (atr / view.price) * 100;
  return { ...placed(view).of, kind: "atr", value, unit: "pct", label: "ATR in percent of the price" };
};

/** What each of the desk's strategies says: its signal with reasons, and at which next closes it would act. */
export function sayingFacts(view: MarketView, strategies: readonly DeskStrategy[]): NewFact[] {
  const { of } = placed(view);
  return sayingsOf(view, strategies).flatMap((saying): NewFact[] => {
    const { strategyId } = saying;
    if (saying.status === "silent")
      return [{ ...of, kind: "reason", value: saying.why, unit: "text", strategyId, label: "why it says nothing" }];
    const { signal, levels } = saying.reading;
    return [
      { ...of, kind: "signal", value: signal.action, unit: "text", strategyId, label: "signal at the newest close" },
      ...signal.reasons.map(
        (reason): NewFact => ({ ...of, kind: "reason", value: reason, unit: "text", strategyId, label: "why" }),
      ),
      ...(levels.status === "not-worked-out"
        ? [
            {
              ...of,
              kind: "reason",
              value: levels.note,
              unit: "text",
              strategyId,
              label: "levels not worked out",
            } as const,
          ]
        : levelFacts(view, saying.reading)),
    ];
  });
}

/** The nearest interval of closes for entry and exit, with the distance from the price in percent of it. */
export function levelFacts(
  view: MarketView,
  { strategyId, levels }: Pick<Reading, "strategyId" | "levels">,
  actions: readonly ("enter" | "exit")[] = ["enter", "exit"],
): NewFact[] {
  const { of, price } = placed(view);
  const note = levels.status === "conditional" ? ` (${levels.note})` : "";
  return actions.flatMap((action): NewFact[] => {
    const nearest = nearestLevel(levels, action, view.price);
    if (nearest === null) return [];
    const kind = `level-${action}` as const;
    const bounds = [
      nearest.from === null
        ? null
        : price(kind, nearest.from, `next closes from here on would ${action}${note}`, { strategyId }),
      nearest.to === null
        ? null
        : price(kind, nearest.to, `next closes up to here would ${action}${note}`, { strategyId }),
    ].filter((fact) => fact !== null);
    const label = `from the price to the nearest close that would ${action}`;
    return [...bounds, { ...of, kind: "distance", value: nearest.distancePct, unit: "pct", strategyId, label }];
  });
}
