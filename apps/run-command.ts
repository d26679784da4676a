// Floor 6. One command: settings, the desk that answers (a running one, or this process), the document, the exit code.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { Answer } from "#schemas/question.ts";
import type { Ask } from "./chat.ts";
import type { CommandInput, DeskCommand } from "./command.ts";
import { COMMANDS } from "./command-words.ts";
import { configFileOf } from "./config/config-file-of.ts";
import type { ConfigFileValues } from "./config/read-config-file.ts";
import type { Environment } from "./environment.ts";
import { makeHomeFolder } from "./home-folder.ts";
import { createIo, type Io, tellBitByBit } from "./io.ts";
import { watchLifetime } from "./lifetime.ts";
import { homeOf, type ParsedOptions, parseOptions } from "./options.ts";
import { openVenueWithNotes, type ReachedDesk, reachDesk } from "./reach-desk.ts";
import { flagName } from "./settings.ts";
import { freeFormLine, spendLine } from "./text/model-line.ts";
import { bareEnvironment, offerVariables, readEnvironment } from "./wire.ts";

interface Call {
  readonly input: CommandInput;
  readonly options: ParsedOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** Prints the document of a command, or its error, and gives the exit code. */
export async function runCommand(name: string, input: CommandInput): Promise<number> {
  const { flags } = input;
  const io = createIo({ json: flags["json"] === true, quiet: flags["quiet"] === true });
  const lifetime = watchLifetime(() => {
    if (name === "start" || name === "chat")
      io.note("Stopping: the work of this moment is finished first. Ctrl-C again quits at once.");
  });
  let halted: HaltedHome | null = null;
  try {
    if (name === "halt") halted = await haltFirst(input, io);
    const environment = readEnvironment();
    const { options, env } = await readOptions(name, input, environment, io);
    const call: Call = { input, options, env, io, signal: lifetime.signal };
    const done = await dispatch(name, call);
    if (done !== null) print(done, io);
    return done?.exitCode ?? 0;
  } catch (error) {
    if (halted?.isTheDesks === true) return haltedAllTheSame(error, halted, input, io);
    if (lifetime.stopping() && !(error instanceof DeepTraderError)) return interrupted(io);
    return fail(error, io);
  } finally {
    // A pipe that is still open (a fetch kept alive, say) must not keep the process.
    process.stdin.unref?.();
  }
}

/** Where a halt file was written. */
interface HaltedHome {
  readonly home: string;
  /** False where settings that cannot be read may name another home. */
  readonly isTheDesks: boolean;
}

/**
 * The file alone halts the desk: no wrong setting may stand before it, so the settings only say which home.
 * @returns null where it could not be written; then the journal alone can halt the desk
 */
async function haltFirst(input: CommandInput, io: Io): Promise<HaltedHome | null> {
  let env = bareEnvironment();
  let file: ConfigFileValues | null = null;
  let canBeRead = true;
  try {
    env = readEnvironment().values;
    file = await configFileOf(input.flags, env);
  } catch {
    // What is wrong is said when the settings are read, after the halt.
    canBeRead = false;
  }
  const home = homeOf(input.flags, env, file);
  const isNamed = typeof input.flags["home"] === "string" || (env["DEEPTRADER_HOME"] ?? "").trim() !== "";
  const isTheDesks = canBeRead || isNamed;
  if (!isTheDesks) io.note("The settings cannot be read; if they name another home, add --home DIR.");
  try {
    await setHaltFile("halt", home, input, io);
    return { home, isTheDesks };
  } catch (error) {
    io.note(`The halt file could not be written in ${home}: ${(error as Error).message}`);
    return null;
  }
}

/** The desk sends nothing more: whatever kept the halt out of the journal, it is done. */
async function haltedAllTheSame(error: unknown, { home }: HaltedHome, input: CommandInput, io: Io): Promise<number> {
  const { errorDocument } = await import("./error-document.ts");
  const { haltedByFile } = await import("./commands/control.ts");
  const { name, message } = errorDocument(error);
  io.progress(null);
  io.note(`Not journaled: ${message}`);
  print(haltedByFile(home, input, { name, message }), io);
  return 0;
}

/** @throws ConfigError, UsageError naming every fault */
async function readOptions(name: string, { flags: all }: CommandInput, environment: Environment, io: Io) {
  const flags = commonFlags(name, all);
  const { values, dotenv, faults } = environment;
  const file = await configFileOf(flags, values);
  const learned = await learnedSettings(name, flags, { env: values, file, io });
  const options = parseOptions(flags, values, { dotenv, file, learned, faults });
  return { options, env: file === null ? values : offerVariables(file.values) };
}

/** Without those that the command has in a meaning of its own, such as the `--strategy` of `pause`. */
function commonFlags(name: string, flags: CommandInput["flags"]): CommandInput["flags"] {
  const own = COMMANDS.find((words) => words.name === name)?.flags.map(([flag]) => flagName(flag)) ?? [];
  return Object.fromEntries(Object.entries(flags).filter(([flag]) => !own.includes(flag)));
}

/** Read before the settings are known, of which only the home is needed for it. @throws ConfigError */
async function learnedSettings(
  name: string,
  flags: CommandInput["flags"],
  { env, file, io }: Pick<Call, "env" | "io"> & { readonly file: ConfigFileValues | null },
) {
  // No home is opened by the first three; and nothing that a file of the home may hold keeps a halt from the desk.
  if (name === "backtest" || name.startsWith("data ") || flags["dry"] === true || name === "halt") return {};
  const { readLearned } = await import("./learned-file.ts");
  const { accepted } = await readLearned(homeOf(flags, env, file));
  const inForce = Object.entries(accepted).filter(
    ([setting]) => (env[setting] ?? "").trim() === "" && file?.values.has(setting) !== true,
  );
  if (name === "start" && inForce.length > 0) {
    io.note(`Learned settings in force: ${inForce.map(([setting, value]) => `${setting}=${value}`).join(", ")}.`);
  }
  return accepted;
}

interface Done {
  readonly document: unknown;
  readonly text: string;
  readonly exitCode?: number;
}

async function dispatch(name: string, call: Call): Promise<Done | null> {
  switch (name) {
    case "start":
      return runStart(call);
    case "backtest":
      return runBacktest(call);
    case "chat":
      return runChat(call);
    case "init":
      return runInit(call);
    case "mcp":
      return runMcp(call);
    case "new-strategy":
      return runNewStrategy(call);
    case "doctor":
      return runDoctor(call);
    case "pair new":
    case "pair list":
    case "pair remove":
      return runPair(name, call);
    case "config":
      return showConfig(call);
    case "page":
      return showPage(call);
    case "data download":
      return runDownload(call);
    case "data import":
    case "data export":
      return runCopy(name, call);
    case "data list":
    case "data verify":
      return runInspect(name, call);
    default:
      return runOnDesk(name, call);
  }
}

async function runStart(call: Call): Promise<Done> {
  const { options, env, io, signal } = call;
  const { checkStart } = await import("./commands/start-checks.ts");
  const { start } = await import("./commands/start.ts");
  const { nothingWasAnalysed, renderStart } = await import("./commands/start-text.ts");
  await makeHomeFolder(options.config.home);
  const venue = await openVenueWithNotes(call, { streams: true });
  await checkStart(options.config, env, venue);
  const document = await start(options.config, venue, io, { signal });
  return { document, text: renderStart(document, io.style), exitCode: nothingWasAnalysed(document) ? 1 : 0 };
}

async function runBacktest(call: Call): Promise<Done> {
  const { input, options, env, io, signal } = call;
  const { ruleWordsOf } = await import("./commands/backtest-rules.ts");
  const { backtestInThread, runsInThread } = await import("./commands/backtest-in-thread.ts");
  const { backtest } = await import("./commands/backtest.ts");
  const { renderBacktest } = await import("./commands/backtest-text.ts");
  const startedMs = performance.now();
  const rules = ruleWordsOf(input.flags);
  const document = runsInThread(options.config)
    ? await backtestInThread(options.config, io, { signal, startedMs, rules })
    : await backtest(options.config, await openVenueWithNotes(call), io, { signal, startedMs, env, rules });
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

async function runOnDesk(name: string, call: Call): Promise<Done> {
  const { input, options, io } = call;
  const { deskCommandNamed } = await import("./desk-commands.ts");
  const command = deskCommandNamed(name);
  command.check?.(input);
  if (name === "analyse" && input.flags["dry"] === true) return analyseDry(command, call);
  const proposes = input.flags["propose"] === true;
  if (command.confirm !== undefined && input.flags["yes"] !== true && !proposes) {
    const { confirmed } = await import("./confirm.ts");
    if (!(await confirmed(command.confirm(input), call)))
      return { document: { done: false }, text: "Nothing was done.", exitCode: 1 };
  }
  // The halt is of the whole desk: a strategy that is resumed lifts none.
  if (name === "resume" && input.flags["strategy"] === undefined && !proposes)
    await setHaltFile(name, options.config.home, input, io);
  const desk = await reachDesk(name, call);
  if (name === "ask") noteSpending(desk, call);
  try {
    const told = tellBitByBit(io);
    const document = await desk.execute(input, io.json ? undefined : told.onShown);
    const note = await command.finish?.(document, input);
    if (note) io.note(note);
    const exitCode = command.failed?.(document) === true ? 1 : 0;
    return { document: withoutTables(document), text: told.rest(textOf(command, document, call)), exitCode };
  } finally {
    io.progress(null);
    await desk.close();
  }
}

/** A running desk has said so when it was started. */
function noteSpending({ isRunning }: ReachedDesk, { options: { config }, io }: Call): void {
  const line = isRunning ? null : spendLine(config);
  if (line !== null) io.note(line);
}

const textOf = (command: DeskCommand, document: unknown, { input, io }: Call): string =>
  input.flags["csv"] === true && command.csv !== undefined ? command.csv(document) : command.render(document, io.style);

async function analyseDry(command: DeskCommand, call: Call): Promise<Done> {
  const { input, options, io, signal } = call;
  const { analyseDry: analyse } = await import("./commands/analyse.ts");
  const venue = await openVenueWithNotes(call);
  const document = await analyse(venue, input.args[0] ?? "", options.config.timeframe, { signal }).finally(() =>
    venue.close?.(),
  );
  return { document, text: command.render(document, io.style) };
}

/** The file alone halts every desk on this home, whatever else is down; so it comes first. */
async function setHaltFile(name: "halt" | "resume", home: string, { flags }: CommandInput, io: Io): Promise<void> {
  const { removeHaltFile, writeHaltFile } = await import("./commands/control.ts");
  if (name === "halt") {
    await writeHaltFile(home, typeof flags["reason"] === "string" ? flags["reason"] : "by the operator");
    io.note(`halt file written in ${home}: the desk of this home sends nothing more`);
  } else if (await removeHaltFile(home)) io.note(`halt file removed from ${home}`);
}

/** What is only there for the table is not in the JSON document. */
function withoutTables(document: unknown): unknown {
  if (typeof document !== "object" || document === null || !("analyses" in document) || !("slot" in document)) {
    return document;
  }
  if (!Array.isArray(document.analyses)) return document;
  const { analyses: _analyses, ...rest } = document;
  return rest;
}

function print({ document, text }: Done, io: Io): void {
  io.out(io.json ? JSON.stringify(document, null, 2) : text);
}

/** Ended by a signal before it was done: 128 + 2, as shells count. */
function interrupted(io: Io): number {
  const message = "Stopped by a signal before it was done. Nothing is half written; run it again.";
  io.progress(null);
  io.note(message);
  if (io.json) io.out(JSON.stringify({ error: { name: "Interrupted", message } }, null, 2));
  return 130;
}

/** The message goes to stderr; with --json stdout still holds exactly one document. */
async function fail(error: unknown, io: Io): Promise<number> {
  const { errorDocument } = await import("./error-document.ts");
  const { exitCode, ...shown } = errorDocument(error);
  io.progress(null);
  process.stderr.write(`${io.style.bad("error")}: ${shown.message}\n`);
  // Not one of ours: a bug, whose place is worth more than brevity.
  if (!(error instanceof DeepTraderError) && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  if (io.json) io.out(JSON.stringify({ error: shown }, null, 2));
  return exitCode;
}
