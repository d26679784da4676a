// Floor 4. An entry that waited and the desk as it is now → the gate once more: prices, analyses, limits and standing of this moment.
// What the decision stood on is recalled, never made anew: where it is stale, the gate says so.
import { gateAgain } from "#agents/deep-trader-manager/decide.ts";
import type { WaitingEntry } from "#schemas/act.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { RiskRule } from "#schemas/decision.ts";
import { toNumber } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { PLANNED } from "#schemas/plan.ts";
import { positionKey } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { readQuote } from "#toolkits/execution/paper-feed.ts";
import { judgeQuote } from "#toolkits/market/judge-quote.ts";
import { Worth } from "#toolkits/portfolio/equity.ts";
import type { Desk } from "../desk.ts";
import { hourToRelateNow, leaderHourSigmasOf, relateHour } from "../run-slot/relationships.ts";
import { deciderSettings, sentIn, situationToEnter } from "../run-slot/situation.ts";
import type { SlotAnalyses } from "../run-slot/slot-desk.ts";

export type JudgedAgain =
  | { readonly accepted: true; readonly order: Order }
  | { readonly accepted: false; readonly rule: RiskRule; readonly reason: string };

const no = (rule: RiskRule, reason: string): JudgedAgain => ({ accepted: false, rule, reason });

/** Changes nothing. @throws ProviderError where the venue is silent: then it waits on */
export async function judgeAgain(desk: Desk, entry: WaitingEntry, options: CallOptions): Promise<JudgedAgain> {
  const { decision, slotMs } = entry;
  const asked = await askNow(desk, entry, options);
  if (typeof asked === "object" && asked !== null) return asked;
  // At a venue: whether the account is still the journal's. A silent one is said by its rule.
  await desk.reconciliation?.refresh(desk.clock.now(), options);
  const recalls = await recalled(desk, entry, asked, options);
  const recall = recalls.get(decision.symbol);
  const { loss } = desk.account.portfolio();
  if (recall === undefined || recall.status === "missing" || loss === null)
    return no("analysis-fresh", `there is no analysis of ${decision.symbol} any more`);
  const freshness = recall.status === "fresh" ? "fresh" : recall.reason;
  const analyses = slotAnalyses(desk, entry, recalls);
  const worth = new Worth(desk.account.portfolio(), analyses.marks);
  const situation = await situationToEnter(desk, { slotMs, analyses, loss, worth }, options);
  if (decision.strategyId === PLANNED && situation.planned?.has(positionKey(decision)) !== true)
    return no("approval", "the plan behind it does not hold any more");
  // As the operator has it judged: the situation looks at tokens under his word.
  const analysis = situation.candidates[0]?.analysis ?? recall.record;
  const sent = sentIn(desk, slotMs).length;
  const result = gateAgain(deciderSettings(desk), situation, { decision, analysis, freshness }, sent);
  if (result.accepted) return result;
  return no(result.refusal.rule, result.refusal.reason);
}

/** The ask; null under a simulated clock, where the price is that of the candle; or why it bars the entry. */
async function askNow(
  { clock, marketData, config }: Desk,
  { order }: WaitingEntry,
  options: CallOptions,
): Promise<number | null | JudgedAgain> {
  if (clock.kind !== "system") return null;
  const { symbol, limitPrice } = order;
  const quote = await readQuote({ marketData, timeframe: config.timeframe, nowMs: clock.now() }, symbol, options);
  const judged = judgeQuote({ ...quote, side: "buy", nowMs: clock.now() });
  if (judged.status === "no-price") return no("price", judged.reason);
  return limitPrice !== null && judged.price > toNumber(limitPrice)
    ? no("entry-price", `the ask is ${judged.price}, above its limit of ${limitPrice}`)
    : judged.price;
}

/** The entry's market, what is held or on order, and what leads. */
async function recalled(
  desk: Desk,
  { decision: { symbol, timeframe }, slotMs }: WaitingEntry,
  ask: number | null,
  options: CallOptions,
): Promise<ReadonlyMap<MarketSymbol, Recall<MarketView>>> {
  await relatedAfterRestart(desk, slotMs, options);
  const { positions, orders } = desk.account.portfolio();
  const leader = desk.relationships.current(slotMs)?.leader ?? null;
  const others = [...positions.values(), ...orders.values()].map((one) => one.symbol);
  const symbols = [...new Set([symbol, ...others, ...(leader === null ? [] : [leader])])];
  const { venueId } = desk.marketData;
  const keys = symbols.map((one) => ({ venueId, symbol: one, timeframe }));
  const prices = ask === null ? {} : { prices: new Map([[symbol, ask]]) };
  // An order depends on it: read from the store, as at the decision.
  const answers = await desk.views.recallMany(keys, { nowMs: desk.clock.now(), verify: true, ...prices }, options);
  return new Map(symbols.map((one, row) => [one, answers[row] ?? { status: "missing" }]));
}

/** What moves together was kept by the process before; the stored run of the hour has it. */
async function relatedAfterRestart(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<void> {
  const hourMs = desk.relationships.current(slotMs) === null ? hourToRelateNow(desk, slotMs) : undefined;
  if (hourMs === undefined) return;
  await relateHour(desk, { hourMs, returns: new Map() }, { order: [], isRanked: false, analyses: [] }, options);
}

function slotAnalyses(
  { relationships }: Desk,
  { decision, slotMs }: WaitingEntry,
  recalls: ReadonlyMap<MarketSymbol, Recall<MarketView>>,
): SlotAnalyses {
  const own = recalls.get(decision.symbol);
  const current = () => relationships.current(slotMs);
  const isItsOwn = ({ strategyId }: { readonly strategyId: string }): boolean => strategyId === decision.strategyId;
  const candidates =
    own === undefined || own.status === "missing"
      ? []
      : own.record.readings.filter(isItsOwn).map((reading) => ({
          analysis: own.record,
          reading,
          freshness: own.status === "fresh" ? ("fresh" as const) : own.reason,
          path: decision.path,
        }));
  return {
    candidates,
    unread: [],
    marks: new Map(
      [...recalls].flatMap(([symbol, one]) => (one.status === "missing" ? [] : [[symbol, one.record.price] as const])),
    ),
    // Nothing is ranked: each was, at its slot.
    liquidity: new Map(),
    relationships: current,
    leaderHourSigmas: () => leaderHourSigmasOf(current(), recalls),
  };
}
