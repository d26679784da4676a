// Floor 4. Entries that were refused, as they would have gone → what each rule has saved or cost. Pure.
import { RiskRule } from "#schemas/decision.ts";
import { add, type Money, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import type { Headline } from "#schemas/performance.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { RulePrice, RulePrices, ShadowTrade } from "#schemas/rule-prices.ts";
import { blockMean } from "#toolkits/performance/block-mean.ts";
import { meanOf } from "#toolkits/performance/moments.ts";
import { MIN_FOR_INTERVAL, tooFew } from "#toolkits/performance/performance.ts";

export interface Refused {
  /** Refusals by rule, of entries and exits, as the run counts them. */
  readonly byRule: Partial<Readonly<Record<RiskRule, number>>>;
  /** Those of exits. */
  readonly exits: ReadonlyMap<RiskRule, number>;
  /** Entries refused while a shadow of the same rule, strategy and market was open. */
  readonly repeated: ReadonlyMap<RiskRule, number>;
}

const METHOD =
  "Each refused entry is traded to its end on an account of its own: the size, bracket, exits and costs that it would have had, filled at the next open. While it is open, further refusals of the same rule, strategy and market are its repetitions and are not traded again. A refusal is charged to the first rule that objected, others may have objected too. Each rule is priced alone: an entry let through would have taken cash, a place and exposure from others, so the rows do not add up to a run without rules.";

/** @param made the trades of the run itself, for the control */
export function priceRules(
  shadows: readonly ShadowTrade[],
  refused: Refused,
  made: readonly ClosedTrade[],
): RulePrices {
  const byRule = Map.groupBy(shadows, ({ rule }) => rule);
  const rules = RiskRule.options.flatMap((rule) => {
    const count = refused.byRule[rule] ?? 0;
    return count === 0 ? [] : [priceOf(rule, count, byRule.get(rule) ?? [], refused)];
  });
  return {
    rules: rules.toSorted((a, b) => b.refused - a.refused),
    refusals: rules.reduce((sum, { refused: count }) => sum + count, 0),
    control: controlOf(byRule.get(null) ?? [], made),
    method: METHOD,
  };
}

function priceOf(rule: RiskRule, count: number, shadows: readonly ShadowTrade[], refused: Refused): RulePrice {
  const of = (state: ShadowTrade["state"]) => shadows.filter((shadow) => shadow.state === state);
  const [closed, open] = [of("closed"), of("open")];
  const alone = closed.filter(({ isAlone }) => isAlone);
  return {
    rule,
    refused: count,
    exits: refused.exits.get(rule) ?? 0,
    repeated: refused.repeated.get(rule) ?? 0,
    notTradable: of("not-tradable").length,
    notFilled: of("not-filled").length,
    open: open.length,
    closed: closed.length,
    won: closed.filter(({ pnl }) => toNumber(pnl) > 0).length,
    alone: alone.length,
    meanTradePct: meanWithInterval(inOrderOfEntry(closed).map(({ returnPct }) => returnPct)),
    saved: savedBy(closed),
    savedAlone: savedBy(alone),
    savedOpen: savedBy(open),
  };
}

/**
 * Neighbours in time are neighbours in the series: what the blocks of the bootstrap keep together. Those of one moment by market and
 * strategy, so that the result does not hang on the order in which they were followed.
 */
const inOrderOfEntry = (closed: readonly ShadowTrade[]): readonly ClosedTrade[] =>
  closed
    .flatMap(({ trade }) => trade ?? [])
    .toSorted((a, b) => a.entryMs - b.entryMs || a.exitMs - b.exitMs || compareText(nameOf(a), nameOf(b)));

const nameOf = ({ symbol, strategyId }: ClosedTrade): string => `${symbol} ${strategyId}`;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** @param values in the order of time */
export function meanWithInterval(values: readonly number[]): Headline {
  if (values.length === 0) return { value: null, interval95: null, why: "no trade has closed" };
  if (values.length < MIN_FOR_INTERVAL)
    return { value: meanOf(values), interval95: null, why: tooFew(values.length, "closed trades") };
  const { mean, interval95 } = blockMean(values);
  return { value: mean, interval95, why: null };
}

const savedBy = (shadows: readonly ShadowTrade[]): Money =>
  subtract(
    ZERO_MONEY,
    shadows.reduce((sum, { pnl }) => add(sum, pnl), ZERO_MONEY),
  );

function controlOf(shadows: readonly ShadowTrade[], made: readonly ClosedTrade[]): RulePrices["control"] {
  const keyOf = ({ strategyId, symbol, entryMs }: ClosedTrade): string => `${strategyId} ${symbol} ${entryMs}`;
  const real = new Map(made.map((trade) => [keyOf(trade), JSON.stringify(trade)]));
  const closed = shadows.flatMap(({ trade }) => trade ?? []);
  const equal = closed.filter((trade) => real.get(keyOf(trade)) === JSON.stringify(trade)).length;
  return { entries: closed.length, equal };
}
