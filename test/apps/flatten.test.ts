// `flatten` and `halt --cancel` on paper: what is held is sold as `close` sells it, what would buy is canceled, and nothing is entered again.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlCommands, writeHaltFile } from "#apps/commands/control.ts";
import { flattenCommand } from "#apps/commands/flatten.ts";
import { haltFile } from "#apps/wire.ts";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { flattenAct } from "#desk/acts/kinds/flatten.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import type { ActReport } from "#desk/documents/act-report.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { ZERO_MONEY } from "#schemas/money.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { patience } from "#test/support/desk.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flatten-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

type Holding = Awaited<ReturnType<typeof holdingDesk>>;

async function flatten(holding: Holding, flags: Readonly<Record<string, unknown>> = {}) {
  const input = { args: [], flags: { reason: "away", by: "anna", ...flags } };
  const open = { desk: { ...holding.desk, config: { ...holding.desk.config, home } }, store: holding.store };
  await flattenCommand.first?.(open as never, input, patience);
  return holding.run<ActReport>(flattenCommand, input.flags);
}
const halt = controlCommands[2];
const rowsOf = (events: readonly JournalEvent[]) => events.filter(({ type }) => type === "control");
const buysOf = ({ desk }: Holding) => [...desk.account.portfolio().orders.values()].filter((o) => o.side === "buy");
const heldBy = ({ desk }: Holding) => openPositions(desk.account.portfolio());

describe("flatten", () => {
  it("journals who and why, sells every position, cancels what would buy, and enters nothing again", async () => {
    const holding = await holdingDesk();
    const sold = heldBy(holding).length;
    const before = (await holding.events()).length;
    const { document, text } = await flatten(holding);
    const rows = (await holding.events()).slice(before);
    expect(rows[0]).toMatchObject({ type: "control", action: "flatten", by: "anna", reason: "away", strategyId: null });
    expect(document).toMatchObject({ done: true, problems: [] });
    expect(document.orders).toHaveLength(sold);
    expect(text).toMatch(/The desk is paused: no entries until `resume`\./);
    expect(buysOf(holding)).toEqual([]);
    await holding.next();
    await holding.next();
    expect(heldBy(holding)).toEqual([]);
    expect(holding.desk.account.portfolio().control).toBe("paused");
  });

  it("without a journal is refused where a desk runs, and nothing is done", async () => {
    const holding = await holdingDesk();
    const before = (await holding.events()).length;
    await expect(flatten(holding, { withoutJournal: true })).rejects.toThrow(/--without-journal was asked of a desk/);
    expect(await holding.events()).toHaveLength(before);
  });

  it("asked twice changes nothing", async () => {
    const holding = await holdingDesk();
    await flatten(holding);
    const before = (await holding.events()).length;
    const { document, text } = await flatten(holding);
    expect(await holding.events()).toHaveLength(before);
    expect(document).toMatchObject({ done: true, orders: [] });
    expect(text).toMatch(/Nothing was held that is not being sold\./);
  });

  it("says nothing of what a look between two slots has sold while prices were asked for", async () => {
    const holding = await holdingDesk();
    const { desk } = holding;
    const { account, marketData, clock } = desk;
    const candles: typeof marketData.candles = async (...asked) => {
      const rows = heldBy(holding).map(({ strategyId, symbol, quantity }) => {
        return {
          type: "write-off",
          atMs: clock.now(),
          strategyId,
          symbol,
          quantity,
          cost: ZERO_MONEY,
          reason: "-",
        } as const;
      });
      await account.append(rows, patience);
      return marketData.candles(...asked);
    };
    const meanwhile = Object.assign(Object.create(marketData) as typeof marketData, { candles });
    const said = { by: "anna", reason: "-" };
    const act = { kind: "flatten", strategyId: null } as const;
    const ready = await flattenAct.prepare({ ...desk, marketData: meanwhile }, act, said, patience);
    if (ready.status !== "ready") throw new Error("refused");
    expect(heldBy(holding)).toEqual([]);
    expect((await ready.complete(patience)).problems).toEqual([]);
  });

  it("of one strategy pauses that one alone", async () => {
    const holding = await holdingDesk();
    await flatten(holding, { strategy: holding.position.strategyId });
    const { control, paused } = holding.desk.account.portfolio();
    expect([control, [...paused]]).toEqual(["running", [holding.position.strategyId]]);
    await holding.next();
    await holding.next();
    expect(heldBy(holding)).toEqual([]);
  });

  it("makes a halt a pause, journaled before its file goes, and sells", async () => {
    const holding = await holdingDesk();
    await holding.run(halt, { reason: "-" });
    await writeHaltFile(home, "-");
    const { document } = await flatten(holding);
    expect(document.done).toBe(true);
    expect(document.orders.length).toBeGreaterThan(0);
    await expect(rm(haltFile({ home }))).rejects.toThrow(/ENOENT/);
    expect(holding.desk.account.portfolio().control).toBe("paused");
  });

  it("is over with a resume", async () => {
    const holding = await holdingDesk();
    await flatten(holding);
    await holding.run(controlCommands[1], {});
    expect([...holding.desk.account.portfolio().flattening]).toEqual([]);
  });

  it("proposed is done on a person's word, and under a halt by nobody's", async () => {
    const holding = await holdingDesk();
    const propose = () =>
      proposeAct(
        holding.desk,
        { act: { kind: "flatten", strategyId: null }, madeBy: "a program", conversation: null },
        patience,
      );
    const outcome = await propose();
    if (outcome.status !== "proposed") throw new Error(outcome.reason);
    expect(outcome.proposal.lines.join(" ")).toMatch(/Sell all .* at the market; .* The desk is paused/);
    const answer = { proposalId: outcome.proposal.proposalId, by: "anna", reason: "yes" };
    const { end, report } = await approveProposal(holding.desk, answer, patience);
    expect([end.outcome, report?.done]).toEqual(["approved", true]);
    expect(rowsOf(await holding.events())).toMatchObject([{ action: "flatten", by: "anna" }]);
    await holding.run(halt, { reason: "-" });
    expect((await propose()).status).toBe("refused");
  });
});

describe("halt --cancel", () => {
  it("cancels what would buy and leaves the stops; a halt alone leaves both", async () => {
    const holding = await holdingDesk();
    let slots = 0;
    while (buysOf(holding).length === 0 && slots++ < 20) await holding.next();
    const buys = buysOf(holding).length;
    expect(buys).toBeGreaterThan(0);
    const sales = holding.restsFor().length;
    const alone = await holding.run<{ entriesLeft: unknown }>(halt, { reason: "-" });
    expect(alone.document.entriesLeft).toBeNull();
    expect(buysOf(holding)).toHaveLength(buys);
    const { document, text } = await holding.run(halt, { reason: "-", cancel: true });
    expect(document).toMatchObject({ control: "halted", entriesLeft: [], problems: [] });
    expect(text).toMatch(/Nothing of the desk's buys at the venue\./);
    expect(buysOf(holding)).toEqual([]);
    expect(holding.restsFor()).toHaveLength(sales);
  });
});
