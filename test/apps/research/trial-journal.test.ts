import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrialJournal, requireSameSearch } from "#apps/research/trial-journal.ts";
import type { SearchDefinition, Trial } from "#schemas/optimize.ts";
import { unixMs } from "#schemas/units.ts";

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "deeptrader-journal-"));
});
afterAll(() => rm(home, { recursive: true }));

const definition: SearchDefinition = {
  strategy: "mine",
  strategyDigest: "mine.1",
  venue: "sim:1",
  settings: "abc",
  timeframe: "5m",
  firstSlotMs: unixMs(300_000),
  lastSlotMs: unixMs(900_000),
  search: "tpe",
  seed: 1,
  space: { fast: { default: 3, min: 1, max: 9 } },
  objective: "sharpe",
  minTrades: 1,
};
const trial = (index: number): Trial => ({
  trial: index,
  values: { fast: index },
  objective: index === 2 ? null : index / 7,
  trades: 3,
  returnPct: 0.1,
  maxDrawdownPct: 1,
  dailyReturns: [0.001, -0.0005],
  decisionsHash: "h",
});

describe("the journal of a search", () => {
  it("keeps every trial to the bit, drops what a killed process left of a line, and goes on after it", async () => {
    let file = "";
    {
      await using journal = await openTrialJournal(home, "kept", false);
      expect(journal.definition).toBeNull();
      await journal.begin(definition);
      await journal.append([trial(1), trial(2)]);
      ({ file } = journal);
    }
    const whole = await readFile(file, "utf8");
    // Anywhere in the next line, and at its very end but for the line break.
    const next = JSON.stringify(trial(3));
    for (const cut of [1, 40, next.length]) {
      await appendFile(file, next.slice(0, cut));
      await using journal = await openTrialJournal(home, "kept", false);
      expect(journal.definition).toEqual(definition);
      expect(journal.trials).toEqual([trial(1), trial(2)]);
      expect(await readFile(file, "utf8")).toBe(whole);
    }
    await using journal = await openTrialJournal(home, "kept", false);
    await journal.append([trial(3)]);
    expect(await readFile(file, "utf8")).toBe(`${whole}${next}\n`);
  });

  it("refuses a second process, lets the next one in, and forgets all where it is told to", async () => {
    {
      await using first = await openTrialJournal(home, "once", false);
      await first.begin(definition);
      await expect(openTrialJournal(home, "once", false)).rejects.toThrow(/Process \d+ is writing .*once\.optimize/);
      await using _other = await openTrialJournal(home, "another", false);
    }
    {
      await using again = await openTrialJournal(home, "once", false);
      expect(again.definition).toEqual(definition);
    }
    await using anew = await openTrialJournal(home, "once", true);
    expect([anew.definition, anew.trials]).toEqual([null, []]);
  });

  it("says which line is none of its own", async () => {
    {
      await using journal = await openTrialJournal(home, "odd", false);
      await journal.begin(definition);
      await appendFile(journal.file, '{"trial":"one"}\n');
    }
    await expect(openTrialJournal(home, "odd", false)).rejects.toThrow(
      /trials\.jsonl:2: it is no line of this program/,
    );
    await expect(openTrialJournal(home, "../odd", false)).rejects.toThrow("cannot be a file's");
  });

  it("names what another search differs in", () => {
    requireSameSearch("kept", definition, structuredClone(definition));
    const other = { ...definition, seed: 2, strategyDigest: "mine.2" };
    expect(() => requireSameSearch("kept", definition, other)).toThrow(
      'The search "kept" is another: it differs in the code or the configured parameters of the strategy (mine.1, now mine.2), the seed (1, now 2).',
    );
  });
});
