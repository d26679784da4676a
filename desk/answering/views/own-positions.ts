// Floor 4. A figure of what the desk holds now: entry, quantity, open profit, distance to stop and target, cash, drawdown.
import { counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DatedAbout, DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import { add, type Money, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { AccountFigure } from "#schemas/question.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatAge, formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import {
  heldName,
  type PortfolioView,
  type PositionView,
  priceText,
  viewPortfolio,
} from "../../documents/portfolio-view.ts";
import { strategyIdsOf } from "../../documents/strategy-names.ts";
import { costOf, ofAccount, signed } from "./of-account.ts";
import { tradeLine } from "./own-trades.ts";

/** Positions named in one answer. */
const MAX_NAMED = 10;

type About = Pick<DatedAbout, "symbol" | "nowMs"> & { readonly figure: AccountFigure };
type At = Pick<PortfolioView, "quote" | "strategies"> & { readonly nowMs: UnixMs };

export async function positionFigure(desk: Desk, about: About, options: CallOptions): Promise<DeskText> {
  const view = await viewPortfolio(desk, options);
  return ofAccount(desk, about.nowMs, textOf(desk, view, about), view.positions.length);
}

function textOf(desk: Desk, view: PortfolioView, { figure, symbol, nowMs }: About): string {
  const at: At = { ...view, nowMs };
  if (figure === "cash")
    return `Cash is ${formatAmount(view.cash)} ${at.quote}, of an equity of ${formatAmount(view.equity)} ${at.quote}.`;
  if (figure === "drawdown") return drawdownText(desk);
  const open = view.positions.filter((p) => !p.dust);
  if (symbol !== null) {
    const own = view.positions.filter((p) => p.symbol === symbol);
    return own.length === 0 ? notHeldText(desk, symbol) : own.map((p) => lineOf(figure, p, at)).join("\n");
  }
  if (open.length === 0) return "No position is open.";
  const chosen = chosenOf(figure, open);
  if (chosen.length === 0) return noneText(figure, open.length);
  const total = figure === "unrealised" ? `Open profit ${signed(openProfit(chosen))} ${at.quote}: ` : "";
  const more = chosen.length > MAX_NAMED ? ` And ${chosen.length - MAX_NAMED} more: \`deeptrader positions\`.` : "";
  const lines = chosen.slice(0, MAX_NAMED).map((p) => lineOf(figure, p, at));
  return `${total}${lines.join(lines.length > 1 ? "\n" : " ")}${more}`;
}

/** Not held: what is known of it is its last closed trade. */
function notHeldText(desk: Pick<Desk, "account" | "strategies">, symbol: MarketSymbol): string {
  const last = desk.account
    .statistics()
    .trades()
    .findLast((trade) => trade.symbol === symbol);
  return last === undefined
    ? `${symbol} is not held, and no trade of it was closed in this run.`
    : `${symbol} is not held. The last trade of it: ${tradeLine(last, strategyIdsOf(desk))}.`;
}

/** Of one market or of all, in the order in which they are named. A position without a known price has no profit to rank. */
function chosenOf(figure: AccountFigure, open: readonly PositionView[]): readonly PositionView[] {
  const pct = (p: PositionView): number => p.pnlPct ?? 0;
  const priced = open.filter((p) => p.pnlPct !== null).sort((a, b) => pct(b) - pct(a));
  const byAge = [...open].sort((a, b) => a.openedAtMs - b.openedAtMs);
  const byStop = open
    .filter((p) => p.stopDistancePct !== null)
    .sort((a, b) => Math.abs(a.stopDistancePct ?? 0) - Math.abs(b.stopDistancePct ?? 0));
  const byFigure: Partial<Record<AccountFigure, readonly PositionView[]>> = {
    "oldest-position": byAge.slice(0, 1),
    "newest-position": byAge.slice(-1),
    "largest-position": [...open].sort((a, b) => toNumber(b.value) - toNumber(a.value)).slice(0, 1),
    "best-position": priced.slice(0, 1),
    "worst-position": priced.slice(-1),
    "losing-positions": priced.filter((p) => pct(p) < 0).reverse(),
    "winning-positions": priced.filter((p) => pct(p) > 0),
    "stop-distance": byStop,
    unrealised: priced,
  };
  return byFigure[figure] ?? byAge;
}

function noneText(figure: AccountFigure, open: number): string {
  const of = `${counted(open, "open position")}`;
  if (figure === "losing-positions") return `None of the ${of} is losing at the last known prices.`;
  if (figure === "winning-positions") return `None of the ${of} is winning at the last known prices.`;
  return figure === "stop-distance" ? `None of the ${of} has a stop.` : `No price is known of the ${of}.`;
}

const openProfit = (positions: readonly PositionView[]): Money =>
  positions.reduce((sum, p) => add(sum, subtract(p.value, costOf(p))), ZERO_MONEY);

function lineOf(figure: AccountFigure, p: PositionView, at: At): string {
  const held = `${heldName(p, at)} ${p.quantity}${p.dust ? " (too small to sell)" : ""}`;
  const profit =
    p.pnlPct === null
      ? "open profit not known"
      : `open profit ${signed(openProfit([p]))} ${at.quote} (${formatPct(p.pnlPct)})`;
  const since = `${formatTime(p.openedAtMs)} UTC, ${formatAge(at.nowMs - p.openedAtMs)} ago`;
  switch (figure) {
    case "entry-price":
      return `${held}: average entry price ${formatAmount(p.averagePrice)} ${at.quote}, bought ${since}; now ${priceText(p)}.`;
    case "entry-time":
    case "oldest-position":
    case "newest-position":
      return `${held}: bought ${since}, at ${formatAmount(p.averagePrice)} ${at.quote}.`;
    case "quantity":
    case "largest-position":
      return p.price === null
        ? `${held}, bought for ${formatAmount(costOf(p))} ${at.quote}; ${priceText(p)}.`
        : `${held}, worth ${formatAmount(p.value)} ${at.quote} at ${priceText(p)}.`;
    case "stop-distance":
      return `${held}: ${levelText("stop", p.stopPrice, p.stopDistancePct)}, ${levelText("target", p.targetPrice, p.targetDistancePct)}; now ${priceText(p)}.`;
    default:
      return `${held}: ${profit}, from ${formatAmount(p.averagePrice)} to ${priceText(p)}.`;
  }
}

function levelText(name: string, level: string | null, distancePct: number | null): string {
  if (level === null) return `no ${name}`;
  const away = distancePct === null ? "" : ` (${formatPct(distancePct)} away)`;
  return `${name} ${formatAmount(level)}${away}`;
}

function drawdownText({ account }: Pick<Desk, "account">): string {
  const { loss } = account.portfolio();
  if (loss === null) return "No slot is settled yet, so no drawdown is known.";
  return `Drawdown is ${loss.drawdownPct.toFixed(2)} % from the 30-day peak; the largest of this run was ${account.statistics().maxDrawdownPct().toFixed(2)} %.`;
}
