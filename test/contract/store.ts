// The contract of the Store port: what every store does, whatever it keeps its rows in.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Analysis, type AnalysisKey, Analysis as AnalysisSchema } from "#schemas/analysis.ts";
import { StoreError, WriterLostError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Runs } from "#schemas/ports/work.ts";
import { DeskId, MarketSymbol, RunId, unixMs, VenueId } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { control, ETH, KEY, makeAnalysis, makeTopic, msAfter, options, STEP_MS, T0 } from "#test/memory/fixtures.ts";
import { journalOf, runsOf } from "#test/support/account.ts";
import { accountContract } from "./account.ts";
import { answerContract } from "./answers.ts";
import { candleContract } from "./candles.ts";
import { leaseContract } from "./leases.ts";
import { snapshotContract } from "./snapshots.ts";
import { topicContract } from "./topics.ts";

export interface StoreCapabilities {
  /** A second opening of the same place finds what the first wrote. */
  readonly survivesClose: boolean;
}

export interface StorePlace {
  open(): Promise<Store>;
  /** Removes whatever the place holds. */
  remove(): Promise<void>;
}

type RunSlot = Parameters<Runs["begin"]>[0];

/** Runs the contract over one place; every test works on a venue and desk of its own, so the place may be shared. */
export function storeContract(
  name: string,
  makePlace: () => Promise<StorePlace>,
  capabilities: StoreCapabilities,
): void {
  describe(`store contract: ${name}`, () => {
    let place: StorePlace;
    let store: Store;
    let serial = 0;
    const freshKey = (): AnalysisKey => {
      serial += 1;
      return { ...KEY, venueId: VenueId.parse(`test:${serial}`) };
    };
    const freshDesk = () => {
      serial += 1;
      return DeskId.parse(`desk-${serial}`);
    };
    const run = RunId.parse("live");
    const runSlot = async (desk: DeskId, slot: RunSlot, result: unknown) => {
      const begun = await runsOf(store, desk, run).begin(slot, options);
      if (begun.status === "done") throw new Error("it was done before");
      await runsOf(store, desk, run).finish({ ...slot, fence: begun.fence }, result, options);
    };
    const newestOf = async (key: AnalysisKey, nowMs = msAfter(STEP_MS * 1000)) =>
      (await store.analyses.newest([key], nowMs, options))[0];

    beforeAll(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterAll(async () => {
      await store?.close();
      await place?.remove();
    });

    describe("analyses", () => {
      it("gives back every field of a record as it was written", async () => {
        const key = freshKey();
        await fc.assert(
          fc.asyncProperty(arbitraryAnalysis(key), async (analysis) => {
            await store.analyses.put([analysis], options);
            const history = await store.analyses.history(key, { nowMs: unixMs(2 ** 45), limit: 10_000 }, options);
            expect(history.find(({ record }) => record.id === analysis.id)?.record).toEqual(analysis);
          }),
          { numRuns: 25 },
        );
      });

      it("writes the same content twice as one record", async () => {
        const analysis = makeAnalysis(freshKey());
        await store.analyses.put([analysis, analysis], options);
        await store.analyses.put([analysis], options);
        const history = await store.analyses.history(analysis, { nowMs: T0, limit: 10 }, options);
        expect(history.map(({ revision }) => revision)).toEqual([1]);
      });

      it("keeps the newer candle when an older one is written after it", async () => {
        const key = freshKey();
        const newer = makeAnalysis({ ...key, asOfMs: msAfter(STEP_MS) });
        await store.analyses.put([newer], options);
        await store.analyses.put([makeAnalysis(key)], options);
        expect((await newestOf(key))?.record.id).toBe(newer.id);
      });

      it("lets a correction of the same candle win, as the next revision", async () => {
        const key = freshKey();
        const corrected = makeAnalysis({ ...key, price: 101 });
        await store.analyses.put([makeAnalysis(key)], options);
        await store.analyses.put([corrected], options);
        expect(await newestOf(key)).toMatchObject({ record: { id: corrected.id }, revision: 2 });
      });

      it("orders two contents of one candle within one bulk write by their place in it", async () => {
        const key = freshKey();
        const records = [101, 102, 103].map((price) => makeAnalysis({ ...key, price }));
        await store.analyses.put(records, options);
        const history = await store.analyses.history(key, { nowMs: T0, limit: 10 }, options);
        expect(history.map(({ record, revision }) => [record.price, revision])).toEqual([
          [103, 3],
          [102, 2],
          [101, 1],
        ]);
      });

      it("does not let a repeated write undo a correction", async () => {
        const key = freshKey();
        const corrected = makeAnalysis({ ...key, price: 101 });
        await store.analyses.put([makeAnalysis(key)], options);
        await store.analyses.put([corrected], options);
        await store.analyses.put([makeAnalysis(key)], options);
        expect((await newestOf(key))?.record.id).toBe(corrected.id);
      });

      it("takes a source that returns to its first content, computed again, as the newest word", async () => {
        const key = freshKey();
        await store.analyses.put([makeAnalysis(key)], options);
        await store.analyses.put([makeAnalysis({ ...key, price: 101 })], options);
        const again = makeAnalysis({ ...key, computedAtMs: msAfter(60_000) });
        await store.analyses.put([again], options);
        expect(await newestOf(key)).toMatchObject({ record: { id: again.id }, revision: 3 });
      });

      it("takes over the dates of the same content computed later, so that a renewed security report counts", async () => {
        const key = freshKey();
        const first = makeAnalysis(key);
        const renewed = makeAnalysis({
          ...key,
          computedAtMs: msAfter(60_000),
          security: { ...first.security, validUntilMs: first.security.validUntilMs + 60_000 },
        });
        expect(renewed.id).toBe(first.id);
        await store.analyses.put([first], options);
        await store.analyses.put([renewed], options);
        expect(await newestOf(key)).toMatchObject({ record: renewed, revision: 1 });
        await store.analyses.put([first], options);
        expect((await newestOf(key))?.record).toEqual(renewed);
      });

      it("answers many keys in their order, with gaps where there is nothing and the same answer for a key asked twice", async () => {
        const keys = Array.from({ length: 4 }, freshKey);
        const [a, gap, b, c] = keys as [AnalysisKey, AnalysisKey, AnalysisKey, AnalysisKey];
        await store.analyses.put(
          [c, a, b].map((key) => makeAnalysis(key)),
          options,
        );
        const found = await store.analyses.newest([b, gap, a, c, b], T0, options);
        expect(found.map((stored) => stored?.record.venueId)).toEqual([
          b.venueId,
          undefined,
          a.venueId,
          c.venueId,
          b.venueId,
        ]);
        expect(await store.analyses.newest([], T0, options)).toEqual([]);
      });

      it("shows nothing that is dated after now (law 3)", async () => {
        const key = freshKey();
        const steps = [0, 1, 2].map((step) => makeAnalysis({ ...key, asOfMs: msAfter(step * STEP_MS) }));
        await store.analyses.put(steps, options);
        expect((await newestOf(key, msAfter(STEP_MS)))?.record.asOfMs).toBe(msAfter(STEP_MS));
        expect((await newestOf(key, msAfter(STEP_MS - 1)))?.record.asOfMs).toBe(T0);
        expect(await newestOf(key, msAfter(-1))).toBeUndefined();
        const history = await store.analyses.history(key, { nowMs: msAfter(STEP_MS), limit: 1 }, options);
        expect(history.map(({ record }) => record.asOfMs)).toEqual([msAfter(STEP_MS)]);
      });

      it("keeps an invalidation until the record is written again, even with the same content", async () => {
        const key = freshKey();
        const analysis = makeAnalysis(key);
        const why = { reason: "source-changed", detail: "the venue reissued the candle" } as const;
        await store.analyses.put([analysis], options);
        expect(await store.analyses.invalidate({ venueId: key.venueId }, why, options)).toBe(1);
        expect((await newestOf(key))?.invalidated).toEqual(why);
        await store.analyses.put([analysis], options);
        expect((await newestOf(key))?.invalidated).toBeNull();
      });

      it("does not clear an invalidation by the write of an older candle", async () => {
        const key = freshKey();
        await store.analyses.put([makeAnalysis({ ...key, asOfMs: msAfter(STEP_MS) })], options);
        await store.analyses.invalidate(key, { reason: "invalidated", detail: "by hand" }, options);
        await store.analyses.put([makeAnalysis(key)], options);
        expect((await newestOf(key))?.invalidated?.detail).toBe("by hand");
        expect((await newestOf(key, T0))?.invalidated).toBeNull();
      });

      it("invalidates by symbol and timeframe, and touches no other key", async () => {
        const key = freshKey();
        const others: AnalysisKey[] = [
          { ...key, symbol: ETH },
          { ...key, timeframe: "1h" },
        ];
        await store.analyses.put(
          [key, ...others].map((each) => makeAnalysis(each)),
          options,
        );
        const why = { reason: "invalidated", detail: "" } as const;
        expect(await store.analyses.invalidate(key, why, options)).toBe(1);
        const found = await store.analyses.newest([key, ...others], T0, options);
        expect(found.map((stored) => stored?.invalidated === null)).toEqual([false, true, true]);
        expect(await store.analyses.invalidate({ ...key, symbol: MarketSymbol.parse("NO/NE") }, why, options)).toBe(0);
      });

      it("moves checkedThrough forward only, and leaves asOf alone", async () => {
        const key = freshKey();
        await store.analyses.put([makeAnalysis(key)], options);
        await store.analyses.noteChecked(key, msAfter(STEP_MS), options);
        await store.analyses.noteChecked(key, msAfter(1), options);
        await store.analyses.put([makeAnalysis(key)], options);
        expect((await newestOf(key))?.record).toMatchObject({ asOfMs: T0, checkedThroughMs: msAfter(STEP_MS) });
      });

      it("notes a check on the record that was the newest then, not on later ones", async () => {
        const key = freshKey();
        await store.analyses.put([makeAnalysis(key), makeAnalysis({ ...key, asOfMs: msAfter(2 * STEP_MS) })], options);
        await store.analyses.noteChecked(key, msAfter(STEP_MS), options);
        expect((await newestOf(key, T0))?.record.checkedThroughMs).toBe(msAfter(STEP_MS));
        expect((await newestOf(key))?.record.checkedThroughMs).toBe(msAfter(2 * STEP_MS));
      });

      it("writes 500 records at once and lists their keys by symbol", async () => {
        const { venueId } = freshKey();
        const records = Array.from({ length: 500 }, (_, i) =>
          makeAnalysis({ venueId, symbol: MarketSymbol.parse(`A${i}/USDT`) }),
        );
        await store.analyses.put(records, options);
        const keys = await store.analyses.keys(venueId, options);
        expect(keys.map(({ symbol }) => symbol)).toEqual(records.map(({ symbol }) => symbol).sort());
        const found = await store.analyses.newest(keys, T0, options);
        expect(found.every((stored) => stored !== undefined)).toBe(true);
      });

      it("prunes what is old except the newest of each key", async () => {
        const key = freshKey();
        const other = freshKey();
        const asOf = (step: number) => unixMs(STEP_MS * (step + 1));
        const records = [0, 1, 2, 3].map((step) => makeAnalysis({ ...key, asOfMs: asOf(step) }));
        await store.analyses.put([...records, makeAnalysis({ ...key, asOfMs: asOf(0), price: 101 })], options);
        await store.analyses.put([makeAnalysis({ ...other, asOfMs: asOf(0) })], options);
        expect(await store.analyses.prune(asOf(2), options)).toBe(3);
        const history = await store.analyses.history(key, { nowMs: T0, limit: 10 }, options);
        expect(history.map(({ record }) => record.asOfMs)).toEqual([asOf(3), asOf(2)]);
        expect(await newestOf(other)).toBeDefined();
      });

      it("keeps security reports by source and symbol, and shows none observed after now", async () => {
        const report = makeAnalysis().security;
        const CONTRACT = { chain: "1", contract: "0x1111111111111111111111111111111111111111" };
        const source = `source-${freshKey().venueId}`;
        const observed = (ms: number) => ({ ...report, observedAtMs: ms, reason: `seen at ${ms}` });
        await store.analyses.putSecurity(source, CONTRACT, observed(200), options);
        await store.analyses.putSecurity(source, CONTRACT, observed(100), options);
        await store.analyses.putSecurity(source, CONTRACT, observed(100), options);
        const known = { sourceId: source, contract: CONTRACT };
        const elsewhere = { sourceId: source, contract: { ...CONTRACT, chain: "56" } };
        const at = (nowMs: number) => store.analyses.security([elsewhere, known], unixMs(nowMs), options);
        expect(await at(99)).toEqual([undefined, undefined]);
        expect(await at(100)).toEqual([undefined, observed(100)]);
        expect(await at(1000)).toEqual([undefined, observed(200)]);
        expect(await store.analyses.security([], unixMs(1000), options)).toEqual([]);
      });
    });

    topicContract(() => store);
    candleContract(() => store);
    snapshotContract(() => store);
    leaseContract(() => store);
    answerContract(() => store);
    accountContract(() => store);

    describe("desks", () => {
      it("shows one desk nothing of another's journal, runs and ledger", async () => {
        const mine = freshDesk();
        const theirs = freshDesk();
        await journalOf(store, mine, run).append([control(1)], options);
        await runSlot(mine, { job: "sleep-cycle", slotMs: T0, nowMs: T0 }, {});
        await store.ledger(mine).record(ledgerEntry(1), options);
        expect(await store.journal(theirs, run).read({}, options)).toEqual([]);
        expect(await runsOf(store, theirs, run).lastFinished("sleep-cycle", options)).toBeNull();
        expect(await store.ledger(theirs).entries({}, options)).toEqual([]);
        expect(await store.bindings(theirs, options)).toEqual([]);
      });

      it("purges every private row of a desk and nothing else, and says exactly how many", async () => {
        const mine = freshDesk();
        // A name that starts with the other one's.
        const theirs = DeskId.parse(`${mine}-b`);
        for (const deskId of [mine, theirs]) {
          await journalOf(store, deskId, run).append([control(1), control(2)], options);
          await runsOf(store, deskId, run).begin({ job: "sleep-cycle", slotMs: T0, nowMs: T0 }, options);
          await store.ledger(deskId).record(ledgerEntry(1), options);
          await store
            .topics(deskId)
            .put(
              [makeTopic({ deskId }), makeTopic({ deskId, body: 2 }), makeTopic({ deskId, kind: "question" })],
              options,
            );
          await store.leases.acquire(`desk:${deskId}:settle`, 1000, options);
        }
        const digest = makeTopic({ kind: "digest", deskId: null, topic: `about ${mine}` });
        await store.topics(null).put([digest], options);
        const shared = { scope: mine, seenAtMs: T0, body: "what a venue's coins are is nobody's own" };
        await store.snapshots.put("identities", [shared], options);
        expect(await store.purge(mine, options)).toBe(9);
        expect(await store.snapshots.newest("identities", mine, T0, options)).toEqual(shared);
        expect(await store.purge(mine, options)).toBe(0);
        const all = { topic: null, nowMs: T0, limit: 10 };
        expect(await store.topics(mine).history("answer", all, options)).toEqual([]);
        expect(await store.topics(mine).history("question", all, options)).toEqual([]);
        expect((await store.topics(null).newest("digest", [digest.topic], T0, options))[0]?.record).toEqual(digest);
        expect(await store.purge(theirs, options)).toBe(9);
      });

      it("names the run that journaled last", async () => {
        const desk = freshDesk();
        const other = RunId.parse("other");
        await journalOf(store, desk, other).append([control(1)], options);
        await journalOf(store, desk, run).append([control(1)], options);
        expect((await store.bindings(desk, options)).map(({ runId }) => runId)).toEqual(["live", "other"]);
      });

      it("names what each run trades as its first row says it, the newest run first", async () => {
        const desk = freshDesk();
        const other = RunId.parse("other");
        await journalOf(store, desk, run).append([started("sim:1", "USDT")], options);
        await journalOf(store, desk, other).append([started("kraken", "EUR")], options);
        await journalOf(store, desk, run).append([control(1)], options);
        await journalOf(store, freshDesk(), run).append([started("sim:2", "BTC")], options);
        expect(await store.bindings(desk, options)).toEqual([
          { runId: run, known: "run-started", venueId: "sim:1", quote: "USDT" },
          { runId: other, known: "run-started", venueId: "kraken", quote: "EUR" },
        ]);
        expect(await store.bindings(freshDesk(), options)).toEqual([]);
      });

      it("takes what an old run trades from the analyses that its decisions cite, where they agree", async () => {
        const [a, b] = [freshKey(), freshKey()];
        // Their price is theirs alone: equal content has one id on every venue.
        const [kept, alsoKept] = [makeAnalysis({ ...a, price: 21 }), makeAnalysis({ ...b, price: 22 })];
        await store.analyses.put([kept, alsoKept], options);
        const bindingOf = async (decisions: readonly JournalEvent[]) => {
          const desk = freshDesk();
          await journalOf(store, desk, run).append([control(1), ...decisions], options);
          return (await store.bindings(desk, options))[0];
        };
        const decisions = [decided("BTC/USDT", kept.id), decided("ETH/USDT", kept.id), decided("BTC/USDT", "pruned")];
        expect(await bindingOf(decisions)).toEqual({
          runId: run,
          known: "decisions",
          venueId: a.venueId,
          quote: "USDT",
        });
        const two = `its decisions cite ${a.venueId} and ${b.venueId}`;
        expect(await bindingOf([...decisions, decided("BTC/USDT", alsoKept.id)])).toEqual({
          runId: run,
          known: "no",
          why: two,
        });
        expect(await bindingOf([...decisions, decided("ETH/BTC", kept.id)])).toMatchObject({
          why: "its decisions are in USDT and BTC",
        });
        await store.analyses.put([makeAnalysis({ ...b, price: 21 })], options);
        expect(await bindingOf([decided("BTC/USDT", kept.id)])).toMatchObject({ why: two });
        expect(await bindingOf([decided("BTC/USDT", "pruned")])).toMatchObject({
          why: "no analysis that it cites is kept",
        });
        expect(await bindingOf([])).toEqual({ runId: run, known: "nothing-decided" });
      });

      it("reads ledger entries from a moment on, in the order of recording", async () => {
        const ledger = store.ledger(freshDesk());
        for (const atMs of [5, 10, 20]) await ledger.record(ledgerEntry(atMs), options);
        expect(await ledger.entries({ sinceMs: unixMs(10) }, options)).toEqual([ledgerEntry(10), ledgerEntry(20)]);
      });
    });

    describe("runs", () => {
      const slot = { job: "decision-cycle", slotMs: T0, nowMs: msAfter(1) };

      it("begins a slot once and then answers with its result", async () => {
        const runs = runsOf(store, freshDesk(), run);
        const begun = await runs.begin(slot, options);
        expect(begun).toEqual({ status: "begun", fence: 1 });
        const result = { decisions: ["a"], equity: "1.10" };
        await runs.finish({ ...slot, fence: 1 }, result, options);
        expect(await runs.begin(slot, options)).toEqual({ status: "done", result });
      });

      it.each([[null], [false], ["text"], [[1, null]], [{ schemaVersion: 7, nested: { result: 1 } }]])(
        "keeps the result %j as it is",
        async (result) => {
          const desk = freshDesk();
          await runSlot(desk, slot, result);
          expect(await runsOf(store, desk, run).begin(slot, options)).toEqual({ status: "done", result });
        },
      );

      it("hands an unfinished slot to the same process again, under the next fence", async () => {
        const runs = runsOf(store, freshDesk(), run);
        await runs.begin(slot, options);
        expect(await runs.begin(slot, options)).toEqual({ status: "taken-up", fence: 2 });
        expect(await runs.begin(slot, options)).toEqual({ status: "taken-up", fence: 3 });
      });

      it("refuses the result of an owner whose run was taken up meanwhile, and keeps that of the last", async () => {
        const runs = runsOf(store, freshDesk(), run);
        await runs.begin(slot, options);
        await runs.begin(slot, options);
        await expect(runs.finish({ ...slot, fence: 1 }, "late", options)).rejects.toThrow(
          /decision-cycle at 2025-01-01T00:00:00.000Z is no longer this caller's.*taken up/,
        );
        expect(await runs.lastFinished(slot.job, options)).toBeNull();
        await runs.finish({ ...slot, fence: 2 }, "right", options);
        await expect(runs.finish({ ...slot, fence: 1 }, "later still", options)).rejects.toThrow(StoreError);
        expect(await runs.begin(slot, options)).toEqual({ status: "done", result: "right" });
      });

      it("takes the same result twice from the same owner, who may not know that it arrived", async () => {
        const runs = runsOf(store, freshDesk(), run);
        await runs.begin(slot, options);
        await runs.finish({ ...slot, fence: 1 }, 1, options);
        await runs.finish({ ...slot, fence: 1 }, 1, options);
        expect(await runs.begin(slot, options)).toEqual({ status: "done", result: 1 });
      });

      it("knows the newest finished slot of a job, whatever the order of finishing", async () => {
        const desk = freshDesk();
        const runs = runsOf(store, desk, run);
        expect(await runs.lastFinished(slot.job, options)).toBeNull();
        for (const step of [2, 1]) await runSlot(desk, { ...slot, slotMs: msAfter(step) }, null);
        await runs.begin({ ...slot, slotMs: msAfter(3) }, options);
        expect(await runs.lastFinished(slot.job, options)).toBe(msAfter(2));
        expect(await runs.lastFinished("sleep-cycle", options)).toBeNull();
      });

      it("keeps the results of one slot apart by what else they depend on", async () => {
        const desk = freshDesk();
        const runs = runsOf(store, desk, run);
        await runSlot(desk, slot, "as before scopes");
        for (const scope of ["5m mean-reversion", "1m mean-reversion"]) {
          expect(await runs.begin({ ...slot, scope }, options)).toEqual({ status: "begun", fence: 1 });
          await runs.finish({ ...slot, scope, fence: 1 }, scope, options);
        }
        expect(await runs.begin(slot, options)).toEqual({ status: "done", result: "as before scopes" });
        expect(await runs.begin({ ...slot, scope: "5m mean-reversion" }, options)).toEqual({
          status: "done",
          result: "5m mean-reversion",
        });
      });

      it("reads the newest result of a job, of whatever scope, and begins nothing by it", async () => {
        const desk = freshDesk();
        const runs = runsOf(store, desk, run);
        expect(await runs.newestResult(slot.job, options)).toBeNull();
        await runSlot(desk, { ...slot, scope: "5m", slotMs: msAfter(2) }, { newest: true });
        await runSlot(desk, slot, { newest: false });
        await runs.begin({ ...slot, slotMs: msAfter(3) }, options);
        expect(await runs.newestResult(slot.job, options)).toEqual({
          slotMs: msAfter(2),
          scope: "5m",
          result: { newest: true },
        });
        expect(await runs.newestResult("sleep-cycle", options)).toBeNull();
        expect(await runs.begin({ ...slot, slotMs: msAfter(3) }, options)).toEqual({ status: "taken-up", fence: 2 });
      });

      it("refuses to finish what was not begun, or was purged", async () => {
        const desk = freshDesk();
        const runs = runsOf(store, desk, run);
        await expect(runs.finish({ ...slot, fence: 1 }, {}, options)).rejects.toThrow(StoreError);
        await runs.begin(slot, options);
        await store.purge(desk, options);
        await expect(runs.finish({ ...slot, fence: 1 }, {}, options)).rejects.toThrow(WriterLostError);
      });
    });

    it("does not hang when verbs of every kind run at once", async () => {
      const desk = freshDesk();
      const key = freshKey();
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          await Promise.all([
            store.analyses.put([makeAnalysis({ ...key, asOfMs: msAfter(i) })], options),
            journalOf(store, desk, run).append([control(i)], options),
            runsOf(store, desk, run).begin({ job: "sleep-cycle", slotMs: msAfter(i), nowMs: T0 }, options),
            store.analyses.newest([key], T0, options),
            i === 10 ? store.purge(freshDesk(), options) : undefined,
          ]);
        }),
      );
      expect((await newestOf(key))?.record.asOfMs).toBe(msAfter(19));
    });

    it("ends a call with the signal's reason", async () => {
      const reason = new Error("the slot is over");
      const aborted = { signal: AbortSignal.abort(reason) };
      await expect(store.analyses.put([makeAnalysis(freshKey())], aborted)).rejects.toBe(reason);
      await expect(store.journal(freshDesk(), run).read({}, aborted)).rejects.toBe(reason);
    });

    it("says so when it is used after close, and closes twice without complaint", async () => {
      await store.close();
      await store.close();
      await expect(store.analyses.keys(null, options)).rejects.toThrow(/has been closed/);
      await expect(journalOf(store, freshDesk(), run).append([control(1)], options)).rejects.toThrow(StoreError);
      store = await place.open();
    });

    if (capabilities.survivesClose) {
      it("finds everything again after it was closed and opened", async () => {
        const key = freshKey();
        const desk = freshDesk();
        await store.analyses.put([makeAnalysis(key)], options);
        await journalOf(store, desk, run).append([control(1), control(2)], options);
        await runSlot(desk, { job: "sleep-cycle", slotMs: T0, nowMs: T0 }, "kept");
        const rows = await store.journal(desk, run).read({}, options);
        await store.close();
        store = await place.open();
        expect((await newestOf(key))?.record).toEqual(makeAnalysis(key));
        expect(await store.journal(desk, run).read({}, options)).toEqual(rows);
        expect(await runsOf(store, desk, run).begin({ job: "sleep-cycle", slotMs: T0, nowMs: T0 }, options)).toEqual({
          status: "done",
          result: "kept",
        });
      });
    }
  });
}

const started = (venueId: string, quote: string): JournalEvent => ({
  type: "run-started",
  atMs: T0,
  cash: "10000" as Money,
  quote,
  venueId,
  strategyIds: ["mean-reversion"],
  timeframe: "5m",
  securityPolicy: "recorded",
});

const decided = (symbol: string, analysisId: string): JournalEvent => ({
  type: "decision",
  atMs: T0,
  decision: {
    decisionId: `${symbol} ${analysisId}`,
    symbol: MarketSymbol.parse(symbol),
    timeframe: "5m",
    asOfMs: T0,
    action: "enter",
    strength: 0.5,
    reason: 'a "reason" with \u0000 in it',
    strategyId: "mean-reversion",
    analysisId,
    price: 100,
    path: "recalled",
  },
});

const ledgerEntry = (atMs: number) => ({
  atMs,
  phase: "sleep" as const,
  job: "sleep-cycle" as const,
  paths: { recalled: 1 },
  misses: { missing: 2 },
  made: 3,
  served: 4,
  work: { ...NO_WORK, providerCalls: 5 },
  ageAtUseMs: [0.5, 6],
});

// JSON has no -0, NaN or infinity, and no record has them either.
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => value + 0);

function arbitraryAnalysis(key: AnalysisKey): fc.Arbitrary<Analysis> {
  const words = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => `${text}\u0000"\\`);
  return fc
    .record({
      asOfMs: fc.nat({ max: 2 ** 40 }).map(msAfter),
      computedAtMs: fc.nat({ max: 2 ** 40 }).map((ms) => unixMs(ms)),
      origin: fc.constantFrom("sleep" as const, "test-time" as const),
      simulated: fc.boolean(),
      price: number(1e-12, 1e12),
      words,
      rsiWilder: fc.option(number(0, 100)),
      atr: fc.option(number(0, 1e9)),
      percentB: fc.option(number(-1e6, 1e6)),
      strength: number(0, 1),
      notes: fc.array(
        fc.record({ kind: fc.constantFrom("hole" as const, "jump" as const), atMs: fc.nat(), text: words }),
      ),
    })
    .map(({ words: text, rsiWilder, atr, percentB, strength, ...rest }) => {
      const plain = makeAnalysis();
      return AnalysisSchema.parse(
        makeAnalysis({
          ...key,
          ...rest,
          checkedThroughMs: rest.asOfMs,
          indicators: {
            ...plain.indicators,
            rsiWilder,
            atr,
            bollinger: { upper: 2, middle: 1, lower: 0, bandwidth: 2, percentB },
          },
          security: { ...plain.security, reason: text, chain: text },
        }),
      );
    });
}
