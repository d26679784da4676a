// Floor 6, metrics. A running desk → what `GET /metrics` answers: figures of its documents, and what this process has seen.
import type { Desk } from "#desk/desk.ts";
import type { Observers } from "#toolkits/ports/observed.ts";
import type { Door } from "../door.ts";
import { VERSION } from "../version.ts";
import { DESK_ROWS, type DeskFigures } from "./desk-rows.ts";
import { figuresText, SIMULATED_PREFIX, textOf } from "./exposition.ts";
import { createFiguresReader, type Figures } from "./figures.ts";
import { createLiveMetrics, type SlotDone } from "./live-metrics.ts";
import { MEMORY_ROWS } from "./memory-rows.ts";
import type { FigureRow } from "./metric.ts";
import { MODEL_ROWS } from "./model-rows.ts";
import { TRADE_ROWS } from "./trade-rows.ts";

/** Every figure of the documents. */
export const FIGURE_ROWS: readonly FigureRow<DeskFigures>[] = [
  ...TRADE_ROWS,
  ...MEMORY_ROWS,
  ...MODEL_ROWS,
  ...DESK_ROWS,
];

export interface Metrics {
  /** Prometheus text 0.0.4. @throws StoreError where the desk's documents cannot be read and never could */
  scrape(): Promise<string>;
  /** After a finished slot. */
  slotDone(slot: SlotDone): void;
  /** Looks on no longer. */
  close(): void;
}

export interface MetricsParts {
  readonly door: Door;
  readonly desk: Pick<Desk, "isBlind" | "config">;
  readonly observers: Observers;
  /** True while a slot is at work: the figures of before it are told then. */
  readonly isBusy: () => boolean;
  readonly monotonicMs: () => number;
}

/** Begins to look on. */
export function openMetrics({ door, desk, observers, isBusy, monotonicMs }: MetricsParts): Metrics {
  const live = createLiveMetrics({ timeframe: desk.config.timeframe, monotonicMs });
  const stop = observers.add(live.observer);
  const reader = createFiguresReader({ door, isBusy, monotonicMs });
  /** Text of the figures, kept as long as they are. */
  let kept: { readonly of: Figures; readonly text: string } | null = null;
  const textOfFigures = async (): Promise<string> => {
    const figures = await reader.newest();
    if (kept?.of === figures) return kept.text;
    const facts = { about: door.about, version: VERSION, isBlind: desk.isBlind(), nowMs: figures.takenAtMs };
    const text = await figuresText(FIGURE_ROWS, { ...figures, facts }, door.about);
    kept = { of: figures, text };
    return text;
  };
  return {
    scrape: async () => {
      const mark = door.about.simulated ? `# ${SIMULATED_PREFIX.trimEnd()}\n` : "";
      return `${mark}${await textOfFigures()}${await textOf(live.registry)}`;
    },
    slotDone: live.slotDone,
    close: () => {
      stop();
      live.registry.clear();
    },
  };
}
