// The machine's clock is set back by five minutes while a desk on real time runs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createKhala, type Khala } from "#memory/khala.ts";
import { openStore } from "#memory/stores/open.ts";
import { FutureRecordError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "#test/memory/fixtures.ts";

const FIVE_MINUTES_MS = 300_000;

let home = "";
let store: Store | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "deeptrader-clock-"));
});
afterEach(async () => {
  await store?.close();
  rmSync(home, { recursive: true });
});

it("is named once, answers from what was known at the time it says, refuses no work, and heals as time goes by", async () => {
  store = await openStore({ kind: "pglite", home, owner: "test" }, options);
  let nowMs: UnixMs = msAfter(STEP_MS);
  const named: string[] = [];
  const parts = {
    store,
    clock: { kind: "system", now: () => nowMs },
    graceMs: 0,
    definitionId: "def-1",
    driftAtr: 2,
  } as const;
  const khala = createKhala({ ...parts, onRefused: (error) => named.push(error.name) });
  const strict = createKhala(parts);
  const statusOf = async (from: Khala) => {
    const recall = await from.recall(KEY, { nowMs }, options);
    return [recall.status, recall.status === "missing" ? null : recall.record.asOfMs];
  };

  await khala.rememberMany([makeAnalysis(), makeAnalysis({ asOfMs: msAfter(STEP_MS) })], options);
  expect(await statusOf(khala)).toEqual(["fresh", msAfter(STEP_MS)]);

  nowMs = unixMs(nowMs - FIVE_MINUTES_MS);
  expect(await statusOf(khala)).toEqual(["fresh", T0]);
  expect(await statusOf(khala)).toEqual(["fresh", T0]);
  expect(named).toEqual(["FutureRecordError"]);
  const told = await strict.recall(KEY, { nowMs }, options).catch((error: unknown) => error);
  expect(told).toBeInstanceOf(FutureRecordError);
  expect((told as Error).message).toMatch(/300000 ms ahead of the clock.*\(NTP\)/s);

  // Work goes on with what the clock calls now.
  await khala.remember(makeAnalysis({ price: 101 }), options);
  expect((await khala.recall(KEY, { nowMs }, options)).status).toBe("fresh");

  nowMs = unixMs(nowMs + FIVE_MINUTES_MS - 1001);
  await expect(strict.recall(KEY, { nowMs }, options)).rejects.toThrow(FutureRecordError);
  nowMs = unixMs(nowMs + 1);
  expect((await strict.recall(KEY, { nowMs }, options)).status).not.toBe("missing");
  nowMs = msAfter(STEP_MS);
  expect(await statusOf(strict)).toEqual(["fresh", msAfter(STEP_MS)]);
  expect(await statusOf(khala)).toEqual(["fresh", msAfter(STEP_MS)]);
  expect(named).toEqual(["FutureRecordError"]);
});
