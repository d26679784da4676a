// Stories of a desk in a storm. @see storm.ts
import { describe, expect, it } from "vitest";
import { count } from "#test/support/count.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { tellStory } from "./storm.ts";

/** One story in nine at Coinbase, whose signatures cost as much as four stories elsewhere. */
const VENUES = Object.keys(TRIED_VENUES).flatMap((id) => (id === "coinbase" ? [id] : [id, id]));

describe("a desk at an exchange where anything may go wrong", () => {
  const seeds = count(1_000, 15);
  it(`sends nothing twice and covers what it holds, over ${seeds} stories`, async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const venueId = VENUES[seed % VENUES.length] ?? "";
      const story = await tellStory(venueId, seed);
      wrong.push(...story.wrong.map((one) => `story ${seed} at ${venueId}: ${one}`));
    }
    expect(wrong).toEqual([]);
  });
});
