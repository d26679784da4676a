import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "#apps/io.ts";
import { drawEquityLine } from "#apps/text/equity-line.ts";
import { slotLine, slotLines, wrapParts } from "#apps/text/slot-line.ts";
import { table, visibleLength } from "#apps/text/table.ts";
import {
  formatAge,
  formatAmount,
  formatClock,
  formatFee,
  formatFixed,
  formatPct,
  formatTime,
} from "#desk/documents/format.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { ControlState } from "#schemas/portfolio.ts";

const ESCAPE = String.fromCharCode(27);
const red = (text: string): string => `${ESCAPE}[31m${text}${ESCAPE}[39m`;

describe("formatAmount", () => {
  it.each([
    ["10012.345", "10,012.35"],
    [100, "100"],
    [99.123456789, "99.12346"],
    ["0.00005273", "0.00005273"],
    [5.2478e-7, "0.00000052478"],
    [0, "0"],
    [-1234.5, "-1,234.5"],
    [Number.NaN, "–"],
    ["", "–"],
  ])("%s is %s", (value, text) => {
    expect(formatAmount(value)).toBe(text);
  });
});

describe("formatFee", () => {
  it.each([
    ["0.20000637359296", "0.20"],
    ["1234.5", "1,234.50"],
    ["0.0123", "0.01"],
    ["0.00001234", "0.000012"],
    ["0", "0.00"],
    ["", "–"],
  ])("%s is %s", (value, text) => {
    expect(formatFee(value)).toBe(text);
  });
});

describe("formatPct", () => {
  it("signs, with a real minus, and has no negative zero", () => {
    expect([1.234, -0.06, -0.001, 0].map((pct) => formatPct(pct))).toEqual([
      "+1.23 %",
      "−0.06 %",
      "+0.00 %",
      "+0.00 %",
    ]);
    expect(formatPct(-0.04, 1)).toBe("+0.0 %");
  });
});

describe("formatFixed", () => {
  it("has no sign but a real minus, and no negative zero", () => {
    expect([1.234, -0.44, -0.001, 0].map((value) => formatFixed(value))).toEqual(["1.23", "−0.44", "0.00", "0.00"]);
    expect([-12.34, -0.04].map((value) => formatFixed(value, 1))).toEqual(["−12.3", "0.0"]);
  });
});

describe("formatAge and times", () => {
  it("grow coarser with age, and are UTC", () => {
    expect([0, 119_000, 240_000, 3 * 3_600_000, 3 * 86_400_000, -5].map(formatAge)).toEqual([
      "0 s",
      "119 s",
      "4 min",
      "3.0 h",
      "3.0 d",
      "0 s",
    ]);
    expect(formatTime(Date.UTC(2018, 0, 16, 12, 5))).toBe("2018-01-16 12:05");
    expect(formatClock(Date.UTC(2018, 0, 16, 12, 5))).toBe("12:05");
  });
});

describe("table", () => {
  const rows = [
    { name: "BTC/USDT", price: "51,833.51" },
    { name: red("SNARELY/USDT"), price: "0.5" },
  ];
  const columns = [
    { title: "market", value: (row: (typeof rows)[0]) => row.name },
    { title: "price", value: (row: (typeof rows)[0]) => row.price, align: "right" as const },
  ];

  it("aligns columns by what is seen, not by colour codes", () => {
    expect(table(rows, columns).split("\n")).toEqual([
      "market            price",
      "BTC/USDT      51,833.51",
      `${red("SNARELY/USDT")}        0.5`,
    ]);
    expect(visibleLength(red("abc"))).toBe(3);
  });

  it("says how many rows it leaves out", () => {
    expect(table(rows, columns, 1)).toMatch(/… 1 more$/);
    expect(table(rows, columns, 2)).not.toContain("…");
  });
});

describe("wrapParts", () => {
  it("breaks between parts only, and loses none", () => {
    const part = fc.stringMatching(/^[a-z]{1,20}( [a-z]{1,9})?$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 90 }), (parts, columns) => {
        const text = wrapParts(parts, columns);
        expect(text.split(/ \| |\n {6}/)).toEqual(parts);
        for (const line of text.split("\n")) expect(line.includes(" | ") ? line.length <= columns : true).toBe(true);
      }),
    );
    expect(wrapParts(["a", "b"], Number.POSITIVE_INFINITY)).toBe("a | b");
  });
});

describe("slotLine", () => {
  const style = PLAIN_STYLE;
  const report = {
    slotMs: Date.UTC(2018, 0, 16, 12, 5),
    durationMs: 400,
    sleep: { analysed: 5, skipped: [], failed: [], unusable: {} },
  };
  const line = (
    control: ControlState,
    {
      withDate = false,
      haltFile = false,
      buys = 0,
      sleep = report.sleep,
      valueAtOldPrices = "0",
      hosts = [] as readonly DeskStrategy[],
    } = {},
  ): string =>
    slotLine(
      { ...report, sleep, trade: { orders: Array(buys).fill({ side: "buy" }), refusals: [] } } as never,
      { equity: "10000", valueAtOldPrices, openPositions: 0, exposurePct: 0, allStopsHitPct: 0 } as never,
      {
        account: { portfolio: () => ({ control, paused: new Set<string>(), loss: null }) },
        config: { limits: { maxDayLossPct: 2, maxOpenPositions: 10 } } as never,
        marketData: { simulated: true },
        hosts,
        haltFileExists: () => haltFile,
      },
      { style, withDate },
    );

  it("names a strategy that was ended, with its fault", () => {
    const info = { id: "broken", definitionId: "broken.1", timeframes: [] };
    expect(line("running", { hosts: [{ info, fault: null }] })).not.toContain("broken");
    const ended = line("running", { hosts: [{ info, fault: { message: "broken.ts, enter: it threw." } }] });
    expect(ended.replace(/\s+/g, " ")).toContain("ended: broken, broken.ts, enter: it threw.");
  });

  it("says that a desk is paused or halted, by command or by file, and never that there is nothing to do", () => {
    expect(line("running")).toMatch(/\| nothing to do$/);
    expect(line("paused")).toMatch(/\| paused: no entries$/);
    expect(line("paused", { buys: 1 })).toMatch(/\| paused: no entries, 1 buy$/);
    expect(line("halted")).toMatch(/\| halted: nothing is sent$/);
    expect(line("running", { haltFile: true })).toMatch(/\| halted: nothing is sent$/);
  });

  it("says how many markets are not usable, and why", () => {
    const sleep = { ...report.sleep, unusable: { "token unknown": 2 } };
    expect(line("running", { sleep })).toContain("| 2 of 5 not usable: 2 token unknown | nothing to do");
    expect(line("running")).not.toContain("usable");
  });

  it("says how much of the equity stands on old prices", () => {
    expect(line("running", { valueAtOldPrices: "210.5" })).toContain("| eq 10,000 (of it 210.5 at old prices) |");
    expect(line("running")).toContain("| eq 10,000 |");
  });

  it("says why an order was rejected", () => {
    const order = {
      strategyId: "mean-reversion",
      side: "buy",
      quantity: "715",
      symbol: "XLM/USDT",
      status: "rejected",
      statusReason: "no bid and ask",
    };
    const trade = { orders: [order, { ...order, status: "accepted", statusReason: "" }], refusals: [] };
    expect(slotLines({ ...report, settled: [], trade } as never, ["mean-reversion"], style)).toEqual([
      "      buy 715 XLM/USDT: rejected: no bid and ask",
      "      buy 715 XLM/USDT: accepted",
    ]);
    const ofTwo = slotLines({ ...report, settled: [], trade } as never, ["mean-reversion", "ema-cross"], style);
    expect(ofTwo[1]).toBe("      buy 715 XLM/USDT (mean-reversion): accepted");
  });

  it("carries the date where it is asked for", () => {
    expect(line("running")).toMatch(/^12:05 SIMULATED /);
    expect(line("running", { withDate: true })).toMatch(/^2018-01-16 12:05 SIMULATED /);
  });
});

describe("drawEquityLine", () => {
  const points = (values: readonly number[]) => values.map((equity, i) => ({ atMs: i * 300_000, equity }));

  it("draws nothing of fewer than two points", () => {
    expect(drawEquityLine(points([]))).toBe("");
    expect(drawEquityLine(points([10_000]))).toBe("");
  });

  it("puts the highest value at the top, the lowest at the bottom, and the dates beneath", () => {
    const lines = drawEquityLine(points([100, 200, 150]), { columns: 3, rows: 4 }).split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe("200 │ █ ");
    expect(lines[3]).toBe("100 │▁██");
    expect(lines[5]).toContain("1970-01-01 00:00");
    expect(lines[5]).toContain("1970-01-01 00:10");
  });

  it("stays inside its columns and rows, whatever the values", () => {
    const value = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 200 }), (values) => {
        const lines = drawEquityLine(points(values), { columns: 40, rows: 5 }).split("\n");
        expect(lines).toHaveLength(7);
        for (const line of lines.slice(0, 5)) {
          expect(line.split("│")[1]?.length).toBe(Math.min(40, values.length));
          expect(line).not.toMatch(/NaN|undefined/);
        }
      }),
    );
  });

  it("draws a flat line in the middle instead of dividing by its height", () => {
    expect(
      drawEquityLine(points([5, 5, 5]), { rows: 2 })
        .split("\n")
        .slice(0, 2),
    ).toEqual(["5 │▁▁▁", "5 │███"]);
  });
});
