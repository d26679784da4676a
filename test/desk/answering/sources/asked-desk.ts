// A desk whose fact sources are asked: one that has traded for some hours with a strategy that acts often, or one that has done
// nothing yet. Reading goes as the manager's does: input by the schema, facts through the table.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { analyseOnDelegation } from "#agents/market-analyst/from-scratch.ts";
import type { SourceDesk } from "#desk/answering/sources/source-desk.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
import { analystDeps, type Desk } from "#desk/desk.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import type { Fact } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import type { Money } from "#schemas/money.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const [SEED, ASSETS] = [7, 12];
/** In the middle of a day, so that it has a beginning. */
export const START_MS = unixMs(Date.UTC(2024, 2, 1, 6, 0));
export const STEP_MS = timeframeMs("5m");

export interface AskedSources {
  readonly test: TestDesk;
  readonly open: SourceDesk;
  readonly table: FactTable;
  readonly tally: WorkTally;
  /** @throws ZodError for a bad input, and what the source throws */
  read(id: string, input?: object): Promise<readonly Fact[]>;
}

export async function simulatedVenue(): Promise<TestDeskParts["venue"]> {
  const marketData = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  return {
    marketData,
    markets: new Map((await marketData.markets(patience)).map((market) => [market.symbol, market])),
    universe: createSimulatedUniverse({ seed: SEED, assets: ASSETS }),
    security: createSimulatedSecurity({ seed: SEED, assets: ASSETS }),
  };
}

interface Asking {
  readonly language?: Language;
  /** Left out: the desk's clock. */
  readonly nowMs?: UnixMs;
  /** Parts that are other than they are. */
  readonly desk?: Partial<Desk>;
}

/** What the sources of an opened desk say, asked one by one. */
export function asked(test: TestDesk, asking: Asking = {}): AskedSources {
  const { language = "en", nowMs = test.desk.clock.now() } = asking;
  const desk: Desk = { ...test.desk, ...asking.desk };
  const { store } = test;
  const open: SourceDesk = {
    desk,
    readJournal: (part, options) => store.journal(desk.deskId, desk.runId).read(part, options),
    delegate: (slots, tally, options) =>
      countInto(tally, () => analyseOnDelegation(analystDeps(desk, tally), slots, options)),
  };
  const table = new FactTable();
  const tally = new WorkTally();
  const sources = factSources(open);
  return {
    test,
    open,
    table,
    tally,
    async read(id, input = {}) {
      const source = sources.find((one) => one.id === id);
      if (source === undefined) throw new Error(`There is no source ${id}.`);
      const run = { nowMs, language, tally, question: "", conversation: null, known: (of: string) => table.get(of) };
      return table.add(await source.read(source.input.parse(input), run, patience));
    },
  };
}

const parts = async (more: Partial<TestDeskParts>): Promise<TestDeskParts> => ({
  venue: await simulatedVenue(),
  startMs: START_MS,
  assets: ASSETS,
  strategies: [eager],
  limits: { cooldownCandles: 1, maxOpenPositions: 8, stopPct: 0.4, targetPct: 0.8 },
  ...more,
});

/** Opened, and nothing run. */
export const openIdle = async (more: Partial<TestDeskParts> = {}): Promise<TestDesk> => openTestDesk(await parts(more));

/** After so many slots. */
export async function openTraded(slots = 60, more: Partial<TestDeskParts> = {}): Promise<TestDesk> {
  const test = await openIdle(more);
  await test.desk.account.append([runStarted(test.desk, "10000" as Money)], patience);
  for (let slot = 0; slot < slots; slot++) {
    const slotMs = unixMs(START_MS + slot * STEP_MS);
    test.clock.advanceTo(slotMs);
    await runLiveSlot(test.desk, slotMs, patience);
  }
  return test;
}

/** Of the facts those of one kind, and of a market if one is given. */
export const ofKind = (facts: readonly Fact[], kind: NewFact["kind"], market?: MarketSymbol): readonly Fact[] =>
  facts.filter((fact) => fact.kind === kind && (market === undefined || fact.market === market));

export const labelled = (facts: readonly Fact[], label: RegExp): readonly Fact[] =>
  facts.filter((fact) => label.test(fact.label));
