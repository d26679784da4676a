import { expect, it } from "vitest";
import { journalCommand } from "#apps/commands/journal.ts";
import { controlRow } from "#desk/acts/kinds/control.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

it("the journal's end is found behind any number of marks, and a long run is not read whole for it", async () => {
  const opened = await simulatedDesk({ assets: 4 });
  const { desk, store, append } = opened;
  const said = (reason: string, n: number): JournalEvent => ({
    ...controlRow(desk, { action: "pause", strategyId: null, by: "me", reason }),
    atMs: unixMs(START_MS + n),
  });
  const mark = (n: number): JournalEvent => ({ type: "looked", atMs: unixMs(START_MS + n), throughSeq: n });
  await append(...Array.from({ length: 300 }, (_, n) => said(`early ${n}`, n)));
  await append(said("one", 1_000), said("two", 1_001), said("three", 1_002));
  await append(...Array.from({ length: 40 }, (_, n) => mark(2_000 + n)));
  const asked: (number | undefined)[] = [];
  const journal = store.journal(desk.deskId, desk.runId);
  const counted: JournalReader = {
    read: (filter, options) => {
      asked.push(filter.limit);
      return journal.read(filter, options);
    },
  };
  const open = { desk, store: { ...store, journal: () => counted } };
  const input = { args: [], flags: { limit: "3" } };
  const document = (await journalCommand.execute(open as never, input, { signal: AbortSignal.any([]) })) as {
    readonly events: readonly { readonly reason: string }[];
  };
  expect(document.events.map(({ reason }) => reason)).toEqual(["one", "two", "three"]);
  expect(Math.max(...asked.map((limit) => limit ?? Number.POSITIVE_INFINITY))).toBeLessThan(100);
});
