// Floor 4. What is at hand about the desk itself → whether it is well, and what is not.
import { capital, counted } from "#agents/deep-trader-manager/answers/render-text.ts";
import type { DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatAge, formatTime } from "../../documents/format.ts";
import { slotAt } from "../../slots.ts";

/** The parts of a finished cycle's stored result that say what went wrong in it. */
interface CycleResult {
  readonly problems?: readonly string[];
  readonly failed?: readonly { readonly symbol: string; readonly error: string }[];
}

/** Problems of a slot named at most. */
const MAX_NAMED = 3;

export async function healthText(
  desk: Desk,
  { store, nowMs }: { readonly store: string; readonly nowMs: UnixMs },
  options: CallOptions,
): Promise<DeskText> {
  const { timeframe } = desk.config;
  const slotMs = slotAt(nowMs, timeframe, desk.marketData.graceMs);
  const listed = await desk.khala.list(desk.marketData.venueId, { nowMs }, options);
  const own = listed.filter(({ key }) => key.timeframe === timeframe);
  const fresh = own.filter(({ recall }) => recall.status === "fresh").length;
  const newestMs = own.reduce<UnixMs | null>(
    (newest, { recall }) => (newest === null || recall.record.asOfMs > newest ? recall.record.asOfMs : newest),
    null,
  );
  const cycles = await Promise.all(["sleep-cycle", "decision-cycle"].map((job) => lastCycle(desk, job, options)));
  const [sleep, decision] = cycles;
  const behind = (doneMs: UnixMs | null | undefined): number =>
    doneMs === null || doneMs === undefined ? 0 : Math.max(0, Math.round((slotMs - doneMs) / timeframeMs(timeframe)));
  const { control, paused, loss } = desk.account.portfolio();
  const slotsWithout = (cycle: string, slots: number): string | false =>
    slots > 0 && `${counted(slots, "slot")} without a finished ${cycle} cycle`;
  const troubles = [
    newestMs === null && "Khala holds no analysis yet",
    newestMs !== null &&
      newestMs < slotMs &&
      `the newest analysis is of ${formatTime(newestMs)}, ${formatAge(nowMs - newestMs)} old; the slot is ${formatTime(slotMs)}`,
    slotsWithout("sleep", behind(sleep?.slotMs)),
    sleep?.slotMs === null && "no sleep cycle of this run is finished",
    decision?.slotMs === null && "no decision cycle of this run is finished",
    slotsWithout("decision", behind(decision?.slotMs)),
    ...cycles.flatMap(problemsOf),
    ...desk.venueReports.unread,
    control !== "running" && `it is ${control}`,
    ...[...paused].map((id) => `strategy ${id} is paused`),
    ...desk.hosts.map(({ info, fault }) => fault !== null && `strategy ${info.id} was ended: ${fault.message}`),
    desk.haltFileExists() && "the halt file is there: it sends nothing",
    loss?.dayLossLatched === true && "the day-loss limit has tripped: no entries until tomorrow (UTC)",
    loss?.drawdownLatched === true && "the drawdown limit has tripped: no entries until `resume`",
    desk.quarantine.size > 0 && `stored answers under quarantine: ${[...desk.quarantine].sort().join(", ")}`,
  ].filter((trouble) => trouble !== false);
  const facts = [
    `${fresh} of ${own.length} analyses at ${timeframe} are fresh`,
    `store ${store} answers`,
    `last slot done: sleep ${slotText(sleep?.slotMs)}, decision ${slotText(decision?.slotMs)}`,
    `control ${control}`,
  ];
  const head = troubles.length === 0 ? "The desk is well." : `Not all is well: ${troubles.join("; ")}.`;
  const text = `${head} ${capital(facts.join("; "))}.`;
  return { text, asOfMs: newestMs, analysisIds: [], recordsRead: listed.length };
}

const slotText = (slotMs: UnixMs | null | undefined): string =>
  slotMs === null || slotMs === undefined ? "none yet" : formatTime(slotMs);

interface Cycle {
  readonly job: string;
  readonly slotMs: UnixMs | null;
  readonly result: CycleResult;
}

/** The newest finished slot of a job, with the result stored of it. */
async function lastCycle(desk: Desk, job: string, options: CallOptions): Promise<Cycle> {
  const newest = await desk.runs.newestResult(job, options);
  return newest === null
    ? { job, slotMs: null, result: {} }
    : { job, slotMs: newest.slotMs, result: newest.result as CycleResult };
}

function problemsOf({ job, result }: Cycle): readonly string[] {
  const said = [
    ...(result.problems ?? []),
    ...(result.failed ?? []).map(({ symbol, error }) => `${symbol} failed: ${error}`),
  ];
  const more = said.length > MAX_NAMED ? [`and ${said.length - MAX_NAMED} more`] : [];
  return said.length === 0 ? [] : [`${job} said: ${[...said.slice(0, MAX_NAMED), ...more].join(", ")}`];
}
