// Exchanges are in exchanges-contract.slow.test.ts.
import { newestClosed } from "#schemas/market.ts";
import { unixMs } from "#schemas/units.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { createReplayVenue } from "#toolkits/market/replay-venue.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { marketDataContract } from "../../contract/market-data.ts";
import { candleLines, csv, FIRST_OPEN_MS, FIVE_MINUTES_MS, temporaryFolder } from "../../support/candle-files.ts";

const signal = new AbortController().signal;
const CANDLES = 300;
const LAST_CLOSE_MS = FIRST_OPEN_MS + CANDLES * FIVE_MINUTES_MS;

async function replaySubject() {
  await using folder = await temporaryFolder({
    "AAA-BTC-5m.csv": csv(candleLines({ count: CANDLES, price: 0.05 })),
    "BBB-BTC-5m.csv": csv(candleLines({ count: CANDLES, price: 0.000053 })),
  });
  const opened = await openReplayFolder(folder.dir, { timeframe: "5m", signal });
  return {
    venue: createReplayVenue(opened),
    symbols: opened.symbols,
    timeframe: "5m" as const,
    nowMs: unixMs(LAST_CLOSE_MS),
    firstOpenMs: FIRST_OPEN_MS,
  };
}

marketDataContract("replay", replaySubject, { simulated: false, pastTickers: true });

marketDataContract(
  "simulated",
  async () => {
    const venue = createSimulatedVenue({ seed: 7, assets: 3 });
    const markets = await venue.markets({ signal });
    return {
      venue,
      symbols: markets.map((market) => market.symbol),
      timeframe: "5m" as const,
      nowMs: unixMs(newestClosed(1_700_000_000_000, "5m", 0)),
      firstOpenMs: Date.parse("2015-01-01T00:00:00Z"),
    };
  },
  { simulated: true, pastTickers: true },
);
