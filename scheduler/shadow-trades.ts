// Floor 5. Beside a backtest: each entry that the gate refused goes through the same candles on an account of its own, by the same
// matching, brackets, exits and rules of the operator's, until it has ended or the range has. What was made goes along as a check.
import { type DeciderSettings, decideSlot, type OnGated } from "#agents/deep-trader-manager/decide.ts";
import type { Decision, RiskRule } from "#schemas/decision.ts";
import { type Money, multiply, subtract, ZERO_MONEY } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import type { ShadowTrade } from "#schemas/rule-prices.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { CandleDetail } from "#toolkits/execution/candle-detail.ts";
import { ShadowAccount } from "#toolkits/execution/shadow-account.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { unopposed } from "#toolkits/risk/gate.ts";
import type { GateInput } from "#toolkits/risk/gate-input.ts";
import type { BacktestAnalyses } from "./backtest-analyses.ts";
import { GoneMarkets } from "./backtest-gone.ts";

/** Cash of a shadow, in equities of the desk: no entry is kept from it for want of cash. */
const CASH = "10";

interface Shadow extends Pick<ShadowTrade, "rule" | "strategyId" | "symbol" | "decidedMs" | "isAlone"> {
  readonly account: ShadowAccount;
  readonly analyses: BacktestAnalyses;
  readonly cash: Money;
}

export class ShadowTrades {
  /** Refused entries while a shadow of the same rule, strategy and market was open, by rule. */
  readonly repeated = new Map<RiskRule, number>();
  /** Refused exits, by rule: what is held goes on, and is no trade of its own. */
  readonly exits = new Map<RiskRule, number>();
  readonly #analyses: BacktestAnalyses;
  readonly #settings: DeciderSettings;
  readonly #detail: CandleDetail | null;
  readonly #gone: GoneMarkets;
  readonly #open = new Map<string, Shadow>();
  readonly #ended: ShadowTrade[] = [];

  /** @param settings of the desk that is tested; `detail` that nobody else counts */
  constructor(analyses: BacktestAnalyses, settings: DeciderSettings, detail: CandleDetail | null) {
    this.#analyses = analyses;
    this.#settings = settings;
    this.#detail = detail;
    this.#gone = new GoneMarkets((symbol) => analyses.tracks.seriesOf(symbol));
  }

  /** Everything that the gate has judged. */
  readonly onGated: OnGated = (asked, result) => {
    const isEntry = asked.decision.action === "enter";
    if (!result.accepted) {
      const { rule } = result.refusal;
      if (isEntry) this.#refused(asked, rule);
      else count(this.exits, rule);
    } else if (isEntry) this.#begin(asked, result.order, null, true);
  };

  #refused(asked: GateInput, rule: RiskRule): void {
    if (this.#open.has(keyOf(rule, asked.decision))) {
      count(this.repeated, rule);
      return;
    }
    const { order, objections } = unopposed(asked);
    const isAlone = objections === 1;
    const isTradable = asked.market?.active === true && asked.market.quote === asked.quote;
    if (order !== null && isTradable) {
      this.#begin(asked, order, rule, isAlone);
      return;
    }
    const { strategyId, symbol } = asked.decision;
    const known = { rule, strategyId, symbol, decidedMs: asked.slotMs, isAlone };
    this.#ended.push({ ...known, state: "not-tradable", trade: null, pnl: ZERO_MONEY });
  }

  #begin(asked: GateInput, order: Order, rule: RiskRule | null, isAlone: boolean): void {
    const { decision, market, costs, equity, portfolio, slotMs, nowMs } = asked;
    if (market === null) return;
    const { strategyId, symbol, timeframe } = decision;
    const cash = multiply(equity, CASH) as Money;
    const own: Portfolio = { ...emptyPortfolio({ quote: market.quote, cash }), rules: portfolio.rules };
    const account = new ShadowAccount({
      market,
      timeframe,
      costs,
      portfolio: own,
      ...(this.#detail === null ? {} : { detail: this.#detail }),
    });
    account.take([{ type: "decision", atMs: nowMs, decision }]);
    account.order(order, nowMs);
    const analyses = this.#analyses.heldBy(account);
    this.#open.set(keyOf(rule, decision), {
      rule,
      strategyId,
      symbol,
      decidedMs: slotMs,
      isAlone,
      account,
      analyses,
      cash,
    });
  }

  /** Before the slot's candles are shown to anyone: they meet the orders. */
  match(slotMs: UnixMs): void {
    const { tracks } = this.#analyses;
    for (const [key, shadow] of this.#open) {
      const { account, symbol } = shadow;
      account.take(this.#gone.writeOffs(account.portfolio(), slotMs));
      const openMs = unixMs(slotMs - timeframeMs(this.#analyses.timeframe));
      const agreed = tracks.agreedBy(openMs).get(symbol);
      if (agreed !== undefined) account.match(unixMs(agreed.openMs), agreed, slotMs);
      account.match(openMs, tracks.candleAt(symbol, openMs), slotMs);
      if (account.isOver()) this.#end(key, shadow);
    }
  }

  /** After the desk has decided: what is held is left where its strategy, its token or a rule of the operator's says so. */
  async decide(slotMs: UnixMs, options: CallOptions): Promise<void> {
    for (const shadow of this.#open.values()) {
      if (shadow.account.portfolio().positions.size === 0) continue;
      const done = this.#leave(shadow, slotMs, options);
      if (done instanceof Promise) await done;
    }
  }

  hasOpen(): boolean {
    return this.#open.size > 0;
  }

  #leave({ account, analyses, cash }: Shadow, slotMs: UnixMs, options: CallOptions): Answered<void> {
    return andThen(analyses.recall(slotMs, options), ({ candidates, marks, liquidity }) => {
      if (candidates.length === 0) return;
      const { events } = decideSlot(this.#settings, {
        ...NOTHING_TO_ENTER,
        slotMs,
        nowMs: slotMs,
        candidates,
        portfolio: account.portfolio(),
        equity: cash,
        marks,
        liquidity,
      });
      account.take(events);
      account.send(slotMs);
    });
  }

  #end(key: string, { account, cash, analyses, ...shadow }: Shadow): void {
    this.#open.delete(key);
    const { rule, strategyId, symbol, decidedMs, isAlone } = shadow;
    const trade = account.trade();
    const known = { rule, strategyId, symbol, decidedMs, isAlone, trade };
    if (trade !== null) this.#ended.push({ ...known, state: "closed", pnl: trade.pnl });
    else this.#ended.push({ ...known, state: "not-filled", pnl: ZERO_MONEY });
  }

  /** All of them, in the order in which they ended; those that have not, at their last close. */
  all(): readonly ShadowTrade[] {
    const open = [...this.#open.values()].map(
      ({ rule, strategyId, symbol, decidedMs, isAlone, account, analyses, cash }): ShadowTrade => {
        const pnl = subtract(equityOf(account.portfolio(), analyses.marks), cash);
        return { rule, strategyId, symbol, decidedMs, isAlone, state: "open", trade: null, pnl };
      },
    );
    return [...this.#ended, ...open];
  }
}

const count = (counts: Map<RiskRule, number>, rule: RiskRule): void =>
  void counts.set(rule, (counts.get(rule) ?? 0) + 1);

const keyOf = (rule: RiskRule | null, decision: Pick<Decision, "strategyId" | "symbol">): string =>
  `${rule} ${positionKey(decision)}`;

/** What a situation says of entries, of which a shadow makes none. */
const NOTHING_TO_ENTER = {
  late: false,
  haltFile: false,
  unread: [],
  quoteOffPar: null,
  relationships: null,
  leaderHourSigmas: null,
  debates: new Map(),
  alreadyDecided: { hasDecision: () => false },
  entriesBefore: 0,
} as const;
