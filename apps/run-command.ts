// Floor 6. One command: settings, the desk that answers (a running one, or this process), the document, the exit code.
import { DeepTraderError } from "#schemas/errors.ts";
import { withoutTurns } from "#schemas/plain-line.ts";
import type { CommandInput, DeskCommand } from "./command.ts";
import { COMMANDS } from "./command-words.ts";
import { configFileOf } from "./config/config-file-of.ts";
import type { ConfigFileValues } from "./config/read-config-file.ts";
import { endAtCrashes } from "./crash.ts";
import type { Environment } from "./environment.ts";
import { createIo, type Io, tellBitByBit } from "./io.ts";
import { type Lifetime, launcherPipe, watchLifetime } from "./lifetime.ts";
import { homeOf, parseOptions } from "./options.ts";
import type { Call, Done } from "./own-command.ts";
import { noteSpending, ownCommandOf } from "./own-commands.ts";
import { openVenueWithNotes, reachDesk } from "./reach-desk.ts";
import { researchCommands } from "./research/commands.ts";
import { flagName } from "./settings.ts";
import { bareEnvironment, offerVariables, readEnvironment } from "./wire.ts";

/** Prints the document of a command, or its error, and gives the exit code. */
export async function runCommand(name: string, input: CommandInput): Promise<number> {
  const { flags } = input;
  endAtCrashes();
  const io = createIo({ json: flags["json"] === true, quiet: flags["quiet"] === true });
  const launcherFd = launcherPipe();
  let lifetime: Lifetime | null = null;
  let halted: HaltedHome | null = null;
  try {
    if (name === "halt") halted = await haltFirst(input, io);
    const environment = readEnvironment();
    const { options, env } = await readOptions(name, input, environment, io);
    // Not before: a configuration file that never ends would never let a handler of ours run, and nothing is open yet.
    lifetime = watchLifetime(launcherFd, () => {
      if (name === "start" || name === "chat")
        io.note("Stopping: the work of this moment is finished first. Ctrl-C again quits at once.");
    });
    const call: Call = { input, options, env, io, signal: lifetime.signal };
    const own = ownCommandOf(name, input);
    const done = await (own === undefined ? runOnDesk(name, call) : own(call));
    if (done !== null) print(done, io);
    return done?.exitCode ?? 0;
  } catch (error) {
    if (halted?.isTheDesks === true) return haltedAllTheSame(error, halted, input, io);
    if (lifetime?.stopping() === true && !(error instanceof DeepTraderError)) return interrupted(io);
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
  const isNamedIn = (values: Environment["values"]): boolean =>
    typeof input.flags["home"] === "string" || (values["DEEPTRADER_HOME"] ?? "").trim() !== "";
  try {
    env = readEnvironment().values;
    // It runs code, and need not be asked for a home that is named.
    if (!isNamedIn(env)) file = await configFileOf(input.flags, env);
  } catch {
    // What is wrong is said when the settings are read, after the halt.
    canBeRead = false;
  }
  const home = homeOf(input.flags, env, file);
  const isNamed = isNamedIn(env);
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
  const isOfNoDesk = opensNoHome(name) || NO_DESKS.has(name);
  const options = parseOptions(flags, values, { dotenv, file, learned, faults, isOfNoDesk });
  return { options, env: file === null ? values : offerVariables(file.values) };
}

/** Without those that the command has in a meaning of its own, such as the `--strategy` of `pause`. */
function commonFlags(name: string, flags: CommandInput["flags"]): CommandInput["flags"] {
  const own = COMMANDS.find((words) => words.name === name)?.flags.map(([flag]) => flagName(flag)) ?? [];
  return Object.fromEntries(Object.entries(flags).filter(([flag]) => !own.includes(flag)));
}

const opensNoHome = (name: string): boolean =>
  name === "backtest" || name in researchCommands || name.startsWith("data ");

/** They write files for a desk to come. */
const NO_DESKS: ReadonlySet<string> = new Set(["new-strategy", "init"]);

/** Read before the settings are known, of which only the home is needed for it. @throws ConfigError */
async function learnedSettings(
  name: string,
  flags: CommandInput["flags"],
  { env, file, io }: Pick<Call, "env" | "io"> & { readonly file: ConfigFileValues | null },
) {
  // Nothing that a file of the home may hold keeps a halt from the desk.
  if (opensNoHome(name)) return {};
  if (flags["dry"] === true || name === "halt") return {};
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
    return { document, text: told.rest(textOf(command, document, call)), exitCode };
  } finally {
    io.progress(null);
    await desk.close();
  }
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
  const { exitCode, name, message } = errorDocument(error);
  const hide = await hidingSecrets();
  const shown = { name, message: hide(message) };
  io.progress(null);
  process.stderr.write(withoutTurns(`${io.style.bad("error")}: ${shown.message}\n`));
  // Not one of ours: a bug, whose place is worth more than brevity.
  if (!(error instanceof DeepTraderError) && error instanceof Error) {
    process.stderr.write(`${hide(error.stack ?? "")}\n`);
  }
  if (io.json) io.out(JSON.stringify({ error: shown }, null, 2));
  return exitCode;
}

/** An error quotes what others have said, who may have said back what they were sent. */
async function hidingSecrets(): Promise<(text: string) => string> {
  const { hiding } = await import("./log/redact.ts");
  const { secretValues } = await import("./log/secret-values.ts");
  try {
    return hiding(secretValues(readEnvironment().values));
  } catch {
    return hiding(secretValues(bareEnvironment()));
  }
}
