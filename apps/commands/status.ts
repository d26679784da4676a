// Floor 6. `status`, `positions`: the desk now, and what it holds.

import { z } from "zod";
import { openProposals } from "#desk/acts/propose.ts";
import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import { overrideText } from "#desk/documents/override-text.ts";
import {
  equityText,
  heldName,
  notTradingText,
  PortfolioView,
  PositionView,
  priceText,
  viewPortfolio,
} from "#desk/documents/portfolio-view.ts";
import { ofStrategy } from "#desk/documents/strategy-names.ts";
import { venueAccountLine, venueAccountOf } from "#desk/documents/venue-account-report.ts";
import { progressText, TokenProgress } from "#desk/security/progress.ts";
import { Money } from "#schemas/money.ts";
import { StandingRule } from "#schemas/operator-rule.ts";
import { isWorking, Order } from "#schemas/order.ts";
import { ControlState } from "#schemas/portfolio.ts";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import { SecurityOverride } from "#schemas/security-trust.ts";
import { isTighter, LimitName, limitsNow } from "#schemas/tightened-limits.ts";
import { Count, MarketSymbol, Percent, Timeframe, UnixMs } from "#schemas/units.ts";
import { ruleText } from "#toolkits/risk/operator-rules/text.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { ownerTexts } from "../text/owner-text.ts";
import { securityPolicyText } from "../text/security-policy-text.ts";
import { table } from "../text/table.ts";
import { currentSlot, haltFile } from "../wire.ts";

const StatusDocument = z.object({
  desk: z.string().describe("id of the desk"),
  run: z.string().describe("id of the run"),
  venue: z.string(),
  mode: z.enum(["paper", "live"]),
  timeframe: Timeframe,
  model: z.string().describe("of questions, as the setting names it; `rules`: none"),
  owner: z
    .object({
      process: z.string(),
      sinceMs: UnixMs.nullable().describe("by the store's clock; null: not known"),
      leaseUntilMs: UnixMs.nullable().describe(
        "when another may take the desk over unless it gives a sign of life; null: it was given back",
      ),
    })
    .nullable()
    .describe("the process that may write the account, or did last; null: the store is one process's alone"),
  store: z.string().describe("what holds it, such as `pglite` or `postgres`"),
  nowMs: UnixMs.describe("the desk's clock"),
  slot: UnixMs.describe("the newest close"),
  control: ControlState,
  haltFile: z.string().nullable().describe("path of the file that halts the desk; null: there is none"),
  quote: z.string().describe("the settlement currency"),
  equity: Money,
  valueAtOldPrices: Money.describe("in the equity, of positions whose price is old or not known"),
  cash: Money,
  dayChangePct: Percent.nullable().describe(
    "of equity since 00:00 UTC, or the first start of the day; null before the first slot is settled",
  ),
  drawdownPct: Percent.nullable().describe("under the 30-day peak; null before the first slot is settled"),
  entriesStoppedBy: z
    .array(z.string())
    .describe("`paused`, `halted`, `halt file`, `day loss`, `drawdown`; empty: entries are allowed"),
  rules: z
    .array(
      StandingRule.pick({ ruleId: true, words: true }).extend({
        enforced: z.boolean().describe("false: a note"),
        text: z.string(),
      }),
    )
    .describe("of the operator's own; those that bar an entry now are named in the refusals"),
  strategies: z.array(
    z.object({
      strategyId: z.string(),
      sharePct: Percent.nullable().describe("of equity; null: it is not configured any more, and only exits"),
      paused: z.boolean(),
      ended: z
        .string()
        .nullable()
        .describe("why it was ended, until the next start; null: it runs, or is not configured any more"),
      openPositions: Count,
    }),
  ),
  openPositions: Count,
  notTrading: z
    .array(
      z.object({
        symbol: MarketSymbol,
        market: PositionView.shape.market,
        price: z.string().describe("the last price and its age, for people"),
        text: z.string(),
      }),
    )
    .describe("of what is held: markets that do not trade, and what can be done"),
  maxOpenPositions: Count,
  blocked: z
    .array(z.object({ what: z.string(), by: z.string(), atMs: UnixMs, reason: z.string() }))
    .describe("assets and markets that are not entered"),
  overrides: z
    .array(SecurityOverride.extend({ by: z.string(), atMs: UnixMs, reason: z.string() }))
    .describe("what the operator says of tokens beside their sources"),
  tightened: z
    .array(
      z.object({
        limit: LimitName,
        value: z.number().describe("in the units of the configuration"),
        configured: z.number().describe("likewise"),
      }),
    )
    .describe("limits that hold tighter than configured"),
  proposals: z.array(z.string()).describe("ids of those that wait for an answer"),
  exposurePct: Percent.describe("value of what is held, of equity"),
  fresh: Count.describe("analyses that are fresh"),
  analyses: Count.describe("analyses that Khala holds of this venue"),
  lastSleepSlot: UnixMs.nullable().describe("null: none yet"),
  lastDecisionSlot: UnixMs.nullable().describe("null: none yet"),
  tokens: TokenProgress.nullable().describe(
    "contracts of the venue's coins that the running desk's sources have judged; null: none runs here, or nobody is asked",
  ),
  security: z
    .string()
    .describe(
      "the policy of recorded and invented markets: `recorded`, `assume-clear` or `skip`; an exchange's tokens are judged by their sources",
    ),
  costs: z.string().describe("assumed fee and slippage, for people"),
  account: z
    .string()
    .nullable()
    .describe("the account at the venue beside the journal, for people; `account` has it whole; null: on paper"),
});
export type StatusDocument = Readonly<z.infer<typeof StatusDocument>>;

export const statusCommand = deskCommand({
  name: "status",
  document: StatusDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  execute: async ({ desk, store }, _input, options) => {
    const view = await viewPortfolio(desk, options);
    const portfolio = desk.account.portfolio();
    const nowMs = desk.clock.now();
    const listed = await desk.khala.list(desk.marketData.venueId, { nowMs }, options);
    const { loss } = portfolio;
    const { limits } = desk.config;
    const stopped = [
      ...(portfolio.control === "running" ? [] : [portfolio.control]),
      ...(desk.haltFileExists() ? ["halt file"] : []),
      ...(loss?.dayLossLatched ? ["day loss"] : []),
      ...(loss?.drawdownLatched ? ["drawdown"] : []),
    ];
    return {
      desk: desk.deskId,
      run: desk.runId,
      venue: desk.marketData.venue,
      mode: desk.config.mode,
      timeframe: desk.config.timeframe,
      model: desk.config.model,
      owner: ownerOf(await store.holderOf(desk.deskId, options)),
      store: store.kind,
      nowMs,
      slot: currentSlot(desk),
      control: portfolio.control,
      haltFile: desk.haltFileExists() ? haltFile(desk.config) : null,
      quote: desk.quote,
      equity: view.equity,
      valueAtOldPrices: view.valueAtOldPrices,
      cash: view.cash,
      dayChangePct: loss?.dayChangePct ?? null,
      drawdownPct: loss?.drawdownPct ?? null,
      entriesStoppedBy: stopped,
      rules: [...portfolio.rules.values()].map(({ ruleId, words, rule }) => ({
        ruleId,
        words,
        enforced: rule.type !== "note",
        text: ruleText(rule),
      })),
      strategies: view.strategies.map((id) => ({
        strategyId: id,
        sharePct: desk.strategies.get(id)?.sharePct ?? null,
        paused: portfolio.paused.has(id),
        ended: desk.hosts.find(({ info }) => info.id === id)?.fault?.message ?? null,
        openPositions: view.positions.filter((p) => p.strategyId === id && !p.dust).length,
      })),
      openPositions: view.openPositions,
      notTrading: view.positions.flatMap((p) => {
        const text = p.dust ? null : notTradingText(p, desk.marketData.venue);
        return text === null ? [] : [{ symbol: p.symbol, market: p.market, price: priceText(p), text }];
      }),
      maxOpenPositions: limitsNow(limits, portfolio.tightened).maxOpenPositions,
      blocked: [...portfolio.blocked].map(([what, block]) => ({ what, ...block })),
      overrides: [...portfolio.overrides.values()],
      tightened: [...portfolio.tightened].flatMap(([limit, value]) =>
        isTighter(limit, value, limits[limit]) ? [{ limit, value, configured: limits[limit] }] : [],
      ),
      proposals: openProposals(desk).map(({ proposalId }) => proposalId),
      exposurePct: view.exposurePct,
      fresh: listed.filter(({ recall }) => recall.status === "fresh").length,
      analyses: listed.length,
      lastSleepSlot: await desk.runs.lastFinished("sleep-cycle", options),
      lastDecisionSlot: await desk.runs.lastFinished("decision-cycle", options),
      tokens: desk.tokens?.progress() ?? null,
      security: desk.config.securityPolicy,
      account: venueAccountLine(venueAccountOf(desk), formatTime),
      costs: `${desk.config.costs.feeBps} bps fee, ${desk.config.costs.slippageBps} bps slippage a side`,
    };
  },
  render: (s, style) =>
    [
      `${style.bold(`desk ${s.desk}`)}  ${s.mode} on ${s.venue}, ${s.timeframe}`,
      `now        ${formatTime(s.nowMs)} UTC, run ${s.run}`,
      ...(s.owner === null ? [] : [`owner      ${ownerTexts({ ...s.owner, settings: null }).join("")}`]),
      `equity     ${equityText(s)}, cash ${formatAmount(s.cash)}${s.dayChangePct === null ? "" : `, ${formatPct(s.dayChangePct)} today, ${s.drawdownPct?.toFixed(2)} % below the 30-day peak`}`,
      `positions  ${s.openPositions} of ${s.maxOpenPositions}, exposure ${s.exposurePct.toFixed(1)} %`,
      ...s.notTrading.map(({ price, text }) => style.warn(`not traded ${text} (${price})`)),
      ...(s.strategies.length > 1 || s.strategies.some(({ paused, ended }) => paused || ended !== null)
        ? [`strategies ${s.strategies.map(strategyText).join(", ")}`]
        : []),
      ...s.strategies.flatMap(({ strategyId, ended }) =>
        ended === null ? [] : [style.bad(`ended      ${strategyId}: ${ended}`)],
      ),
      `entries    ${s.entriesStoppedBy.length === 0 ? style.good("allowed") : style.warn(`stopped by ${s.entriesStoppedBy.join(", ")}`)}${s.haltFile === null ? "" : ` (${s.haltFile})`}`,
      ...(s.account === null ? [] : [`account    ${s.account}`]),
      ...s.blocked.map(({ what, by, reason }) => style.warn(`blocked    ${what} by ${by}: ${reason}`)),
      ...s.overrides.map((one) => style.warn(`overridden ${overrideText(one)} by ${one.by}: ${one.reason}`)),
      ...s.tightened.map(({ limit, value, configured }) => `tightened  ${limit} ${value} (configured ${configured})`),
      ...(s.proposals.length === 0
        ? []
        : [style.warn(`proposed   ${s.proposals.join(", ")}: answer with \`deeptrader approvals\``)]),
      ...s.rules.map(
        ({ ruleId, words, enforced }) => `rule       ${ruleId} "${words}"${enforced ? "" : ", a note, not enforced"}`,
      ),
      `Khala      ${s.fresh} of ${s.analyses} analyses fresh, store ${s.store}`,
      `last slot  sleep ${slotText(s.lastSleepSlot)}, decision ${slotText(s.lastDecisionSlot)}`,
      ...(s.tokens === null ? [] : [`tokens     ${progressText(s.tokens)}`]),
      `model      ${s.model}`,
      `costs      ${s.costs}; ${securityPolicyText(s)}`,
    ].join("\n"),
});

const ownerOf = (holder: AccountHolder | null): StatusDocument["owner"] =>
  holder && { process: holder.process, sinceMs: holder.sinceMs, leaseUntilMs: holder.leaseUntilMs };

/** `ema-cross 40 %, 2 open, paused` */
const strategyText = (s: {
  readonly strategyId: string;
  readonly sharePct: number | null;
  readonly paused: boolean;
  readonly openPositions: number;
  readonly ended: string | null;
}): string =>
  `${s.strategyId} (${s.sharePct === null ? "not configured" : `${Number(s.sharePct.toFixed(2))} % of equity`}, ${s.openPositions} open${s.paused ? ", paused" : ""}${s.ended === null ? "" : ", ended"})`;

const slotText = (slotMs: number | null): string => (slotMs === null ? "none yet" : `${formatTime(slotMs)} UTC`);

const PositionsDocument = PortfolioView.extend({
  venue: z.string(),
  orders: z
    .array(Order)
    .readonly()
    .describe("that work, those not sent yet included; stops and targets of positions are theirs"),
});
export type PositionsDocument = Readonly<z.infer<typeof PositionsDocument>>;

export const positionsCommand = deskCommand({
  name: "positions",
  document: PositionsDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  execute: async ({ desk }, _input, options) => ({
    ...(await viewPortfolio(desk, options)),
    venue: desk.marketData.venue,
    orders: [...desk.account.portfolio().orders.values()].filter(isWorking),
  }),
  render: positionsText,
});

/** Stops and targets stand beside their positions; here what may be canceled. */
function orderLines({ orders, strategies }: PositionsDocument): readonly string[] {
  return orders.flatMap(({ clientOrderId, role, side, quantity, symbol, strategyId, limitPrice, status }) => {
    if (role === "stop-loss" || (role === "take-profit" && limitPrice === null)) return [];
    const at = limitPrice === null ? "at the market" : `at ${formatAmount(limitPrice)}`;
    return [
      `order ${clientOrderId.slice(0, 8)}  ${role} ${side} ${quantity} ${symbol}${ofStrategy(strategyId, strategies)} ${at} (${status})`,
    ];
  });
}

function positionsText(view: PositionsDocument, style: Style): string {
  const rows = table(view.positions, [
    { title: "market", value: (p) => p.symbol },
    ...(view.strategies.length > 1 ? [{ title: "strategy", value: (p: PositionView) => p.strategyId }] : []),
    { title: "quantity", value: (p) => p.quantity, align: "right" },
    { title: "entry", value: (p) => formatAmount(p.averagePrice), align: "right" },
    { title: "price", value: priceText, align: "right" },
    { title: "value", value: (p) => formatAmount(p.value), align: "right" },
    { title: "P&L", value: (p) => profit(p.pnlPct, style), align: "right" },
    { title: "stop", value: (p) => level(p.stopPrice, p.stopDistancePct), align: "right" },
    { title: "target", value: (p) => level(p.targetPrice, p.targetDistancePct), align: "right" },
    { title: "", value: (p) => (p.dust ? style.dim("dust") : "") },
  ]);
  return [
    ...(view.positions.length === 0 ? ["No positions."] : [rows]),
    ...view.positions.flatMap((p) =>
      p.dust || p.openedBecause === null
        ? []
        : [style.dim(`${heldName(p, view)} bought ${formatTime(p.openedAtMs)} UTC because ${p.openedBecause}`)],
    ),
    ...orderLines(view).map((line) => style.dim(line)),
    ...view.positions
      .flatMap((p) => (p.dust ? null : notTradingText(p, view.venue)) ?? [])
      .map((line) => style.warn(line)),
    `equity ${equityText(view)}, cash ${formatAmount(view.cash)}, exposure ${view.exposurePct.toFixed(1)} %, if all stops hit ${formatPct(view.allStopsHitPct, 1)}`,
  ].join("\n");
}

const profit = (pnlPct: number | null, style: Style): string =>
  pnlPct === null ? "–" : (pnlPct < 0 ? style.bad : style.good)(formatPct(pnlPct));

const level = (price: string | null, distancePct: number | null): string => {
  if (price === null) return "none";
  return distancePct === null ? formatAmount(price) : `${formatAmount(price)} (${formatPct(distancePct, 1)})`;
};
