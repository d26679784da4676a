// `node misser.ts URL COUNTED GO CALLERS KEYS [LEASE_MS]`: waits for the file GO, then asks for each of KEYS keys CALLERS
// times at once. Every computation writes a line into COUNTED. With LEASE_MS it computes for ever, and says so.
import { appendFileSync, existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createKhala } from "#memory/khala.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { openStore } from "#memory/stores/open.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { clockAt, KEY, makeAnalysis, options, T0 } from "../fixtures.ts";

const COMPUTING_MS = 300;

const [, , url = "", counted = "", go = "", callers = "", keys = "", leaseMs] = process.argv;
const store = await openStore({ kind: "postgres", url, owner: "misser" }, options);
const khala = createKhala({ store, clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2 });
const flight = createSingleFlight({
  khala,
  leases: store.leases,
  sleep: (ms, { signal }) => sleep(ms, undefined, { signal }),
  monotonicMs: () => performance.now(),
  ...(leaseMs === undefined ? {} : { leaseMs: Number(leaseMs) }),
});

if (leaseMs !== undefined) {
  const forEver = async () => {
    process.stdout.write("computing\n");
    await sleep(3_600_000);
    return null;
  };
  await flight.recallOrCompute(KEY, { nowMs: T0 }, forEver, options);
}

process.stdout.write("ready\n");
while (!existsSync(go)) await sleep(2);
const symbols = Array.from({ length: Number(keys) }, (_, i) => MarketSymbol.parse(`K${i}/USDT`));
const calls = symbols.flatMap((symbol) =>
  Array.from({ length: Number(callers) }, () =>
    flight.recallOrCompute(
      { ...KEY, symbol },
      { nowMs: T0 },
      async () => {
        appendFileSync(counted, `${symbol}\n`);
        await sleep(COMPUTING_MS);
        const made = makeAnalysis({ symbol });
        await khala.remember(made, options);
        return made;
      },
      options,
    ),
  ),
);
const outcomes = await Promise.all(calls);
process.stdout.write(`outcomes ${outcomes.map(({ status }) => status).join(" ")}\n`);
await store.close();
