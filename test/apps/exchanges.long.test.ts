// `--venue NAME` for each of the ten exchanges, as a user types it: the command line against a local server of the venue's protocol,
// through the unmodified ccxt client, on the system clock. All of it takes minutes; in the suite two venues sleep once.
import { describe, expect, it } from "vitest";
import { openCoinWorld } from "#test/coins/coin-world.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import type { Protocol } from "#test/exchanges/protocol.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { type CliSettings, jsonOf, runCli } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const ASSETS = 50;

interface Opened extends AsyncDisposable {
  readonly exchange: Exchange;
  readonly settings: CliSettings;
}

async function open(protocol: Protocol): Promise<Opened> {
  const world = createWorld({ ...protocol, now: Date.now });
  const exchange = await startExchange(protocol, world);
  const coins = await openCoinWorld(world);
  const home = await freshHome();
  return {
    exchange,
    settings: { home: home.dir, env: { DEEPTRADER_EXCHANGE_URL: exchange.url, ...coins.env } },
    [Symbol.asyncDispose]: async () => {
      await exchange.close();
      await coins.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** The document of a command that must succeed, and what it said beside it. */
async function run(args: readonly string[], settings: CliSettings) {
  const result = await runCli([...args, "--json"], settings);
  const document = jsonOf(result);
  if (result.code !== 0) throw new Error(`Exit ${result.code}:\n${result.stdout}\n${result.stderr}`);
  return { document, said: result.stderr };
}

const suite = PROTOCOLS.filter(({ id }) => FULL_COUNT || ["binance", "hyperliquid"].includes(id));

// Side by side: most of a slot is waiting for its close.
describe.concurrent.each(suite.map((protocol) => ({ protocol, id: protocol.id })))(
  "--venue $id",
  ({ protocol, id }) => {
    it(`sleeps on ${ASSETS} markets, or says how many it can`, async () => {
      await using opened = await open(protocol);
      const { exchange, settings } = opened;
      const args = ["sleep", "--once", "--venue", id, "--timeframe", "5m", "--assets", String(ASSETS)];
      const { document, said } = await run(args, settings);
      const analysed = Number(document["analysed"]);
      console.info(`${id}: ${analysed} analysed, ${exchange.requests.length} requests. ${said.trim()}`);
      expect(document).toMatchObject({ failed: [], skipped: [], problems: [] });
      expect(analysed).toBeGreaterThan(0);
      if (analysed < ASSETS) expect(said).toContain(`using ${analysed} of ${ASSETS}`);
    });

    // How many requests a slot takes is counted by the slots of a clock of its own: test/desk/requests-of-a-slot.slow.test.ts.
    it.skipIf(!FULL_COUNT)("runs the desk for two slots, and does nothing but read", async () => {
      await using opened = await open(protocol);
      const { exchange, settings } = opened;
      const args = ["start", "--venue", id, "--timeframe", "1m", "--assets", String(ASSETS), "--cycles", "2"];
      const { document, said } = await run(args, settings);
      const { cycles, analyses, missedTicks } = document;
      console.info(
        `${id}: ${cycles} cycles, ${analyses} analyses, ${missedTicks} missed; ${exchange.requests.length} requests. ${said.trim()}`,
      );
      expect(document).toMatchObject({ cycles: 2, venue: id, simulated: false });
      expect(Number(analyses)).toBeGreaterThan(0);
      // Reads only: the one POST that there is asks a question.
      expect(exchange.requests.filter(({ method, target }) => method !== "GET" && target !== "/info")).toEqual([]);
    });
  },
);
