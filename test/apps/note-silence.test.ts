import { expect, test } from "vitest";
import { noteSilence } from "#apps/commands/note-silence.ts";

/** What is said while the time that is left is this, one look after another. */
async function saidOver(left: readonly number[]): Promise<readonly string[]> {
  const said: string[] = [];
  const end = new AbortController();
  let look = 0;
  await noteSilence(
    {
      leftMs: () => left[look] ?? 0,
      sleep: async () => {
        look += 1;
        if (look === left.length) end.abort();
      },
      onNote: (text) => said.push(text),
    },
    { signal: end.signal },
  );
  return said;
}

test("a database that does not answer is named once, when nothing may be sent any more, and once when it is back", async () => {
  expect(await saidOver([5000, 3000, 500, 0, -500, -9000, 4800, 4300])).toEqual([
    expect.stringMatching(/^The database does not answer: the desk holds\./),
    expect.stringMatching(/^The database answers again/),
  ]);
  expect(await saidOver([4000, 100, 4900])).toEqual([]);
});

test("a store of this process alone is not watched", async () => {
  expect(await saidOver([Number.POSITIVE_INFINITY])).toEqual([]);
});
