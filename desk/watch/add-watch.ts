// Floor 4. The operator sets a price watch, or takes one away: checked, described, journaled. What is met already is said at
// once, and waits for nothing.
import { z } from "zod";
import type { JournalEvent } from "#schemas/journal.ts";
import { OperatorWords } from "#schemas/operator-rule.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import { type PriceWatch, StandingWatch } from "#schemas/watch.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import { watchText } from "../documents/watch-text.ts";
import { metBy, metText } from "./judge-watch.ts";
import { figuresOf } from "./watch-figures.ts";

export type WatchDesk = Pick<
  Desk,
  "account" | "alerts" | "clock" | "config" | "hosts" | "khala" | "marketData" | "markets"
>;

/** Each may add a market to the sweep. */
const MOST_WATCHES = 50;

export interface NewWatch {
  readonly watch: PriceWatch;
  readonly by: string;
}

export interface WatchToRemove {
  readonly watchId: string;
  readonly by: string;
}

export const WatchAnswer = z.discriminatedUnion("status", [
  z
    .object({
      status: z.enum(["added", "met", "removed"]).describe("`met`: it was met when it was set, and nothing waits"),
      watch: StandingWatch,
      text: z.string().describe("what will be told, or no longer is"),
    })
    .readonly(),
  z.object({ status: z.literal("refused"), reason: z.string().describe("nothing was changed, and why") }).readonly(),
]);
export type WatchAnswer = z.infer<typeof WatchAnswer>;

/** Why a watch cannot be set; null: it can. Pure. */
export function checkNewWatch(desk: WatchDesk, { watch, by }: NewWatch): string | null {
  const { config, markets, marketData, alerts } = desk;
  const standing = alerts.watches.standing();
  if (standing.length >= MOST_WATCHES)
    return `${standing.length} watches wait already, the most there can be. Remove one first.`;
  if (!OperatorWords.safeParse(by).success) return "Who sets a watch is one line of text.";
  if (!markets.has(watch.symbol)) return `${marketData.venue} has no market ${watch.symbol}, so it cannot be watched.`;
  const same = standing.find((one) => watchText(one.watch) === watchText(watch));
  if (same !== undefined) return `${same.watchId} watches the same already.`;
  if (!("timeframe" in watch)) return null;
  if (watch.kind.startsWith("rsi")) {
    const read = timeframesRead(desk);
    return read.includes(watch.timeframe)
      ? null
      : `The desk works out no RSI on ${watch.timeframe}; it reads ${read.join(", ")}.`;
  }
  return timeframeMs(watch.timeframe) >= timeframeMs(config.timeframe)
    ? null
    : `The desk looks at ${config.timeframe} closes; it does not see each close on ${watch.timeframe}.`;
}

/** The desk's own first, then those that its strategies read beside it. */
const timeframesRead = ({ config, hosts }: Pick<WatchDesk, "config" | "hosts">): readonly Timeframe[] => [
  ...new Set([config.timeframe, ...hosts.flatMap(({ info }) => info.timeframes)]),
];

/** What will be told, when, and what is not looked at. Pure. */
export function describeNewWatch({ config }: Pick<WatchDesk, "config">, { watch }: Pick<NewWatch, "watch">): string {
  const { timeframe } = config;
  const looked = "timeframe" in watch ? `each ${watch.timeframe} close (UTC)` : `each ${timeframe} close`;
  const inside = watch.kind.startsWith("price")
    ? `Looked at on ${looked}: a price between two closes is not seen.`
    : `Looked at on ${looked}; closes while the desk is not running are not seen.`;
  return `Tells you once when ${watchText(watch)}. ${inside} ${watch.level} itself does not count.`;
}

/** Why a watch cannot be taken away; null: it can. Pure. */
export function checkRemoveWatch({ alerts }: Pick<WatchDesk, "alerts">, { watchId }: WatchToRemove): string | null {
  if (alerts.watches.get(watchId) !== null) return null;
  const ids = alerts.watches.standing().map((one) => one.watchId);
  return `No watch ${JSON.stringify(watchId)} waits. ${ids.length === 0 ? "There is none." : `Expected one of ${ids.join(", ")}.`}`;
}

/** What will no longer be told. Pure; empty where there is no such watch. */
export function describeRemoveWatch(
  { alerts }: Pick<WatchDesk, "alerts">,
  { watchId }: Pick<WatchToRemove, "watchId">,
): string {
  const standing = alerts.watches.get(watchId);
  return standing === null ? "" : `No longer watched, ${watchId}: ${watchText(standing.watch)}.`;
}

/** @throws StoreError */
export const addPriceWatch = (desk: WatchDesk, asked: NewWatch, options: CallOptions): Promise<WatchAnswer> =>
  inTurn(desk.account, options, async () => {
    const reason = checkNewWatch(desk, asked);
    if (reason !== null) return { status: "refused", reason };
    const { rows, ...answer } = await newWatch(desk, asked, options);
    await desk.account.append(rows, options);
    return answer;
  });

/** The rows that set it, and what is said of it; changes nothing. @throws StoreError */
export async function newWatch(
  desk: WatchDesk,
  asked: NewWatch,
  options: CallOptions,
): Promise<Extract<WatchAnswer, { status: "added" | "met" | "removed" }> & { readonly rows: readonly JournalEvent[] }> {
  const { watch, by } = asked;
  const watchId = desk.alerts.watches.nextId();
  const standing: StandingWatch = { watchId, watch, by: by.trim(), atMs: desk.clock.now() };
  const figures = await figuresOf(desk, [watch], options);
  const found = metBy(watch, figures(watch));
  const row = (state: "added" | "met"): JournalEvent => ({ type: "price-watch", state, ...standing });
  if (found === null)
    return { status: "added", watch: standing, text: describeNewWatch(desk, asked), rows: [row("added")] };
  const text = `Met already: ${metText(standing, found)}. Nothing waits for it.`;
  return { status: "met", watch: standing, text, rows: [row("added"), row("met")] };
}

/** @throws StoreError */
export const removePriceWatch = (desk: WatchDesk, asked: WatchToRemove, options: CallOptions): Promise<WatchAnswer> =>
  inTurn(desk.account, options, async () => {
    const reason = checkRemoveWatch(desk, asked);
    const standing = desk.alerts.watches.get(asked.watchId);
    if (reason !== null || standing === null) return { status: "refused", reason: reason ?? "" };
    const text = describeRemoveWatch(desk, asked);
    await desk.account.append([removedWatchRow(desk, standing, asked.by)], options);
    return { status: "removed", watch: standing, text };
  });

/** The row that takes it away. */
export const removedWatchRow = (
  { clock }: Pick<WatchDesk, "clock">,
  { watchId, watch }: StandingWatch,
  by: string,
): JournalEvent => ({ type: "price-watch", state: "removed", watchId, watch, by, atMs: clock.now() });
