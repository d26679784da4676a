// Floor 4. "The leader falls 10 % in an hour": the stress book of the desk as it stands, from betas that were worked out asleep and the
// orders that rest. A scenario: nothing here says how likely it is.
import { z } from "zod";
import { relationshipsTopic } from "#agents/relationship-analyst/relationship-analyst.ts";
import { Money, toNumber } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Relationships } from "#schemas/relationship.ts";
import { Shock, StressedPosition, StressTotal } from "#schemas/stress.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { Count, DAY_MS, MarketSymbol, Percent, Timeframe, UnixMs } from "#schemas/units.ts";
import { stressOf } from "#toolkits/execution/stress.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import type { Desk } from "../desk.ts";
import { slotAt } from "../slots.ts";
import { viewPortfolio } from "./portfolio-view.ts";

/** A beta that was worked out longer ago is not used: markets change whom they follow. */
const MOST_BETA_AGE_MS = DAY_MS;

const Limit = z.object({
  pct: Percent.describe("that it would stand at after it; 0 or positive"),
  limitPct: Percent,
  latched: z.boolean().describe("entries would be stopped by it"),
  wasLatched: z.boolean().describe("they are stopped by it now"),
});

export const StressReport = z.object({
  nowMs: UnixMs.describe("the desk's clock"),
  quote: z.string().describe("the settlement currency"),
  equity: Money.describe("before"),
  leader: MarketSymbol.nullable().describe("the market that is moved; null: it is not known which leads"),
  shock: Shock,
  betas: z
    .object({
      asOfMs: UnixMs.describe("the full hour up to which candles were read"),
      timeframe: Timeframe,
      markets: Count.describe("that have one"),
    })
    .nullable()
    .describe("null: none are known of the last day, and every market is assumed to move as the leader does"),
  positions: z.array(StressedPosition).describe("the greatest loss first; without dust"),
  total: StressTotal,
  atOnce: StressTotal.describe(
    "if the whole move came as one gap at the first open: stops sell at that open, not at their price",
  ),
  dayLoss: Limit.describe("of the equity at 00:00 UTC, or at the day's first start; as if no midnight came in between"),
  drawdown: Limit.describe("from the highest equity of 30 days"),
  workingEntries: Count.describe("entries that wait; they are not part of it"),
});
export type StressReport = Readonly<z.infer<typeof StressReport>>;

/**
 * @param alone a market that moves by itself: a beta is known to the leader alone. Left out, or the leader: each market moves by its beta
 * @throws StoreError
 */
export async function stressReportOf(
  desk: Desk,
  shock: Shock,
  options: CallOptions,
  alone: MarketSymbol | null = null,
): Promise<StressReport> {
  const portfolio = desk.account.portfolio();
  const nowMs = desk.clock.now();
  const { equity, quote, positions } = await viewPortfolio(desk, options);
  const marks = new Map(positions.flatMap(({ symbol, price }) => (price === null ? [] : [[symbol, price] as const])));
  const known = await newestRelationships(desk, nowMs, options);
  const mover = alone !== null && alone !== known?.leader ? alone : null;
  const related = mover === null ? known : null;
  const betas = mover === null ? betasOf(related) : onlyOf(mover, positions);
  const { costs } = desk.config;
  const under = (one: Shock) => stressOf({ portfolio, marks, betas, shock: one, costs, markets: desk.markets, nowMs });
  const stress = under(shock);
  return {
    nowMs,
    quote,
    equity,
    leader: mover ?? related?.leader ?? null,
    shock,
    betas:
      related === null || betas.size === 0
        ? null
        : { asOfMs: related.hourMs, timeframe: related.timeframe, markets: betas.size },
    positions: [...stress.positions],
    total: stress.total,
    atOnce: under({ ...shock, gapPct: shock.movePct }).total,
    ...limitsAfter(desk, [equity, stress.total.equityAfter], nowMs),
    workingEntries: [...portfolio.orders.values()].filter(({ side }) => side === "buy").length,
  };
}

const betasOf = (related: Relationships | null) =>
  new Map((related?.betas ?? []).map((beta) => [beta.symbol, beta] as const));

/** All others stand still. */
const onlyOf = (mover: MarketSymbol, positions: readonly { readonly symbol: MarketSymbol }[]) =>
  new Map(positions.map(({ symbol }) => [symbol, { beta: symbol === mover ? 1 : 0, rows: 0 }] as const));

/** Of the running desk, else the newest that Khala has of the last day. */
async function newestRelationships(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<Relationships | null> {
  const { timeframe } = desk.config;
  const { venueId, graceMs } = desk.marketData;
  const current = desk.relationships.current(slotAt(nowMs, timeframe, graceMs));
  if (current !== null) return current;
  const range = { topic: relationshipsTopic(timeframe, venueId), nowMs, limit: 1 };
  const [stored] = await desk.topics.history("digest", range, options);
  const kept = Relationships.safeParse(stored?.record.body);
  return kept.success && nowMs - kept.data.hourMs <= MOST_BETA_AGE_MS ? kept.data : null;
}

/** The meters of day loss and drawdown, moved from the equity before to the one after. */
function limitsAfter(
  { account, config }: Pick<Desk, "account" | "config">,
  [before, after]: readonly [Money, Money],
  slotMs: UnixMs,
): Pick<StressReport, "dayLoss" | "drawdown"> {
  const portfolio = account.portfolio();
  const limits = limitsNow(config.limits, portfolio.tightened);
  const { maxDayLossPct, maxDrawdownPct } = limits;
  const move = (loss: LossState | null, equity: Money): LossState | null =>
    toNumber(equity) > 0 ? advanceLoss(loss, { slotMs, equity: toNumber(equity) }, limits) : loss;
  const now = move(portfolio.loss, before);
  const then = move(now, after);
  return {
    dayLoss: {
      pct: Math.max(0, -(then?.dayChangePct ?? 0)),
      limitPct: maxDayLossPct,
      latched: then?.dayLossLatched ?? false,
      wasLatched: now?.dayLossLatched ?? false,
    },
    drawdown: {
      pct: then?.drawdownPct ?? 0,
      limitPct: maxDrawdownPct,
      latched: then?.drawdownLatched ?? false,
      wasLatched: now?.drawdownLatched ?? false,
    },
  };
}
