// Floor 6. `trades`: the closed trades of the run, what they come to, and as CSV.
import { runSpan, universeHeld } from "#desk/documents/run-metrics.ts";
import { strategyIdsOf } from "#desk/documents/strategy-names.ts";
import { TradesReport, tradesReportOf } from "#desk/documents/trades-report.ts";
import { slotAt } from "#desk/slots.ts";
import { UsageError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { deskCommand } from "../command.ts";
import { exportFileOf, writeExportFile } from "../export-file.ts";
import { renderTrades, tradesCsv } from "../text/trades-text.ts";
import { sinceOf } from "./since.ts";

export const tradesCommand = deskCommand({
  name: "trades",
  document: TradesReport,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => {
    sinceOf(flags, unixMs(0));
    exportFileOf(flags);
    if (flags["csv"] !== true || flags["json"] !== true) return;
    throw new UsageError({ was: "--csv and --json were both given.", remedy: "Choose one of them." });
  },
  execute: async ({ desk, store }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const sinceMs = sinceOf(flags, nowMs);
    const { timeframe, costs } = desk.config;
    const started = await store.journal(desk.deskId, desk.runId).read({ types: ["run-started"] }, options);
    const span = runSpan(
      desk,
      started.map(({ event }) => event),
    );
    const sinceSlotMs = sinceMs === null ? 0 : slotAt(sinceMs, timeframe, desk.marketData.graceMs);
    const startMs = span === null ? null : unixMs(Math.max(span.startMs, sinceSlotMs));
    const held =
      span === null || startMs === null || startMs >= span.endMs
        ? null
        : await universeHeld(desk, { startMs, endMs: span.endMs }, options);
    return tradesReportOf(desk.account.statistics().trades(), {
      run: desk.runId,
      strategies: strategyIdsOf(desk),
      quote: desk.quote,
      nowMs,
      sinceMs,
      openPositions: openPositions(desk.account.portfolio()).length,
      buyAndHoldPct: held?.returnPct ?? null,
      feeBps: costs.feeBps,
      slippageBps: costs.slippageBps,
    });
  },
  finish: async (document, { flags }) => {
    const to = exportFileOf(flags);
    if (to === null) return null;
    const { simulated = false } = document as { readonly simulated?: boolean };
    const { trades, quote, strategies } = document;
    return writeExportFile(to, { trades, quote, strategies, simulated });
  },
  csv: tradesCsv,
  render: renderTrades,
});
