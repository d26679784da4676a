import { describe, expect, it } from "vitest";
import { renderSlippage } from "#apps/text/slippage-text.ts";
import { VenueBook } from "#desk/account/venue-book.ts";
import { slippageReportOf } from "#desk/documents/slippage-report.ts";
import { unixMs } from "#schemas/units.ts";
import { bought, FIRST_MS } from "#test/desk/documents/slippage-fixture.ts";
import { testConfig } from "#test/support/desk.ts";

const plain = (text: string): string => text;
const STYLE = { bold: plain, dim: plain, good: plain, bad: plain, warn: plain } as unknown as Parameters<
  typeof renderSlippage
>[1];

function textOf(worse: readonly (number | null)[], mode: "paper" | "live" = "live"): readonly string[] {
  const venueBook = new VenueBook({ mode });
  for (const event of bought(worse)) venueBook.take(event);
  const desk = {
    ...{ config: { ...testConfig({}), mode }, markets: new Map(), venueBook },
    ...{ marketData: { venue: "binance" }, runId: "live:sandbox:7001" },
  } as unknown as Parameters<typeof slippageReportOf>[0];
  const report = slippageReportOf(desk, { nowMs: unixMs(FIRST_MS), sinceMs: null, symbol: null });
  return renderSlippage(report, STYLE).split("\n");
}

describe("the text of slippage", () => {
  it("has a line for each kind, market and hour, says where there are too few, and where paper differs", () => {
    const lines = textOf([1, 2, 3, null]);
    expect(lines.slice(0, 6)).toEqual([
      "4 orders at binance (live:sandbox:7001)",
      "     orders  not filled  median  mean  p90  worst  95 % of the mean  mean to paper   fee",
      "all       4    1 (25 %)     2.0   2.0  3.0    3.0           too few            2.0  10.0",
      "",
      "role   orders  not filled  median  mean  p90  worst  95 % of the mean  mean to paper   fee",
      "entry       4    1 (25 %)     2.0   2.0  3.0    3.0           too few            2.0  10.0",
    ]);
    expect(lines).toContain("Paper would have filled 1 that the venue did not, and not 0 that it did.");
    expect(lines.at(-1)).toBe("Under 30 orders nothing is said of the costs to assume.");
  });

  it("writes the costs to assume as they are configured, all together and by market", () => {
    const lines = textOf(Array.from({ length: 64 }, (_, n) => n % 3));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^deeptrader\.config\.ts {2}costs: \{ feeBps: 10, slippageBps: 2 \}, {2}\/\/ now 10 and 5; 64 orders, 95 % 1\.\d to 2\.\d$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^markets\.json {10}\{"symbol": "BTC\/USDT", "feeBps": 10, "slippageBps": 2\} {2}32 orders, /,
      ),
    );
  });

  it("says that a desk on paper has none, and a live one that nothing is measured yet", () => {
    expect(textOf([1], "paper")).toEqual(["This desk trades on paper: no order of it went to a venue."]);
    expect(textOf([])).toEqual(["0 orders at binance (live:sandbox:7001)", "Nothing is measured yet."]);
  });
});
