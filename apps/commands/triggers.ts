// Floor 6. `triggers`: what Khala holds fresh → the closes at which the desk's strategies would act next, nearest first.
import { z } from "zod";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { withPlanLevels } from "#desk/documents/plan-levels.ts";
import { PositionView, priceText, viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { ofStrategy } from "#desk/documents/strategy-names.ts";
import { nearestFirst, TriggerRow, triggerRow } from "#desk/documents/trigger-rows.ts";
import { sayingsOf, silenceOf } from "#memory/said-of.ts";
import { blockedName } from "#schemas/portfolio.ts";
import { Count, Timeframe, UnixMs } from "#schemas/units.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { verdictText } from "../text/analysis-text.ts";
import { CONDITIONAL_MARK, levelsByAction, levelsText } from "../text/levels-text.ts";
import { type Column, table } from "../text/table.ts";
import { currentSlot } from "../wire.ts";
import { wholeNumber } from "./memory.ts";

const rowLimit = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);

const TriggersDocument = z.object({
  slot: UnixMs.describe("the newest close"),
  timeframe: Timeframe,
  fresh: Count.describe("markets with a fresh analysis, shown or not"),
  strategies: z.array(z.string()),
  levels: Count.describe("markets × strategies"),
  notWorkedOut: Count.describe("of them no level was worked out"),
  triggers: z.array(TriggerRow).describe("nearest first"),
  silent: z
    .array(z.object({ strategyId: z.string(), why: z.string() }))
    .describe("strategies that say nothing on this timeframe"),
  heldNotFresh: z
    .array(PositionView.readonly())
    .describe("held without a fresh reading of its own strategy: no level is known"),
});

export const triggersCommand = deskCommand({
  name: "triggers",
  document: TriggersDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void rowLimit(flags),
  execute: async ({ desk }, { flags }, options) => {
    const { timeframe } = desk.config;
    const portfolio = desk.account.portfolio();
    const listed = await desk.views.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, options);
    const fresh = listed.filter(({ key, recall }) => recall.status === "fresh" && key.timeframe === timeframe);
    const silent = desk.hosts.flatMap((host) => {
      const why = silenceOf(host, timeframe);
      return why === null ? [] : [{ strategyId: host.info.id, why }];
    });
    const speaking = desk.hosts.filter((host) => silenceOf(host, timeframe) === null);
    const rows = fresh.flatMap(({ recall: { record } }) =>
      sayingsOf(record, speaking).map((saying) => {
        const position = positionOf(portfolio, { strategyId: saying.strategyId, symbol: record.symbol });
        const held = position !== undefined && !position.dust;
        return triggerRow(record, withPlanLevels(saying, portfolio.plans), {
          held,
          blocked: blockedName(portfolio, record.symbol) !== null,
        });
      }),
    );
    const view = await viewPortfolio(desk, options);
    const known = new Set(rows.map(rowKey));
    return {
      slot: currentSlot(desk),
      timeframe,
      fresh: fresh.length,
      strategies: desk.hosts.map(({ info }) => info.id),
      levels: rows.length,
      notWorkedOut: rows.filter(({ status }) => status === "not-worked-out").length,
      triggers: rows.toSorted(nearestFirst).slice(0, rowLimit(flags)),
      silent,
      heldNotFresh: view.positions.filter((position) => !position.dust && !known.has(rowKey(position))),
    };
  },
  render: (document, style) => {
    const { slot, timeframe, fresh, strategies, triggers, silent, heldNotFresh } = document;
    const beside = [
      ...heldNotFresh.map(
        (p) => `held, no level known: ${p.symbol}${ofStrategy(p.strategyId, strategies)} ${priceText(p)}`,
      ),
      ...silent.map(({ strategyId, why }) => style.warn(`${strategyId} says nothing: ${why}`)),
    ];
    if (fresh === 0) {
      return ["Khala holds no fresh analysis. Run `deeptrader sleep --once`, or start the desk.", ...beside].join("\n");
    }
    const named: Column<TriggerRow>[] =
      strategies.length > 1 ? [{ title: "strategy", value: (row) => row.strategyId }] : [];
    const rows = table(triggers, [
      { title: "market", value: (row) => row.symbol },
      ...named,
      { title: "price", value: (row) => formatAmount(row.price), align: "right" },
      { title: "enters", value: (row) => levelsText(levelsByAction(row), "enter", row.price, 1) },
      { title: "exits", value: (row) => levelsText(levelsByAction(row), "exit", row.price, 1) },
      { title: "security", value: (row) => verdictText(row, style) },
      {
        title: "",
        value: (row) =>
          [...(row.held ? [style.bold("held")] : []), ...(row.blocked ? [style.warn("blocked")] : [])].join(" "),
      },
    ]);
    const { levels, notWorkedOut } = document;
    const count = triggers.length < levels ? `${triggers.length} of ${levels} rows, nearest first` : "nearest first";
    const sharePct = levels === 0 ? 0 : (100 * notWorkedOut) / levels;
    const footer = `at the ${timeframe} close after ${formatTime(slot)} UTC, if it has a candle; ${count}; not worked out: ${notWorkedOut} of ${levels} (${sharePct.toFixed(1)} %)`;
    return [...(triggers.length === 0 ? [] : [rows]), ...notesOf(triggers), ...beside, style.dim(footer)].join("\n");
  },
});

/** What is not said in a cell: for which candle a level holds, and why one was not worked out. */
function notesOf(rows: readonly TriggerRow[]): readonly string[] {
  const conditions = new Set(rows.flatMap(({ status, note }) => (status === "conditional" ? [note] : [])));
  const reasons = Map.groupBy(
    rows.filter(({ status }) => status === "not-worked-out"),
    ({ note }) => note,
  );
  return [
    ...[...conditions].map((note) => `${CONDITIONAL_MARK} ${note}`),
    ...[...reasons].map(([note, of]) => `not worked out, ${of.map(({ symbol }) => symbol).join(" ")}: ${note}`),
  ];
}

const rowKey = ({ strategyId, symbol }: { readonly strategyId: string; readonly symbol: string }): string =>
  `${strategyId} ${symbol}`;
