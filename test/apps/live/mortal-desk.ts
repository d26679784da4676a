// A desk with money as a process of its own, whose only strategy enters BTC at the first close it sees: it can be ended at any moment and
// begun again, on a journal in PostgreSQL and at an exchange that both outlive it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openCoinWorld } from "#test/coins/coin-world.ts";
import type { RequestSeen } from "#test/exchanges/exchange.ts";
import type { EndpointKind } from "#test/exchanges/faults.ts";
import { followPrices } from "#test/exchanges/trading/follow-prices.ts";
import type { TradingAccount } from "#test/exchanges/trading/trading-account.ts";
import { type CliResult, documentOf, type RunningCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createDatabase } from "#test/support/postgres-database.ts";
import { openLiveVenue } from "./live-venue.ts";

const STRATEGY = `
import { defineStrategy, ema } from "deeptrader";
export default defineStrategy({
  id: "enters",
  indicators: { mean: ema(12) },
  enter: ({ now }) => now.mean > 0 && "always",
  exit: () => false,
  bracket: { stopPct: 5, targetPct: 50 },
});
`;

const ABOUT_ORDERS: readonly EndpointKind[] = ["order", "open-orders", "trades"];

interface JournaledFill {
  readonly clientOrderId: string;
  readonly quantity: string;
}

const stopsOf = ({ orders }: TradingAccount) =>
  orders.filter(({ wish, state }) => wish.triggerPrice !== undefined && state === "working");

/** Waits for what others do, while the process lives. */
async function until(child: RunningCli, what: string, isSo: () => boolean): Promise<void> {
  let end: CliResult | null = null;
  void child.ended.then((result) => {
    end = result;
  });
  while (!isSo()) {
    if (end !== null) throw new Error(`The desk ended before ${what}: ${JSON.stringify(end)}`);
    await delay(20);
  }
}

/** Where a process runs, and what is another there: the URL of its database, variables of its environment. */
interface Place {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly under?: readonly string[];
}

/** @param more of the environment of its processes @param given its database; left out: one on the server of this machine */
export async function openMortalDesk(
  venueId: string,
  more: Readonly<Record<string, string>> = {},
  given?: { readonly url: string } & AsyncDisposable,
) {
  const venue = await openLiveVenue(undefined, venueId);
  const { account, exchange } = venue;
  const still = followPrices(exchange.world, account);
  const coins = await openCoinWorld(exchange.world);
  const database = given ?? (await createDatabase());
  const home = await freshHome();
  const strategy = join(home.dir, "enters.ts");
  writeFileSync(strategy, STRATEGY);
  const env = { ...coins.env, ...venue.env, DEEPTRADER_MARKETS_INCLUDE: "BTC/*", ...more };
  const args = ["--venue", venueId, "--live-account", account.accountId, "--cash", "1000", "--assets", "3"];
  const typed = [...args, "--timeframe", "1m", "--strategy", strategy];
  const children: RunningCli[] = [];
  const other = await freshHome();
  const journal = async (): Promise<readonly Record<string, unknown>[]> => {
    const settings = { home: home.dir, env: { ...env, DATABASE_URL: database.url } };
    const { events } = await documentOf(["journal", "--limit", "1000", ...typed], settings);
    return events as readonly Record<string, unknown>[];
  };
  const begin = (more: readonly string[], dir: string, { url = database.url, env: also, under = [] }: Place) => {
    const child = startCli(["start", ...typed, ...more], {
      home: dir,
      env: { ...env, ...also, DATABASE_URL: url },
      under,
    });
    children.push(child);
    return child;
  };
  return {
    ...venue,
    databaseUrl: database.url,
    home: home.dir,
    /** What each command is told beside its own words. */
    typed,
    env,
    /** Begins a process. */
    start: (place: Place = {}): RunningCli => begin([], home.dir, place),
    /** Begins a process that waits for the desk of the other, with a home of its own. */
    standBy: (place: Place = {}): RunningCli => begin(["--standby"], other.dir, place),
    /** A command beside the one that stands by. */
    told: (command: string) =>
      documentOf([command, ...typed], { home: other.dir, env: { ...env, DATABASE_URL: database.url } }),
    /** Until the exchange has taken an order, and while the process lives. */
    bought: (child: RunningCli) => until(child, "an order was taken", () => account.orders.length > 0),
    /** Until a stop rests, and while the process lives. */
    covered: (child: RunningCli) => until(child, "a stop rested", () => stopsOf(account).length > 0),
    /** Until the process has asked for its orders so often. */
    async asked(child: RunningCli, times = 1): Promise<void> {
      const before = exchange.requests.length;
      const isAbout = ({ kinds }: RequestSeen): boolean => kinds.some((kind) => ABOUT_ORDERS.includes(kind));
      await until(child, "it asked", () => exchange.requests.slice(before).filter(isAbout).length >= times);
    },
    /**
     * What is wrong with its one entry, while no process runs. Empty: it was sent and taken once, is journaled as it was filled, and its one
     * stop rests.
     */
    async wrongs(): Promise<readonly string[]> {
      const wrong: string[] = [];
      const say = (isSo: boolean, what: string): void => void (isSo || wrong.push(what));
      const buys = account.orders.filter(({ wish }) => wish.side === "buy");
      const [entry] = buys;
      const sent = exchange.count("place");
      say(buys.length === 1 && entry?.state === "filled", `${buys.length} entries, the first ${entry?.state}`);
      say(sent === 2, `${sent} orders were sent`);
      const fills = (await journal()).filter(({ type }) => type === "fill").map(({ fill }) => fill as JournaledFill);
      const [fill] = fills;
      say(
        fills.length === 1 && fill?.clientOrderId === entry?.wish.clientId,
        `journaled fills: ${JSON.stringify(fills)}`,
      );
      say(fill?.quantity === entry?.filled, `journaled as filled: ${fill?.quantity} of ${entry?.filled}`);
      const stops = stopsOf(account);
      const bare = Number(account.total("BTC")) - Number(stops[0]?.wish.quantity ?? 0);
      const step = Number(account.listingOf(entry?.wish.symbol ?? "")?.stepSize);
      say(stops.length === 1 && bare >= 0 && bare < step, `${stops.length} stops, ${bare} BTC without one`);
      return wrong;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of children) child.signal("SIGKILL");
      await Promise.all(children.map(({ ended }) => ended));
      still();
      await exchange.close();
      await coins.close();
      await home[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
