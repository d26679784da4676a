// The equity curve: its end is what `report` and `status` say.
import { describe, expect, it } from "vitest";
import { equityCommand } from "#apps/commands/equity.ts";
import { reportCommand } from "#apps/commands/report.ts";
import { positionsCommand, statusCommand } from "#apps/commands/status.ts";
import { type EquityReport, EquityReport as schema } from "#desk/documents/equity-report.ts";
import { firstSlotOfRun, keepFirstPrices } from "#desk/documents/first-prices.ts";
import type { PortfolioView } from "#desk/documents/portfolio-view.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { patience } from "../support/desk.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

async function tradingDesk(slots: number) {
  const world = await simulatedDesk({ strategies: [eager] });
  for (let slot = 0; slot < slots; slot++) {
    await world.runSlot(slot);
    const first = firstSlotOfRun(world.desk, await world.events());
    if (first !== null) await keepFirstPrices(world.desk, first, patience);
  }
  return world;
}

describe("equity", () => {
  it("ends at report's return, buy and hold and drawdown, and at status' equity", async () => {
    const { run } = await tradingDesk(30);
    const { document } = await run<EquityReport>(equityCommand);
    const { account } = (await run<ReportDocument>(reportCommand)).document;
    const status = (await run<{ equity: string; dayChangePct: number }>(statusCommand)).document;
    expect(account.metrics).not.toBeNull();
    expect(document).toMatchObject({
      totalReturnPct: account.metrics?.totalReturnPct,
      buyAndHoldPct: account.metrics?.buyAndHoldPct,
      maxDrawdownPct: account.metrics?.maxDrawdownPct,
      equity: status.equity,
      today: { changePct: status.dayChangePct },
      startMs: START_MS,
      endMs: START_MS + 29 * 300_000,
    });
    expect(document.points).toHaveLength(30);
    expect(document.points.at(-1)).toMatchObject({ holdPct: account.metrics?.buyAndHoldPct });
    expect(document.points[0]).toMatchObject({ atMs: START_MS, holdPct: 0, holdEquity: "10000" });
    expect(document.buyAndHold).toContain("equal parts in 12 markets");
    expect(schema.parse(JSON.parse(JSON.stringify(document)))).toBeDefined();
  });

  it("has at each earlier point the buy and hold that report had there", async () => {
    const world = await tradingDesk(12);
    const then = (await world.run<ReportDocument>(reportCommand)).document.account.metrics?.buyAndHoldPct;
    for (let slot = 12; slot < 20; slot++) await world.runSlot(slot);
    const { points } = (await world.run<EquityReport>(equityCommand)).document;
    expect(points[11]?.holdPct).toBe(then);
    expect(points.at(-1)?.holdPct).not.toBe(then);
  });

  it("marks every fill with the reason of its decision, which positions give, too", async () => {
    const { run, events } = await tradingDesk(10);
    const { document, text } = await run<EquityReport>(equityCommand);
    const fills = (await events()).flatMap((event) => (event.type === "fill" ? [event.fill] : []));
    expect(document.fills.map(({ price, atMs }) => ({ price, atMs }))).toEqual(
      fills.map(({ price, atMs }) => ({ price, atMs })),
    );
    const entries = document.fills.filter(({ role }) => role === "entry");
    expect(entries.length).toBeGreaterThan(0);
    const decided = (await events()).flatMap((event) => (event.type === "decision" ? [event.decision] : []));
    for (const { reason, symbol } of entries)
      expect(decided).toContainEqual(expect.objectContaining({ action: "enter", symbol, reason }));
    const positions = await run<PortfolioView>(positionsCommand);
    expect(positions.document.positions.length).toBeGreaterThan(0);
    for (const { symbol, openedBecause } of positions.document.positions)
      expect(openedBecause).toBe(entries.findLast((fill) => fill.symbol === symbol)?.reason);
    expect(text).toContain(`${fills.length} fills`);
  });

  it("leaves out what came before --since, and refuses points that are no curve", async () => {
    const { run } = await tradingDesk(8);
    const { document } = await run<EquityReport>(equityCommand, { since: String(START_MS + 5 * 300_000) });
    expect(document.points.map(({ atMs }) => (atMs - START_MS) / 300_000)).toEqual([5, 6, 7]);
    await expect(run(equityCommand, { points: "4" })).rejects.toThrow("a whole number from 10 to 4000");
    await expect(run(equityCommand, { since: "yesterday" })).rejects.toThrow("--since");
  });

  it("says so before a slot is settled", async () => {
    const { run } = await simulatedDesk();
    const { document, text } = await run<EquityReport>(equityCommand);
    expect(document).toMatchObject({ points: [], startMs: null, buyAndHoldPct: null, today: null });
    expect(text).toContain("No slot is settled");
  });
});
