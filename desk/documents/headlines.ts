// Floor 4. The headlines of a run's performance, in the order in which they are shown: what each is called, and how its value reads. The
// one list for text, page and comparison.
import type { Headline, Performance } from "#schemas/performance.ts";
import { formatFee, formatFixed, formatPct } from "./format.ts";

export type HeadlineName = keyof Performance["headlines"];

export interface HeadlineWords {
  readonly title: string;
  /** `gain`: percent with its sign · `amount`: settlement currency */
  readonly unit: "gain" | "percent" | "ratio" | "amount";
}

export const HEADLINES: Readonly<Record<HeadlineName, HeadlineWords>> = {
  totalReturnPct: { title: "total return", unit: "gain" },
  cagrPct: { title: "return a year (CAGR)", unit: "gain" },
  volatilityPct: { title: "volatility a year", unit: "percent" },
  sharpe: { title: "Sharpe ratio", unit: "ratio" },
  sortino: { title: "Sortino ratio", unit: "ratio" },
  calmar: { title: "Calmar ratio", unit: "ratio" },
  maxDrawdownPct: { title: "largest drawdown", unit: "percent" },
  winRatePct: { title: "win rate", unit: "percent" },
  meanTradePct: { title: "mean trade", unit: "gain" },
  profitFactor: { title: "profit factor", unit: "ratio" },
  expectancy: { title: "expectancy of a trade", unit: "amount" },
  sqn: { title: "system quality (SQN)", unit: "ratio" },
};

export const HEADLINE_NAMES = Object.keys(HEADLINES) as readonly HeadlineName[];

/** `–` for none. */
export function headlineText(name: HeadlineName, value: number | null, quote: string): string {
  if (value === null || !Number.isFinite(value)) return "–";
  switch (HEADLINES[name].unit) {
    case "gain":
      return formatPct(value);
    case "percent":
      return `${formatFixed(value)} %`;
    case "amount":
      return `${formatFee(value).replace("-", "−")} ${quote}`;
    case "ratio":
      return formatFixed(value);
  }
}

/** `0.41 to 1.02`; `–` for none. */
export const headlineIntervalText = (name: HeadlineName, interval95: Headline["interval95"], quote: string): string =>
  interval95 === null
    ? "–"
    : `${headlineText(name, interval95[0], quote)} to ${headlineText(name, interval95[1], quote)}`;

/** Of a run with its full figures; of one that was saved without them, what its metrics have. */
export interface RunWithHeadlines {
  readonly performance?: Pick<Performance, "headlines"> | undefined;
  readonly metrics: Readonly<
    Record<
      Extract<HeadlineName, "totalReturnPct" | "maxDrawdownPct" | "winRatePct" | "meanTradePct" | "profitFactor">,
      number | null
    >
  >;
}

export function headlinesOf({ performance, metrics }: RunWithHeadlines): ReadonlyMap<HeadlineName, Headline> {
  const known: Readonly<Partial<Record<HeadlineName, number | null>>> = metrics;
  return new Map(
    HEADLINE_NAMES.flatMap((name) => {
      const own = performance?.headlines[name];
      const value = known[name];
      if (own !== undefined) return [[name, own] as const];
      return value === undefined ? [] : [[name, { value, interval95: null, why: NOT_SAVED }] as const];
    }),
  );
}

const NOT_SAVED = "it was saved without its full figures";
