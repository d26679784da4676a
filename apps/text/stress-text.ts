// Floor 6. The stress book for a terminal: what would be lost, position by position, and what is assumed.
import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import { ofStrategy } from "#desk/documents/strategy-names.ts";
import type { StressReport } from "#desk/documents/stress-report.ts";
import type { Money } from "#schemas/money.ts";
import type { StressedPosition, StressFill } from "#schemas/stress.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

export function stressText(report: StressReport, style: Style): string {
  const { quote, leader, shock, positions, total, atOnce } = report;
  const gap = shock.gapPct === 0 ? "" : `, ${formatPct(shock.gapPct)} of it at once`;
  const head = `If ${leader ?? "the leading market"} moves ${formatPct(shock.movePct)} in ${shock.minutes} min${gap}`;
  if (positions.length === 0) return `${head}: nothing is held, nothing would change.`;
  const sums = `${signed(total.change)} ${quote} (${formatPct(total.changePct)} of equity), ${total.stopsHit} of ${positions.length} stopped, ${total.leftOpen} still open`;
  const strategies = [...new Set(positions.map(({ strategyId }) => strategyId))];
  const rows = table(positions, [
    { title: "market", value: (p) => `${p.symbol}${ofStrategy(p.strategyId, strategies)}` },
    { title: "beta (rows)", value: (p) => betaText(p, style), align: "right" },
    {
      title: "moves",
      value: ({ movePct }) => (movePct === null ? "price not known" : formatPct(movePct)),
      align: "right",
    },
    {
      title: "stop",
      value: ({ stopPrice }) => (stopPrice === null ? style.warn("none") : formatAmount(stopPrice)),
      align: "right",
    },
    { title: "then", value: thenText },
    { title: quote, value: ({ change }) => signed(change), align: "right" },
    { title: "of equity", value: ({ changePct }) => formatPct(changePct), align: "right" },
  ]);
  return [
    `${style.bold(head)}: ${sums}`,
    rows,
    `all of it as one gap: ${signed(atOnce.change)} ${quote} (${formatPct(atOnce.changePct)} of equity), ${atOnce.stopsHit} stopped`,
    ...betaUnknown(report, style),
    ...limitLines(report, style),
    ...assumed(report).map((line) => style.dim(line)),
  ].join("\n");
}

const signed = (change: Money): string =>
  change.startsWith("-") ? `−${formatAmount(change.slice(1))}` : `+${formatAmount(change)}`;

const betaText = ({ beta, betaRows }: StressedPosition, style: Style): string =>
  beta === null ? style.warn("not known") : `${beta.toFixed(2)} (${betaRows ?? 0})`;

const DONE: Readonly<Record<StressFill["role"], string>> = {
  "stop-loss": "stop",
  "take-profit": "target",
  exit: "exit",
  entry: "entry",
};

/** `stop at 91.15 by minute 23`; of a position sold in parts, each. */
function thenText({ fills, left, endPrice }: StressedPosition): string {
  const sold = fills.map(
    ({ role, basis, price, minute }) =>
      `${DONE[role]}${basis === "stop-gap" ? ", gapped," : ""} at ${formatAmount(price)} by minute ${minute}`,
  );
  if (left === "0") return sold.join("; ");
  return [...sold, `open at ${endPrice === null ? "an unknown price" : formatAmount(endPrice)}`].join("; ");
}

function limitLines({ dayLoss, drawdown }: StressReport, style: Style): readonly string[] {
  const line = (
    name: string,
    { pct, limitPct, latched, wasLatched }: StressReport["dayLoss"],
    until: string,
  ): string => {
    const text = `${name} ${pct.toFixed(2)} % of ${limitPct} %`;
    if (!latched) return `after it: ${text}`;
    return style.warn(`after it: ${text}: entries ${wasLatched ? "stay" : "would be"} stopped until ${until}`);
  };
  return [line("day loss", dayLoss, "00:00 UTC"), line("drawdown", drawdown, "resume")];
}

/** Whose move is an assumption and not worked out: said in a line of its own, never in a sum alone. */
function betaUnknown({ betas, positions }: StressReport, style: Style): readonly string[] {
  const without = positions.filter(({ beta, price }) => beta === null && price !== null).map(({ symbol }) => symbol);
  if (betas === null || without.length === 0) return [];
  return [style.warn(`beta not known, moved 1:1 with the leader as an assumption: ${[...new Set(without)].join(" ")}`)];
}

function assumed({ betas, workingEntries }: StressReport): readonly string[] {
  return [
    betas === null
      ? "beta not known of any market in the last day: all are moved 1:1 with the leader as an assumption"
      : `betas: least squares of ${betas.timeframe} log returns over up to a day before ${formatTime(betas.asOfMs)} UTC; in a fall markets often move more alike`,
    `assumed: every order finds its whole volume; nothing is decided on the way${workingEntries === 0 ? "" : `; ${workingEntries} waiting entries are left out`}`,
  ];
}
