// The account of a local exchange on this machine's clock trades at the prices that the exchange shows.
import { symbolOf } from "../listings.ts";
import { listedAt, quoteAt, type World } from "../world.ts";
import type { TradingAccount } from "./trading-account.ts";

const EVERY_MS = 1_000;

/** From now on, until what is given back is called. */
export function followPrices(world: World, trading: TradingAccount): () => void {
  const move = (): void => {
    for (const one of listedAt(world, world.now())) {
      const { last } = quoteAt(world, one, world.now());
      trading.setPrice(symbolOf(one), last.toFixed(one.tickSize.split(".")[1]?.length ?? 0));
    }
  };
  move();
  const moving = setInterval(move, EVERY_MS);
  return () => clearInterval(moving);
}
