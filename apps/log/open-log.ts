// Floor 6, log. DEEPTRADER_LOG and DEEPTRADER_LOG_LEVEL → a log of JSON lines, one an event, to stderr or a file; off where they are
// not set. No secret of the environment gets through, whatever is logged; a log that cannot be written stops nothing.
import { appendFileSync } from "node:fs";
import type { Logger } from "pino";
import { ConfigError } from "#schemas/errors.ts";
import { createRedaction, loggable } from "./redact.ts";
import { secretValues } from "./secret-values.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Names of the events, one for each kind of line. */
export type LogEvent =
  | "started"
  | "slot"
  | "decision"
  | "refusal"
  | "order"
  | "fill"
  | "equity"
  | "alert"
  | "control"
  | "account-difference"
  | "question"
  | "work"
  | "provider-call"
  | "provider-error"
  | "model-call"
  | "http"
  | "note"
  | "stopped";

type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  /** One line. Never throws. */
  event(name: LogEvent, fields: Fields, level?: LogLevel): void;
  /** The same log, whose every line has these fields too. */
  child(fields: Fields): Log;
  /** Says a line to people as before, and logs it. */
  noting(say: (text: string) => void): (text: string) => void;
}

type Env = Readonly<Record<string, string | undefined>>;

export interface LogParts {
  readonly env: Env;
  /** Secrets that are not in the environment: tokens made at the start. */
  readonly secrets?: readonly string[];
  /** Told once where the log cannot be written. */
  readonly onNote: (text: string) => void;
  /** Left out: this process's stderr. */
  readonly stderr?: (line: string) => void;
}

export const NO_LOG: Log = { event: () => {}, child: () => NO_LOG, noting: (say) => say };

/** @throws ConfigError for a level that is none */
export async function openLog({ env, secrets = [], onNote, stderr = toStderr }: LogParts): Promise<Log> {
  const { target, level } = logSettings(env);
  if (target === null) return NO_LOG;
  const { pino } = await import("pino");
  const redact = createRedaction(secretValues(env, secrets));
  const write = target === "stderr" ? stderr : (line: string) => appendFileSync(target, line, { mode: 0o600 });
  let isBroken = false;
  const sink = {
    write: (line: string): void => {
      try {
        write(redact(line));
        isBroken = false;
      } catch (error) {
        if (!isBroken) onNote(`log: it cannot be written to ${target}: ${(error as Error).message}`);
        isBroken = true;
      }
    },
  };
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return logOf(logger);
}

/** Null: there is no log. @throws ConfigError */
export function logSettings(env: Env): { readonly target: string | null; readonly level: LogLevel } {
  const target = env["DEEPTRADER_LOG"]?.trim() ?? "";
  const named = env["DEEPTRADER_LOG_LEVEL"]?.trim() || "info";
  const level = LEVELS.find((one) => one === named);
  if (level !== undefined) return { target: target === "" ? null : target, level };
  throw new ConfigError({
    was: `DEEPTRADER_LOG_LEVEL is ${JSON.stringify(named)}.`,
    expected: LEVELS.join(", "),
    remedy: "Correct it, or leave it out for info.",
  });
}

const logOf = (logger: Logger): Log => ({
  event: (name, fields, level = "info") => {
    if (!logger.isLevelEnabled(level)) return;
    try {
      logger[level](loggable(fields) as object, name);
    } catch {
      // A value that is no JSON (a big integer, a circle): that it happened is still worth its line.
      logger[level]({}, name);
    }
  },
  child: (fields) => logOf(logger.child(loggable(fields) as Record<string, unknown>)),
  noting: (say) => (text) => {
    say(text);
    logOf(logger).event("note", { text }, "warn");
  },
});

const toStderr = (line: string): void => void process.stderr.write(line);
