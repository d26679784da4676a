import { describe, expect, it } from "vitest";
import { changesOf, readGolden } from "./files.ts";
import { byBacktest, byReplay, WORLDS } from "./worlds.ts";

// Two ways of moving time that move together still differ from these files. `npm run golden` writes them anew.
describe.each(WORLDS)("the kept journal of %s", (name, open) => {
  it("is what the backtest and the replayed desk journal, line by line", async () => {
    const kept = await readGolden(name);
    expect(kept.length).toBeGreaterThan(20);
    const world = await open();
    try {
      for (const lines of [await byBacktest(world), await byReplay(world)]) {
        expect(changesOf(kept, lines)).toEqual([]);
        expect(lines).toEqual(kept);
      }
    } finally {
      await world.close();
    }
  });

  it("names no record, so that a new schema of one changes nothing", async () => {
    const ids = /"(?:analysisId|decisionId|clientOrderId|fillId|parentId|venueOrderId)":"/;
    expect((await readGolden(name)).filter((line) => ids.test(line))).toEqual([]);
  });
});

it("the kept journals have entries, exits, stops, targets and refusals in them", async () => {
  const lines = (await Promise.all(WORLDS.map(([name]) => readGolden(name)))).flat();
  const seen = [/"action":"enter"/, /"action":"exit"/, /"basis":"stop/, /"basis":"take-profit"/, /^\["refusal"/];
  expect(seen.filter((pattern) => !lines.some((line) => pattern.test(line)))).toEqual([]);
});

describe("the changes of a kept journal", () => {
  it("are the lines that one of the two has more often, by kind", () => {
    const [a, b, c] = ['["fill",1,"a"]', '["fill",1,"b"]', '["order",2]'];
    expect(changesOf([a, a, c], [a, c, c, b])).toEqual([
      { kind: "fill", gone: [a], come: [b] },
      { kind: "order", gone: [], come: [c] },
    ]);
    expect(changesOf([a, b], [b, a])).toEqual([]);
  });
});
