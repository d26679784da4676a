// Floor 6, metrics. A running desk's own documents → what its metrics are read from, so that they are the figures of `report`,
// `status`, `positions` and `memory list`. Taken anew when something has happened, never while a slot is under way.
import { z } from "zod";
import type { ReportDocument } from "#desk/documents/report.ts";
import { UnixMs } from "#schemas/units.ts";
import type { Door } from "../door.ts";

const ratio = z.number().nullable();

/** What is read of `status`. */
const Status = z.object({
  mode: z.string(),
  store: z.string(),
  control: z.enum(["running", "paused", "halted"]),
  entriesStoppedBy: z.array(z.string()),
  dayChangePct: ratio,
  exposurePct: z.number(),
  maxOpenPositions: z.number(),
  proposals: z.array(z.string()),
  strategies: z.array(
    z.object({
      strategyId: z.string(),
      paused: z.boolean(),
      ended: z.string().nullable(),
      openPositions: z.int(),
    }),
  ),
  lastSleepSlot: UnixMs.nullable(),
  lastDecisionSlot: UnixMs.nullable(),
});

/** Of `positions`. */
const Positions = z.object({
  positions: z.array(
    z.object({ strategyId: z.string(), symbol: z.string(), value: z.string(), pnlPct: ratio, dust: z.boolean() }),
  ),
});

/** Of `memory list`. */
const Memory = z.object({
  missing: z.array(z.string()),
  records: z.array(
    z.object({
      symbol: z.string(),
      timeframe: z.string(),
      status: z.enum(["fresh", "stale"]),
      reason: z.string().optional(),
      asOfMs: UnixMs,
      checkedThroughMs: UnixMs,
    }),
  ),
});

/** Of `thoughts list`. */
const Thoughts = z.object({ thoughts: z.array(z.object({ leftOut: z.int() })) });

export interface Figures {
  readonly report: ReportDocument;
  readonly status: z.infer<typeof Status>;
  readonly positions: z.infer<typeof Positions>["positions"];
  readonly memory: z.infer<typeof Memory>;
  /** Sentences that the fact check left out of the newest NEWEST_THOUGHTS model runs. */
  readonly droppedSentences: number;
  readonly timeframe: string;
  /** The desk's time when they were taken. */
  readonly takenAtMs: number;
}

export const NEWEST_THOUGHTS = 50;

/** Records go stale, and thoughts of others come, without an event: figures are taken again after so long. */
const STANDS_MS = 20_000;
/** So long a slot that does not end may keep figures from being taken. */
const SLOT_PATIENCE_MS = 300_000;

export interface FiguresReader {
  /** The newest figures. All who ask at once share one reading. @throws StoreError */
  newest(): Promise<Figures>;
}

export interface FiguresParts {
  readonly door: Pick<Door, "run" | "feed" | "about" | "nowMs">;
  /** True while a slot, or a command that must not meet one, is at work. */
  readonly isBusy: () => boolean;
  readonly monotonicMs: () => number;
}

export function createFiguresReader({ door, isBusy, monotonicMs }: FiguresParts): FiguresReader {
  let kept: { readonly figures: Figures; readonly revision: number; readonly atMs: number } | null = null;
  let reading: Promise<Figures> | null = null;
  const stands = (): boolean => {
    if (kept === null) return false;
    const ageMs = monotonicMs() - kept.atMs;
    return isBusy() ? ageMs < SLOT_PATIENCE_MS : ageMs < STANDS_MS && kept.revision === door.feed.revision();
  };
  const read = async (): Promise<Figures> => {
    // Before the documents: what happens meanwhile is read with the next.
    const [revision, atMs] = [door.feed.revision(), monotonicMs()];
    const figures = await takeFigures(door);
    kept = { figures, revision, atMs };
    return figures;
  };
  return {
    newest: async () => {
      if (kept !== null && stands()) return kept.figures;
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

async function takeFigures(door: FiguresParts["door"]): Promise<Figures> {
  const ask = (command: string, flags: Readonly<Record<string, unknown>> = {}) =>
    door.run(command, { args: [], flags });
  const takenAtMs = door.nowMs();
  const report = (await ask("report")) as ReportDocument;
  const status = Status.parse(await ask("status"));
  const { positions } = Positions.parse(await ask("positions"));
  const memory = Memory.parse(await ask("memory list"));
  const asksModel = (report.workByJob.question?.modelCalls ?? 0) > 0;
  const { thoughts } = asksModel
    ? Thoughts.parse(await ask("thoughts list", { limit: String(NEWEST_THOUGHTS) }))
    : { thoughts: [] };
  const droppedSentences = thoughts.reduce((sum, { leftOut }) => sum + leftOut, 0);
  return { report, status, positions, memory, droppedSentences, timeframe: door.about.timeframe, takenAtMs };
}
