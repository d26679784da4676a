// Floor 6. What `start` shows on its terminal while the desk runs: what was missed, each slot, and what was thought between them.
import { viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import type { LiveSlotReport } from "#desk/run-slot/live-slot.ts";
import { progressText } from "#desk/security/progress.ts";
import { openingLine, since } from "#desk/watch/since.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import type { Io } from "../io.ts";
import type { ServedDesk } from "../serve-desk.ts";
import { briefLine, hasBriefs } from "../text/brief-line.ts";
import { debateLine } from "../text/debate-line.ts";
import { failedLines } from "../text/failed-lines.ts";
import { fundsLine } from "../text/funds-line.ts";
import { lessonLine } from "../text/lesson-line.ts";
import { openingText } from "../text/opening-text.ts";
import { plansLine } from "../text/plan-line.ts";
import { slotLine, slotLines } from "../text/slot-line.ts";
import type { OpenDesk } from "../wire.ts";
import { knownAnalyses } from "./sleep.ts";

export const hasNextSlot = ({ desk: { config }, venue }: OpenDesk, slotMs: number, cyclesDone: number): boolean =>
  (config.cycles === null || cyclesDone < config.cycles) &&
  (venue.lastSlotMs === null || slotMs + timeframeMs(config.timeframe) <= venue.lastSlotMs);

export async function show(
  open: OpenDesk & { readonly served: ServedDesk },
  report: LiveSlotReport,
  { cyclesDone, withDate }: { readonly cyclesDone: number; readonly withDate: boolean },
  io: Io,
  options: CallOptions,
): Promise<void> {
  const { desk, served } = open;
  const view = await viewPortfolio(desk, options);
  if (cyclesDone === 1) {
    const analyses = await knownAnalyses(open, options);
    const letsIn = process.stdout.isTTY === true;
    io.out(
      openingText(
        {
          analyses,
          config: desk.config,
          strategies: [...desk.strategies.keys()],
          quote: desk.quote,
          simulated: desk.marketData.simulated,
          // A code in a file or a log would let in who reads it.
          address: letsIn ? served.newAddress() : served.address,
          letsIn,
        },
        io.style,
      ),
    );
    for (const { symbol, reason } of report.sleep.skipped) io.out(io.style.dim(`skipped ${symbol}: ${reason}`));
  }
  const next = hasNextSlot(open, report.slotMs, cyclesDone) ? " It is asked again at the next slot." : "";
  for (const line of failedLines(report.sleep.failed)) io.out(io.style.bad(`${line}${next}`));
  for (const problem of report.problems) io.out(io.style.bad(problem));
  io.out(slotLine(report, view, desk, { style: io.style, withDate }));
  for (const line of slotLines(report, view.strategies, io.style)) io.out(line);
}

/** Beside the slots: a halt or a question of another terminal does not wait for a model. Ended at once by the signal. */
export async function tellJudgement({ desk }: OpenDesk, slotMs: number, io: Io, options: CallOptions): Promise<void> {
  const { lessons, debates, plans, briefs } = await judgeAhead(desk, unixMs(slotMs), options);
  if (io.json) return;
  if (debates !== null && debates.considered > 0) io.out(io.style.dim(debateLine(debates)));
  if (lessons !== null && lessons.status !== "nothing-new") io.out(io.style.dim(lessonLine(lessons)));
  const planned = plans === null ? null : plansLine(plans);
  if (planned !== null) io.out(io.style.dim(planned));
  if (briefs !== null && !briefs.repeated && hasBriefs(briefs)) io.out(io.style.dim(briefLine(briefs)));
}

/** What an operator missed, in one line, before the chat opens; a simulated run begins anew and has nothing to tell. */
export async function greet({ desk, store }: OpenDesk, io: Io, options: CallOptions): Promise<void> {
  if (io.json || desk.clock.kind !== "system") return;
  const line = openingLine(await since(desk, store, options));
  if (line !== null) io.out(line);
}

/** Of a desk at a venue; held positions count at cost, since nothing is asked for it. */
export function noteFunds({ desk }: OpenDesk, io: Io): void {
  const { config, execution, markets, quote, account } = desk;
  if (execution.kind !== "live") return;
  const equity = equityOf(account.portfolio(), new Map());
  io.note(fundsLine({ equity, quote, markets: markets.values() }, config));
}

/** How far token security has come, while it is not done, and once when it is; null: nothing was asked yet. @param before the line shown last */
export function tokensLine({ tokens }: Pick<OpenDesk["desk"], "tokens">, before: string | null): string | null {
  const progress = tokens?.progress() ?? null;
  if (progress === null) return null;
  if (progress.judged < progress.of) return `token security: ${progressText(progress)}`;
  return before === null ? null : `token security: all ${progress.of.toLocaleString("en-US")} contracts judged`;
}

/** A strategy runs as it was loaded: that its file is another now is said once. */
export function noteEdits(hosts: OpenDesk["desk"]["hosts"], named: Set<string>, io: Io): void {
  for (const host of hosts) {
    const file = host.editedSince();
    if (file === null || named.has(file)) continue;
    named.add(file);
    io.note(`${file} was changed; strategy ${host.info.id} goes on as it was loaded, and reads it at the next start.`);
  }
}
