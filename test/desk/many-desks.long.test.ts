// Ten desks on one PostgreSQL database: what the exchange is asked, endpoint by endpoint, beside what one desk asks of it.
import { expect, it } from "vitest";
import { whyNoPostgres } from "#bench/support/postgres-place.ts";
import { unixMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { alone, hashesOf, openMany } from "./many-desks.ts";

const FIRST_MS = unixMs(1_780_000_200_000);
const DESKS = 10;
const SLOTS = 20;
const ASSETS = 30;
const MOST = 1.1;

type Counts = ReadonlyMap<string, number>;

/** Requests of all slots together, by endpoint. */
function summed(slots: readonly Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const slot of slots) for (const [kind, count] of slot) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return sums;
}

const totalOf = (counts: Counts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

const missing = await whyNoPostgres();
if (missing !== null)
  console.warn(`Left out: ten desks on one database (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);

it.skipIf(missing !== null)(
  "ten desks on one database ask an exchange for at most 1.1 times what one asks, and each decides as if alone",
  async () => {
    const settings = { assets: ASSETS, strategies: [eager] };
    const { asked: askedAlone, ...decided } = await alone(settings, FIRST_MS, SLOTS);
    const many = await openMany("1m", FIRST_MS);
    try {
      const ids = Array.from({ length: DESKS }, (_, i) => `desk-${i + 1}`);
      const desks = await Promise.all(ids.map((deskId) => many.open({ ...settings, deskId })));
      const asked: Counts[] = [];
      for (let n = 0; n < SLOTS; n++) {
        expect(await many.slot(n, desks)).toEqual(desks.map(() => ASSETS));
        asked.push(many.asked());
      }
      const [single, together] = [summed(askedAlone), summed(asked)];
      for (const kind of new Set([...single.keys(), ...together.keys()]))
        console.info(`${kind}: one desk ${single.get(kind) ?? 0}, ten desks ${together.get(kind) ?? 0}`);
      console.info(`in all: one desk ${totalOf(single)}, ten desks ${totalOf(together)}`);
      for (const desk of desks) expect(await hashesOf(desk)).toEqual(decided);
      expect(together.get("candles")).toBeLessThanOrEqual(MOST * (single.get("candles") ?? 0));
      expect(totalOf(together)).toBeLessThanOrEqual(MOST * totalOf(single));
    } finally {
      await many.close();
    }
  },
);
