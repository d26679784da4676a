// Floor 6. `start`: the desk. Scheduler, analyst, Khala, trading loop on paper and chat in one process, which owns its home
// and answers the commands of other terminals.

import PQueue from "p-queue";
import { expireBetweenSlots } from "#desk/acts/expire-between.ts";
import { askDesk } from "#desk/answering/ask-desk.ts";
import { firstSlotOfRun, keepFirstPrices } from "#desk/documents/first-prices.ts";
import { keepLessons } from "#desk/judgement/lessons.ts";
import { lookAfterOrders } from "#desk/live/look-after-orders.ts";
import { readNewsBetweenSlots } from "#desk/news/read-between.ts";
import { isExchange } from "#desk/not-asking.ts";
import { thinkBetweenSlots } from "#desk/planning/between-slots.ts";
import { receiptBetweenSlots } from "#desk/receipt/nightly.ts";
import { revalidateBetweenSlots } from "#desk/revalidation/revalidation.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { judgeBetweenSlots } from "#desk/security/rounds.ts";
import { slotAt } from "#desk/slots.ts";
import { type SimulatedClock, systemClock } from "#scheduler/clock.ts";
import { runCron } from "#scheduler/cron-driver.ts";
import { runReplay } from "#scheduler/replay-driver.ts";
import { createRetest } from "#scheduler/research/retest-market.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, unixMs } from "#schemas/units.ts";
import { type Ask, chatOnTerminal } from "../chat.ts";
import type { DeskFile } from "../desk-file.ts";
import { deskSettings } from "../desk-settings.ts";
import { type Io, showWait } from "../io.ts";
import type { Workers } from "../jobs/open-workers.ts";
import { openLog } from "../log/open-log.ts";
import { type Messengers, openMessengers } from "../messengers/open-messengers.ts";
import { openSignsOfLife, type SignsOfLife } from "../notify/signs-of-life.ts";
import { comparableSettings } from "../options.ts";
import { refuseUnanswerable } from "../refuse-unanswerable.ts";
import { worldOf } from "../research/bench-messages.ts";
import { firstSlotOf } from "../run-choice.ts";
import { serveDesk } from "../serve-desk.ts";
import { freeFormLine } from "../text/model-line.ts";
import type { Venue } from "../venues/venue.ts";
import { bareEnvironment, type OpenDesk, openDesk } from "../wire.ts";
import { noteSilence } from "./note-silence.ts";
import type { Standby } from "./stand-by.ts";
import { greet, hasNextSlot, noteEdits, noteFunds, show, tellJudgement, tokensLine } from "./start-lines.ts";
import { summary } from "./start-summary.ts";

/** The conversation of this desk's own terminal. */
const TERMINAL = "terminal";

/** Runs until its cycles are done, its data ends, or the signal says stop; a tick at work is finished first. @param standby waits for the account with it; null: it has to be free */
export async function start(
  config: DeskConfig,
  venue: Venue,
  io: Io,
  options: CallOptions & { readonly standby: Standby | null; readonly workers: Workers | null },
) {
  const { signal, workers } = options;
  refuseUnanswerable(config, venue.clock);
  // A tick at work is finished although the signal has said stop; only the waiting in between is cut short.
  const work = NEVER_ABORTED;
  const log = await openLog({ env: bareEnvironment(), onNote: io.note });
  const onNote = log.noting(io.note);
  const { standby } = options;
  const taking = { writes: true, settings: deskSettings(config, venue), ...(standby === null ? {} : { standby }) };
  const helped = { askOthers: workers?.ask, callElsewhere: workers?.callElsewhere };
  const opening = openDesk(config, venue, "new", { ...work, owner: "start", onNote, ...taking, ...helped });
  const open = await (standby === null ? showWait(io, `opening the desk in ${config.home}`, opening) : opening);
  await standby?.end();
  const exclusively = new PQueue({ concurrency: 1 });
  let signsOfLife: SignsOfLife | null = null;
  let messengers: Messengers | null = null;
  const settings = runningSettings(config, venue);
  const served = await serveDesk(open, exclusively, settings, { log, onNote }).catch(async (error: unknown) => {
    await open.close();
    throw error;
  });
  const { door, feed, telemetry } = served;
  try {
    messengers = openMessengers(door, { env: open.env, config, io });
    const { notifiers } = messengers;
    const { env, accountLeftMs: leftMs } = open;
    const life = openSignsOfLife(open.desk, { env, io, exclusively, notifiers, leftMs });
    signsOfLife = life;
    const shown = { cycles: 0, analyses: 0, repeated: 0, day: -1, tokens: null as string | null };
    const stopped = new AbortController();
    const ask: Ask = (text, onShown) => askDesk(open, text, { ...work, conversation: TERMINAL, onShown });
    const chat = chatOnTerminal(ask, io, {
      signal,
      onQuit: () => {
        io.note("Stopping: the work of this moment is finished first.");
        stopped.abort();
      },
      onEnd: () => io.out("The prompt is closed; the desk goes on. Ctrl-C stops it."),
      helpNote: freeFormLine(config),
      approvals: {
        conversation: TERMINAL,
        run: async (command, input) => {
          const document = await door.run(command, input);
          return { document, text: door.text(command, document) };
        },
      },
    });
    // A missing key is found out before the first slot, not at the first call.
    await open.desk.sleepModels?.();
    noteFunds(open, io);
    const stop = AbortSignal.any([signal, stopped.signal, open.accountLost]);
    let isRunningSlot = false;
    const named = new Set<string>();
    const tick = async (slotMs: number): Promise<void> => {
      isRunningSlot = true;
      await exclusively.add(async () => {
        const first = shown.cycles === 0;
        const onProgress = first ? (done: number, of: number) => io.progress(`analysing ${done}/${of}`) : undefined;
        const isStopping = () => stop.aborted;
        const report = await runLiveSlot(open.desk, unixMs(slotMs), {
          ...work,
          isStopping,
          ...(onProgress ? { onProgress } : {}),
        });
        io.progress(null);
        telemetry.slotDone(report);
        shown.cycles += 1;
        shown.analyses += report.sleep.repeated ? 0 : report.sleep.analysed;
        shown.repeated += report.sleep.repeated ? 1 : 0;
        const day = startOfDay(slotMs);
        const withDate = open.desk.clock.kind !== "system" || day !== shown.day;
        shown.day = day;
        if (!io.json) await show({ ...open, served }, report, { cyclesDone: shown.cycles, withDate }, io, work);
        noteEdits(open.desk.hosts, named, io);
        const judged = tokensLine(open.desk, shown.tokens);
        if (judged !== shown.tokens && judged !== null && !io.json) io.out(io.style.dim(judged));
        shown.tokens = judged;
        if (first) await keepFirst(open, work);
        await life.afterSlot(unixMs(slotMs));
        if (first) await greet(open, io, work);
        chat.open();
      });
      isRunningSlot = false;
      feed.slotEnded(slotMs);
      if (!hasNextSlot(open, slotMs, shown.cycles)) return;
      await tellJudgement(open, slotMs, io, { signal: stop });
      feed.thought();
    };
    const ended = new AbortController();
    const during: CallOptions = { signal: AbortSignal.any([stop, ended.signal]) };
    const silence = { leftMs: open.accountLeftMs, sleep: systemClock().sleep, onNote };
    const between = Promise.all([
      betweenSlots(open, () => isRunningSlot, { io, workers }, during),
      noteSilence(silence, during),
    ]);
    const counts = await drive(open, tick, { signal: stop }).finally(async () => {
      ended.abort();
      await between;
    });
    await chat.settled();
    chat.close();
    open.accountLost.throwIfAborted();
    // Of what the last slot has ended.
    await keepLessons(open.desk);
    return await summary(open, shown, counts, work);
  } finally {
    await served.close();
    await signsOfLife?.close();
    await messengers?.close();
    await open.close();
  }
}

/** Folders and the simulation have all their past at hand. */
async function keepFirst({ desk }: OpenDesk, options: CallOptions): Promise<void> {
  const started = desk.equityCurve.started();
  if (!isExchange(desk) || started === null) return;
  const slotMs = firstSlotOfRun(desk, [started]);
  if (slotMs !== null) await keepFirstPrices(desk, slotMs, options);
}

/** Thinks while nothing is due. A simulation without pace has no time between two slots. */
const betweenSlots = async (
  { desk, store }: OpenDesk,
  isRunningSlot: () => boolean,
  { io, workers }: { readonly io: Io; readonly workers: Workers | null },
  options: CallOptions,
) => {
  if (desk.clock.kind !== "system" && desk.config.speed === null) return;
  const { sleep } = systemClock();
  const parts = { isRunningSlot, sleep, onProblem: io.note };
  const { candles } = store;
  await Promise.all([
    lookAfterOrders(desk, parts, options),
    expireBetweenSlots(desk, parts, options),
    thinkBetweenSlots(desk, parts, options),
    judgeBetweenSlots(desk, { ...parts, askOthers: workers?.askSecurity }, options),
    readNewsBetweenSlots(desk, parts, options),
    revalidateBetweenSlots(
      desk,
      createRetest({ ...desk, cash: desk.account.portfolio().startingCash }),
      parts,
      options,
    ),
    receiptBetweenSlots(
      desk,
      { journal: store.journal(desk.deskId, desk.runId), candles },
      { ...parts, makeElsewhere: workers?.receiptsOf?.(worldOf(desk)) },
      options,
    ),
  ]);
};

/** What a command of another terminal may not ask otherwise: everything that its flags could only seem to change. */
const COMPARED = [
  "venue",
  "dataDir",
  "seed",
  "scenario",
  "timeframe",
  "asOfMs",
  "assets",
  "securityPolicy",
  "deskId",
  "strategies",
];

function runningSettings(config: DeskConfig, { quote }: Venue): DeskFile["settings"] {
  const own = [...comparableSettings(config)].filter(([key]) => COMPARED.includes(key));
  return { ...Object.fromEntries(own), quote };
}

async function drive({ desk, venue }: OpenDesk, tick: (slotMs: number) => Promise<void>, options: CallOptions) {
  const { timeframe, cycles, speed } = desk.config;
  const { graceMs } = desk.marketData;
  if (desk.clock.kind === "system") {
    return runCron(
      {
        timeframe,
        graceMs,
        cycles,
        firstSlotMs: slotAt(desk.clock.now(), timeframe, graceMs),
        onProblem: (text) => process.stderr.write(`scheduler: ${text}\n`),
      },
      tick,
      options,
    );
  }
  const fired = await runReplay(
    {
      clock: desk.clock as SimulatedClock,
      timeframe,
      graceMs,
      speed,
      cycles,
      firstSlotMs: firstSlotOf(venue, desk.config),
      lastSlotMs: venue.lastSlotMs,
      monotonicMs: desk.monotonicMs,
    },
    tick,
    options,
  );
  return { fired, missed: 0, overlap: 0, skipped: 0, caughtUp: 0 };
}
