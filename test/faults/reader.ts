// `node reader.ts EXCHANGE_URL PLACES`: reads candles of an exchange in the shape of Binance as fast as it may, eight questions at a time as a
// sweep, and what was traded of all markets now and then, until it is killed.
import { openBudgets } from "#apps/budgets.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs } from "#schemas/units.ts";
import { createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";

const AT_ONCE = 8;
const TURNOVERS_EVERY_MS = 10_000;
const [, , apiUrl = "", places = ""] = process.argv;
const clock = systemClock();
const now = () => clock.now();
const budgets = await openBudgets(JSON.parse(places), now);
const budget = budgets.of(`binance ${new URL(apiUrl).host}`);
const sleep = clock.sleep.bind(clock);
const venue = await createCcxtVenue({ exchangeId: "binance", now, sleep, budget, overrides: { apiUrl } });
const symbols = (await venue.markets(NEVER_ABORTED)).filter(({ active }) => active).map(({ symbol }) => symbol);

let next = 0;
async function readCandles(): Promise<void> {
  for (;;) {
    const symbol = symbols[next++ % symbols.length];
    if (symbol === undefined) throw new Error("The exchange lists nothing.");
    const nowMs = now();
    await venue.candles({ symbol, timeframe: "5m", nowMs, fromMs: unixMs(nowMs - 1_800_000) }, NEVER_ABORTED);
  }
}
async function readTurnovers(): Promise<void> {
  for (;;) {
    await venue.turnovers({ nowMs: now() }, NEVER_ABORTED);
    await sleep(TURNOVERS_EVERY_MS, NEVER_ABORTED);
  }
}
process.stdout.write("reads\n");
await Promise.all([readTurnovers(), ...Array.from({ length: AT_ONCE }, readCandles)]);
