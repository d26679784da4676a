// Floor 5. A strategy in a thread, asked of the same candles again and again: what it says must hang on nothing but what it is shown.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Trip } from "#toolkits/user-files/tripwires.ts";
import type { ResearchInput } from "../run-variation.ts";
import type { Decided, HistoryDifference, MarketVerdicts, Pass } from "./pass.ts";
import { readDecisions } from "./read-decisions.ts";
import { readHistory } from "./read-history.ts";
import { readVerdicts } from "./read-verdicts.ts";

export interface Probe {
  /** @throws StrategyError where a rule fails */
  verdicts(pass: Pass, options: CallOptions): Promise<readonly MarketVerdicts[]>;
  /** @throws StrategyError where a rule fails */
  decisions(pass: Pass, options: CallOptions): Promise<Decided>;
  /** The same candles with so many times the history that the indicators say they need. */
  history(pass: Pass, factor: number, options: CallOptions): Promise<HistoryDifference>;
  /** What of the world outside the strategy's file touched since it was loaded. */
  trips(): Promise<readonly Trip[]>;
  close(): Promise<void>;
}

/** In this thread; of the strategies of the input the first. */
export const createLocalProbe = (
  input: ResearchInput,
  {
    onSlot,
    trips = () => [],
  }: { readonly onSlot?: (slotMs: UnixMs) => void; readonly trips?: () => readonly Trip[] } = {},
): Probe => {
  const told = onSlot === undefined ? {} : { onSlot };
  return {
    verdicts: (pass, options) => readVerdicts(input, pass, { ...options, ...told }),
    decisions: (pass, options) => readDecisions(input, pass, { ...options, ...told }),
    history: (pass, factor, options) => readHistory(input, pass, factor, { ...options, ...told }),
    trips: async () => trips(),
    close: async () => {},
  };
};
