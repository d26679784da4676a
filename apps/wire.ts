// Floor 6. The composition root: with apps/venues.ts the only place where adapters are chosen, and where process.env is read.
// Everything heavy is imported when it is first needed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Elsewhere } from "#agents/models/elsewhere.ts";
import type { AskedDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { DeskParts } from "#desk/assemble-desk.ts";
import type { Desk } from "#desk/desk.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import { slotAt } from "#desk/slots.ts";
import { claimMsAt } from "#memory/shared-answers.ts";
import type { Sharing } from "#memory/tiers/sharing.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError, DataFolderError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { composeEnvironment, type Environment } from "./environment.ts";
import { openRooms, type RoomOptions } from "./open-rooms.ts";
import { type ChosenRun, chooseRun, type RunChoice } from "./run-choice.ts";
import { SETTINGS } from "./settings.ts";
import { storeSpecOf } from "./store-spec.ts";
import { closeVenue, type Venue } from "./venues/venue.ts";

/** The process environment, with a `.env` file of the working folder read in first. @throws ConfigError */
export function readEnvironment(): Environment {
  const environment = composeEnvironment(process.env, readDotenv());
  // A provider's library looks its key up in process.env itself.
  Object.assign(process.env, environment.values);
  return environment;
}

/** The environment alone, whatever stands in `.env`. */
export const bareEnvironment = (): Environment["values"] => process.env;

/** What the configuration file sets of variables that are read where they are used; the environment goes before it. */
export function offerVariables(values: ReadonlyMap<string, unknown>): Environment["values"] {
  for (const { key, env } of SETTINGS) {
    const value = key === null ? values.get(env) : undefined;
    if (typeof value === "string" && (process.env[env] ?? "").trim() === "") process.env[env] = value;
  }
  return process.env;
}

/** Null where there is no such file; a folder of that name (Python's virtual environments) is none. */
function readDotenv(): string | null {
  try {
    const bytes = readFileSync(".env");
    // What PowerShell writes with `>`.
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR") return null;
    throw new ConfigError({ was: `.env cannot be read: ${message}.`, remedy: "Correct its rights, or move it away." });
  }
}

/** A read of a real venue that hangs is waited for so long; then its market is late, and the others are decided. */
const READ_PATIENCE_MS = 5_000;
/** Reads that may stand before one in the venue's limiter: as many as a sweep has under way. */
const QUEUED_READS = 8;

export interface OpenDesk extends AskedDesk {
  readonly venue: Venue;
  /** Fires with a WriterLostError where another process was found to have taken the account. */
  readonly accountLost: AbortSignal;
  /** As `AccountWriter.leftMs`. */
  readonly accountLeftMs: () => number;
  /** For the provider's key, which is looked up under the provider's own variable name and kept nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

const onlyBacktested = (calendar: string): DataFolderError =>
  new DataFolderError({
    was: `The folder's markets.json has a calendar of sessions (${calendar}): a desk's clock knows none yet.`,
    expected: "a folder without a calendar; one with sessions runs in `backtest` and the other commands of research",
    remedy: "Run `backtest` with it, or take the calendar out and have its days without a session as holes.",
  });

const needsPostgres = (): ConfigError =>
  new ConfigError({
    was: "DEEPTRADER_MODE is live, and the journal would lie in a folder of this machine.",
    expected: "a PostgreSQL, which outlives this machine and bars a second writer",
    remedy: "Set DATABASE_URL, for example postgres://desk@127.0.0.1/desk.",
  });

const needsCash = ({ deskId, liveAccount }: DeskConfig): ConfigError =>
  new ConfigError({
    was: `Desk ${deskId} has not begun on account ${liveAccount ?? ""}, and how much of that is the desk's is not known.`,
    remedy: "Begin it with `start`, and say with --cash how much it is.",
  });

/** Commands that trade: the first of them binds the account to its venue and settlement currency. */
const TRADES: ReadonlySet<string> = new Set(["start", "trade"]);

/** Work of a desk that others do beside it; null or left out: it does it by itself. */
export interface Helpers {
  readonly askOthers: DeskParts["askOthers"];
  readonly callElsewhere: Elsewhere | undefined;
}

/**
 * Opens store, Khala and account over a venue. @throws HomeLockedError, AccountInUseError, StoreError
 */
export async function openDesk(
  config: DeskConfig,
  venue: Venue,
  choice: RunChoice,
  options: RoomOptions & { readonly owner: string } & Partial<Helpers>,
): Promise<OpenDesk> {
  if (venue.calendar !== undefined) throw onlyBacktested(venue.calendar.name);
  const { openStore } = await import("#memory/stores/open.ts");
  const { withTopicTier } = await import("#memory/tiers/topic-tier.ts");
  const { openSharing } = await import("#memory/tiers/sharing.ts");
  const { assembleDesk } = await import("#desk/assemble-desk.ts");
  const { managerModels, sleepModels } = await import("./models.ts");
  const { onNote = () => {} } = options;
  if (config.mode === "live" && config.databaseUrl === null) throw needsPostgres();
  const paceMs = venue.exchange?.adapter.facts.candles.paceMs ?? 0;
  const patienceMs = READ_PATIENCE_MS + QUEUED_READS * paceMs;
  const opened = await openStore(storeSpecOf(config, options.owner), options);
  // Others may write a PostgreSQL; the embedded store is this process's alone.
  const store = opened.kind === "postgres" ? opened : withTopicTier(opened);
  let sharing: Sharing | null = null;
  try {
    sharing = await openSharing({ ...config, monotonicMs }, options);
    const shared = sharing;
    const choose = () => chooseRun(store, config, venue, choice, options);
    // What keeps it from the account is found out now, and not when that is taken.
    const ahead =
      options.standby === undefined ? null : await readAhead(store, { config, venue, onNote }, await choose());
    const rooms = await openRooms(store, config.deskId, options).catch((error: unknown) => {
      // Nobody waits for a read that hangs.
      void ahead?.end();
      throw error;
    });
    const { runId, clock } = await choose();
    const books = ahead?.runId === runId ? await ahead.books(options) : null;
    const desk = await assembleDesk(
      {
        config,
        runId,
        venue: { ...venue, clock },
        store,
        journal: rooms.journal(runId),
        ...(books === null ? {} : { books }),
        runs: rooms.runs(runId),
        leftMs: rooms.leftMs,
        ...(shared.bus === null ? {} : { bus: shared.bus }),
        ...(shared.cache === null ? {} : { cache: shared.cache }),
        monotonicMs,
        sleep: systemClock().sleep,
        sleepModels: sleepModels(config, process.env, {
          observers: venue.counting.observers,
          elsewhere: options.callElsewhere,
        }),
        haltFileExists: () => existsSync(haltFile(config)),
        ...(await newsParts(config, { counting: venue.counting, clock })),
        onNote,
        claimMs: claimMsAt(paceMs),
        ...(options.askOthers === undefined ? {} : { askOthers: options.askOthers }),
        ...(clock.kind === "system" ? { tooLong: patienceOf(clock, patienceMs) } : {}),
      },
      options,
    );
    if (choice === "new" && desk.clock.kind === "simulated") {
      const before = (await store.bindings(config.deskId, options)).find((binding) => binding.runId !== runId);
      if (before !== undefined)
        onNote(
          `A simulated run begins anew, with ${venue.cash} ${venue.quote} and nothing held; the one before (${before.runId}) stays in the store.`,
        );
      const { carryOver } = await import("#desk/operator-rules/carry-over.ts");
      const { rules, watches } = await carryOver(desk, store, options);
      if (rules + watches > 0) {
        onNote(`Your rules (${rules}) and watches (${watches}) of the run before hold in this one too.`);
      }
    }
    const isBegun = desk.account.portfolio().settledThroughMs !== null;
    if (config.mode === "live" && config.cash === null && !isBegun) throw needsCash(config);
    if (TRADES.has(options.owner) && !isBegun) {
      await desk.account.append([runStarted(desk, venue.cash)], options);
    }
    const background = createBackgroundQueue(onNote);
    const conversations = createConversations(desk, onNote);
    const close = async (): Promise<void> => {
      await background.settled();
      await desk.shadow.close();
      await desk.besideLive?.settled();
      await shared.close();
      await rooms.release();
      await store.close();
      await closeVenue(venue);
    };
    return {
      desk,
      store,
      venue,
      accountLost: rooms.lost,
      accountLeftMs: rooms.leftMs,
      env: process.env,
      managerModels: managerModels(config, process.env, venue.counting.observers),
      background,
      conversations,
      close,
    };
  } catch (error) {
    await sharing?.close();
    await store.close();
    await closeVenue(venue);
    throw error;
  }
}

/** Reads the journal of a desk that another process owns, for as long as that is waited for; what comes of it is null where it is of no use. */
async function readAhead(
  store: Store,
  {
    config,
    venue,
    onNote,
  }: { readonly config: DeskConfig; readonly venue: Venue; readonly onNote: (text: string) => void },
  { runId }: ChosenRun,
) {
  const { createDeskBooks } = await import("#desk/desk-books.ts");
  const { followJournal } = await import("#desk/account/follow-journal.ts");
  const books = createDeskBooks(config, venue);
  const onRead = (rows: number): void =>
    onNote(
      `The desk's journal is read, ${rows === 1 ? "1 row" : `${rows.toLocaleString("en-US")} rows`}; what is added is read as it comes.`,
    );
  const onFault = (error: unknown): void =>
    onNote(
      `The desk's journal cannot be read, so that this process could not take it over: ${(error as Error).message}`,
    );
  const journal = store.journal(config.deskId, runId);
  const end = followJournal(books.fold, journal, { ...systemClock(), onRead, onFault });
  return {
    runId,
    end,
    books: async (call: CallOptions) => ((await end()) && (await books.fold.isOf(journal, call)) ? books : null),
  };
}

/** The past of a replay and the invented world of the simulation have no feeds: what is said today is not of their days. */
async function newsParts({ news: { feeds } }: DeskConfig, { counting, clock }: Pick<Venue, "counting" | "clock">) {
  if (feeds.length === 0 || clock.kind !== "system") return {};
  const { feedSources } = await import("#toolkits/news/feed-source.ts");
  return { news: { sources: feedSources(feeds).map((source) => counting.port("news", source)) } };
}

const patienceOf =
  (clock: Clock, patienceMs: number): NonNullable<Desk["tooLong"]> =>
  ({ untilMs = Number.POSITIVE_INFINITY, signal }) =>
    clock.sleep(Math.max(0, Math.min(patienceMs, untilMs - clock.now())), { signal });

/** HOME/halt: while it exists the desk sends nothing. */
export const haltFile = (config: Pick<DeskConfig, "home">): string => join(config.home, "halt");

/** The slot a one-shot stands in. */
export const currentSlot = (desk: Pick<Desk, "clock" | "config" | "marketData">): UnixMs =>
  slotAt(desk.clock.now(), desk.config.timeframe, desk.marketData.graceMs);
