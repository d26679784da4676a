// Floor 4. What the answers about the account share: as of its last settled slot, amounts with their sign.
import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import { type Money, multiply, toNumber } from "#schemas/money.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount } from "../../documents/format.ts";

/** A text about the account as of its last settled slot; before the first one, as of now. */
export const ofAccount = (
  { account }: Pick<Desk, "account">,
  nowMs: UnixMs,
  text: string,
  recordsRead = 0,
): DeskText => ({ text, asOfMs: account.portfolio().settledThroughMs ?? nowMs, analysisIds: [], recordsRead });

/** `+1.20`, `−0.45` with a real minus sign, `0`. */
export const signed = (money: string): string =>
  `${toNumber(money as Money) > 0 ? "+" : ""}${formatAmount(money).replace("-", "−")}`;

/** What a position was bought for. */
export const costOf = (p: { readonly quantity: string; readonly averagePrice: string }): Money =>
  multiply(p.quantity, p.averagePrice) as Money;
