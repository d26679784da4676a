// The receipt on PGlite: rows that went through a database and back give the same again, over a store that was closed and opened.
import { describe, expect, it } from "vitest";
import { NightlyReceipt, nightOf } from "#desk/receipt/nightly.ts";
import { openStore } from "#memory/stores/open.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { patience } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { DAY, NEXT_DAY, receiptOf, receiptWorld, storeOf } from "./receipt-world.ts";

const quiet = { isRunningSlot: () => false, onProblem: () => {} };

describe.each(["simulated", "system"] as const)("a receipt on PGlite, %s clock", (kind) => {
  it("reproduces two days and makes each night's once, over a store that was closed in between", async () => {
    await using home = await freshHome();
    const open = () => openStore({ kind: "pglite", home: home.dir, owner: "test" }, NEVER_ABORTED);
    const first = await open();
    const world = await receiptWorld({ kind, store: first });
    const desk = await world.open();
    const nightly = new NightlyReceipt(desk, storeOf(desk, first), quiet);
    await world.run(desk, 0, 25);
    await nightly.look(patience);
    const made = await nightOf(desk.runs, DAY, patience);
    expect(made).toMatchObject({ day: "2026-09-14", causes: { unexplained: 0 } });
    expect(made?.reproduced).toBe(made?.looked);
    await first.close();

    const second = await open();
    const later = await receiptWorld({ kind, store: second });
    const again = await later.open();
    await later.run(again, 25, 49);
    const store = storeOf(again, second);
    const next = new NightlyReceipt(again, store, quiet);
    await next.look(patience);
    await next.look(patience);
    expect(await nightOf(again.runs, NEXT_DAY, patience)).toMatchObject({ causes: { unexplained: 0 } });
    const receipt = await receiptOf(again, store, NEXT_DAY);
    expect(receipt.differences).toEqual([]);
    expect(receipt.bySubject.decision.looked).toBeGreaterThan(10);
    await second.close();
  });
});
