// The command line as its users have it: bin/deeptrader.js in a child process, a home under the temporary folder, and an
// environment in which nothing is set but what the test says.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../../bin/deeptrader.js");

export interface CliSettings {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Piped into it; left out: its standard input is empty. */
  readonly input?: string;
  /** A command that runs it, such as one that puts it on another network; left out: none. */
  readonly under?: readonly string[];
  /** The launcher; left out: this product's. */
  readonly bin?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface RunningCli {
  readonly pid: number;
  /** Resolves with the output so far once it matches; rejects if the process ends first. */
  waitFor(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Settles when the process has ended. */
  readonly ended: Promise<CliResult>;
}

/** Starts `deeptrader …args`. */
export function startCli(
  args: readonly string[],
  { home, env = {}, cwd = tmpdir(), input, under = [], bin = BIN }: CliSettings = {},
): RunningCli {
  const [program = process.execPath, ...words] = [...under, process.execPath, bin, ...args];
  const child = spawn(program, words, {
    cwd,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...(home === undefined ? {} : { DEEPTRADER_HOME: home }),
      ...env,
    },
  });
  child.stdin?.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    signal: (name) => child.kill(name),
    ended,
    waitFor: (pattern) => seen(child, () => stdout + stderr, pattern, ended),
  };
}

function seen(child: ChildProcess, text: () => string, pattern: RegExp, ended: Promise<CliResult>): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (pattern.test(text())) resolve(text());
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    look();
    ended.then(
      () => reject(new Error(`The command ended before it printed ${pattern}:\n${text()}`)),
      (error: unknown) => reject(error),
    );
  });
}

/** Runs `deeptrader …args` to its end. */
export const runCli = (args: readonly string[], settings?: CliSettings): Promise<CliResult> =>
  startCli(args, settings).ended;

/** The one JSON document on stdout; throws where there is anything else. */
export function jsonOf({ code, stdout, stderr }: CliResult): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`Exit ${code}; no single JSON document on stdout:\n${stdout}\nstderr:\n${stderr}`);
  }
}

/** The document of a command that must succeed. */
export async function documentOf(args: readonly string[], settings?: CliSettings): Promise<Record<string, unknown>> {
  const result = await runCli([...args, "--json"], settings);
  const document = jsonOf(result);
  if (result.code !== 0) throw new Error(`Exit ${result.code}:\n${result.stdout}\n${result.stderr}`);
  return document;
}

/** What a command that must fail says, with --json: its exit code and its error. */
export async function failureOf(
  args: readonly string[],
  settings?: CliSettings,
): Promise<{ readonly code: number | null; readonly name: string; readonly message: string; readonly stderr: string }> {
  const result = await runCli([...args, "--json"], settings);
  const { error } = jsonOf(result) as { error?: { name: string; message: string } };
  if (error === undefined) throw new Error(`No error document, exit ${result.code}:\n${result.stdout}`);
  return { code: result.code, ...error, stderr: result.stderr };
}

export interface TemporaryFolder extends AsyncDisposable {
  readonly dir: string;
}

/** An empty folder, removed when the test's scope ends (`await using`). */
export async function emptyFolder(): Promise<TemporaryFolder> {
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-cli-"));
  return {
    dir,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
