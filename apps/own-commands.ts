// Floor 6. The commands that are no desk's: those that make a desk, look at files, or ask and serve a desk as a whole. Everything else is
// a command of a desk (desk-commands.ts).
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Answer } from "#schemas/question.ts";
import type { Ask } from "./chat.ts";
import type { CommandInput } from "./command.ts";
import { makeHomeFolder } from "./home-folder.ts";
import type { Call, Done, OwnCommand } from "./own-command.ts";
import { openVenueWithNotes, type ReachedDesk, reachDesk } from "./reach-desk.ts";
import { researchCommands } from "./research/commands.ts";
import { freeFormLine, spendLine } from "./text/model-line.ts";
import type { Venue } from "./venues/venue.ts";

/** `flatten` where there is no desk to ask: another command in all but its name. */
const WITHOUT_JOURNAL = "flatten --without-journal";

export const ownCommandOf = (name: string, { flags }: CommandInput): OwnCommand | undefined =>
  ownCommands[name === "flatten" && flags["withoutJournal"] === true ? WITHOUT_JOURNAL : name];

/** By name, as typed. What each needs is imported when it runs. */
export const ownCommands: Readonly<Record<string, OwnCommand>> = {
  start: runStart,
  backtest: runBacktest,
  chat: runChat,
  init: runInit,
  mcp: runMcp,
  "new-strategy": runNewStrategy,
  doctor: runDoctor,
  "pair new": (call) => runPair("pair new", call),
  "pair list": (call) => runPair("pair list", call),
  "pair remove": (call) => runPair("pair remove", call),
  config: showConfig,
  [WITHOUT_JOURNAL]: runFlattenAccount,
  page: showPage,
  export: runExport,
  restore: runRestore,
  "data download": runDownload,
  "data import": (call) => runCopy("data import", call),
  "data export": (call) => runCopy("data export", call),
  "data list": (call) => runInspect("data list", call),
  "data verify": (call) => runInspect("data verify", call),
  worker: async (call) => (await import("./commands/worker.ts")).worker(call),
  "jobs list": async (call) => (await import("./commands/jobs.ts")).listJobs(call),
  "jobs failed": async (call) => (await import("./commands/jobs.ts")).listFailed(call),
  "jobs retry": async (call) => (await import("./commands/jobs.ts")).retryJobs(call),
  "jobs cancel": async (call) => (await import("./commands/jobs.ts")).cancelJob(call),
  ...researchCommands,
};

async function runStart(call: Call): Promise<Done> {
  const { options, env, io, signal } = call;
  const { checkStart } = await import("./commands/start-checks.ts");
  const { start } = await import("./commands/start.ts");
  const { nothingWasAnalysed, renderStart } = await import("./commands/start-text.ts");
  await makeHomeFolder(options.config.home);
  const workers = call.input.flags["workers"] === true ? await askWorkers(call) : null;
  const venue = await openVenueWithNotes(call, { streams: true, addresses: workers?.addresses ?? 1 });
  await checkStart(options.config, env, venue);
  const { config } = options;
  const standby = config.standby ? await openStandby(call, venue) : null;
  try {
    const document = await start(config, venue, io, { signal, standby, workers });
    return { document, text: renderStart(document, io.style), exitCode: nothingWasAnalysed(document) ? 1 : 0 };
  } catch (error) {
    if (standby === null || error !== signal.reason) throw error;
    return {
      document: { desk: config.deskId, tookOver: false },
      text: `Stood by for desk ${config.deskId}, and took nothing over.`,
    };
  } finally {
    await standby?.end();
    await workers?.close();
  }
}

async function askWorkers({ options: { config }, env, io, signal }: Call) {
  const { openWorkers } = await import("./jobs/open-workers.ts");
  return openWorkers({ config, env }, io.note, { signal });
}

async function openStandby({ options: { config }, env, io, signal }: Call, venue: Venue) {
  const { standBy } = await import("./commands/stand-by.ts");
  return standBy(config, venue, { io, env }, { signal });
}

async function runBacktest(call: Call): Promise<Done> {
  const { input, options, env, io, signal } = call;
  const { ruleWordsOf } = await import("./commands/backtest-rules.ts");
  const { backtestInThread, runsInThread } = await import("./commands/backtest-in-thread.ts");
  const { backtest } = await import("./commands/backtest.ts");
  const { renderBacktest, tradesToExport } = await import("./commands/backtest-text.ts");
  const { backtestFiles, writeBacktestFiles } = await import("./commands/backtest-files.ts");
  const { systemClock } = await import("#scheduler/clock.ts");
  const startedMs = performance.now();
  const { detailOf } = await import("./research/detail.ts");
  const { askedRangeOf } = await import("./research/range.ts");
  const { checkExportFile, exportFileOf, writeExportFile } = await import("./export-file.ts");
  const exported = exportFileOf(input.flags);
  if (exported !== null) await checkExportFile(exported);
  const files = backtestFiles(input.flags);
  const { isDrawn } = files;
  const detail = detailOf(input.flags, options.config);
  const range = askedRangeOf(input.flags);
  const asked = {
    startedMs,
    rules: ruleWordsOf(input.flags),
    range,
    isDrawn,
    rulePrices: input.flags["rulePrices"] === true,
    ...detail,
  };
  const document = runsInThread(options.config)
    ? await backtestInThread(options.config, io, { signal, ...asked })
    : await backtest(options.config, await openVenueWithNotes(call, detail), io, { signal, env, ...asked });
  if (exported !== null) io.note(await writeExportFile(exported, tradesToExport(document)));
  const { home } = options.config;
  for (const note of await writeBacktestFiles(document, files, { home, nowMs: systemClock().now() })) io.note(note);
  return { document, text: renderBacktest(document, io.style) };
}

async function runDoctor({ options: { config }, env, io, signal }: Call): Promise<Done> {
  const { doctor, renderDoctor } = await import("./commands/doctor.ts");
  const document = await doctor(config, env, { signal });
  return { document, text: renderDoctor(document, io.style), exitCode: document.healthy ? 0 : 1 };
}

/** Of the home's files alone: a running desk reads them anew. */
async function runPair(name: string, { input, options: { config }, env, io }: Call): Promise<Done> {
  const { pair, renderPair } = await import("./commands/pair.ts");
  const { systemClock } = await import("#scheduler/clock.ts");
  const tokenIsSet = (env["DEEPTRADER_TELEGRAM_TOKEN"] ?? "").trim() !== "";
  const document = await pair(name, input, { home: config.home, nowMs: systemClock().now(), tokenIsSet });
  return { document, text: renderPair(document, io.style) };
}

/** No home and no venue is opened for it. */
async function showConfig({ options, env, io }: Call): Promise<Done> {
  const { describeConfig, renderConfig } = await import("./commands/config.ts");
  const document = describeConfig(options, env);
  return { document, text: renderConfig(document, io.style) };
}

async function runFlattenAccount(call: Call): Promise<Done> {
  const { flattenAccount, flattenAccountText } = await import("./commands/flatten-account.ts");
  const document = await flattenAccount(call);
  if (document === null) return { document: { done: false }, text: "Nothing was done.", exitCode: 1 };
  const isDone = document.orders.every(({ done }) => done);
  return { document, text: flattenAccountText(document), exitCode: isDone ? 0 : 1 };
}

async function showPage({ options: { config }, signal }: Call): Promise<Done> {
  const { page, pageText } = await import("./commands/page.ts");
  const document = await page(config.home, { signal });
  return { document, text: pageText(document) };
}

async function runNewStrategy({ input: { args, flags } }: Call): Promise<Done> {
  const { newStrategy, renderNewStrategy } = await import("./commands/new-strategy.ts");
  const document = await newStrategy(args[0] ?? "", typeof flags["dir"] === "string" ? flags["dir"] : ".");
  return { document, text: renderNewStrategy(document) };
}

async function runInit({ input: { args } }: Call): Promise<Done> {
  const { init, renderInit } = await import("./commands/init.ts");
  const document = await init(args[0] ?? "");
  return { document, text: renderInit(document) };
}

async function runExport(call: Call): Promise<Done> {
  const { exportStore, renderExport } = await import("./commands/store-file.ts");
  const document = await exportStore(call);
  return { document, text: renderExport(document) };
}

async function runRestore(call: Call): Promise<Done> {
  const { renderRestore, restoreStore } = await import("./commands/store-file.ts");
  const document = await restoreStore(call);
  return { document, text: renderRestore(document) };
}

async function runDownload(call: Call): Promise<Done> {
  const { options, input, io, signal } = call;
  const { download } = await import("./commands/data/download.ts");
  const { renderDownload } = await import("./text/data-text.ts");
  const openVenue = () => openVenueWithNotes(call);
  const document = await download({ options, flags: input.flags, io, signal, openVenue });
  return { document, text: renderDownload(document, io.style), exitCode: document.failed.length > 0 ? 1 : 0 };
}

async function runCopy(command: "data import" | "data export", call: Call): Promise<Done> {
  const { options, input, io, signal } = call;
  const { copyFolder } = await import("./commands/data/copy.ts");
  const { renderCopy } = await import("./text/data-text.ts");
  const other = input.args[0] ?? "";
  const document = await copyFolder({ command, other, options, flags: input.flags, io, signal });
  return { document, text: renderCopy(document, io.style), exitCode: document.failed.length > 0 ? 1 : 0 };
}

async function runInspect(command: "data list" | "data verify", call: Call): Promise<Done> {
  const { options, input, io, signal } = call;
  const { inspectFolder } = await import("./commands/data/inspect.ts");
  const { renderList, renderVerify } = await import("./text/data-text.ts");
  const document = await inspectFolder({ command, options, flags: input.flags, io, signal, nowMs: Date.now() });
  const render = command === "data list" ? renderList : renderVerify;
  return { document, text: render(document, io.style), exitCode: document.sound || command === "data list" ? 0 : 1 };
}

/** Chat asks the running desk, or opens its own until it is left. */
async function runChat(call: Call): Promise<null> {
  const { chatOnTerminal } = await import("./chat.ts");
  const { UsageError } = await import("#schemas/errors.ts");
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const { signal, io } = call;
  if (process.stdin.isTTY !== true) {
    throw new UsageError({
      was: "`deeptrader chat` was started without a terminal.",
      expected: "a terminal to type in",
      remedy: 'From a script use `deeptrader ask "QUESTION"`.',
    });
  }
  signal.addEventListener("abort", () => leave(), { once: true });
  const { deskCommandNamed } = await import("./desk-commands.ts");
  const deskOf = await reachDesk("ask", call);
  try {
    const named = call.input.flags["conversation"];
    // Each terminal has a conversation of its own, unless one is named to go on with.
    const conversation = typeof named === "string" ? named : `chat-${process.pid}`;
    const ask: Ask = async (text, onShown) =>
      (await deskOf.execute({ args: [text], flags: { conversation } }, onShown)) as Answer;
    const chat = chatOnTerminal(ask, io, {
      signal,
      onQuit: leave,
      onEnd: leave,
      helpNote: deskOf.isRunning ? null : freeFormLine(call.options.config),
      approvals: {
        conversation,
        run: async (command, input) => {
          const document = await deskOf.run(command, input);
          return { document, text: deskCommandNamed(command).render(document, io.style) };
        },
      },
    });
    noteSpending(deskOf, call);
    io.out("Ask the desk. help shows what can be asked, quit leaves.");
    chat.open();
    await left;
    chat.close();
  } finally {
    await deskOf.close();
  }
  return null;
}

/** For a client that has started this process; the desk is reached with each of its calls. */
async function runMcp({ input, options, io, signal }: Call): Promise<null> {
  const { homeDesk } = await import("./mcp/home-desk.ts");
  const { serveMcpOnStdio } = await import("./mcp/stdio.ts");
  const { stdin, stdout } = process;
  // Calls under way are finished although the signal has said stop.
  const desk = homeDesk({ options, io, signal: NEVER_ABORTED.signal });
  io.note(`MCP for the desk in ${options.config.home}, on stdin and stdout. It ends when stdin does.`);
  const scope = input.flags["readOnly"] === true ? "read" : "act";
  await serveMcpOnStdio(desk, scope, { stdin, stdout, note: io.note, signal });
  await desk.settled();
  return null;
}

/** A running desk has said so when it was started. */
export function noteSpending({ isRunning }: ReachedDesk, { options: { config }, io }: Call): void {
  const line = isRunning ? null : spendLine(config);
  if (line !== null) io.note(line);
}
