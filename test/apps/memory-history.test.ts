import { expect, it } from "vitest";
import { deskCommandNamed } from "#apps/desk-commands.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { START_MS, simulatedDesk } from "#test/apps/simulated-desk.ts";
import { patience } from "#test/support/desk.ts";

it("`memory history` says which candles were corrected since, what stood and what stands, as far as it is known by now", async () => {
  const { desk, store, runSlot, run, clock } = await simulatedDesk();
  await runSlot(0);
  const [record] = await desk.khala.list(desk.marketData.venueId, { nowMs: clock.now() }, patience);
  if (record === undefined) throw new Error("nothing was analysed");
  const { key } = record;
  const fromMs = unixMs(START_MS - 3 * 300_000);
  const series = await desk.marketData.candles({ ...key, nowMs: START_MS, fromMs }, patience);
  const keep = (one: typeof series, checkedThroughMs: UnixMs) =>
    store.candles.put(key, { ...one, checkedThroughMs }, 1000, patience);
  await keep(series, START_MS);
  const history = () => run(deskCommandNamed("memory history"), {}, [key.symbol]);
  expect((await history()).document).toMatchObject({ corrections: [] });

  const close = series.close.map((value, at) => (at === 1 ? value * 2 : value));
  const high = series.high.map((value, at) => (at === 1 ? value * 2 : value));
  const correctedMs = unixMs(START_MS + 60_000);
  await keep({ ...series, close, high }, correctedMs);
  expect((await history()).document).toMatchObject({ corrections: [] });

  clock.advanceTo(correctedMs);
  const { document, text } = await history();
  expect(document).toMatchObject({
    corrections: [
      {
        openMs: series.openMs[1],
        closeMs: (series.openMs[1] ?? 0) + 300_000,
        knownFromMs: START_MS,
        replacedMs: correctedMs,
        was: { close: series.close[1], volume: series.volume[1] },
        is: { close: close[1], high: high[1] },
      },
    ],
  });
  expect(text).toMatch(/candle closed \(UTC\) +read +corrected/);
  expect(text).toMatch(
    /2024-03-01 11:55 +2024-03-01 12:00 +2024-03-01 12:01 +high [\d.,]+ → [\d.,]+, close [\d.,]+ → [\d.,]+/,
  );
});
