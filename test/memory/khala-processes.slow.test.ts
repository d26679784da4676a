// Two real processes on one PostgreSQL: what one writes is seen by the in-process tier of the other through each bus. The
// reader believes its tier for ever, so that nothing but the bus can tell it; how soon is printed.
import { expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { startChild } from "./child.ts";

const PROCESS = new URL("./children/khala-process.ts", import.meta.url);
const COUNT = 40;
const noPostgres = await whyNoPostgres();
const buses = [
  { name: "PostgreSQL", redis: "-", missing: noPostgres },
  { name: "Redis", redis: REDIS_URL, missing: noPostgres ?? (await whyNoRedis()) },
];

/** Lines `PRICE TIME` as a map. */
const timesIn = (lines: readonly string[]) =>
  new Map(lines.flatMap((line) => (/^\d+ /.test(line) ? [line.split(" ").map(Number) as [number, number]] : [])));

for (const { name, redis, missing } of buses) {
  const title = `shows a correction in another process through ${name}`;
  if (missing !== null) it.skip(`${title}: left out: ${missing}`);
  else {
    it(title, async () => {
      const database = await createDatabase();
      const args = [database.url, redis, freshPrefix(), String(COUNT)];
      const writer = startChild(PROCESS, ["write", ...args], "pipe");
      await writer.line("ready");
      const reader = startChild(PROCESS, ["read", ...args]);
      await reader.line("ready");
      writer.process.stdin?.write("go\n");
      expect(await Promise.all([writer.ended(), reader.ended()])).toEqual([0, 0]);
      const written = timesIn(writer.lines);
      const tookMs = [...timesIn(reader.lines)].map(([price, seenMs]) => seenMs - (written.get(price) ?? Number.NaN));
      const sorted = tookMs.toSorted((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)];
      console.info(
        `${name}: ${sorted.length} of ${COUNT} seen, median ${median?.toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`,
      );
      // A reader that is late may find two corrections in one; the last it must have.
      expect(sorted.length).toBeGreaterThan(COUNT / 2);
      expect(written.size).toBe(COUNT);
      await database.drop();
    });
  }
}
