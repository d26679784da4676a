// Floor 4. Fees of a period, a market or the whole run, from the fills of the journal.
import { counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DatedAbout, DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, isPositive, type Money, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import { valueOfFee } from "#toolkits/portfolio/coin-fees.ts";
import { effectOfFill } from "#toolkits/portfolio/fill-effect.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount } from "../../documents/format.ts";
import { ofAccount } from "./of-account.ts";
import { isWithin, periodText } from "./own-trades.ts";

/** What it is told from. */
export const FEE_TYPES: readonly JournalEvent["type"][] = ["run-started", "fill", "coin-fee"];

/** @param events of these types, in order */
export function feesText(desk: Desk, events: readonly JournalEvent[], about: DatedAbout): DeskText {
  const { symbol, period, nowMs } = about;
  const { startingCash, quote } = desk.account.portfolio();
  const fills = events.flatMap((event) =>
    event.type === "fill" &&
    (symbol === null || event.fill.symbol === symbol) &&
    event.fill.atMs <= nowMs &&
    isWithin(period, event.fill.atMs)
      ? [event.fill]
      : [],
  );
  const values = fills.map((fill) => effectOfFill(fill, quote).feeValue);
  // Of fees in a third coin: each has its value in a row of its own.
  const ofThirdCoins = new Set(fills.flatMap(({ fillId }, at) => (values[at] === null ? [fillId] : [])));
  const valued = events.flatMap((e) => (e.type === "coin-fee" && ofThirdCoins.has(e.fillId) ? [valueOfFee(e)] : []));
  const paid = [...values, ...valued].reduce<Money>(
    (sum, value) => (value === null ? sum : add(sum, value)),
    ZERO_MONEY,
  );
  const foreign = ofThirdCoins.size - valued.filter((value) => value !== null).length;
  const share =
    isPositive(startingCash) && symbol === null && period === null
      ? `, ${((toNumber(paid) / toNumber(startingCash)) * 100).toFixed(3)} % of the ${formatAmount(startingCash)} it began with`
      : "";
  const { feeBps, slippageBps } = desk.config.costs;
  const rate =
    symbol === null
      ? `The assumed fee is ${feeBps} bps a side where the market states none; slippage (${slippageBps} bps a side) is in the fill prices.`
      : `Its fee is ${desk.markets.get(symbol)?.feeBps ?? feeBps} bps a side.`;
  const text = `Fees paid${symbol === null ? "" : ` on ${symbol}`} ${periodText(events, about)}: ${formatAmount(paid)} ${quote} in ${counted(fills.length, "fill")}${share}.${foreign === 0 ? "" : ` ${foreign} more in another coin, not in that sum.`} ${rate}`;
  return ofAccount(desk, nowMs, text);
}
