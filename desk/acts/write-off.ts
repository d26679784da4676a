// Floor 4. The operator writes off a position whose market has gone. No model is in the path.
import { PositionError } from "#schemas/errors.ts";
import { type Money, multiply } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import type { WriteOffReport } from "../documents/close-report.ts";
import { standingOf } from "../run-slot/last-candle.ts";
import { sendOrders } from "../run-slot/send.ts";
import { heldOf } from "./held.ts";

interface Asked {
  readonly symbol: MarketSymbol;
  /** Null: of every strategy that holds it. */
  readonly strategyId: string | null;
  readonly reason: string;
}

/** @throws UnknownNameError where it is not held; PositionError where its market still trades; ProviderError */
export const writeOffPosition = (desk: Desk, asked: Asked, options: CallOptions): Promise<WriteOffReport> =>
  inTurn(desk.account, options, () => writeOff(desk, asked, options));

async function writeOff(desk: Desk, asked: Asked, options: CallOptions): Promise<WriteOffReport> {
  const { symbol, reason } = asked;
  const held = heldOf(desk, asked);
  const standing = await standingOf(desk, symbol, options);
  if (standing.trades) {
    throw new PositionError({
      was: `${symbol} still trades: ${standing.price} at ${new Date(standing.asOfMs).toISOString()}.`,
      expected: "a market that has gone",
      remedy: `Sell it with \`deeptrader close ${symbol}\`.`,
    });
  }
  const atMs = desk.clock.now();
  const positions = held.map(({ strategyId, quantity, averagePrice }) => ({
    strategyId,
    quantity,
    cost: multiply(quantity, averagePrice) as Money,
  }));
  await desk.account.append(
    positions.map((position) => ({ type: "write-off", atMs, symbol, ...position, reason })),
    options,
  );
  // What rested for it has nothing to protect any more.
  const { problems } = await sendOrders(desk, options);
  return { symbol, atMs, reason, positions, quote: desk.quote, problems };
}
