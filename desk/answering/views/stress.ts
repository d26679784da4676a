// Floor 4. "What if BTC falls 10 %?" → the stress report in words: what is lost, which stops sell at what price, what is left open, and on
// what that stands.
import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import type { Money } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Shock, StressedPosition, StressFill } from "#schemas/stress.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import { ofStrategy } from "../../documents/strategy-names.ts";
import { type StressReport, stressReportOf } from "../../documents/stress-report.ts";
import { deskAt } from "../sources/source-desk.ts";
import { ofAccount } from "./of-account.ts";

/** What "stress test" alone asks for. */
const USUAL: Shock = { movePct: -10, minutes: 60, gapPct: 0 };
/** Positions that are named one by one, the greatest loss first. */
const NAMED = 5;

/** @param about the market that moves; null: the leading one */
export async function stressText(
  desk: Desk,
  about: { readonly symbol: MarketSymbol | null; readonly nowMs: UnixMs; readonly shock?: Shock | undefined },
  options: CallOptions,
): Promise<DeskText> {
  const { symbol, nowMs, shock = USUAL } = about;
  const report = await stressReportOf(deskAt(desk, nowMs), shock, options, symbol);
  return ofAccount(desk, nowMs, textOf(report, symbol), report.positions.length);
}

function textOf(report: StressReport, asked: MarketSymbol | null): string {
  const { quote, shock, positions, total, atOnce } = report;
  const mover = report.leader ?? asked ?? "the leading market";
  const head = `If ${mover} ${shock.movePct < 0 ? "falls" : "rises"} ${sizeOf(shock.movePct)} in ${shock.minutes} min`;
  if (positions.length === 0) return `${head}: nothing is held, so nothing is lost.`;
  const stops =
    total.stopsHit === 0
      ? "no stop is hit"
      : `${total.stopsHit} of ${positions.length} ${positions.length === 1 ? "position is" : "positions are"} stopped out`;
  const sum = `${signed(total.change)} ${quote}, ${formatPct(total.changePct)} of equity, fees and slippage included; ${stops}, ${total.leftOpen} still open.`;
  const gap =
    shock.movePct < 0
      ? `As one gap, jumping past the stops: ${signed(atOnce.change)} ${quote}, ${formatPct(atOnce.changePct)}.`
      : "";
  const more = positions.length > NAMED ? [`${positions.length - NAMED} more: \`deeptrader stress\`.`] : [];
  return [
    `${head}: ${sum} ${gap}`.trimEnd(),
    ...positions.slice(0, NAMED).map((position) => lineOf(position, positions, quote)),
    ...more,
    [...limitsText(report), basisText(report, asked)].join(" "),
  ].join("\n");
}

const sizeOf = (pct: number): string => `${Math.abs(pct)} %`;

const signed = (change: Money): string =>
  change.startsWith("-") ? `−${formatAmount(change.slice(1))}` : `+${formatAmount(change)}`;

/** `SOL/USDT 2: stop sells at 91.15 in minute 23, −17.8 USDT.` */
function lineOf(position: StressedPosition, all: readonly StressedPosition[], quote: string): string {
  const { symbol, strategyId, quantity, fills, left, endPrice, stopPrice, change } = position;
  const name = `${symbol}${ofStrategy(strategyId, [...new Set(all.map((one) => one.strategyId))])} ${quantity}`;
  if (position.price === null) return `${name}: no price is known, so it is left as it is.`;
  const open = `open at ${formatAmount(endPrice ?? position.price)}${stopPrice === null ? ", without a stop" : ""}`;
  const course = [...fills.map(fillText), ...(left === "0" ? [] : [open])].join("; ");
  return `${name}: ${course}, ${signed(change)} ${quote}.`;
}

const SELLS: Readonly<Record<StressFill["role"], string>> = {
  "stop-loss": "stop sells",
  "take-profit": "target sells",
  exit: "exit sells",
  entry: "entry buys",
};

const fillText = ({ role, basis, price, minute }: StressFill): string =>
  `${SELLS[role]} at ${formatAmount(price)}${basis === "stop-gap" ? ", past its price," : ""} by minute ${minute}`;

function limitsText({ dayLoss, drawdown }: StressReport): readonly string[] {
  const text = (name: string, { latched, wasLatched, limitPct }: StressReport["dayLoss"], until: string): string[] =>
    latched && !wasLatched ? [`Entries would stop until ${until}: ${name} passes ${limitPct} %.`] : [];
  return [...text("the day loss", dayLoss, "00:00 UTC"), ...text("the drawdown", drawdown, "you resume")];
}

/** What moves with what, and how well that is known. */
function basisText({ betas, leader, positions }: StressReport, asked: MarketSymbol | null): string {
  if (betas === null) {
    return asked !== null && asked === leader
      ? `Only ${asked} is moved: how others follow is known of the leading market alone.`
      : "How each market follows is not known, so all are moved one to one.";
  }
  const unknown = [...new Set(positions.filter(({ beta }) => beta === null).map(({ symbol }) => symbol))];
  const oneToOne = unknown.length === 0 ? "" : `, ${unknown.join(", ")} one to one as none is known`;
  return `Each market is moved by its beta of ${formatTime(betas.asOfMs)} UTC${oneToOne}; in a fall markets often move more alike. A scenario, not a forecast.`;
}
