// Whole days of a desk with debates, live and in the backtest, on synthetic markets and scripted models.
import { beforeAll, describe, expect, it } from "vitest";
import { type Debate, debateIdOf, holdsAt, MOST_HORIZON_CANDLES } from "#schemas/debate.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { positionKey } from "#schemas/portfolio.ts";
import { timeframeMs } from "#schemas/units.ts";
import { moody, type ScriptedModel, says, scriptedModel } from "#test/agents/debate/scripted.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { canonicalLines, countKinds } from "../both-ways.ts";
import { backtestWithDebates, debatesIn, liveWithDebates, marketOf, outcomesIn } from "./debate-trial.ts";

const STEP_MS = timeframeMs("5m");
const SLOT_MS = FIRST_SLOT_MS;

const trial = (seed: number, model: ScriptedModel | null, thinking = {}) => ({
  venue: marketOf(seed, 240),
  thinking,
  models: model === null ? null : async () => [model.choice],
});

/** Entry decisions with the debate that held for each, and what became of it. */
function entriesIn(events: readonly JournalEvent[]) {
  const newest = new Map<string, Debate>();
  const decided = new Map<string, Debate | null>();
  const met: { readonly debate: Debate; readonly by: "ordered" | "second-opinion" | "other" }[] = [];
  const note = (decisionId: string, by: (typeof met)[number]["by"]) => {
    const debate = decided.get(decisionId) ?? null;
    if (debate !== null) met.push({ debate, by });
  };
  for (const event of events) {
    if (event.type === "debate") newest.set(positionKey(event.debate), event.debate);
    else if (event.type === "decision" && event.decision.action === "enter") {
      const { decisionId, asOfMs, price } = event.decision;
      const debate = newest.get(positionKey(event.decision));
      decided.set(decisionId, debate !== undefined && holdsAt(debate, asOfMs, price) ? debate : null);
    } else if (event.type === "refusal" && event.refusal.action === "enter") {
      note(event.refusal.decisionId, event.refusal.rule === "second-opinion" ? "second-opinion" : "other");
    } else if (event.type === "order-list") {
      const entry = event.orders.find(({ role }) => role === "entry");
      if (entry !== undefined) note(entry.decisionId, "ordered");
    }
  }
  return met;
}

describe("a desk with debates", () => {
  const SEEDS = [1, 4, 8];
  const runs: { live: Awaited<ReturnType<typeof liveWithDebates>>; model: ScriptedModel; backtest: JournalEvent[] }[] =
    [];
  const backtestModels: ScriptedModel[] = [];
  beforeAll(async () => {
    for (const seed of SEEDS) {
      const [model, again] = [scriptedModel(moody), scriptedModel(moody)];
      backtestModels.push(again);
      runs.push({
        live: await liveWithDebates(trial(seed, model)),
        model,
        backtest: await backtestWithDebates(trial(seed, again)),
      });
    }
  });

  it("asks and decides in a backtest as it does live, event by event and word by word", () => {
    for (const [index, { live, backtest, model }] of runs.entries()) {
      expect(canonicalLines(backtest)).toEqual(canonicalLines(live.events));
      expect(debatesIn(backtest)).toEqual(debatesIn(live.events));
      expect(outcomesIn(backtest)).toEqual(outcomesIn(live.events));
      expect(backtestModels[index]?.texts).toEqual(model.texts);
    }
  });

  it("was shown vetoes, smaller entries, debates on what it holds, longer candles and what came of earlier debates", () => {
    const counts = new Map<string, number>();
    for (const { live } of runs) countKinds(live.events, counts);
    expect(counts.get("refused:second-opinion")).toBeGreaterThan(10);
    const shrunk = runs.flatMap(({ live }) =>
      entriesIn(live.events).filter(({ debate, by }) => debate.verdict === "shrink" && by === "ordered"),
    );
    expect(shrunk.length).toBeGreaterThan(5);
    const asked = runs.flatMap(({ model }) => model.asked);
    expect(asked.filter(({ held }) => held).length).toBeGreaterThan(30);
    expect(asked.filter(({ text }) => / 1h · /.test(text)).length).toBeGreaterThan(asked.length / 2);
    expect(asked.filter(({ text }) => /what the judge of that debate gave/.test(text)).length).toBeGreaterThan(3);
    expect(asked.filter(({ text }) => /Brier score of the judge so far/.test(text)).length).toBeGreaterThan(30);
    expect(asked.filter(({ text }) => /leading market's move/.test(text)).length).toBe(asked.length);
    expect(runs.flatMap(({ live }) => outcomesIn(live.events)).length).toBeGreaterThan(12);
  });

  it("is bound by a debate at every close it holds for, inside its levels, and nowhere else", () => {
    let later = 0;
    for (const { live } of runs) {
      for (const debate of debatesIn(live.events)) {
        expect(debate.forAsOfMs).toBe(debate.madeAtMs + STEP_MS);
        expect(debate.validUntilMs).toBeLessThan(debate.forAsOfMs + MOST_HORIZON_CANDLES * STEP_MS);
        expect(debate.debateId).toBe(debateIdOf(debate));
      }
      for (const { debate, by } of entriesIn(live.events)) {
        if (debate.verdict === "veto") expect(by).not.toBe("ordered");
        else expect(by).not.toBe("second-opinion");
        if (debate.validUntilMs > debate.forAsOfMs) later += 1;
      }
    }
    expect(later).toBeGreaterThan(3);
  });

  it("does not debate again what still holds for the next close", () => {
    for (const { live } of runs) {
      const newest = new Map<string, Debate>();
      for (const debate of debatesIn(live.events)) {
        const before = newest.get(positionKey(debate));
        if (before !== undefined) expect(debate.forAsOfMs).toBeGreaterThan(before.validUntilMs);
        newest.set(positionKey(debate), debate);
      }
    }
  });

  it("writes every token it spends into the ledger, three calls a debate", () => {
    for (const { live, model } of runs) {
      const work = live.ledger.filter(({ job }) => job === "debate").map((entry) => entry.work);
      expect(work.reduce((sum, w) => sum + w.modelCalls, 0)).toBe(model.asked.length);
      expect(model.asked.length).toBe(3 * debatesIn(live.events).length);
      expect(work.reduce((sum, w) => sum + w.inputTokens, 0)).toBe(100 * model.asked.length);
      expect(live.ledger.filter((entry) => entry.phase === "test-time").every((e) => e.work.modelCalls === 0)).toBe(
        true,
      );
    }
  });

  it("decides the same when it is restarted between the debate and each of its closes", async () => {
    const again = await liveWithDebates(trial(1, scriptedModel(moody)), { restartEvery: 1 });
    expect(canonicalLines(again.events)).toEqual(canonicalLines(runs[0]?.live.events ?? []));
    expect(debatesIn(again.events)).toEqual(debatesIn(runs[0]?.live.events ?? []));
    expect(outcomesIn(again.events)).toEqual(outcomesIn(runs[0]?.live.events ?? []));
  });

  it("knows nothing of the future: scrambling it changes no question and no decision before", async () => {
    const atMs = SLOT_MS + 130 * STEP_MS;
    const [whole, cut] = [scriptedModel(moody), scriptedModel(moody)];
    await backtestWithDebates(trial(1, whole));
    await backtestWithDebates({ ...trial(1, cut), venue: marketOf(1, 240, atMs) });
    const upTo = (model: ScriptedModel) => model.texts.filter((_, i) => Date.parse(model.asked[i]?.asOf ?? "") <= atMs);
    expect(upTo(whole).length).toBeGreaterThan(60);
    expect(upTo(cut)).toEqual(upTo(whole));
    expect(cut.texts).not.toEqual(whole.texts);
  });

  it("works the same with every model down, or babbling, as without debates", async () => {
    const off = canonicalLines((await liveWithDebates(trial(1, null))).events);
    expect(off).not.toEqual(canonicalLines(runs[0]?.live.events ?? []));
    for (const script of [() => Promise.reject(new Error("down")), () => "I would rather not say.", () => ""]) {
      const live = await liveWithDebates(trial(1, scriptedModel(script)));
      expect(canonicalLines(live.events)).toEqual(off);
      expect(debatesIn(live.events)).toEqual([]);
      expect(canonicalLines(await backtestWithDebates(trial(1, scriptedModel(script))))).toEqual(off);
    }
  });

  it("leaves as it would without: a debate on what is held changes nothing", async () => {
    const off = await liveWithDebates(trial(4, null));
    const onHeld = scriptedModel((asked) => says(asked, { verdict: asked.held ? "veto" : "agree" }));
    const live = await liveWithDebates(trial(4, onHeld));
    expect(debatesIn(live.events).filter(({ verdict }) => verdict === "veto").length).toBeGreaterThan(5);
    expect(countKinds(off.events).get("exit")).toBeGreaterThan(3);
    expect(canonicalLines(live.events)).toEqual(canonicalLines(off.events));
  });

  it("ends its day's spending at the limit, restarts or not, and goes on the next day; no debate is begun that cannot end", async () => {
    const thinking = { debateDayTokens: 30_000 };
    const model = scriptedModel((asked) => says(asked), { usage: { input: 500, output: 100 } });
    const live = await liveWithDebates(trial(1, model, thinking), { restartEvery: 5 });
    const byDay = Map.groupBy(model.asked, ({ asOf }) => asOf.slice(0, 10));
    expect(byDay.size).toBe(2);
    for (const asked of byDay.values()) {
      expect(asked.length % 3).toBe(0);
      expect(asked.length * 600).toBeLessThanOrEqual(30_000);
      expect(asked.length).toBeGreaterThan(5);
    }
    expect(live.reports.reduce((sum, report) => sum + report.overBudget, 0)).toBeGreaterThan(20);
    expect(live.ledger.some(({ overBudget }) => (overBudget?.["debate"] ?? 0) > 0)).toBe(true);
  });
});
