// Floor 5. The composition root: with apps/venues.ts the only place where adapters are chosen, and where process.env is read.
// Everything heavy is imported when it is first needed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Sharing } from "#memory/tiers/sharing.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { createDailyUniverse } from "#scheduler/daily-universe.ts";
import type { Desk } from "#scheduler/desk.ts";
import { slotAt } from "#scheduler/slots.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions, Clock, Store } from "#schemas/ports.ts";
import type { DeskId, RunId, UnixMs } from "#schemas/units.ts";
import { type Afterwards, createAfterwards } from "./afterwards.ts";
import { type Conversations, createConversations } from "./conversations.ts";
import type { Venue } from "./venues.ts";

/** How long a real venue that has not published a candle yet is asked again (DESIGN §11). */
const ASK_AGAIN_MS = 30_000;

/** The process environment, with a `.env` file of the working folder read in first. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}

/** Which run a command belongs to (DESIGN §11). */
export type RunChoice = "new" | "once" | "latest";

export interface OpenDesk {
  readonly desk: Desk;
  readonly store: Store;
  readonly venue: Venue;
  /** For the provider's key, which is looked up under the provider's own variable name and kept nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is written once an answer is out; `close` waits for it. */
  readonly afterwards: Afterwards;
  readonly conversations: Conversations;
  close(): Promise<void>;
}

/**
 * Opens store, Khala and book over a venue. @throws HomeLockedError, StoreError
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
  const { createRelationshipsKeeper } = await import("#scheduler/relationships.ts");
  const { createAttention } = await import("#scheduler/thinking/attention.ts");
  const { createMind } = await import("#scheduler/thinking/mind.ts");
  const { withTopicTier } = await import("#memory/tiers/topic-tier.ts");
  const { createShadow } = await import("#scheduler/shadow.ts");
  const { definitionIdOf, topicDefinitionIdOf } = await import("#agents/market-analyst/assess.ts");
  const { createPaperExecution } = await import("#toolkits/execution/paper.ts");
  const { openBook } = await import("#scheduler/book.ts");
  const { createAlertDesk } = await import("#scheduler/alerts/watch.ts");
  const { openSharing } = await import("#memory/tiers/sharing.ts");
  const { opinionModels } = await import("./models.ts");
  const { createUnsettledMarkets } = await import("#scheduler/cycles/settle.ts");
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
    const book = await openBook(journal, { quote: venue.quote, cash: venue.cash }, options);
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
    const attention = createAttention(monotonicMs);
    const mind = createMind({
      topics: createTopics({ store, khala, deskId: config.deskId, definitionId: topicDefinitionIdOf(strategy) }),
      ledger: store.ledger(config.deskId),
      deskId: config.deskId,
      venueId: marketData.venueId,
      attention,
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
      topics: mind.topics,
      mind,
      relationships: createRelationshipsKeeper(),
      opinionModels: opinionModels(config, process.env),
      attention,
      shadow: createShadow({ onProblem: (text) => options.onNote?.(text) }),
      quarantine: book.quarantined(),
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
      book,
      alerts: createAlertDesk(book.alerts()),
      runs: store.runs(config.deskId, runId),
      ledger: mind.ledger,
      execution: createPaperExecution({
        marketData,
        markets: venue.markets,
        timeframe: config.timeframe,
        costs: config.costs,
        quote: venue.quote,
        mode: real ? "quotes" : "next-open",
        restore: { portfolio: book.portfolio() },
        onUnsettled: unsettled.note,
      }),
      entryStyle: real ? "limit-at-quote" : "next-open",
      askAgainForMs: real ? ASK_AGAIN_MS : 0,
      haltFileExists: () => existsSync(haltFile(config)),
      unsettled,
    };
    if (choice !== "latest" && book.portfolio().settledThroughMs === null) await beginRun(desk, venue, options);
    const shared = sharing;
    const afterwards = createAfterwards((text) => options.onNote?.(text));
    const conversations = createConversations(desk, store, (text) => options.onNote?.(text));
    const close = async (): Promise<void> => {
      await afterwards.settled();
      await conversations.close();
      await desk.shadow.close();
      await shared.close();
      await store.close();
    };
    return { desk, store, venue, env: process.env, afterwards, conversations, close };
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
  await desk.book.append(
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
