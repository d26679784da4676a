// Commands that another terminal sends to a desk whose slot hangs on its venue: they wait for nothing, and what the slot then
// journals undoes none of them.
import PQueue from "p-queue";
import { describe, expect, it } from "vitest";
import { serveRequest } from "#apps/desk-commands.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { patience } from "#test/support/desk.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

/** A desk in a slot that ends when it is told to. */
async function deskInSlot() {
  const opened = await simulatedDesk();
  await opened.runSlot(1);
  const exclusively = new PQueue({ concurrency: 1 });
  const { promise: told, resolve: end } = Promise.withResolvers<void>();
  const slot = (work: () => Promise<void>): Promise<void> =>
    exclusively.add(async () => {
      await told;
      await work();
    });
  const open = { ...opened, background: { settled: async () => {} } } as never;
  const ask = (command: string) => serveRequest(open, exclusively, { command, args: [], flags: {} }, patience);
  return { ...opened, exclusively, slot, end, ask };
}

/** The newest mark, with the stop after a drawdown. */
const latched = (events: readonly JournalEvent[], slotMs: number): JournalEvent => {
  const mark = events.findLast((event) => event.type === "equity");
  if (mark?.type !== "equity" || mark.loss === null) throw new Error("no slot was marked");
  return {
    ...mark,
    atMs: START_MS,
    slotMs,
    loss: { ...mark.loss, drawdownLatched: true, drawdownPct: 12 },
  } as JournalEvent;
};

describe("a slot that hangs", () => {
  it("keeps neither pause nor halt nor resume waiting", async () => {
    const { desk, slot, end, ask } = await deskInSlot();
    const ended = slot(async () => {});
    expect(await ask("pause")).toMatchObject({ control: "paused", journaled: true });
    expect(await ask("halt")).toMatchObject({ control: "halted" });
    expect(await ask("resume")).toMatchObject({ control: "running" });
    expect(await ask("status")).toMatchObject({ control: "running" });
    end();
    await ended;
    expect(desk.account.portfolio().control).toBe("running");
  });

  it("brings back no drawdown stop that was lifted while it ran", async () => {
    const { desk, events, append, slot, end, ask, exclusively } = await deskInSlot();
    await append(latched(await events(), START_MS + 600_000));
    expect(desk.account.portfolio().loss?.drawdownLatched).toBe(true);
    // Its meter was read before the resume.
    const mark = latched(await events(), START_MS + 900_000);
    const ended = slot(async () => append(mark));
    expect(await ask("resume")).toMatchObject({ control: "running", liftsDrawdown: true });
    end();
    await ended;
    await exclusively.onIdle();
    expect(desk.account.portfolio().loss?.drawdownLatched).toBe(false);
  });

  it("but a pause that came after the resume stands", async () => {
    const { desk, events, append, slot, end, ask, exclusively } = await deskInSlot();
    await append(latched(await events(), START_MS + 600_000));
    const mark = latched(await events(), START_MS + 900_000);
    const ended = slot(async () => append(mark));
    await ask("resume");
    await ask("pause");
    end();
    await ended;
    await exclusively.onIdle();
    expect(desk.account.portfolio().control).toBe("paused");
  });
});
