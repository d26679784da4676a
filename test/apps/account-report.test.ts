// `report`: what the desk earned and what it did not trade stand before what its memory saved.
import { describe, expect, it } from "vitest";
import { reportCommand } from "#apps/commands/report.ts";
import { renderReportPage } from "#apps/text/report-html.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { simulatedDesk } from "./simulated-desk.ts";

describe("the report of a desk that has traded", () => {
  it("has equity, profit, drawdown and trades of the account, in text, page and JSON", async () => {
    const { desk, run, runSlot } = await simulatedDesk({ strategies: [eager], assets: 30 });
    for (let slot = 0; slot < 24; slot++) await runSlot(slot);
    const { document, text } = await run<ReportDocument>(reportCommand);
    const { account, leftOut } = document;
    const statistics = desk.account.statistics();
    expect(account.metrics).toMatchObject({
      tradesClosed: statistics.trades().length,
      maxDrawdownPct: statistics.maxDrawdownPct(),
      slots: 24,
      fills: desk.account.counts().fills,
    });
    expect(account.metrics?.totalReturnPct).toBeCloseTo((Number(account.equity) / 10_000 - 1) * 100, 6);
    expect(account.metrics?.buyAndHoldPct).not.toBeNull();
    expect(text).toMatch(/the account\n.*\nstrategy +eager\nequity +[\d.,]+ USDT, cash [\d.,]+, begun with 10,000/);
    expect(text).toMatch(/trades closed +\d+/);
    // The same figures as the metrics, with why there is no interval of so little.
    const { performance, metrics } = account;
    expect(performance?.headlines.totalReturnPct.value).toBeCloseTo(metrics?.totalReturnPct ?? Number.NaN, 9);
    expect(performance?.headlines.maxDrawdownPct.value).toBe(metrics?.maxDrawdownPct);
    expect(performance?.headlines.winRatePct.value).toBe(metrics?.winRatePct);
    expect(performance?.timeInMarketPct).toBeGreaterThan(0);
    expect(text).toContain("an interval needs 30");
    expect(text).toContain("closed trades by exit reason");

    const { decisions, refusals } = desk.account.counts();
    expect(leftOut.refusals).toMatchObject({ of: decisions, refused: refusals });
    expect(refusals).toBeGreaterThan(0);
    expect(text).toContain(`${refusals} of ${decisions} decisions`);
    // The simulated market has tokens that may not be entered.
    expect(leftOut.markets.map(({ reason }) => reason)).toContain("token blocked");
    const page = renderReportPage({ ...document, simulated: true });
    expect(page).toContain("<h2>the account</h2>");
    expect(page).toContain("<h2>not traded</h2>");
  });

  it("says of an account before its second slot that its profit is not known", async () => {
    const { run, runSlot } = await simulatedDesk();
    await runSlot(0);
    const { document, text } = await run<ReportDocument>(reportCommand);
    expect(document.account.metrics).toBeNull();
    expect(document.account.performance).toBeNull();
    expect(text).toContain("not known yet: fewer than two slots are settled");
  });
});
