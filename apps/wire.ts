// Floor 6. The composition root: with apps/venues.ts the only place where adapters are chosen, and where process.env is read.
// Everything heavy is imported when it is first needed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AskedDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Desk } from "#desk/desk.ts";
import { createDailyUniverse } from "#desk/run-slot/daily-universe.ts";
import { slotAt } from "#desk/slots.ts";
import type { Sharing } from "#memory/tiers/sharing.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskId, RunId, UnixMs } from "#schemas/units.ts";
import { composeEnvironment, type Environment } from "./environment.ts";
import type { Venue } from "./venues.ts";

/** How long a real venue that has not published a candle yet is asked again (DESIGN §11). */
const ASK_AGAIN_MS = 30_000;

/** The process environment, with a `.env` file of the working folder read in first. @throws ConfigError */
export function readEnvironment(): Environment {
  const environment = composeEnvironment(process.env, readDotenv());
  // A provider's library looks its key up in process.env itself.
  Object.assign(process.env, environment.values);
  return environment;
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

/** Which run a command belongs to (DESIGN §11). */
export type RunChoice = "new" | "once" | "latest";

export interface OpenDesk extends AskedDesk {
  readonly venue: Venue;
  /** For the provider's key, which is looked up under the provider's own variable name and kept nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

/**
 * Opens store, Khala and account over a venue. @throws HomeLockedError, StoreError
 */
export async function openDesk(
  config: DeskConfig,
  venue: Venue,
  choice: RunChoice,
  options: CallOptions & { readonly owner: string; readonly onNote?: (text: string) => void },
): Promise<OpenDesk> {
  const { openStore } = await import("#memory/stores/open.ts");
  const { createKhala } = await import("#memory/khala.ts");
  const { createCandleWindows } = await import("#memory/candle-windows.ts");
  const { createSingleFlight } = await import("#memory/single-flight.ts");
  const { createTopics } = await import("#memory/topics.ts");
  const { createRelationshipsKeeper } = await import("#desk/run-slot/relationships.ts");
  const { createQuestionPriority } = await import("#desk/planning/question-priority.ts");
  const { createPlanner } = await import("#desk/planning/planner.ts");
  const { withTopicTier } = await import("#memory/tiers/topic-tier.ts");
  const { createShadow } = await import("#desk/shadow/shadow.ts");
  const { definitionIdOf, topicDefinitionIdOf } = await import("#agents/market-analyst/assess.ts");
  const { createPaperExecution } = await import("#toolkits/execution/paper-venue.ts");
  const { openAccount } = await import("#desk/account/account.ts");
  const { createAlertDesk } = await import("#desk/watch/watch.ts");
  const { openSharing } = await import("#memory/tiers/sharing.ts");
  const { managerModels, opinionModels } = await import("./models.ts");
  const { createUnsettledMarkets } = await import("#desk/run-slot/collect-reports.ts");
  const opened = await openStore(
    config.databaseUrl === null
      ? { kind: "pglite", home: config.home, owner: options.owner }
      : { kind: "postgres", url: config.databaseUrl, owner: options.owner },
    options,
  );
  // Others may write a PostgreSQL; the embedded store is this process's alone.
  const store = opened.kind === "postgres" ? opened : withTopicTier(opened);
  let sharing: Sharing | null = null;
  try {
    const { marketData, clock, strategy } = venue;
    sharing = await openSharing({ ...config, monotonicMs }, options);
    const runId = await chooseRun(store, config.deskId, clock, choice, options);
    const journal = store.journal(config.deskId, runId);
    const account = await openAccount(journal, { quote: venue.quote, cash: venue.cash }, options);
    const real = clock.kind === "system";
    const unsettled = createUnsettledMarkets();
    const khala = createKhala({
      store,
      clock,
      graceMs: marketData.graceMs,
      definitionId: definitionIdOf(strategy),
      driftAtr: config.driftAtr,
      bus: sharing.bus,
      cache: sharing.cache,
      monotonicMs,
      onRefused: (error) => options.onNote?.(error.message),
    });
    const questionPriority = createQuestionPriority(monotonicMs);
    const planner = createPlanner({
      topics: createTopics({ store, khala, deskId: config.deskId, definitionId: topicDefinitionIdOf(strategy) }),
      ledger: venue.counting.ledger(store.ledger(config.deskId)),
      deskId: config.deskId,
      venueId: marketData.venueId,
      questionPriority,
      monotonicMs,
      sleep: systemClock().sleep,
    });
    const desk: Desk = {
      config,
      deskId: config.deskId,
      runId,
      quote: venue.quote,
      clock,
      monotonicMs,
      marketData,
      universe: createDailyUniverse(venue.universe, config.assets),
      security: venue.security,
      strategy,
      markets: venue.markets,
      khala,
      topics: planner.topics,
      planner,
      relationships: createRelationshipsKeeper(),
      opinionModels: opinionModels(config, process.env),
      questionPriority,
      shadow: createShadow({ onProblem: (text) => options.onNote?.(text) }),
      quarantine: account.quarantined(),
      windows: real ? createCandleWindows({ store, khala, venueId: marketData.venueId }) : null,
      flight: createSingleFlight({
        khala,
        leases: store.leases,
        // Others work in real time, whatever clock this desk runs on.
        sleep: systemClock().sleep,
        monotonicMs,
        bus: sharing.bus,
      }),
      consolidation: store,
      account,
      alerts: createAlertDesk(account.alerts()),
      runs: store.runs(config.deskId, runId),
      ledger: planner.ledger,
      execution: createPaperExecution({
        marketData,
        markets: venue.markets,
        timeframe: config.timeframe,
        costs: config.costs,
        quote: venue.quote,
        mode: real ? "quotes" : "next-open",
        restore: { portfolio: account.portfolio() },
        onUnsettled: unsettled.note,
      }),
      entryStyle: real ? "limit-at-quote" : "next-open",
      askAgainForMs: real ? ASK_AGAIN_MS : 0,
      haltFileExists: () => existsSync(haltFile(config)),
      unsettled,
    };
    if (choice !== "latest" && account.portfolio().settledThroughMs === null) await beginRun(desk, venue, options);
    const shared = sharing;
    const background = createBackgroundQueue((text) => options.onNote?.(text));
    const conversations = createConversations(desk, store, (text) => options.onNote?.(text));
    const close = async (): Promise<void> => {
      await background.settled();
      await conversations.close();
      await desk.shadow.close();
      await shared.close();
      await store.close();
    };
    return {
      desk,
      store,
      venue,
      env: process.env,
      managerModels: managerModels(config, process.env),
      background,
      conversations,
      close,
    };
  } catch (error) {
    await sharing?.close();
    await store.close();
    throw error;
  }
}

/** HOME/halt: while it exists the desk sends nothing. */
export const haltFile = (config: Pick<DeskConfig, "home">): string => join(config.home, "halt");

async function chooseRun(
  store: Store,
  deskId: DeskId,
  clock: Clock,
  choice: RunChoice,
  options: CallOptions,
): Promise<RunId> {
  if (clock.kind === "system") return "live" as RunId;
  if (choice === "new") return `sim-${Date.now().toString(36)}-${process.pid}` as RunId;
  if (choice === "latest") return (await store.latestRun(deskId, options)) ?? ("once" as RunId);
  return "once" as RunId;
}

/** The first row of a run says what it trades with. Journaled once, whoever asks. */
async function beginRun(desk: Desk, venue: Venue, options: CallOptions): Promise<void> {
  await desk.account.append(
    [
      {
        type: "run-started",
        atMs: desk.clock.now(),
        cash: venue.cash,
        quote: venue.quote,
        venueId: desk.marketData.venueId,
        strategyId: desk.strategy.id,
        timeframe: desk.config.timeframe,
        securityPolicy: desk.config.securityPolicy,
      },
    ],
    options,
  );
}

/** The slot a one-shot stands in. */
export const currentSlot = (desk: Pick<Desk, "clock" | "config" | "marketData">): UnixMs =>
  slotAt(desk.clock.now(), desk.config.timeframe, desk.marketData.graceMs);
