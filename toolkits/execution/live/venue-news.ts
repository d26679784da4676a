// Floor 2, live execution. What the venue says of an order and the journal does not have yet → reports: taken, filled, ended, gone.
import { add, compare, isPositive, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import type { Doubts } from "./doubts.ts";
import type { EndedOrders } from "./ended-orders.ts";
import { CLOCK_SKEW_MS } from "./judge.ts";
import { endOf, eventReport, inDoubt } from "./order-words.ts";
import { isStrange } from "./strange-trades.ts";
import { fillIdOf, type SendOptions, type VenueTrade } from "./venue-orders.ts";
import type { QuestionParts, VenueQuestions } from "./venue-questions.ts";

/**
 * An order that the venue took is gone once it has shown none for so long: until then the comparison of both accounts has named it, and
 * a stop that only hides still holds its coins, so that another would be refused, ms.
 */
const GONE_AFTER_MS = 30_000;

interface NewsParts extends QuestionParts {
  readonly questions: VenueQuestions;
  readonly doubts: Doubts;
  readonly ended: EndedOrders;
  readonly hasFill: (fillId: string) => boolean;
  readonly monotonicMs: () => number;
  /** Options of what changes something. */
  readonly sending: (options: CallOptions) => SendOptions;
}

export class VenueNews {
  readonly #parts: NewsParts;

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  /** What the venue says of an order that the journal does not have. @throws ProviderError where the venue shows no such order */
  async of(order: Order, options: CallOptions): Promise<readonly ExecutionReport[]> {
    const said = await this.#parts.questions.ask(order, options);
    if (said === null) return this.#goneOf(order);
    this.#parts.doubts.settle(order.clientOrderId);
    if (said.waitsForRise === true && said.status === "working") {
      // It would sell on a rise: no stop. It is taken back, and the next one is refused or right.
      await this.#parts.orders.cancel(this.#parts.questions.refOf(order), this.#parts.sending(options));
      throw inDoubt(order, "the price was under the stop already, so that it waits for a rise: it is taken back");
    }
    const atMs = this.#parts.now();
    const reports: ExecutionReport[] = [];
    if (order.status !== "accepted" && order.status !== "partially-filled") {
      reports.push(eventReport(order, atMs, { type: "accepted", venueOrderId: said.venueOrderId }));
    }
    const { venueOrderId } = said;
    // By the venue's own clock, whatever ours said when it was journaled.
    const createdAtMs = unixMs(Math.min(order.createdAtMs, said.createdAtMs));
    const asked = { ...order, venueOrderId, createdAtMs };
    const trades = isPositive(said.filledQuantity) ? await this.#parts.questions.tradesOf(asked, options) : [];
    let filled = ZERO_QUANTITY;
    for (const trade of trades) {
      filled = add(filled, trade.quantity);
      const report = this.#parts.questions.fillReport(order, trade);
      if (!this.#parts.hasFill(report.fill.fillId)) reports.push(report);
    }
    // Its trades may be listed later than it says that it has filled: it ends when all are there.
    if (compare(filled, said.filledQuantity) < 0) return reports;
    const end = endOf(said);
    if (end !== null && compare(filled, order.quantity) < 0) {
      reports.push(eventReport(order, atMs, end));
      this.#parts.ended.note(asked, atMs);
    }
    return reports;
  }

  /** The venue took it and shows nothing of it: once it has said so twice, long enough after it could be hidden, it is gone. */
  #goneOf(order: Order): readonly ExecutionReport[] {
    const { clientOrderId } = order;
    const leftMs = this.#parts.doubts.sayNo(clientOrderId, this.#parts.monotonicMs(), GONE_AFTER_MS);
    if (leftMs !== null) throw inDoubt(order, "the venue took it and does not show it");
    this.#parts.doubts.settle(clientOrderId);
    return [
      eventReport(order, this.#parts.now(), { type: "canceled", reason: "the venue knows nothing of it any more" }),
    ];
  }

  /** Fills of an order that has ended in the journal. */
  async lateFillsOf(order: Order, options: CallOptions): Promise<readonly ExecutionReport[]> {
    const trades = await this.#parts.questions.tradesOf(order, options);
    const reports = trades.map((trade) => ({ ...this.#parts.questions.fillReport(order, trade), ended: order }));
    return reports.filter(({ fill }) => !this.#parts.hasFill(fill.fillId));
  }

  /** Whether a trade since the order was journaled may be its own. */
  async seesStrange(order: Order, options: CallOptions): Promise<boolean> {
    const { symbol, sinceMs } = this.#parts.questions.refOf(order);
    const trades = await this.#parts.orders.trades({ symbol, sinceMs }, options);
    const { portfolio, hasFill } = this.#parts;
    const known = {
      portfolio: portfolio(),
      ended: this.#parts.ended.at(this.#parts.now()),
      hasFill: (trade: VenueTrade) => hasFill(fillIdOf(this.#parts.orders.facts.id, trade)),
    };
    return trades.some((trade) => trade.atMs >= order.createdAtMs - CLOCK_SKEW_MS && isStrange(trade, order, known));
  }
}
