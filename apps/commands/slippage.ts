// Floor 6. `slippage`: what a live run's orders got, beside the quote that they were sent at and beside paper.
import { ordersOfRun, SlippageReport, slippageReportOf } from "#desk/documents/slippage-report.ts";
import { unixMs } from "#schemas/units.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import { deskCommand } from "../command.ts";
import { renderSlippage } from "../text/slippage-text.ts";
import { sinceOf } from "./since.ts";
import { resolveSymbol } from "./symbols.ts";

export const slippageCommand = deskCommand({
  name: "slippage",
  document: SlippageReport,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void sinceOf(flags, unixMs(0)),
  execute: async ({ desk }, { flags }) => {
    const nowMs = desk.clock.now();
    const typed = flags["market"];
    // A market that has been delisted since was traded all the same.
    const traded = ordersOfRun(desk).map(({ symbol }) => symbol);
    const symbol =
      typed === undefined
        ? null
        : (findListed(String(typed), traded, desk.quote) ?? resolveSymbol(desk, String(typed)));
    return slippageReportOf(desk, { nowMs, sinceMs: sinceOf(flags, nowMs), symbol });
  },
  render: renderSlippage,
});
