// Floor 6. A worker's settings → the exchanges that jobs name, each opened once, without a key, and counted with what others on this address ask.
import type { DeskConfig } from "#schemas/config.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { CcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { exchangeName, openBudgets } from "../budgets.ts";
import { openExchange } from "../exchange.ts";

/** Which exchange, and where its API is; as who asks has it. */
export type ExchangePlace = Pick<DeskConfig, "venue" | "exchangeUrl" | "sandbox" | "timeframe">;

export interface ExchangeClients {
  /** The same client for the same exchange. @throws UnknownNameError */
  of(place: ExchangePlace, options: CallOptions): Promise<CcxtVenue>;
  close(): Promise<void>;
}

export async function openExchangeClients(config: DeskConfig, clock: Clock): Promise<ExchangeClients> {
  const budgets = await openBudgets(config, () => clock.now());
  const opened = new Map<string, Promise<CcxtVenue>>();
  const openOne = async (own: DeskConfig, { signal }: CallOptions): Promise<CcxtVenue> => {
    const budget = budgets.of(exchangeName(own));
    return (await openExchange(own, [], clock, { budget, signal })).adapter;
  };
  return {
    of({ venue, exchangeUrl, sandbox, timeframe }, options) {
      const name = `${venue} ${exchangeUrl ?? ""} ${sandbox}`;
      const client = opened.get(name) ?? openOne({ ...config, venue, exchangeUrl, sandbox, timeframe }, options);
      opened.set(name, client);
      client.catch(() => opened.delete(name));
      return client;
    },
    close: () => budgets.close(),
  };
}
