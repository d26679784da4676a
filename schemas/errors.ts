// Floor 1. One base, one class per failure. The class says what happens next; the message says what was, what was
// expected and what to do. Absence, refusal and cache miss are values, never one of these.

/**
 * What the desk does when it meets the error. `retry`: the market is asked again within the slot; `pause`: the venue is asked
 * nothing until a time, then the same; `skip-symbol`: the market is left out until the next slot; `exit`: the command, or the
 * desk, ends and sends nothing more, since a desk that cannot trust its venue, its store or itself must not go on. Stops rest at
 * the venue meanwhile.
 */
export type ErrorPolicy = "retry" | "pause" | "skip-symbol" | "exit";

interface ErrorParts {
  /** What was the case. */
  readonly was: string;
  /** What was expected, without a verb. */
  readonly expected?: string;
  /** What to do, as an imperative sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** Base of every failure this product raises on purpose. `message` is safe to show: it holds no secret. */
export abstract class DeepTraderError extends Error {
  readonly policy: ErrorPolicy = "exit";
  /** 1: it failed; 2: it was asked wrongly. */
  readonly exitCode: 1 | 2 = 1;

  constructor(parts: ErrorParts) {
    const expected = parts.expected === undefined ? "" : ` Expected ${parts.expected}.`;
    super(
      `${parts.was}${expected} ${parts.remedy}`.trimEnd(),
      parts.cause === undefined ? undefined : { cause: parts.cause },
    );
    this.name = new.target.name;
  }
}

/** The command line or a setting is wrong in form: exit 2. */
export class UsageError extends DeepTraderError {
  override readonly exitCode = 2;
}

/** The configuration is wrong in content; every fault is in the message. */
export class ConfigError extends DeepTraderError {}

/** A name that is looked up at run time does not exist: symbol, venue, run. */
export class UnknownNameError extends DeepTraderError {
  override readonly policy = "skip-symbol";
}

/** Input data breaks its contract; `where` is `FILE:LINE` for files. */
export class DataFormatError extends DeepTraderError {
  override readonly policy = "skip-symbol";
  readonly where: string;

  constructor(parts: ErrorParts & { readonly where: string }) {
    super({ ...parts, was: `${parts.where}: ${parts.was}` });
    this.where = parts.where;
  }
}

/** A data folder is missing, empty or unreadable. */
export class DataFolderError extends DeepTraderError {}

/** A venue or source did not answer, or not in its own protocol; the same call may go through later. */
export class ProviderError extends DeepTraderError {
  override readonly policy = "retry";
}

/** Nothing came back in time: asked again at once, nothing would either. */
export class UnansweredError extends ProviderError {}

/** A source gave fewer candles than it was asked for: what is missing is not known to be missing. */
export class IncompleteReadError extends ProviderError {}

/**
 * A venue is asked nothing until `untilMs` (local time): it asked for rest, banned this address for a while, or does not answer.
 * Raised by the read that met it and, without a request, by all others until then.
 */
export class VenuePausedError extends DeepTraderError {
  override readonly policy = "pause";
  readonly code = "venue-paused";
  readonly untilMs: number;

  constructor({ untilMs, was, cause }: { readonly untilMs: number; readonly was: string; readonly cause?: unknown }) {
    const until = new Date(Math.ceil(untilMs / 1000) * 1000).toISOString();
    super({ was, remedy: `Nothing is asked of it until ${until.slice(0, 10)} ${until.slice(11, 19)} UTC.`, cause });
    this.untilMs = untilMs;
  }
}

/** The venue says no for good: bad key, blocked by law. */
export class ProviderRefusedError extends DeepTraderError {}

/** The store cannot be reached or does not take writes. */
export class StoreError extends DeepTraderError {}

/** A job that was given up: its worker's reason, and how often it was begun. */
export class JobFailedError extends DeepTraderError {
  constructor({ id, reason, attempts }: { readonly id: string; readonly reason: string; readonly attempts: number }) {
    super({
      was: `A job was given up after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}: ${reason}`,
      remedy: `\`deeptrader jobs retry ${id}\` tries it once more.`,
    });
  }
}

/** No worker took a job in the time that who asked had for it. */
export class JobUntakenError extends DeepTraderError {
  constructor({ role, withinMs }: { readonly role: string; readonly withinMs: number }) {
    super({
      was: `No worker for ${role} took a job within ${withinMs / 1000} s.`,
      remedy: "`deeptrader jobs` shows who works; start `deeptrader worker`.",
    });
  }
}

/** Another process holds the home folder. */
export class HomeLockedError extends DeepTraderError {}

/** Another process writes the account; nothing was opened. */
export class AccountInUseError extends DeepTraderError {
  readonly code = "account-in-use";
}

/** This process wrote the account until another took it, or it was purged: what was to be written is not, and nothing may be sent. */
export class WriterLostError extends DeepTraderError {
  readonly code = "writer-lost";
}

/** A running desk was asked for something else than it runs. */
export class DeskMismatchError extends DeepTraderError {}

/** The desk's account trades another venue or settlement currency than the command asks for. */
export class AccountBoundError extends DeepTraderError {}

/** A position cannot be closed, or not written off, as its market stands. */
export class PositionError extends DeepTraderError {
  readonly code = "position";
}

/** A stored record has a schema version this build does not read. */
export class RecordVersionError extends DeepTraderError {}

/** A record is stamped ahead of the system clock: a clock is wrong. */
export class FutureRecordError extends DeepTraderError {
  override readonly policy = "skip-symbol";
}

/** A model run ended without a usable result: down, hung, aborted, out of steps, tripwire, nonsense. */
export class ModelRunError extends DeepTraderError {}

/** The tokens that this work may spend are spent: a model call was refused before it was made. */
export class TokenBudgetError extends ModelRunError {}

/** A promise inside the program is broken; a bug. */
export class InvariantError extends DeepTraderError {}

/**
 * True for a failure that says nothing about the desk itself: a silent venue, bad rows, a market that is gone. Work over
 * many markets names it and goes on; the next slot asks again.
 */
export const isPassing = (error: unknown): error is DeepTraderError =>
  error instanceof DeepTraderError && error.policy !== "exit";

/** An order was told of something that cannot happen to it in its state. */
export class IllegalOrderEventError extends InvariantError {}

/** What is wrong with a strategy, and where: plain data, as a thread sends it. */
export interface StrategyFault {
  /** Its file, or its id where it has none. */
  readonly strategy: string;
  /** The field of the definition, such as `indicators.fast`; left out where it is the whole file. */
  readonly field?: string;
  /** The market that was looked at, and the close of its candle. */
  readonly market?: string;
  readonly closeMs?: number;
  readonly was: string;
  readonly expected?: string;
  readonly remedy: string;
}

/** A strategy is wrong: its file cannot be loaded, a field is not what is expected, or its rule threw or answered nonsense. */
export class StrategyError extends DeepTraderError {
  readonly code = "strategy";
  readonly fault: StrategyFault;

  constructor({ cause, ...fault }: StrategyFault & { readonly cause?: unknown }) {
    const { strategy, field = "", market, closeMs, was, remedy } = fault;
    const candle = closeMs === undefined ? "" : ` at the close of ${new Date(closeMs).toISOString()}`;
    const where = [strategy, field, market === undefined ? "" : `${market}${candle}`].filter((part) => part !== "");
    const { expected } = fault;
    super({ was: `${where.join(", ")}: ${was}`, remedy, cause, ...(expected === undefined ? {} : { expected }) });
    this.fault = fault;
  }
}
