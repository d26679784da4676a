import { expect, it } from "vitest";
import { lookBetweenSlots } from "#desk/between-slots.ts";
import { InvariantError, ProviderError, StoreError } from "#schemas/errors.ts";

/** Looks that end as told, one after another; what was said of them, and how many there were. */
async function look(...ends: readonly (Error | null)[]) {
  const ending = new AbortController();
  const said: string[] = [];
  let looks = 0;
  const parts = {
    isRunningSlot: () => false,
    sleep: async () => {
      if (looks === ends.length) ending.abort();
      ending.signal.throwIfAborted();
    },
    onProblem: (text: string) => void said.push(text),
  };
  const one = async (): Promise<void> => {
    const end = ends[looks] ?? null;
    looks += 1;
    if (end !== null) throw end;
  };
  await lookBetweenSlots({ name: "news", everyMs: 1_000, look: one }, parts, { signal: ending.signal });
  return { said, looks };
}

const away = new StoreError({ was: "The database is gone.", remedy: "Look after it." });
const silent = new ProviderError({ was: "The venue is silent.", remedy: "It is asked again." });
const broken = new InvariantError({ was: "Two rows are one.", remedy: "This is a bug." });

it("goes on after a store that was away and has answered before a slot met it, and says each absence once", async () => {
  const { said, looks } = await look(away, away, null, away, null);
  expect(said).toEqual(Array(2).fill("news between slots: The database is gone. Look after it."));
  expect(looks).toBe(5);
});

it("goes on after a silent venue, and leaves what is broken to the next slot", async () => {
  const { said, looks } = await look(silent, silent, broken, null);
  expect(said).toHaveLength(3);
  expect(looks).toBe(3);
});
