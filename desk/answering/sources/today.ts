// Floor 4. The source `today`: since 00:00 UTC, or over the last hours: equity, what was bought, sold and refused, what the operator
// would be told on coming back, and the day's largest move.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { HOUR_MS, startOfDay, unixMs } from "#schemas/units.ts";
import { changeOf } from "#toolkits/portfolio/flows.ts";
import { rowsFrom } from "../../account/journal-since.ts";
import { RefusalCounts } from "../../documents/left-out.ts";
import { viewPortfolio } from "../../documents/portfolio-view.ts";
import { sinceLook } from "../../watch/since.ts";
import { boundedFacts, factsOf, withExtremes } from "./make-facts.ts";
import { deskAt, type SourceDesk, until } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { universeViews } from "./views.ts";

/** Lines of what happened, and rules that refused. */
const MOST_LINES = 10;
const MOST_RULES = 5;

export const todaySource = (open: SourceDesk) =>
  factSource({
    id: "today",
    description:
      "The day so far (UTC), or the last `hours`: change of equity, entries, exits, refusals by rule, alerts and events, the largest move of the market. Use it to sum up what happened.",
    input: z.object({ hours: z.int().min(1).max(720).optional() }),
    read: async ({ hours }, run, options) => {
      const fromMs = hours === undefined ? startOfDay(run.nowMs) : unixMs(Math.max(0, run.nowMs - hours * HOUR_MS));
      const window = hours === undefined ? "1d" : `${hours}h`;
      const rows = await rowsFrom(until(open, run.nowMs), fromMs, options);
      const period = { rows, fromMs, window };
      return [
        factsOf({ recordId: "clock" }).time(
          "time",
          fromMs,
          hours === undefined ? "the day began (UTC)" : "looked at from",
        ),
        ...(await equityFacts(open, period, run, options)),
        ...countFacts(period, run),
        ...eventFacts(open, period, run),
        ...(await largestMoves(open, run, options)),
      ];
    },
  });

interface Period {
  readonly rows: readonly JournalRow[];
  readonly fromMs: number;
  readonly window: string;
}

/** From the newest mark at or before its beginning; of a run that began later, from the cash it began with. */
async function equityFacts(
  { desk }: SourceDesk,
  { rows, fromMs, window }: Period,
  { nowMs, language }: SourceRun,
  options: CallOptions,
): Promise<NewFact[]> {
  const view = await viewPortfolio(deskAt(desk, nowMs), options);
  const make = factsOf({ asOfMs: nowMs, recordId: "account" });
  const now = make.money("equity", view.equity, view.quote, "equity now");
  const events = rows.map(({ event }) => event);
  const mark = events.findLastIndex((event) => event.type === "equity" && event.slotMs <= fromMs);
  const begun = events[mark];
  const beganLater = rows.every(({ event }) => event.atMs >= fromMs);
  const atStart = beganLater ? desk.account.portfolio().startingCash : null;
  const from = begun?.type === "equity" ? begun.equity : atStart;
  if (from === null) return [now, statement("equity-then-unknown", language)];
  const { amount, pct } = changeOf(from, view.equity, events.slice(mark + 1));
  const [first] = rows;
  return [
    now,
    ...(beganLater && first !== undefined
      ? [make.time("time", first.event.atMs, "the run began, later than that")]
      : []),
    make.money("pnl", amount, view.quote, "change of equity", { window }),
    make.pct("return", pct, "change of equity in percent", { window }),
  ];
}

function countFacts({ rows, fromMs, window }: Period, { nowMs }: SourceRun): NewFact[] {
  const events = rows.map(({ event }) => event).filter(({ atMs }) => atMs >= fromMs);
  const shared = { asOfMs: nowMs, recordId: "journal", window };
  const make = factsOf(shared);
  const refusals = new RefusalCounts();
  for (const event of events) refusals.take(event);
  const { byRule, refused, reasons } = refusals.counts();
  const rules = Object.entries(byRule).toSorted(([, a], [, b]) => b - a);
  return [
    make.count("count-orders", ordersFilled(events, "buy"), "entries filled"),
    make.count("count-orders", ordersFilled(events, "sell"), "exits filled, stops and targets included"),
    make.count("count-refusals", refused, "entries and exits that the risk rules refused"),
    ...boundedFacts(rules, MOST_RULES, { kind: "count", what: "rules that refused", shared }, ([rule, times]) => [
      make.count("count-refusals", times, `refused by the rule ${rule}`),
      make.text("reason", reasons[rule as keyof typeof reasons] ?? null, `newest refusal by the rule ${rule}`),
    ]),
  ];
}

/** Orders, in however many fills. */
const ordersFilled = (events: readonly JournalEvent[], side: "buy" | "sell"): number =>
  new Set(events.flatMap((e) => (e.type === "fill" && e.fill.side === side ? [e.fill.clientOrderId] : []))).size;

/** Most important first; each line names the journal rows it is made of. */
function eventFacts({ desk }: SourceDesk, { rows, fromMs }: Period, { nowMs, language }: SourceRun): NewFact[] {
  const period = { fromMs: unixMs(fromMs), untilMs: unixMs(nowMs + 1), words: "" };
  const { lines, asOfMs } = sinceLook(deskAt(desk, nowMs), rows, period);
  if (lines.length === 0) return [statement("nothing-happened", language)];
  const shared = { asOfMs: asOfMs ?? nowMs, recordId: "journal" };
  return boundedFacts(lines, MOST_LINES, { kind: "count", what: "lines", shared }, ({ text, seq }) => [
    factsOf(shared).text("event", text, "what happened, with the rows of the journal", {
      recordId: `journal ${seq[0]} to ${seq.at(-1)}`,
    }),
  ]);
}

/** The market's largest rise and fall over a day. */
async function largestMoves(open: SourceDesk, run: SourceRun, options: CallOptions): Promise<NewFact[]> {
  const { views } = await universeViews(open, run, options);
  const moves = views.map(({ symbol, timeframe, asOfMs, id, trend }) =>
    factsOf({ market: symbol, timeframe, asOfMs, recordId: id }).pct(
      "change",
      trend.changeDayPct,
      `change over a day, of ${views.length} markets`,
      { window: "1d" },
    ),
  );
  return withExtremes(moves).filter(({ rank }) => rank !== null && rank !== undefined);
}
