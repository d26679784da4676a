// Floor 1. The portfolio (a fold of the journal) and the loss meter's state.
import { z } from "zod";
import type { Debate } from "./debate.ts";
import { Decimal, type DecimalText, Money, Price, Quantity } from "./money.ts";
import type { StandingRule } from "./operator-rule.ts";
import { type Order, OrderRole } from "./order.ts";
import type { Plan } from "./plan.ts";
import type { StandingOverride } from "./security-trust.ts";
import type { TightenedLimits } from "./tightened-limits.ts";
import { MarketSymbol, Percent, splitSymbol, UnixMs } from "./units.ts";

/** What is held is held by a strategy in a market: one pure function of the two, and nothing else makes it. */
export type PositionKey = string & { readonly brand: "PositionKey" };

/** A market and the strategy that trades it there. */
export interface StrategyMarket {
  readonly strategyId: string;
  readonly symbol: MarketSymbol;
}

/** No symbol has a space in it, so no two pairs share a key. Each is made once: it is asked for of every order in every slot. */
export function positionKey({ strategyId, symbol }: StrategyMarket): PositionKey {
  let ofStrategy = keys.get(strategyId);
  if (ofStrategy === undefined) {
    ofStrategy = new Map();
    keys.set(strategyId, ofStrategy);
  }
  let key = ofStrategy.get(symbol);
  if (key === undefined) {
    key = `${strategyId} ${symbol}` as PositionKey;
    ofStrategy.set(symbol, key);
  }
  return key;
}

const keys = new Map<string, Map<MarketSymbol, PositionKey>>();

export const Position = z.object({
  strategyId: z.string(),
  symbol: MarketSymbol,
  base: z.string(),
  quantity: Quantity.describe("fills minus fees taken in the base coin"),
  averagePrice: Price.describe("average fill price of what is held"),
  openedAtMs: UnixMs,
  stopPrice: Price.nullable(),
  targetPrice: Price.nullable(),
  dust: z.boolean().describe("too small to sell: counts towards equity, not towards open positions"),
});
export type Position = z.infer<typeof Position>;

/** Mark-to-market loss against the day's and the 30-day reference. float64: a meter of limits, not an amount. */
export const LossState = z.object({
  slotMs: UnixMs.optional().describe("of the measurement. Journals of before do not have it."),
  dayStartMs: z
    .int()
    .describe("00:00 UTC of the day measured; the slot at 00:00 belongs to the day that it ends; epoch ms"),
  dayStartEquity: z
    .number()
    .positive()
    .describe("equity at 00:00 UTC, or at the first start of the day; settlement currency"),
  peaks: z
    .array(
      z.object({
        dayStartMs: z.int().describe("00:00 UTC; epoch ms"),
        equity: z.number().describe("settlement currency"),
      }),
    )
    .describe("highest equity of each of the last 30 days"),
  equity: z.number().describe("marked to market, settlement currency"),
  dayChangePct: z.number().describe("percent of dayStartEquity, negative for a loss"),
  drawdownPct: z.number().nonnegative().describe("percent below the 30-day peak, 0 or positive"),
  dayLossLatched: z.boolean().describe("entries are off until the next UTC day"),
  drawdownLatched: z.boolean().describe("entries are off until `resume`"),
});
export type LossState = z.infer<typeof LossState>;

/** What `resume` does: the drawdown latch opens and the peaks start again at the present equity. The day's latch stays. */
export const clearDrawdown = (state: LossState): LossState => ({
  ...state,
  peaks: [{ dayStartMs: state.dayStartMs, equity: state.equity }],
  drawdownPct: 0,
  drawdownLatched: false,
});

/** `running`, `paused` (no entries, stops stay) or `halted` (the desk sends nothing). */
export const ControlState = z.enum(["running", "paused", "halted"]);
export type ControlState = z.infer<typeof ControlState>;

/** Among `flattening`: no strategy's id has such a sign. */
export const ALL_STRATEGIES = "*";

/** Whether all that the strategy holds is to be sold. @param strategyId null: of every strategy */
export const isFlattening = ({ flattening }: Pick<Portfolio, "flattening">, strategyId: string | null): boolean =>
  flattening.size > 0 && (flattening.has(ALL_STRATEGIES) || (strategyId !== null && flattening.has(strategyId)));

/** An entry with a bracket: what its children are made from. */
export interface OpenBracket {
  /** As it is now, or as it ended. */
  readonly entry: Order;
  /** Average over its fills; null until the first. */
  readonly entryPrice: Price | null;
  readonly firstFillMs: UnixMs | null;
  /** The entry's filled quantity when its children were last given their quantity; null: not yet. */
  readonly pricedFor: Quantity | null;
  /** The highest price at which its stop has rested or was to rest; null: none had a price yet. */
  readonly stopPrice: Price | null;
  /** How often in a row its stop was refused by the venue. */
  readonly stopRefusals: number;
  /** Newest generation of each role that was journaled. */
  readonly generations: ReadonlyMap<OrderRole, number>;
}

/** Who barred an asset or a market from being entered, when and why. */
export interface Block {
  readonly by: string;
  readonly atMs: UnixMs;
  readonly reason: string;
}

/** The blocked name that bars a market: its own, or its asset's; null: it is not blocked. */
export const blockedName = ({ blocked }: Pick<Portfolio, "blocked">, symbol: MarketSymbol): string | null =>
  blocked.size === 0 ? null : ([symbol, splitSymbol(symbol).base].find((name) => blocked.has(name)) ?? null);

/** An entry of the last days, for the operator's rules that count them. */
export interface RecentEntry extends StrategyMarket {
  readonly clientOrderId: string;
  /** The slot that it was decided in. */
  readonly atMs: UnixMs;
}

/** A fee that neither the cash nor the position of its own market has paid, and that is not valued yet. */
export interface DueFee extends StrategyMarket {
  readonly fillId: string;
  readonly currency: string;
  /** Negative: a rebate. */
  readonly amount: DecimalText;
}

/** Everything the desk holds and waits for; maps are keyed by strategy and market, or by clientOrderId. */
export interface Portfolio {
  readonly quote: string;
  readonly cash: Money;
  readonly startingCash: Money;
  /** Put in since, less what was taken out, coins that were moved by hand at what they cost among it. */
  readonly allotted: Money;
  readonly positions: ReadonlyMap<PositionKey, Position>;
  /** Orders that have not ended, those not sent yet included. */
  readonly orders: ReadonlyMap<string, Order>;
  /** By the entry's clientOrderId, while the entry works or what it bought is held. */
  readonly brackets: ReadonlyMap<string, OpenBracket>;
  /** Time of the last exit fill per strategy and market, for the cooldown. */
  readonly lastExitMs: ReadonlyMap<PositionKey, UnixMs>;
  readonly realisedPnl: Money;
  readonly feesPaid: Money;
  /** Oldest first. */
  readonly dueFees: readonly DueFee[];
  readonly loss: LossState | null;
  /** Of the whole desk. */
  readonly control: ControlState;
  /** Strategies that were paused by name: they enter nothing, whatever holds for the desk. */
  readonly paused: ReadonlySet<string>;
  /** Strategies whose positions are to be sold and whose entries are to be canceled, until they are resumed; `ALL_STRATEGIES`: of each. */
  readonly flattening: ReadonlySet<string>;
  /** While the desk is halted, what would buy is canceled at the venue all the same. */
  readonly haltCancels: boolean;
  /** Assets and markets that the operator has blocked: they are not entered. */
  readonly blocked: ReadonlyMap<string, Block>;
  /** What the operator says of tokens beside their sources, by target and kind (`overrideKey`). */
  readonly overrides: ReadonlyMap<string, StandingOverride>;
  /** Limits that the operator has set tighter than configured. */
  readonly tightened: TightenedLimits;
  /** Working orders that are to be canceled, by clientOrderId, and why. */
  readonly canceling: ReadonlyMap<string, string>;
  /** How many rows of the operator's word there were: controls, blocks, overrides and limits. */
  readonly operatorRows: number;
  /** The operator's own that hold, notes included, by id in the order in which they were made. */
  readonly rules: ReadonlyMap<string, StandingRule>;
  /** How many were ever made, those taken away included: the next one's id follows from it. */
  readonly rulesMade: number;
  /** Entries that work or were filled, of a week and more, oldest first. */
  readonly recentEntries: readonly RecentEntry[];
  /** The newest plan of each market that was neither used, withdrawn nor expired by the newest mark. */
  readonly plans: ReadonlyMap<PositionKey, Plan>;
  /** The newest of each strategy and market, of those whose last close is not over. */
  readonly debates: ReadonlyMap<PositionKey, Debate>;
  /** Paper settlement has been done through this slot. */
  readonly settledThroughMs: UnixMs | null;
}

/** One entry with all its exits, over, as the summaries print it. */
export const ClosedTrade = z.object({
  symbol: MarketSymbol,
  strategyId: z.string(),
  quantity: Quantity.describe("what its exits sold"),
  entryMs: UnixMs,
  exitMs: UnixMs.describe("of the last exit"),
  entryPrice: Price.describe("average price of its fills, before fees"),
  exitPrice: Price.describe("average price of its fills, before fees"),
  exitRole: z.enum([...OrderRole.options, "write-off"]).describe("of the last exit"),
  exitReason: z
    .string()
    .describe(
      "why it was left at last: `stop-loss`, `take-profit`, `time limit`, `write-off`, `token blocked`, `operator rule`, `closed by hand`, `moved by hand`, the tag that the strategy left it with, or `exit signal`",
    ),
  entryTag: z.string().nullable().describe("what the strategy entered it with; null: no tag"),
  fees: z
    .array(z.object({ currency: z.string(), amount: Decimal }))
    .describe(
      "of all its fills, by currency. One in a third coin is in pnl at its price of then, and is not where the venue has no market of that coin.",
    ),
  pnl: Money.describe("after fees, in quote"),
  returnPct: Percent.describe("profit after fees, of what was paid for what left"),
});
export type ClosedTrade = z.infer<typeof ClosedTrade>;
