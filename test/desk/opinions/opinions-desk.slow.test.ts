// Whole days of a desk with second opinions, live and in the backtest, on synthetic markets and scripted models.
import { beforeAll, describe, expect, it } from "vitest";
import { opinionsFor } from "#desk/opinions/opinions.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs } from "#schemas/units.ts";
import { moody, type ScriptedModel, says, scriptedModel } from "#test/agents/second-opinion/scripted.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { canonicalLines, countKinds } from "../both-ways.ts";
import { backtestWithOpinions, liveWithOpinions, marketOf, opinionsIn } from "./opinion-trial.ts";

const STEP_MS = timeframeMs("5m");
const SLOT_MS = FIRST_SLOT_MS;

const trial = (seed: number, model: ScriptedModel | null, thinking = {}) => ({
  venue: marketOf(seed, 240),
  thinking,
  models: model === null ? null : async () => [model.choice],
});

/** Entries that an opinion made smaller. */
const shrunkEntries = (events: readonly JournalEvent[]) => {
  const shrinks = new Set(
    opinionsIn(events).flatMap((o) => (o.verdict === "shrink" ? [`${o.symbol} ${o.forAsOfMs}`] : [])),
  );
  return events.filter(
    (e) =>
      e.type === "order-list" &&
      e.orders.some((o) => o.role === "entry" && shrinks.has(`${o.symbol} ${o.createdAtMs}`)),
  );
};

describe("a desk with second opinions", () => {
  const SEEDS = [1, 4, 8];
  const runs: { live: Awaited<ReturnType<typeof liveWithOpinions>>; model: ScriptedModel; backtest: JournalEvent[] }[] =
    [];
  const backtestModels: ScriptedModel[] = [];
  beforeAll(async () => {
    for (const seed of SEEDS) {
      const [model, again] = [scriptedModel(moody), scriptedModel(moody)];
      backtestModels.push(again);
      runs.push({
        live: await liveWithOpinions(trial(seed, model)),
        model,
        backtest: await backtestWithOpinions(trial(seed, again)),
      });
    }
  });

  it("asks and decides in a backtest as it does live, event by event and word by word", () => {
    for (const [index, { live, backtest, model }] of runs.entries()) {
      expect(canonicalLines(backtest)).toEqual(canonicalLines(live.events));
      expect(opinionsIn(backtest)).toEqual(opinionsIn(live.events));
      expect(backtestModels[index]?.texts).toEqual(model.texts);
    }
  });

  it("was shown vetoes, smaller entries, and opinions on what it holds", () => {
    const counts = new Map<string, number>();
    for (const { live } of runs) countKinds(live.events, counts);
    expect(counts.get("refused:second-opinion")).toBeGreaterThan(10);
    expect(runs.flatMap(({ live }) => shrunkEntries(live.events)).length).toBeGreaterThan(5);
    expect(runs.flatMap(({ model }) => model.asked).filter(({ position }) => position !== null).length).toBeGreaterThan(
      30,
    );
  });

  it("counts an opinion at the close it was bought for and nowhere else, and never after the fact", () => {
    for (const { live } of runs) {
      for (const opinion of opinionsIn(live.events)) {
        expect(opinion.forAsOfMs).toBe(opinion.madeAtMs + STEP_MS);
        const events = opinionsFor(live.events, opinion.forAsOfMs);
        expect(events.get(ofMarket(opinion.symbol))).toEqual(opinion);
      }
      for (const event of live.events) {
        if (event.type !== "refusal" || event.refusal.rule !== "second-opinion") continue;
        const { symbol, asOfMs, action } = event.refusal;
        expect(action).toBe("enter");
        expect(opinionsFor(live.events, asOfMs).get(ofMarket(symbol))?.verdict).toBe("veto");
      }
    }
  });

  it("writes every token it spends into the ledger", () => {
    for (const { live, model } of runs) {
      const work = live.ledger.filter(({ job }) => job === "debate").map((entry) => entry.work);
      expect(work.reduce((sum, w) => sum + w.modelCalls, 0)).toBe(model.asked.length);
      expect(work.reduce((sum, w) => sum + w.inputTokens, 0)).toBe(100 * model.asked.length);
      expect(live.ledger.filter((entry) => entry.phase === "test-time").every((e) => e.work.modelCalls === 0)).toBe(
        true,
      );
    }
  });

  it("decides the same when it is restarted between the opinion and the close", async () => {
    const again = await liveWithOpinions(trial(1, scriptedModel(moody)), { restartEvery: 1 });
    expect(canonicalLines(again.events)).toEqual(canonicalLines(runs[0]?.live.events ?? []));
    expect(opinionsIn(again.events)).toEqual(opinionsIn(runs[0]?.live.events ?? []));
  });

  it("knows nothing of the future: scrambling it changes no question and no decision before", async () => {
    const atMs = SLOT_MS + 130 * STEP_MS;
    const [whole, cut] = [scriptedModel(moody), scriptedModel(moody)];
    await backtestWithOpinions(trial(1, whole));
    await backtestWithOpinions({ ...trial(1, cut), venue: marketOf(1, 240, atMs) });
    const upTo = (model: ScriptedModel) => model.texts.filter((_, i) => Date.parse(model.asked[i]?.asOf ?? "") <= atMs);
    expect(upTo(whole).length).toBeGreaterThan(60);
    expect(upTo(cut)).toEqual(upTo(whole));
    expect(cut.texts).not.toEqual(whole.texts);
  });

  it("works the same with every model down, or babbling, as with opinions off", async () => {
    const off = canonicalLines((await liveWithOpinions(trial(1, null))).events);
    expect(off).not.toEqual(canonicalLines(runs[0]?.live.events ?? []));
    for (const script of [() => Promise.reject(new Error("down")), () => "I would rather not say.", () => ""]) {
      const live = await liveWithOpinions(trial(1, scriptedModel(script)));
      expect(canonicalLines(live.events)).toEqual(off);
      expect(opinionsIn(live.events)).toEqual([]);
      expect(canonicalLines(await backtestWithOpinions(trial(1, scriptedModel(script))))).toEqual(off);
    }
  });

  it("leaves as it would without: an opinion on what is held changes nothing", async () => {
    const off = await liveWithOpinions(trial(4, null));
    const onHeld = scriptedModel(({ position }) => says(position === null ? "agree" : "veto"));
    const live = await liveWithOpinions(trial(4, onHeld));
    expect(opinionsIn(live.events).filter(({ verdict }) => verdict === "veto").length).toBeGreaterThan(10);
    expect(countKinds(off.events).get("exit")).toBeGreaterThan(3);
    expect(canonicalLines(live.events)).toEqual(canonicalLines(off.events));
  });

  it("ends its day's spending at the limit, restarts or not, and goes on the next day", async () => {
    const thinking = { debateDayTokens: 4_000 };
    const model = scriptedModel(() => says("agree"), { usage: { input: 500, output: 100 } });
    const live = await liveWithOpinions(trial(1, model, thinking), { restartEvery: 5 });
    const byDay = Map.groupBy(model.asked, ({ asOf }) => asOf.slice(0, 10));
    // 20:00 to 24:00, and the day after until 16:00, of which two thirds are let out by then; a call is reckoned at some
    // 1,700 and spends 600.
    expect([...byDay.values()].map((asked) => asked.length)).toEqual([4, 2]);
    expect(live.reports.reduce((sum, report) => sum + report.overBudget, 0)).toBeGreaterThan(50);
    expect(live.ledger.some(({ overBudget }) => (overBudget?.["opinion"] ?? 0) > 0)).toBe(true);
  });
});
