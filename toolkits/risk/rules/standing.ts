// Floor 2, risk. Entry rules on the desk and the market: pause, market status, currency, lateness, peg, places in a slot.
import { isAdmitted, patternsText } from "#schemas/market-patterns.ts";
import { blockedName } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import { entryWindowMs } from "../draft.ts";
import { type Rule, shown } from "./rule.ts";

export const pause: Rule = ({ portfolio, decision: { strategyId } }) => {
  if (portfolio.control === "paused") return "the desk is paused; no entries until `resume`";
  return portfolio.paused.has(strategyId)
    ? `${strategyId} is paused; no entries of it until \`resume --strategy ${strategyId}\``
    : null;
};

export const marketInactive: Rule = ({ market, decision }) =>
  market?.active === true ? null : `${decision.symbol} is not open for trading at the venue`;

export const quoteCurrency: Rule = ({ decision, market, quote }) => {
  const traded = market?.quote ?? splitSymbol(decision.symbol).quote;
  return traded === quote && splitSymbol(decision.symbol).quote === quote
    ? null
    : `${decision.symbol} settles in ${traded}; the desk trades ${quote}`;
};

export const excludedMarket: Rule = ({ decision: { symbol }, admitted }) =>
  isAdmitted(admitted, symbol) ? null : `${symbol} is excluded by the configuration (${patternsText(admitted)})`;

/** By the asset, or by this market of it. */
export const blockedByOperator: Rule = ({ portfolio, decision: { symbol } }) => {
  const what = blockedName(portfolio, symbol);
  const block = what === null ? undefined : portfolio.blocked.get(what);
  return block === undefined
    ? null
    : `${what} is blocked by ${block.by} (${block.reason}); no entries of it until \`unblock ${what}\``;
};

export const lateSlot: Rule = ({ late, nowMs, slotMs, decision }) => {
  if (late) return "the slot was taken up late; it may exit, not enter";
  const limitMs = entryWindowMs(decision.timeframe);
  return nowMs - slotMs <= limitMs ? null : `${nowMs - slotMs} ms after the close; the limit is ${limitMs} ms`;
};

export const blind: Rule = ({ blind: isBlind }) =>
  isBlind === true ? "what is held cannot be followed: the venue sends no new candles or prices (alert blind)" : null;

export const accountDiffers: Rule = ({ accountBar }) => accountBar ?? null;

export const slotLimit: Rule = ({ entriesThisSlot, limits }) =>
  entriesThisSlot < limits.maxEntriesPerSlot
    ? null
    : `${entriesThisSlot} entries in this slot already; the limit is ${limits.maxEntriesPerSlot}`;

export const quotePeg: Rule = ({ quoteOffPar, limits, quote }) => {
  if (quoteOffPar === null) return null;
  if (typeof quoteOffPar === "string") return quoteOffPar;
  const { offPct, symbol } = quoteOffPar;
  return offPct <= limits.maxQuoteDepegPct
    ? null
    : `${quote} is ${shown(offPct)} % off par by ${symbol}; the limit is ${limits.maxQuoteDepegPct} %`;
};
