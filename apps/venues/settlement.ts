// Floor 6. Settings and what a venue lists → the settlement currency, and the money that a desk begins with.
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError, UnknownNameError } from "#schemas/errors.ts";
import { type Money, ZERO_MONEY } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UsualMoney } from "../exchange.ts";
import type { Venue } from "./venue.ts";

/** Of simulation and replay: 10,000 of whatever it is counted in, or 1 BTC. */
export const recordedMoney = (quote: string): UsualMoney => ({
  quote,
  cash: (counted) => (counted === "BTC" ? "1" : "10000") as Money,
});

/** Settlement currency, paper cash and the markets by symbol. */
export async function settlement(config: DeskConfig, marketData: MarketData, usual: UsualMoney, options: CallOptions) {
  const markets = new Map((await marketData.markets(options)).map((market) => [market.symbol, market]));
  return { ...settled(config, { venue: marketData.venue, markets, usual }), markets };
}

interface Settling extends Pick<Venue, "markets"> {
  readonly venue: string;
  readonly usual: UsualMoney;
}

/** Of no market nothing is known: the currency is then taken as it was asked for. @throws UnknownNameError, ConfigError */
export function settled(config: DeskConfig, { venue, markets, usual }: Settling): Pick<Venue, "quote" | "cash"> {
  const quote = config.quote ?? usual.quote;
  const quotes = [...new Set([...markets.values()].map((market) => market.quote))].sort();
  if (markets.size > 0 && !quotes.includes(quote)) {
    throw new UnknownNameError({
      was: `No market at ${venue} is quoted in ${quote}.`,
      expected: `one of ${quotes.slice(0, 12).join(", ")}`,
      remedy: "Choose one of them with --quote.",
    });
  }
  // How much of an account is a live desk's nobody guesses: its journal says it, or whoever begins one.
  const cash = config.cash ?? (config.mode === "live" ? ZERO_MONEY : usual.cash(quote));
  if (cash === null) {
    throw new ConfigError({
      was: `How much ${quote} the desk begins with is not known.`,
      remedy: "Give its paper cash with --cash N.",
    });
  }
  return { quote, cash };
}
