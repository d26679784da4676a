import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskedIntent, Predictor } from "#desk/planning/predictor.ts";
import { CHAIN_PAUSE_MS } from "#desk/planning/transitions.ts";
import type { Intent } from "#schemas/question.ts";
import { DAY_MS, type MarketSymbol, unixMs } from "#schemas/units.ts";
import { intentOf, OF, START_MS } from "./streams.ts";

const MINUTE_MS = 60_000;
const marketOf = (n: number) => `M${n}/USDT` as MarketSymbol;
const signalOf = (n: number) => intentOf({ kind: "signal", symbol: marketOf(n) });
const triggerOf = (n: number) => intentOf({ kind: "trigger", symbol: marketOf(n) });
const learn = (predictor: Predictor, intent: Intent, minute: number): void =>
  predictor.learn({ intent, atMs: unixMs(START_MS + minute * MINUTE_MS) });

/** Twenty times a signal and then the trigger of the same market, a minute apart; the markets are all different. */
function chained(predictor = new Predictor(OF)): { readonly predictor: Predictor; readonly next: number } {
  for (let n = 0; n < 20; n++) {
    learn(predictor, signalOf(n), 2 * n);
    learn(predictor, triggerOf(n), 2 * n + 1);
  }
  return { predictor, next: 40 };
}

const isAmong = (predictor: Predictor, intent: Intent, limit: number, nowMs: number): boolean =>
  predictor.likely(limit, unixMs(nowMs)).some((likely) => JSON.stringify(likely.intent) === JSON.stringify(intent));

/** Every way to ask: of a market, of two, of the desk, with what was named; of more markets than are thought possible. */
const anyIntent = fc.oneof(
  fc
    .record({ kind: fc.constantFrom("signal", "trigger", "why"), market: fc.nat({ max: 300 }), not: fc.boolean() })
    .map(({ kind, market, not }) => intentOf({ kind, symbol: market === 0 ? null : marketOf(market), negation: not })),
  fc
    .tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }))
    .map(([a, b]) => intentOf({ kind: "compare", symbol: marketOf(a), other: marketOf(b) })),
  fc
    .record({ figure: fc.constantFrom("bought", "cash", "profit"), hours: fc.nat({ max: 999 }) })
    .map(({ figure, hours }) => intentOf({ kind: "account", symbol: null, figure, period: `last:${hours}h` })),
);
/** Minutes since the question before: mostly few, sometimes a pause, sometimes back. */
const anyStep = fc.oneof(
  { arbitrary: fc.nat({ max: 3 }), weight: 8 },
  fc.integer({ min: 29, max: 32 }),
  fc.constantFrom(-600, -1, 3000),
);
const anyHistory = (maxLength: number) =>
  fc.array(fc.tuple(anyIntent, anyStep), { minLength: 1, maxLength }).map((steps) => {
    let atMs: number = START_MS;
    return steps.map(([intent, minutes]): AskedIntent => {
      atMs += minutes * MINUTE_MS;
      return { intent, atMs: unixMs(atMs) };
    });
  });

describe("what follows what", () => {
  it("is learnt once for all markets: the follow-up of a market that was never asked about is likely", () => {
    const { predictor, next } = chained();
    learn(predictor, signalOf(77), next);
    const nowMs = unixMs(START_MS + next * MINUTE_MS);
    expect(predictor.guess(triggerOf(77), nowMs).probability).toBeGreaterThan(0.5);
    expect(predictor.likely(1, nowMs)[0]?.intent).toEqual(triggerOf(77));
    // Another market's follow-up was not asked for by this signal.
    expect(predictor.guess(triggerOf(78), nowMs).probability).toBeLessThan(0.05);
    expect(isAmong(predictor, triggerOf(78), 1000, nowMs)).toBe(false);
  });

  it("is of the same markets only: where they always change nothing is expected of the last one", () => {
    const predictor = new Predictor(OF);
    for (let n = 0; n < 40; n++) learn(predictor, n % 2 === 0 ? signalOf(n) : triggerOf(n), n);
    learn(predictor, signalOf(77), 40);
    expect(isAmong(predictor, triggerOf(77), 1000, START_MS + 40 * MINUTE_MS)).toBe(false);
  });

  it("ends with a pause, and goes on where a clock went back", () => {
    const { predictor, next } = chained();
    learn(predictor, signalOf(77), next);
    const lastMs = START_MS + next * MINUTE_MS;
    expect(isAmong(predictor, triggerOf(77), 1, lastMs + CHAIN_PAUSE_MS)).toBe(true);
    expect(isAmong(predictor, triggerOf(77), 1000, lastMs + CHAIN_PAUSE_MS + 1)).toBe(false);
    expect(isAmong(predictor, triggerOf(77), 1, lastMs - DAY_MS)).toBe(true);
    learn(predictor, triggerOf(77), next - 2000);
    learn(predictor, signalOf(78), next - 1999);
    expect(isAmong(predictor, triggerOf(78), 1, lastMs)).toBe(true);
  });

  it("is not learnt across a pause", () => {
    const predictor = new Predictor(OF);
    const apartMin = CHAIN_PAUSE_MS / MINUTE_MS + 1;
    for (let n = 0; n < 40; n++) learn(predictor, n % 2 === 0 ? signalOf(1) : triggerOf(1), n * apartMin);
    learn(predictor, signalOf(77), 40 * apartMin);
    expect(isAmong(predictor, triggerOf(77), 1000, START_MS + 40 * apartMin * MINUTE_MS)).toBe(false);
  });

  it("says something of the next question alone, however many are due", () => {
    const weights = { frequency: 0.7, recency: 0.2, structure: 0.1, transition: 0 };
    const [due, dueWithout] = [chained(), chained(new Predictor(OF, weights))].map(({ predictor, next }) => {
      learn(predictor, signalOf(77), next);
      const nowMs = unixMs(START_MS + next * MINUTE_MS);
      expect(predictor.asksPerHour(nowMs) * 7 * 24).toBeGreaterThan(1000);
      return predictor.expectedAsks(triggerOf(77), 7 * DAY_MS, nowMs);
    });
    expect((due ?? 0) - (dueWithout ?? 0)).toBeGreaterThan(0.5);
    expect((due ?? 0) - (dueWithout ?? 0)).toBeLessThan(1);
  });
});

describe("the predictor, with what follows what", () => {
  it("gives probabilities that are finite and sum to at most 1 over all it knows, by every guess", () => {
    const only = (guess: string) => ({ frequency: 0, recency: 0, structure: 0, transition: 0, [guess]: 1 });
    fc.assert(
      fc.property(
        anyHistory(60),
        fc.constantFrom("frequency", "transition", null),
        fc.nat(40),
        (asked, guess, wait) => {
          const predictor = guess === null ? new Predictor(OF) : new Predictor(OF, only(guess));
          for (const each of asked) predictor.learn(each);
          const nowMs = unixMs((asked.at(-1)?.atMs ?? START_MS) + wait * MINUTE_MS);
          const all = predictor.likely(Number.POSITIVE_INFINITY, nowMs).map(({ probability }) => probability);
          expect(Math.min(...all)).toBeGreaterThan(0);
          expect(all.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  it("is a function of the questions in their order: learnt one by one and looked at between, or all at once", () => {
    fc.assert(
      fc.property(anyHistory(40), (asked) => {
        const [step, whole] = [new Predictor(OF), new Predictor(OF)];
        for (const each of asked) {
          step.likely(3, each.atMs);
          step.guess(each.intent, unixMs(each.atMs + DAY_MS));
          step.expectedAsks(each.intent, DAY_MS, each.atMs);
          step.learn(each);
        }
        for (const each of asked) whole.learn(each);
        const nowMs = asked.at(-1)?.atMs ?? START_MS;
        expect(whole.likely(1000, nowMs)).toEqual(step.likely(1000, nowMs));
      }),
    );
  });

  it("stays bounded through 10,000 different questions, asked in chains, and still adds up", () => {
    const predictor = new Predictor(OF);
    for (let n = 0; n < 10_000; n++) {
      // Every question is of a market of its own, or follows there in a way of its own.
      const intent = intentOf({ kind: "signal", symbol: marketOf(n - (n % 2)), horizon: n % 2 === 0 ? null : `${n}h` });
      learn(predictor, intent, n / 60);
    }
    learn(predictor, intentOf({ kind: "signal", symbol: marketOf(10_000) }), 10_000 / 60);
    const nowMs = unixMs(START_MS + 10_000 * 1000);
    const all = predictor.likely(Number.POSITIVE_INFINITY, nowMs);
    // 512 that were asked, 64 ways that have followed.
    expect(all.length).toBeGreaterThan(512);
    expect(all.length).toBeLessThanOrEqual(512 + 64);
    expect(all.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1);
  });
});
