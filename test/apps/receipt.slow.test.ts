// The receipt from the command line: of a desk that ran two simulated days, and of the same journal after a hand has changed a row.
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { describe, expect, it } from "vitest";
import { documentOf, failureOf, jsonOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const MARKET = ["--seed", "3", "--assets", "12", "--timeframe", "15m"];
const RUN = ["--cycles", "120", "--as-of", "2024-01-10T00:00Z", "--speed", "1000000000"];
const DAY = ["--day", "2024-01-10"];
// A desk of now keeps everything for a day; these rows are of one that has kept it longer.
const KEPT = { DEEPTRADER_KEEP_ALL_DAYS: "30" };

async function doubled(home: string): Promise<void> {
  const pg = await PGlite.create(join(home, "khala"));
  const { rows } = await pg.query<{ seq: number; event: string }>(
    "select seq, event from khala.journal where event_id like 'order-list:%' order by seq",
  );
  const entry = rows.find(({ event }) => JSON.parse(event).orders[0].role === "entry");
  if (entry === undefined) throw new Error("nothing was entered");
  const list = JSON.parse(entry.event);
  list.orders[0].quantity = String(Number(list.orders[0].quantity) * 2);
  await pg.query("update khala.journal set event = $1 where seq = $2", [JSON.stringify(list), entry.seq]);
  await pg.close();
}

describe("receipt", () => {
  it("says that everything is the same again, exits 1 once a row was changed, and refuses what is no day", async () => {
    await using home = await freshHome();
    const settings = { home: home.dir, env: KEPT };
    await documentOf(["start", ...MARKET, ...RUN], settings);
    const receipt = await documentOf(["receipt", ...DAY, "--seed", "3", "--timeframe", "15m"], settings);
    expect(receipt).toMatchObject({ day: "2024-01-10", isWhole: true, simulated: true });
    // What moved together at that hour is not kept: entries that the cap of clusters refused are named so.
    const causes = receipt["causes"] as Record<string, number>;
    const [capped = 0] = [causes["input-not-kept"]];
    expect(Object.values(causes).reduce((sum, rows) => sum + rows, 0)).toBe(capped);
    expect(receipt["reproduced"]).toBe(Number(receipt["looked"]) - capped);
    expect(Number(receipt["looked"])).toBeGreaterThan(100);
    // The run stands in the day after: that is the day that is meant where none is named.
    const last = await documentOf(["receipt", "--seed", "3", "--timeframe", "15m"], settings);
    expect(last["day"]).toBe("2024-01-10");

    const text = await runCli(["receipt", ...DAY, "--seed", "3", "--timeframe", "15m"], settings);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(
      /Receipt of 2024-01-10 \(UTC\): \d+ of \d+ rows the same again, equity at its last close/,
    );

    const wrong = await failureOf(["receipt", "--day", "2024-02-30", "--seed", "3"], settings);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.message).toMatch(/--day was "2024-02-30"/);

    await doubled(home.dir);
    const touched = await runCli(["receipt", ...DAY, "--seed", "3", "--timeframe", "15m", "--json"], settings);
    expect(touched.code).toBe(1);
    const { causes: after, differences } = jsonOf(touched) as {
      causes: Record<string, number>;
      differences: { cause: string; text: string }[];
    };
    expect(after["unexplained"]).toBeGreaterThan(0);
    expect(differences[0]).toMatchObject({
      cause: "unexplained",
      text: expect.stringMatching(/quantity of the entry/),
    });
    const said = await runCli(["receipt", ...DAY, "--seed", "3", "--timeframe", "15m"], settings);
    expect(said.stdout).toMatch(/unexplained +enter \S+: quantity of the entry/);
  });
});
