// Strategies that are drawn: conditions on indicators joined by and/or, which look back, on one or two timeframes.
import fc from "fast-check";
import type { EntryStyle } from "#schemas/config.ts";
import type { Timeframe } from "#schemas/units.ts";
import { bollinger, ema, highest, lowest, macd, price, roc, rsi, sma, stddev, wma } from "#toolkits/indicators/refs.ts";
import type { IndicatorRef } from "#toolkits/indicators/spec.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import type { BracketWish, HeldPosition, StrategyDefinition } from "#toolkits/strategies/define-strategy.ts";
import type { RuleAt, RuleValues, Strategy } from "#toolkits/strategies/strategy.ts";

/** A value as a rule reads it, and of what kind: prices are compared with prices, points with numbers. */
interface Value {
  readonly name: string;
  readonly output: string | null;
  readonly unit: "price" | "points" | "ratio" | "percent";
  readonly back: number;
}

type Condition =
  | {
      readonly kind: "compare";
      readonly left: Value;
      readonly right: Value;
      readonly factor: number;
      readonly above: boolean;
    }
  | { readonly kind: "level"; readonly value: Value; readonly level: number; readonly above: boolean }
  /** Asked of one reading of the value, or of two. */
  | {
      readonly kind: "band";
      readonly value: Value;
      readonly from: number;
      readonly width: number;
      readonly once: boolean;
    };

interface Drawn {
  /** Any of these groups, all of whose conditions hold. */
  readonly enter: readonly (readonly Condition[])[];
  readonly exit: readonly (readonly Condition[])[];
  readonly lookBack: number;
  /** Conditions are all worked out before any is looked at. */
  readonly eager: boolean;
}

/** Of the close alone, so that their levels are exact. */
const INDICATORS = {
  rsi: { ref: rsi(14), outputs: [[null, "points"]] },
  quick: { ref: rsi(3), outputs: [[null, "points"]] },
  fast: { ref: ema(5), outputs: [[null, "price"]] },
  slow: { ref: ema(60), outputs: [[null, "price"]] },
  mean: { ref: sma(20), outputs: [[null, "price"]] },
  weighted: { ref: wma(10), outputs: [[null, "price"]] },
  top: { ref: highest(12, { source: "close" }), outputs: [[null, "price"]] },
  bottom: { ref: lowest(12, { source: "close" }), outputs: [[null, "price"]] },
  change: { ref: roc(6), outputs: [[null, "percent"]] },
  bands: {
    ref: bollinger(20, 2),
    outputs: [
      ["upper", "price"],
      ["lower", "price"],
      ["percentB", "ratio"],
    ],
  },
  trend: { ref: macd(5, 13, 4), outputs: [["histogram", "percent"]] },
  spread: { ref: stddev(10), outputs: [[null, "percent"]] },
} as const satisfies Readonly<
  Record<
    string,
    { readonly ref: IndicatorRef<string>; readonly outputs: readonly (readonly [string | null, Value["unit"]])[] }
  >
>;
const HIGHER = {
  longRsi: { ref: rsi(5), outputs: [[null, "points"]] },
  longMean: { ref: ema(8), outputs: [[null, "price"]] },
  longClose: { ref: price("close"), outputs: [[null, "price"]] },
} as const;

const valuesOf = (
  of: Readonly<Record<string, { readonly outputs: readonly (readonly [string | null, Value["unit"]])[] }>>,
) => Object.entries(of).flatMap(([name, { outputs }]) => outputs.map(([output, unit]) => ({ name, output, unit })));

const CLOSE = { name: "close", output: null, unit: "price" } as const;

export interface DrawOptions {
  /** Drawn in one strategy of two; null: never. */
  readonly higher: Timeframe | null;
  /** A condition is worked out when those before it hold, from values read for it alone; else conditions may be worked out ahead. */
  readonly inOrder: boolean;
}

/** With its text, so that a counterexample can be read. */
export interface DrawnStrategy {
  readonly strategy: Strategy;
  readonly text: string;
}

export const drawnStrategy = (options: DrawOptions): fc.Arbitrary<DrawnStrategy> =>
  drawing(options).map((drawn) => ({ strategy: strategyOf(drawn, options.higher), text: JSON.stringify(drawn) }));

function drawing({ higher, inOrder }: DrawOptions): fc.Arbitrary<Drawn> {
  const ahead = inOrder ? fc.constant(false) : fc.boolean();
  return fc.tuple(fc.boolean(), fc.constantFrom(0, 1, 1, 2, 5)).chain(([isLonger, lookBack]) => {
    const names = [CLOSE, ...valuesOf(INDICATORS), ...(isLonger && higher !== null ? valuesOf(HIGHER) : [])];
    const groups = (most: number) =>
      fc.array(fc.array(conditionOf(names, lookBack, ahead), { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: most,
      });
    return fc.record({ enter: groups(2), exit: groups(1), lookBack: fc.constant(lookBack), eager: ahead });
  });
}

function conditionOf(
  names: readonly Omit<Value, "back">[],
  lookBack: number,
  ahead: fc.Arbitrary<boolean>,
): fc.Arbitrary<Condition> {
  const value = (of: readonly Omit<Value, "back">[]): fc.Arbitrary<Value> =>
    fc.tuple(fc.constantFrom(...of), fc.integer({ min: 0, max: Math.max(0, 2 * lookBack) })).map(([one, back]) => ({
      ...one,
      // Half of what is read is read of now.
      back: back > lookBack ? 0 : back,
    }));
  const prices = names.filter(({ unit }) => unit === "price");
  const others = names.filter(({ unit }) => unit !== "price");
  const above = fc.boolean();
  return fc.oneof(
    fc.record({
      kind: fc.constant("compare" as const),
      left: value(prices),
      right: value(prices),
      factor: fc.constantFrom(1, 1, 1, 0.998, 1.002),
      above,
    }),
    value(others).chain((one) =>
      fc.record({ kind: fc.constant("level" as const), value: fc.constant(one), level: levelOf(one), above }),
    ),
    value(others.filter(({ unit }) => unit === "points")).chain((one) =>
      fc.record({
        kind: fc.constant("band" as const),
        value: fc.constant(one),
        from: levelOf(one),
        width: fc.constantFrom(0.2, 1, 5, 20),
        once: ahead,
      }),
    ),
  );
}

function levelOf({ unit }: Value): fc.Arbitrary<number> {
  if (unit === "points") return fc.integer({ min: 200, max: 800 }).map((n) => n / 10);
  if (unit === "ratio") return fc.integer({ min: -20, max: 120 }).map((n) => n / 100);
  return fc.integer({ min: -150, max: 150 }).map((n) => n / 100);
}

function numberOf(values: RuleValues, { name, output }: Value): number {
  const value = values[name];
  if (typeof value === "number") return value;
  return value?.[output ?? ""] ?? Number.NaN;
}

function holds(at: RuleAt, condition: Condition): boolean {
  const read = (value: Value): number => numberOf(value.back === 0 ? at.now : at.ago(value.back), value);
  if (condition.kind === "compare") {
    const left = read(condition.left);
    const right = read(condition.right) * condition.factor;
    return condition.above ? left > right : left <= right;
  }
  const { value } = condition;
  if (condition.kind === "level")
    return condition.above ? read(value) > condition.level : read(value) < condition.level;
  const { from, width, once } = condition;
  if (!once) return read(value) >= from && read(value) <= from + width;
  const one = read(value);
  return one >= from && one <= from + width;
}

function ruleOf(groups: readonly (readonly Condition[])[], eager: boolean): (at: RuleAt) => boolean {
  if (!eager) return (at) => groups.some((group) => group.every((condition) => holds(at, condition)));
  return (at) =>
    groups.map((group) => group.map((condition) => holds(at, condition))).some((group) => group.every(Boolean));
}

/** How a drawn strategy trades; all that may be stated, and often enough nothing. */
interface Manner {
  readonly bracket: BracketWish | null;
  readonly entryPct: number | null;
  readonly orderStyle: EntryStyle | null;
  /** Leaves a position after so many candles, or under this gain. */
  readonly held: { readonly candles: number; readonly gainPct: number } | null;
}

const PLAIN: Manner = { bracket: null, entryPct: null, orderStyle: null, held: null };

const oftenNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 2 });
const pct = (min: number, max: number) => fc.integer({ min: 10 * min, max: 10 * max }).map((tenths) => tenths / 10);

const bracketWish: fc.Arbitrary<BracketWish> = fc
  .record(
    {
      stopPct: pct(0.4, 8),
      targetPct: fc.option(pct(0.5, 10)),
      roi: fc.record({ 0: pct(2, 6), 30: pct(1, 2), 180: pct(-1, 1) }),
      trailing: fc.constantFrom(
        [{ fromGainPct: 0, distancePct: 2 }],
        [
          { fromGainPct: 1, distancePct: 1 },
          { fromGainPct: 3, distancePct: 0.5 },
        ],
      ),
      maxHoldCandles: fc.integer({ min: 1, max: 40 }),
    },
    { requiredKeys: [] },
  )
  .map(({ roi, targetPct, ...wish }) => ({
    ...wish,
    ...(roi !== undefined ? { roi } : targetPct !== undefined ? { targetPct } : {}),
  }));

/** The same, and how each trades: bracket, stake, order style, a rule that hangs on the position. */
export const drawnTrader = (options: DrawOptions): fc.Arbitrary<DrawnStrategy> =>
  fc
    .tuple(
      drawing(options),
      fc.record({
        bracket: oftenNull(bracketWish),
        entryPct: oftenNull(pct(1, 20)),
        orderStyle: oftenNull(fc.constantFrom("next-open" as const, "limit-at-quote" as const)),
        held: oftenNull(fc.record({ candles: fc.integer({ min: 1, max: 30 }), gainPct: pct(-3, 0) })),
      }),
    )
    .map(([drawn, manner]) => ({
      strategy: strategyOf(drawn, options.higher, manner),
      text: JSON.stringify({ ...drawn, ...manner }),
    }));

let drawnSoFar = 0;

function strategyOf(
  { enter, exit, lookBack, eager }: Drawn,
  higher: Timeframe | null,
  { bracket, entryPct, orderStyle, held }: Manner = PLAIN,
): Strategy {
  const read = new Set(
    [...enter, ...exit]
      .flat()
      .flatMap((one) => (one.kind === "compare" ? [one.left.name, one.right.name] : [one.value.name])),
  );
  const refs: readonly (readonly [string, IndicatorRef<string>])[] = [
    ...Object.entries(INDICATORS).map(([name, { ref }]) => [name, ref] as const),
    ...(higher === null ? [] : Object.entries(HIGHER).map(([name, { ref }]) => [name, ref.on(higher)] as const)),
  ];
  const definition = {
    id: `drawn-${drawnSoFar++}`,
    indicators: Object.fromEntries(refs.filter(([name]) => read.has(name))),
    lookBack,
    enter: ruleOf(enter, eager),
    exit: ruleOf(exit, eager),
    ...(bracket === null ? {} : { bracket }),
    ...(entryPct === null ? {} : { stake: { entryPct } }),
    ...(orderStyle === null ? {} : { orderStyle }),
    ...(held === null
      ? {}
      : {
          exitHeld: (_: RuleAt, position: HeldPosition) =>
            (position.candles >= held.candles || position.gainPct < held.gainPct) &&
            `held ${position.candles} candles at ${position.gainPct} %`,
        }),
  } as unknown as StrategyDefinition<Record<never, never>, Record<never, never>>;
  return compileStrategy(definition, { file: null });
}
