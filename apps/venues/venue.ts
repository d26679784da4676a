// Floor 6. What a venue is to a command: its ports, and where its time begins and ends.
import type { VenuePorts } from "#desk/assemble-desk.ts";
import type { SimulatedClock } from "#scheduler/clock.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Timeframe, UnixMs } from "#schemas/units.ts";
import type { FolderMarket } from "#toolkits/market/replay/describe-folder.ts";
import type { CountedPorts } from "#toolkits/ports/counted.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { Env } from "../coin-ports.ts";
import type { OpenExchange } from "../exchange.ts";
import type { StrategyOptions } from "../strategies.ts";

/** A venue's ports, and where its time begins and ends. */
export interface Venue extends VenuePorts {
  readonly counting: CountedPorts;
  /** A simulated clock is moved by the replay driver; the system clock moves by itself. */
  readonly clock: Clock | SimulatedClock;
  /** Where one-shots stand, and `start` and `backtest` begin unless told otherwise. */
  readonly standMs: UnixMs;
  readonly beginMs: UnixMs;
  /** The last slot with data; null: endless. */
  readonly lastSlotMs: UnixMs | null;
  /** Open of the first candle that there is, in the settlement currency; left out: not known. */
  readonly firstCandleMs?: UnixMs;
  readonly notes: readonly string[];
  /** Replay: what the folder holds, market by market. */
  readonly folder?: readonly FolderMarket[];
  /** What is known of an exchange beside its ports. */
  readonly exchange?: Pick<OpenExchange, "adapter" | "mostAssets">;
  /** Gives back what was opened beside the ports; left out: nothing was. */
  readonly close?: () => Promise<void>;
  /** An exchange: when it listed the markets that are known of it; null: never on this home. */
  readonly marketsHeardMs?: () => UnixMs | null;
}

/** Where the markets of an exchange come from: it lists them, or this home has kept them and the exchange is asked for none, or where none are kept. */
export type MarketsFrom = "exchange" | "home" | "home-first";

export interface VenueOptions extends StrategyOptions {
  /** Strategies that are open already; left out: those of the configuration are opened. */
  readonly hosts?: readonly StrategyHost[];
  /** Of a folder: candles shorter than the timeframe that are read as well. */
  readonly detail?: Timeframe;
  /** Candles over a socket where the exchange has one: for a desk that stays open. */
  readonly streams?: boolean;
  /** Network addresses that an exchange's candles are read from; left out: this one alone. */
  readonly addresses?: number;
  /** Where the keys of sources and of the exchange stand; left out: all are asked without one. */
  readonly env?: Env;
  /** Left out: `exchange`. Folders and the simulation are read in any case: nobody is waited for. */
  readonly marketsFrom?: MarketsFrom;
  /** False: a live account is not looked at, and needs no key; nothing can be sent. Left out: true. */
  readonly withOrders?: boolean;
}

/** Its strategies' threads, and what was opened beside its ports. */
export async function closeVenue({ hosts, close }: Pick<Venue, "hosts" | "close">): Promise<void> {
  await Promise.all(hosts.map((host) => host.close()));
  await close?.();
}
