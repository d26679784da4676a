// A desk's memory after many cycles, without the desk: what its cycles, questions and trades leave in a store, invented.

import { consolidate } from "#memory/consolidate.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import type { ContractId } from "#schemas/chain.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { isShared, type TopicKind, type TopicRecord, topicId } from "#schemas/topic.ts";
import { DAY_MS, MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { journalOf, runsOf } from "#test/support/account.ts";
import { DESK, makeAnalysis, makeFill, makeOrder, options, RUN, T0, VENUE } from "./fixtures.ts";

export const HOUR_MS = DAY_MS / 24;
export const SOURCE = "source";
/** Questions of the desk; each cycle asks one of them. */
const INTENTS = ["rsi BTC/USDT", "summary ETH/USDT", "why BTC/USDT"];

export interface LongRun {
  readonly assets: number;
  readonly timeframe: Timeframe;
  /** Consolidates at every multiple of it; null: never. */
  readonly consolidateEveryMs: number | null;
}

export const keysOf = ({ assets, timeframe }: LongRun): readonly AnalysisKey[] =>
  Array.from({ length: assets }, (_, i) => ({
    venueId: VENUE,
    symbol: MarketSymbol.parse(`A${i}/USDT`),
    timeframe,
  }));

export const slotOf = (run: LongRun, cycle: number): UnixMs => unixMs(T0 + cycle * timeframeMs(run.timeframe));
export const contractOf = (asset: number): ContractId => ({
  chain: "1",
  contract: `0x${String(asset).padStart(40, "0")}`,
});

/** Lives through the cycles `from` (included) to `to` (not included). */
export async function liveThrough(store: Store, run: LongRun, from: number, to: number): Promise<void> {
  const keys = keysOf(run);
  for (let cycle = from; cycle < to; cycle++) {
    const slotMs = slotOf(run, cycle);
    await store.analyses.put(
      keys.map((key, i) => analysisAt(key, slotMs, cycle + i)),
      options,
    );
    for (const job of ["sleep-cycle", "decision-cycle"]) {
      const runs = runsOf(store, DESK, RUN);
      const begun = await runs.begin({ job, slotMs, nowMs: slotMs }, options);
      if (begun.status !== "done") await runs.finish({ job, slotMs, fence: begun.fence }, { slotMs }, options);
    }
    await store.ledger(DESK).record(ledgerEntry(slotMs, cycle), options);
    await journalOf(store, DESK, RUN).append(eventsOf(slotMs, cycle), options);
    const intent = INTENTS[cycle % INTENTS.length] ?? "";
    const reading = topic("reading", "mean-reversion BTC/USDT", slotMs, cycle);
    await store.topics(null).put([topic("digest", "market", slotMs, cycle), reading], options);
    await store
      .topics(DESK)
      .put([topic("question", intent, slotMs, cycle), topic("answer", intent, slotMs, cycle)], options);
    if (slotMs % HOUR_MS !== 0) continue;
    for (let i = 0; i < run.assets; i++) {
      const { security } = makeAnalysis({ asOfMs: slotMs });
      await store.analyses.putSecurity(SOURCE, contractOf(i), security, options);
    }
    await store.snapshots.put("identities", [{ scope: SCOPE, seenAtMs: slotMs, body: { cycle } }], options);
    if (run.consolidateEveryMs !== null && slotMs % run.consolidateEveryMs === 0) {
      const isFirstOfDay = slotMs % DAY_MS < run.consolidateEveryMs;
      const done = isFirstOfDay ? {} : { doneMs: unixMs(slotMs - run.consolidateEveryMs) };
      await consolidate(store, { nowMs: slotMs, ...done }, options);
    }
  }
}

/** Whose coins are looked at by the hour. */
export const SCOPE = "kucoin";

const TEMPLATE = makeAnalysis();

/** As `makeAnalysis`, but for the id, whose hash would take most of the time of half a million. */
const analysisAt = (key: AnalysisKey, asOfMs: UnixMs, content: number): Analysis => ({
  ...TEMPLATE,
  ...key,
  id: `${key.symbol} ${asOfMs}`,
  asOfMs,
  computedAtMs: asOfMs,
  checkedThroughMs: asOfMs,
  validUntilMs: unixMs(asOfMs + HOUR_MS),
  price: 100 + (content % 7),
  security: { ...TEMPLATE.security, observedAtMs: asOfMs, validUntilMs: asOfMs + HOUR_MS },
});

export function topic(kind: TopicKind, name: string, asOfMs: UnixMs, content: number): TopicRecord {
  const record: Omit<TopicRecord, "id"> = {
    kind,
    deskId: isShared(kind) ? null : DESK,
    topic: name,
    schemaVersion: 1,
    definitionId: "def-1",
    asOfMs,
    computedAtMs: asOfMs,
    validUntilMs: unixMs(asOfMs + HOUR_MS),
    sources: [],
    body: { content },
  };
  return { ...record, id: topicId(record) };
}

export const ledgerEntry = (atMs: number, cycle: number): LedgerEntry => ({
  atMs,
  phase: cycle % 3 === 0 ? "test-time" : "sleep",
  job: cycle % 3 === 0 ? "question" : "sleep-cycle",
  paths: { recalled: 1 + (cycle % 5), ...(cycle % 4 === 0 ? { delegated: 1 } : {}) },
  misses: cycle % 4 === 0 ? { missing: 1 } : {},
  made: 50,
  served: cycle % 5,
  work: { ...NO_WORK, providerCalls: cycle % 11 },
  ageAtUseMs: [cycle % 97, 5 + (cycle % 13)],
});

/** Every cycle ends with an equity mark; every tenth buys, every tenth sells, and now and then the operator speaks. */
function eventsOf(slotMs: UnixMs, cycle: number): JournalEvent[] {
  const clientOrderId = String(cycle).padStart(32, "0");
  const side = cycle % 10 === 0 ? "buy" : "sell";
  const trade: JournalEvent[] =
    cycle % 5 === 0
      ? [
          { type: "order", atMs: slotMs, order: makeOrder({ clientOrderId, side, status: "filled" }) },
          { type: "fill", atMs: slotMs, fill: makeFill({ fillId: `f${cycle}`, clientOrderId, side, atMs: slotMs }) },
        ]
      : [];
  const control: JournalEvent[] =
    cycle % 1000 === 999
      ? [
          {
            type: "control",
            strategyId: null,
            atMs: slotMs,
            action: cycle % 2000 === 999 ? "pause" : "resume",
            reason: "test",
          },
        ]
      : [];
  return [...trade, ...control, equityMark(slotMs, 10_000 + (cycle % 200))];
}

export const equityMark = (slotMs: UnixMs, equity: number): JournalEvent => ({
  type: "equity",
  atMs: slotMs,
  slotMs,
  equity: String(equity) as Money,
  loss: lossAt(slotMs, equity),
});

const lossAt = (slotMs: number, equity: number): LossState => ({
  dayStartMs: slotMs - (slotMs % DAY_MS),
  dayStartEquity: 10_000,
  peaks: [{ dayStartMs: slotMs - (slotMs % DAY_MS), equity: 10_200 }],
  equity,
  dayChangePct: (equity - 10_000) / 100,
  drawdownPct: 1,
  dayLossLatched: false,
  drawdownLatched: false,
});
