// Whatever goes wrong at an exchange, the desk gets right numbers, a note, or a named error, and asks a bounded number of times.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAULT_CASES, honestIn, READS } from "#test/exchanges/fault-matrix.ts";
import { type Bench, openBench, runCell } from "#test/exchanges/run-cell.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { FULL_COUNT } from "#test/support/count.ts";

/** In the suite one cell of ten, at each venue others. */
const ONE_OF = FULL_COUNT ? 1 : 10;

const venues = PROTOCOLS.map((protocol, at) => ({ protocol, at, id: protocol.id }));

describe.each(venues)("$id", ({ protocol, at, id }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(protocol, READS);
  });
  afterAll(() => bench.exchange.close());

  const cells = FAULT_CASES.flatMap((fault) =>
    READS.flatMap((read) => {
      const honest = honestIn(id, fault, read);
      return honest === null ? [] : [{ fault, read, honest, name: fault.name }];
    }),
  );

  test.each(cells.filter((_, cell) => (cell + at) % ONE_OF === 0))(
    "$read through $name",
    async ({ fault, read, honest }) => {
      const { outcome, requests, mostRequests, afterwards } = await runCell(bench, fault, read);
      expect(honest).toContain(outcome);
      expect(requests).toBeLessThanOrEqual(mostRequests);
      if (afterwards !== null) expect(afterwards).toBe("right");
    },
  );
});
