// Floor 4, acts. `block` and `unblock`: no entries of an asset or a market, or entries again. The way out is never barred.
import type { ActOf } from "#schemas/act.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isWorking, type Order, OrderSummary } from "#schemas/order.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { foldName } from "#toolkits/market/listed-names.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../../desk.ts";
import { sendOrders } from "../../run-slot/send.ts";
import { type ActRow, nothingToSend, refused, type Said } from "../act-row.ts";
import { cancelRow } from "./cancel.ts";

export const blockAct: ActRow<ActOf<"block">> = {
  // The block itself holds at once; what it cancels at the venue waits for the end of a halt.
  sends: false,
  async prepare(desk, { what: typed }, said) {
    const what = blockable(desk, typed);
    if (what === null) return refused(notKnown(desk, typed));
    const portfolio = desk.account.portfolio();
    const known = portfolio.blocked.get(what);
    if (known !== undefined) return refused(`${what} is blocked already, by ${known.by}: ${known.reason}`);
    const entries = [...portfolio.orders.values()].filter((order) => isEntryOf(order, what));
    const canceled = entries.map(
      ({ quantity, symbol, clientOrderId }) =>
        `Its working entry of ${quantity} ${symbol} (${clientOrderId.slice(0, 8)}) is canceled.`,
    );
    const ofWhat = what.includes("/") ? what : `${what} in any market`;
    return {
      status: "ready",
      lines: [`No entries of ${ofWhat} until \`unblock ${what}\`. Stops, targets and exits stay.`, ...canceled],
      stands: {},
      price: null,
      events: [blockRow(desk, what, true, said), ...entries.map((order) => cancelRow(desk, order, said))],
      async complete(options) {
        const lines = [`${what} is blocked: no entries of it.`];
        if (entries.length === 0) return { lines, orders: [], problems: [] };
        const { problems } = await sendOrders(desk, options);
        const now = desk.account.portfolio().orders;
        const left = entries.filter(({ clientOrderId }) => now.has(clientOrderId));
        return {
          lines: [...lines, ...left.map(({ symbol }) => `Its entry of ${symbol} is still being canceled.`)],
          orders: left.map((order) => OrderSummary.parse(order)),
          problems,
        };
      },
    };
  },
};

export const unblockAct: ActRow<ActOf<"unblock">> = {
  sends: false,
  async prepare(desk, { what: typed }, said) {
    const { blocked } = desk.account.portfolio();
    const name = foldName(typed.trim()).replaceAll("-", "/");
    const what = [...blocked.keys()].find((key) => foldName(key) === name);
    const known = what === undefined ? undefined : blocked.get(what);
    if (what === undefined || known === undefined) {
      const names = [...blocked.keys()];
      return refused(`${typed} is not blocked; ${names.length === 0 ? "nothing is" : `blocked: ${names.join(", ")}`}`);
    }
    return {
      status: "ready",
      lines: [`Allow entries of ${what} again, within the limits. ${known.by} blocked it: ${known.reason}.`],
      stands: {},
      price: null,
      events: [blockRow(desk, what, false, said)],
      complete: nothingToSend([`Entries of ${what} are allowed again, within the limits.`]),
    };
  },
};

const blockRow = ({ clock, account }: Desk, what: string, blocked: boolean, { by, reason }: Said): JournalEvent => ({
  type: "block",
  atMs: clock.now(),
  what,
  blocked,
  by,
  nth: account.portfolio().operatorRows,
  reason,
});

const isEntryOf = (order: Order, what: string): boolean =>
  order.role === "entry" &&
  isWorking(order) &&
  [order.symbol, splitSymbol(order.symbol).base].includes(what as MarketSymbol);

/** An asset or a market, as the venue or the account spells it; null: neither has it. */
export function blockable({ markets, account }: Desk, typed: string): string | null {
  const name = foldName(typed.trim()).replaceAll("-", "/");
  for (const symbol of [...markets.keys(), ...marketsHeld(account.portfolio())]) {
    const { base } = splitSymbol(symbol);
    if (name === foldName(base)) return base;
    if (name === foldName(symbol)) return symbol;
  }
  return null;
}

export function notKnown({ markets, marketData }: Desk, typed: string): string {
  const bases = [...new Set([...markets.keys()].map((symbol) => splitSymbol(symbol).base))];
  const names = typed.includes("/") ? [...markets.keys()] : bases;
  return `${marketData.venue} has no ${JSON.stringify(typed)}; there is ${namesPhrase(typed, names, 5)}`;
}
