// Floor 6. `--from`, `--to` and `--range` as typed, a configuration and its venue → the slots that are tested, and what of the range
// could not be. One function for every command that runs backtests.
import { formatTime } from "#desk/documents/format.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { DataFolderError, UsageError } from "#schemas/errors.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { momentOf } from "../commands/data/input.ts";
import { firstSlotOf } from "../run-choice.ts";
import type { Venue } from "../venues/venue.ts";

/** Slots of a simulation or an exchange that is given no --from and no --cycles: a week of 5-minute candles. */
const DEFAULT_SLOTS = 2016;
const LATEST_MS = Date.UTC(2101, 0);

/** As typed; null: that end was left open. Plain data, for another thread. */
export interface AskedRange {
  readonly fromMs: UnixMs | null;
  readonly toMs: UnixMs | null;
}

export const WHOLE_RANGE: AskedRange = { fromMs: null, toMs: null };

/** A slot is a candle close: both are decided on, and the window of the first reaches back before it. */
export interface TestedRange {
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
  readonly asked: AskedRange;
  /** What of the asked range is not tested and why, for people. */
  readonly unused: readonly string[];
}

type RangeVenue = Pick<Venue, "beginMs" | "lastSlotMs" | "firstCandleMs" | "clock" | "marketData" | "calendar">;
type RangeConfig = Pick<DeskConfig, "timeframe" | "cycles" | "asOfMs" | "dataDir">;

/**
 * `--from` and `--to` take ISO 8601 (UTC; a day is its 00:00) or epoch ms; `--range 20240101-20240301` is the same from 00:00 to
 * 00:00, either end may be left out.
 * @throws UsageError for what is no moment, for two words on one end, and for an end before the beginning
 */
export function askedRangeOf(flags: Readonly<Record<string, unknown>>): AskedRange {
  const to = momentOf(flags, "to");
  const from = momentOf(flags, "from");
  const days = daysOf(flags["range"]);
  if (days !== null && (from !== null || to !== null)) {
    throw new UsageError({
      was: "--range was given together with --from or --to.",
      expected: "one of the two ways",
      remedy: "Leave one out.",
    });
  }
  const asked = days ?? { fromMs: from, toMs: to };
  const { fromMs, toMs } = asked;
  if (Math.max(fromMs ?? 0, toMs ?? 0) >= LATEST_MS) throw notDays(flags, "moments before 2101");
  if (fromMs === null || toMs === null || fromMs <= toMs) return asked;
  throw new UsageError({
    was: `The range ends at ${formatTime(toMs)}, before it begins at ${formatTime(fromMs)} (UTC).`,
    remedy: "Swap them.",
  });
}

const RANGE = /^(\d{8})?-(\d{8})?$/;

function daysOf(text: unknown): AskedRange | null {
  if (typeof text !== "string") return null;
  const [, from, to] = RANGE.exec(text.trim()) ?? [];
  if (from === undefined && to === undefined)
    throw notDays({ range: text }, "YYYYMMDD-YYYYMMDD (UTC), or one end of it");
  const dayOf = (digits: string | undefined): UnixMs | null =>
    digits === undefined
      ? null
      : momentOf({ from: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` }, "from");
  return { fromMs: dayOf(from), toMs: dayOf(to) };
}

const notDays = (flags: Readonly<Record<string, unknown>>, expected: string): UsageError =>
  new UsageError({
    was: ["range", "from", "to"]
      .flatMap((flag) => (typeof flags[flag] === "string" ? [`--${flag} is ${JSON.stringify(flags[flag])}.`] : []))
      .join(" "),
    expected,
    remedy: "Correct it.",
  });

/**
 * Of recorded candles: from the first close at which a market is warm for every strategy to the last close, cut to what is asked. Of a
 * simulation or an exchange: what is asked, else `--cycles` slots up to now. `--cycles` caps each of them.
 * @throws UsageError where --as-of is given too, or no close lies within; DataFolderError naming what there is
 */
export function rangeOf(asked: AskedRange, config: RangeConfig, venue: RangeVenue): TestedRange {
  const isAsked = asked.fromMs !== null || asked.toMs !== null;
  if (isAsked && config.asOfMs !== null) {
    throw new UsageError({
      was: "--as-of was given together with a range, and both say where the test begins.",
      expected: "--from, --to or --range alone",
      remedy: "Leave --as-of out.",
    });
  }
  if (!isAsked) return { ...wholeRange(config, venue), asked, unused: [] };
  const stepMs = timeframeMs(config.timeframe);
  const begin = firstSlotOf(venue, config);
  const fromMs = asked.fromMs === null ? null : Math.ceil(asked.fromMs / stepMs) * stepMs;
  const toMs = asked.toMs === null ? null : Math.floor(asked.toMs / stepMs) * stepMs;
  if (fromMs !== null && toMs !== null && fromMs > toMs) {
    throw new UsageError({
      was: `No ${config.timeframe} candle closes from ${formatTime(fromMs - stepMs)} to ${formatTime(toMs + stepMs)} (UTC), between which the range lies.`,
      remedy: "Ask for a longer range, or a shorter --timeframe.",
    });
  }
  const has = heldBy(venue, begin, stepMs);
  const cap = config.cycles === null ? null : (config.cycles - 1) * stepMs;
  const last = Math.min(
    toMs ?? (venue.lastSlotMs === null && fromMs !== null && cap !== null ? fromMs + cap : (has.lastMs ?? begin)),
    has.lastMs ?? Number.POSITIVE_INFINITY,
  );
  const opened = venue.lastSlotMs === null ? last - (cap ?? (DEFAULT_SLOTS - 1) * stepMs) : has.firstMs;
  const first = Math.max(fromMs ?? opened, has.firstMs);
  if (first > last) throw beyond(asked, has, config);
  return {
    firstSlotMs: unixMs(first),
    lastSlotMs: unixMs(cap === null ? last : Math.min(last, slotAfter(first, cap, venue))),
    asked,
    unused: unusedOf(asked, has, stepMs),
  };
}

interface Held {
  /** The first slot that can be decided on. */
  readonly firstMs: number;
  readonly firstWhy: string;
  /** The last; null: there is no last. */
  readonly lastMs: number | null;
  readonly lastWhy: string;
}

function heldBy(venue: RangeVenue, begin: UnixMs, stepMs: number): Held {
  const { lastSlotMs, firstCandleMs = null } = venue;
  const begins = firstCandleMs === null ? "" : `the candles begin at ${formatTime(firstCandleMs)}`;
  if (lastSlotMs !== null) {
    return {
      firstMs: begin,
      firstWhy: `${begins === "" ? "" : `${begins}, and `}no market is warm before ${formatTime(begin)}`,
      lastMs: Math.floor(lastSlotMs / stepMs) * stepMs,
      lastWhy: "the candles end there",
    };
  }
  const isExchange = venue.clock.kind === "system";
  return {
    firstMs: firstCandleMs === null ? 0 : Math.ceil(firstCandleMs / stepMs) * stepMs,
    firstWhy: begins,
    lastMs: isExchange ? begin : null,
    lastWhy: "later candles have not closed yet",
  };
}

function unusedOf({ fromMs, toMs }: AskedRange, held: Held, stepMs: number): readonly string[] {
  const { firstMs, firstWhy, lastMs, lastWhy } = held;
  return [
    ...(fromMs !== null && Math.ceil(fromMs / stepMs) * stepMs < firstMs
      ? [`${formatTime(fromMs)} – ${formatTime(firstMs)}: ${firstWhy}`]
      : []),
    ...(toMs !== null && lastMs !== null && toMs >= lastMs + stepMs
      ? [`${formatTime(lastMs)} – ${formatTime(toMs)}: ${lastWhy}`]
      : []),
  ];
}

function beyond(
  { fromMs, toMs }: AskedRange,
  { firstMs, firstWhy, lastMs }: Held,
  config: RangeConfig,
): DataFolderError {
  const span = [fromMs === null ? "" : `from ${formatTime(fromMs)}`, toMs === null ? "" : `to ${formatTime(toMs)}`];
  const end = lastMs === null ? "" : ` to ${formatTime(lastMs)}`;
  return new DataFolderError({
    was: `Nothing can be tested ${span.filter((part) => part !== "").join(" ")} (UTC)${config.dataDir === null ? "" : ` with the ${config.timeframe} candles of ${config.dataDir}`}.`,
    expected: `a range within ${formatTime(firstMs)}${end}${firstWhy === "" ? "" : `: ${firstWhy}`}`,
    remedy: "Choose such a range, or add candles (`deeptrader data download`).",
  });
}

/** So much later; where the venue has sessions, so many of them. */
const slotAfter = (slotMs: number, ms: number, { calendar }: RangeVenue): number =>
  calendar === undefined || !Number.isFinite(ms) ? slotMs + ms : calendar.toReal(calendar.toGrid(slotMs) + ms, "close");

/** Replay: from --as-of or the first warm candle to the folder's end. Simulation: the slots up to --as-of or now. */
function wholeRange(config: RangeConfig, venue: RangeVenue): Pick<TestedRange, "firstSlotMs" | "lastSlotMs"> {
  const stepMs = timeframeMs(config.timeframe);
  const first = firstSlotOf(venue, config);
  if (venue.lastSlotMs === null && config.asOfMs === null) {
    const slots = config.cycles ?? DEFAULT_SLOTS;
    return { firstSlotMs: unixMs(first - (slots - 1) * stepMs), lastSlotMs: first };
  }
  const slots = config.cycles ?? (venue.lastSlotMs === null ? DEFAULT_SLOTS : Number.POSITIVE_INFINITY);
  const lastMs = Math.min(slotAfter(first, (slots - 1) * stepMs, venue), venue.lastSlotMs ?? Number.POSITIVE_INFINITY);
  return { firstSlotMs: first, lastSlotMs: unixMs(lastMs) };
}
