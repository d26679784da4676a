// Floor 6. What a live run's orders got beside quote and paper, for people.
import { formatFixed, formatTime } from "#desk/documents/format.ts";
import {
  type CostLine,
  LEAST_ORDERS,
  type SlippageFigures,
  type SlippageReport,
  type Spread,
} from "#desk/documents/slippage-report.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

export function renderSlippage(report: SlippageReport, style: Style): string {
  const { mode, venue, run, sinceMs, symbol, all, byMarket, byRole, byHour, withoutQuote } = report;
  if (mode === "paper") return "This desk trades on paper: no order of it went to a venue.";
  const of = [
    ...(symbol === null ? [] : [symbol]),
    ...(sinceMs === null ? [] : [`since ${formatTime(sinceMs)} UTC`]),
  ].join(", ");
  const title = `${style.bold(`${all.orders} ${all.orders === 1 ? "order" : "orders"}`)} at ${venue} (${run}${of === "" ? "" : `; ${of}`})`;
  if (all.orders === 0) return `${title}\nNothing is measured yet.`;
  const named = <Row extends SlippageFigures>(name: string, rows: readonly Row[], nameOf: (row: Row) => string) =>
    `\n${figuresTable(
      name,
      rows.map((row) => [nameOf(row), row] as const),
    )}`;
  return [
    title,
    figuresTable("", [["all", all]]),
    named("role", byRole, ({ role }) => role),
    ...(byMarket.length > 1 ? [named("market", byMarket, (row) => row.symbol)] : []),
    named("hour (UTC)", byHour, ({ hour }) => String(hour).padStart(2, "0")),
    "",
    style.dim(
      "Basis points worse than the ask (buys) or bid (sales) when it was sent; stops against their trigger, targets against their price. Below 0: better.",
    ),
    ...(all.onlyOnPaper + all.notOnPaper === 0
      ? []
      : [`Paper would have filled ${all.onlyOnPaper} that the venue did not, and not ${all.notOnPaper} that it did.`]),
    ...(withoutQuote === 0 ? [] : [`Without a quote of their moment: ${withoutQuote}.`]),
    "",
    ...costLines(report, style),
  ].join("\n");
}

const figuresTable = (name: string, rows: readonly (readonly [string, SlippageFigures])[]): string =>
  table(rows, [
    { title: name, value: ([key]) => key },
    { title: "orders", value: ([, { orders }]) => String(orders), align: "right" },
    { title: "not filled", value: ([, one]) => unfilledText(one), align: "right" },
    ...(["median", "mean", "p90", "worst"] as const).map((title) => ({
      title,
      value: ([, { againstQuote }]: readonly [string, SlippageFigures]) =>
        againstQuote === null ? "–" : formatFixed(againstQuote[`${title}Bps`], 1),
      align: "right" as const,
    })),
    { title: "95 % of the mean", value: ([, { againstQuote }]) => intervalText(againstQuote), align: "right" },
    { title: "mean to paper", value: ([, { againstPaper }]) => bpsText(againstPaper?.meanBps), align: "right" },
    { title: "fee", value: ([, { feeBps }]) => bpsText(feeBps), align: "right" },
  ]);

const bpsText = (bps: number | null | undefined): string => (bps == null ? "–" : formatFixed(bps, 1));

const unfilledText = ({ orders, unfilled }: SlippageFigures): string =>
  unfilled === 0 ? "0" : `${unfilled} (${formatFixed((100 * unfilled) / orders, 0)} %)`;

const intervalText = (spread: Spread | null): string => {
  if (spread === null) return "–";
  const { interval } = spread;
  return interval === null ? "too few" : `${formatFixed(interval[0], 1)} to ${formatFixed(interval[1], 1)}`;
};

/** What may be copied into where a backtest takes its costs from. */
function costLines({ costs }: SlippageReport, style: Style): readonly string[] {
  if (costs.length === 0) return [style.dim(`Under ${LEAST_ORDERS} orders nothing is said of the costs to assume.`)];
  const [all] = costs.filter(({ symbol }) => symbol === null);
  const markets = costs.filter(({ symbol }) => symbol !== null);
  return [
    style.bold(
      "What backtests would assume by these orders (slippage with half the spread; nothing is changed by itself)",
    ),
    ...(all === undefined
      ? []
      : [
          `deeptrader.config.ts  costs: { ${feeText(all, "feeBps: ", ", ")}slippageBps: ${figure(all.slippageBps)} },  // now ${all.assumedFeeBps} and ${all.assumedSlippageBps}; ${evidence(all)}`,
        ]),
    ...markets.map(
      (line) =>
        `markets.json          {"symbol": "${line.symbol}", ${feeText(line, '"feeBps": ', ", ")}"slippageBps": ${figure(line.slippageBps)}}  ${evidence(line)}`,
    ),
    style.dim(
      "`deeptrader learn list` proposes the first where the interval leaves out what is assumed; markets.json is a replay folder's.",
    ),
  ];
}

/** A tenth is all that such figures are good for; costs below 0 are not assumed. */
const figure = (bps: number): string => String(Math.max(0, Math.round(bps * 10) / 10));

const feeText = ({ feeBps }: CostLine, name: string, then: string): string =>
  feeBps === null ? "" : `${name}${figure(feeBps)}${then}`;

const evidence = ({ orders, interval: [low, high] }: CostLine): string =>
  `${orders} orders, 95 % ${formatFixed(low, 1)} to ${formatFixed(high, 1)}`;
