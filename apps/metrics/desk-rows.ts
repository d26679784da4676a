// Floor 6, metrics. Who the desk is, what time it is there, and when it last did what.
import type { Figures } from "./figures.ts";
import { type FigureRow, labelled, one, secondsOf } from "./metric.ts";

/** What the rows of a desk are read from, beside its documents. */
export interface DeskFacts {
  readonly about: {
    readonly desk: string;
    readonly run: string;
    readonly venue: string;
    readonly timeframe: string;
    readonly quote: string;
    readonly simulated: boolean;
  };
  readonly version: string;
  readonly isBlind: boolean;
  readonly nowMs: number;
}

export interface DeskFigures extends Figures {
  readonly facts: DeskFacts;
}

type Row = FigureRow<DeskFigures>;

export const DESK_ROWS: readonly Row[] = [
  {
    name: "deeptrader_info",
    type: "gauge",
    unit: "1",
    labels: ["version", "desk", "run", "venue", "timeframe", "store", "mode"],
    meaning: "Who this is: always 1.",
    from: "status",
    read: ({ facts: { about, version }, status: { store, mode } }) => {
      const { desk, run, venue, timeframe } = about;
      return labelled({ version, desk, run, venue, timeframe, store, mode }, 1);
    },
  },
  {
    name: "deeptrader_simulated",
    type: "gauge",
    unit: "0 or 1",
    labels: [],
    meaning: "1 where all prices are invented: nothing here is a real market.",
    from: "every document: simulated",
    read: ({ facts }) => one(facts.about.simulated ? 1 : 0),
  },
  {
    name: "deeptrader_clock_seconds",
    type: "gauge",
    unit: "seconds",
    labels: [],
    meaning:
      "The desk's own time when these figures were taken, Unix seconds; simulated time in simulation and replay.",
    from: "status: nowMs",
    read: ({ facts }) => one(secondsOf(facts.nowMs)),
  },
  {
    name: "deeptrader_last_slot_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    labels: ["task"],
    meaning: "Candle close of the newest finished sleep cycle and decision cycle.",
    from: "status: lastSleepSlot, lastDecisionSlot",
    read: ({ status }) => [
      ...labelled({ task: "sleep-cycle" }, secondsOf(status.lastSleepSlot)),
      ...labelled({ task: "decision-cycle" }, secondsOf(status.lastDecisionSlot)),
    ],
  },
  {
    name: "deeptrader_blind",
    type: "gauge",
    unit: "0 or 1",
    labels: [],
    meaning: "1 where something is held that cannot be followed: alert blind.",
    from: "the alert blind",
    read: ({ facts }) => one(facts.isBlind ? 1 : 0),
  },
  {
    name: "deeptrader_venue_last_word_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    labels: [],
    meaning: "When the venue was last asked for a candle and answered; not known before the first.",
    from: "memory list: records[].checkedThroughMs",
    read: ({ memory }) =>
      one(
        secondsOf(
          memory.records.length === 0 ? null : memory.records.reduce((n, r) => Math.max(n, r.checkedThroughMs), 0),
        ),
      ),
  },
];
