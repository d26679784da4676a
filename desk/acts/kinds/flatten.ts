// Floor 4, acts. `flatten`: nothing is entered any more, what would buy is canceled, all that is held is sold, each position as `close`
// sells it. The row stands until a resume: what fills late, or is not sold at the first try, is sold then.
import type { ActOf } from "#schemas/act.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { compare } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { isFlattening, type Position, positionKey } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { leavingQuantity, openPositions } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../../desk.ts";
import { salesLines } from "../../documents/close-report.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { hasSomethingToSend, isHalted, sendOrders } from "../../run-slot/send.ts";
import type { ActDone, ActRefusal, ActRow, PreparedAct, Said } from "../act-row.ts";
import { refused } from "../act-row.ts";
import { type PreparedSale, prepareSale, saleReport } from "../sell.ts";
import { controlRow, notAStrategy } from "./control.ts";

type Scope = Pick<ActOf<"flatten">, "strategyId">;

export const flattenAct: ActRow<ActOf<"flatten">> = { sends: true, prepare };

/**
 * The row alone, before anything is asked of the venue; nothing where it stands. A halt becomes a pause by it: the operator's word is the
 * newer one. @throws StoreError
 */
export async function beginFlatten(
  desk: Desk,
  { strategyId, ...said }: Scope & Said,
  options: CallOptions,
): Promise<void> {
  if (notAStrategy(desk, strategyId) !== null) return;
  await desk.account.settle(options);
  await desk.account.append(rowOf(desk, strategyId, said), options);
}

const rowOf = (desk: Desk, strategyId: string | null, said: Said): readonly JournalEvent[] =>
  isFlattening(desk.account.portfolio(), strategyId) && !isHalted(desk)
    ? []
    : [controlRow(desk, { action: "flatten", strategyId, ...said })];

async function prepare(
  desk: Desk,
  { strategyId }: ActOf<"flatten">,
  said: Said,
  options: CallOptions,
): Promise<PreparedAct | ActRefusal> {
  const unknown = notAStrategy(desk, strategyId);
  if (unknown !== null) return refused(unknown);
  const { sales, problems } = await salesOf(desk, { strategyId, ...said }, options);
  const strategies = strategyIdsOf(desk);
  const held = leftOf(desk, strategyId);
  const entries = entriesOf(desk, strategyId);
  const who = strategyId ?? "The desk";
  return {
    status: "ready",
    lines: [
      ...held.map(
        ({ quantity, base, symbol, strategyId: of }) =>
          `Sell all ${quantity} ${base} (${symbol}${ofStrategy(of, strategies)}) at the market; its stop and target are canceled with it.`,
      ),
      ...(entries.length === 0 ? [] : [`Cancel ${entriesText(entries)}.`]),
      ...(held.length + entries.length === 0 ? ["Nothing is held and nothing is being bought."] : []),
      `${who} is paused: no entries until \`resume\`; what fills late is sold too.`,
    ],
    stands: {},
    price: null,
    events: [...rowOf(desk, strategyId, said), ...sales.flatMap(({ events }) => events)],
    complete: (call) => complete(desk, { strategyId, sales, entries, problems }, call),
  };
}

interface Begun extends Scope {
  readonly sales: readonly PreparedSale[];
  readonly entries: readonly Order[];
  readonly problems: readonly string[];
}

async function complete(
  desk: Desk,
  { strategyId, sales, entries, problems }: Begun,
  options: CallOptions,
): Promise<ActDone> {
  const sent = hasSomethingToSend(desk) ? await sendOrders(desk, options) : { events: [], problems: [] };
  const strategies = strategyIdsOf(desk);
  const reports = sales.map((sale) => saleReport(sale, sent));
  const left = entriesOf(desk, strategyId);
  const ended = entries.length - left.length;
  const who = strategyId ?? "The desk";
  return {
    lines: [
      ...reports.flatMap((report) => salesLines(report, strategies)),
      ...(ended > 0 ? [`Canceled: ${ended} ${ended === 1 ? "entry" : "entries"}.`] : []),
      ...(left.length > 0 ? [`Not ended yet: ${entriesText(left)}; canceled as soon as the venue takes that.`] : []),
      ...(sales.length + entries.length + problems.length === 0 ? ["Nothing was held that is not being sold."] : []),
      `${who} is paused: no entries until \`resume\`.`,
    ],
    orders: reports.flatMap(({ positions }) => positions.flatMap(({ order }) => (order === null ? [] : [order]))),
    problems: [...problems, ...sent.problems],
  };
}

/** What is held and is not being sold. */
const leftOf = ({ account }: Desk, strategyId: string | null): readonly Position[] =>
  openPositions(account.portfolio()).filter(
    (position) =>
      (strategyId === null || position.strategyId === strategyId) &&
      compare(leavingQuantity(account.portfolio(), position), position.quantity) < 0,
  );

const entriesOf = ({ account }: Desk, strategyId: string | null): readonly Order[] =>
  [...account.portfolio().orders.values()].filter(
    (order) => order.side === "buy" && (strategyId === null || order.strategyId === strategyId),
  );

const entriesText = (entries: readonly Order[]): string =>
  `${entries.length === 1 ? "the entry" : "the entries"} ${entries.map(({ quantity, symbol }) => `${quantity} ${symbol}`).join(", ")}`;

/** One that cannot be sold now holds up no other. */
async function salesOf(desk: Desk, { strategyId, ...said }: Scope & Said, options: CallOptions) {
  const sales: PreparedSale[] = [];
  const problems: string[] = [];
  for (const position of leftOf(desk, strategyId)) {
    const { symbol } = position;
    try {
      sales.push(await prepareSale(desk, { symbol, strategyId: position.strategyId, amount: null, ...said }, options));
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof DeepTraderError)) throw error;
      // The row alone sells it: a look between two slots was quicker.
      if (!leftOf(desk, position.strategyId).some((left) => left.symbol === symbol)) continue;
      problems.push(`${symbol} is not sold yet: ${error.message}`);
    }
  }
  // While prices were asked for, a look between slots may have begun to sell: nothing is sold twice.
  const left = new Set(leftOf(desk, strategyId).map(positionKey));
  return { sales: sales.filter(({ parts }) => parts.every((part) => left.has(positionKey(part.position)))), problems };
}
