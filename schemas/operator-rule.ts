// Floor 1. The operator's own rules. Each bars entries, makes them smaller or forces exits; none of them permits anything.
import { z } from "zod";
import { fitsPattern, MarketPattern } from "./market-patterns.ts";
import { isPositive, Money } from "./money.ts";
import { CURRENCY, type MarketSymbol, splitSymbol, UnixMs } from "./units.ts";

/** The operator's own words, and names, are kept as one line of at most so many characters. */
export const MAX_WORDS = 300;

/** One line: control characters would move the cursor of a terminal that shows it. */
const line = (expected: string) =>
  z
    .string(expected)
    .trim()
    .min(1, expected)
    .max(MAX_WORDS, `expected at most ${MAX_WORDS} characters`)
    .regex(/^\P{C}*$/u, "expected one line without control characters");

export const OperatorWords = line("expected the operator's words");

const ASSET = "expected an asset such as DOGE";
const Asset = z
  .string(ASSET)
  .trim()
  .toUpperCase()
  .regex(new RegExp(`^${CURRENCY}$`, "u"), ASSET);
const Assets = z.array(Asset, "expected a list of assets").min(1, "expected at least one asset").max(500);

/** Which positions and entries a rule is about. */
export const RuleScope = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("all") }),
    /** By base currency, in whatever currency it is quoted. */
    z.strictObject({ kind: z.literal("assets"), assets: Assets }),
    z.strictObject({ kind: z.literal("markets"), pattern: MarketPattern }),
    z.strictObject({ kind: z.literal("strategy"), strategyId: line("expected the id of a strategy") }),
    /**
     * A named group with its members of the day the rule was made, so that a later table changes no standing rule. `asOf` is
     * the date of the table that they were taken from; null: the operator listed them.
     */
    z.strictObject({
      kind: z.literal("group"),
      name: line("expected the name of a group"),
      assets: Assets,
      asOf: z.iso.date("expected a date such as 2026-01-31").nullable(),
    }),
  ],
  "expected a scope with kind all, assets, markets, strategy or group",
);
export type RuleScope = z.infer<typeof RuleScope>;

/** @param of a position, an order or a decision */
export function isInScope(
  scope: RuleScope,
  of: { readonly symbol: MarketSymbol; readonly strategyId: string },
): boolean {
  const { symbol, strategyId } = of;
  switch (scope.kind) {
    case "all":
      return true;
    case "assets":
    case "group":
      return scope.assets.includes(splitSymbol(symbol).base);
    case "markets":
      return fitsPattern(scope.pattern, symbol);
    case "strategy":
      return scope.strategyId === strategyId;
  }
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const DAYS = "expected 1 to 6 days of mon, tue, wed, thu, fri, sat, sun";
const TIME = "expected a time of day in UTC such as 22:00";
const TimeOfDay = z.string(TIME).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME);

/** Saturday 00:00 to Monday 00:00 UTC. */
const Weekend = z.strictObject({ kind: z.literal("weekend") });
/** Whole days, 00:00 to 24:00 UTC. */
const Weekdays = z.strictObject({
  kind: z.literal("weekdays"),
  days: z
    .array(z.enum(WEEKDAYS, DAYS), DAYS)
    .min(1, DAYS)
    .max(6, DAYS)
    .refine((days) => new Set(days).size === days.length, "expected each day once"),
});
/** Each day, UTC; over midnight where `to` is before `from`. */
const Hours = z
  .strictObject({ kind: z.literal("hours"), from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, "expected two different times of day");

/** A time that comes again every week. UTC has no summer time, so it never moves. */
export const RuleWindow = z.discriminatedUnion(
  "kind",
  [Weekend, Weekdays, Hours],
  "expected weekend, weekdays or hours",
);
export type RuleWindow = z.infer<typeof RuleWindow>;

const Always = z.strictObject({ kind: z.literal("always") });

const COUNT = "expected a whole number from 1 to 10,000";
const count = z.int(COUNT).min(1, COUNT).max(10_000, COUNT).describe("at most so many");
const PCT = "expected percent above 0, at most 100";
const pct = z.number(PCT).gt(0, PCT).max(100, PCT).describe("percent of equity");
const LEAD = "expected hours from 0 to 72";
const scope = RuleScope;

export const OperatorRule = z.discriminatedUnion(
  "type",
  [
    /** Nothing of the scope is entered in the window or `hoursBefore` it, and what is held is sold at the last slot before. */
    z.strictObject({
      type: z.literal("no-hold-over"),
      scope,
      when: RuleWindow,
      hoursBefore: z.number(LEAD).min(0, LEAD).max(72, LEAD).default(0).describe("hours"),
    }),
    /** Entries of a UTC day, or of a week from Monday 00:00 UTC. One that ended without a fill does not count. */
    z.strictObject({
      type: z.literal("max-entries"),
      scope,
      per: z.enum(["day", "week"], "expected day or week"),
      count,
    }),
    /** Open or on order, of all strategies together. */
    z.strictObject({ type: z.literal("max-positions"), scope, count }),
    /** Market value of positions and working entries, percent of equity. */
    z.strictObject({ type: z.literal("max-exposure"), scope, pct }),
    z.strictObject({
      type: z.literal("no-entries"),
      scope,
      when: z.discriminatedUnion(
        "kind",
        [Always, Weekend, Weekdays, Hours],
        "expected always, weekend, weekdays or hours",
      ),
    }),
    /** Notional of one entry: a larger one is made smaller. Percent of equity, or an amount of the settlement currency. */
    z.strictObject({
      type: z.literal("max-stake"),
      scope,
      limit: z.union(
        [
          z.strictObject({ pct }),
          z.strictObject({
            amount: Money.refine((amount) => isPositive(amount), "expected an amount above 0"),
            currency: Asset,
          }),
        ],
        'expected { "pct": 1 } or { "amount": "100", "currency": "USDT" }',
      ),
    }),
    /** Kept, shown, and not enforced. */
    z.strictObject({ type: z.literal("note"), text: OperatorWords }),
  ],
  "expected a rule with type no-hold-over, max-entries, max-positions, max-exposure, no-entries, max-stake or note",
);
export type OperatorRule = z.infer<typeof OperatorRule>;
/** One that the desk enforces. */
export type TypedRule = Exclude<OperatorRule, { type: "note" }>;

/** A row of the journal. `words`: the operator's own when it was added or removed. */
export const OperatorRuleRow = z.object({
  ruleId: z.string(),
  state: z.enum(["added", "removed"]),
  rule: OperatorRule,
  by: OperatorWords,
  words: OperatorWords,
});
export type OperatorRuleRow = z.infer<typeof OperatorRuleRow>;

/** A rule that holds. */
export const StandingRule = OperatorRuleRow.omit({ state: true }).extend({ atMs: UnixMs });
export type StandingRule = z.infer<typeof StandingRule>;
