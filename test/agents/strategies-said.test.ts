import { describe, expect, it } from "vitest";
import { prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { sayingsOf, silenceOf } from "#memory/said-of.ts";
import { type Intent, intentKey } from "#schemas/question.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { beside5m, broken } from "#test/support/faulty-strategies.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { makeView } from "../memory/fixtures.ts";
import { BTC, createDesk, DESK_ID, NOW_MS, VENUE_ID } from "./desk-fixture.ts";

const example = shippedStrategy("mean-reversion");

describe("what the desk's strategies say of a market", () => {
  const readBy = (...ids: readonly string[]) =>
    makeView(
      {},
      ids.map((strategyId) => ({ strategyId })),
    );
  const named = (id: string, over: { timeframes?: readonly "1h"[]; fault?: { message: string } } = {}) => ({
    info: { id, definitionId: `${id}.1`, timeframes: over.timeframes ?? [] },
    fault: over.fault ?? null,
  });

  it("is one saying each, in the desk's order, whatever order they have read it in", () => {
    const sayings = sayingsOf(readBy("b", "a"), [named("a"), named("b")]);
    expect(sayings.map(({ strategyId, status }) => [strategyId, status])).toEqual([
      ["a", "read"],
      ["b", "read"],
    ]);
  });

  it("is why it is silent where it was ended, even where its last reading is still there", () => {
    const [ended] = sayingsOf(readBy("a"), [named("a", { fault: { message: "a.ts: it threw." } })]);
    expect(ended).toEqual({ status: "silent", strategyId: "a", why: "it was ended: a.ts: it threw." });
  });

  it("is why it is silent where it has not read the market, or cannot read the timeframe", () => {
    const [unread] = sayingsOf(readBy(), [named("a")]);
    expect(unread).toMatchObject({ status: "silent", why: expect.stringContaining("has not read this market") });
    const hourly = named("a", { timeframes: ["1h"] });
    expect(silenceOf(hourly, "1h")).toBe("it cannot read 1h candles: beside its 1h ones it needs shorter");
    expect(silenceOf(hourly, "5m")).toBeNull();
  });

  it("leaves out readings of strategies that the desk does not run", () => {
    expect(sayingsOf(readBy("other"), [])).toEqual([]);
  });
});

describe("a question to a desk of several strategies", () => {
  it("is answered with a line for each, and by the same lines from memory", async () => {
    const desk = createDesk({ strategies: [example, eager] });
    const first = await desk.ask("at what price would you buy BTC?");
    expect(first.path).toBe("delegated");
    const lines = first.answer.split("\n");
    expect(lines[0]).toMatch(/mean-reversion (enters BTC\/USDT at|would|.*not worked out)/);
    expect(lines[1]).toMatch(/^(eager enters BTC\/USDT at (a|no) 5m close|At which next close eager)/);
    const again = await desk.ask("at what price would you buy BTC?");
    expect(again.path).toBe("recalled");
    expect(again.answer).toBe(first.answer);
  });

  it("names the one that its rule ended on the way; the others are answered from, and nothing is asked twice", async () => {
    const desk = createDesk({ strategies: [example, broken] });
    for (const path of ["delegated", "recalled"]) {
      const answer = await desk.ask("should I buy BTC?");
      expect(answer.path).toBe(path);
      expect(answer.answer).toMatch(/The signal of mean-reversion for BTC\/USDT 5m is (hold|enter|exit)/);
      expect(answer.answer).toMatch(/broken says nothing of BTC\/USDT 5m: it was ended: .*no luck/);
    }
    expect(desk.asked).toHaveLength(1);
  });

  it("names the one that cannot read the timeframe asked for, and lets it speak where it can", async () => {
    const desk = createDesk({ strategies: [example, beside5m] });
    const at5m = await desk.ask("signal for BTC on 5m");
    expect(at5m.answer).toContain(
      "beside-5m says nothing of BTC/USDT 5m: it cannot read 5m candles: beside its 5m ones it needs shorter.",
    );
    const at1m = await desk.ask("signal for BTC on 1m");
    expect(at1m.answer).toMatch(/The signal of beside-5m for BTC\/USDT 1m is (hold|enter|exit)/);
  });

  it("is not answered from what was prepared while a strategy still ran that is ended by now", async () => {
    const hosts = [createLocalHost(example), createLocalHost(broken)];
    const desk = createDesk({ strategies: hosts });
    const intent: Intent = {
      kind: "signal",
      symbol: BTC,
      other: null,
      timeframe: "5m",
      side: null,
      negation: false,
      horizon: null,
    };
    const view = makeView({ symbol: BTC, venueId: VENUE_ID, asOfMs: NOW_MS }, [{}, { strategyId: "broken" }]);
    const body = prepareAnswer(intent, [view], hosts);
    const topic = intentKey(intent, { deskId: DESK_ID, venueId: VENUE_ID });
    await desk.prepare("answer", topic, body, []);
    expect((await desk.serve(intent)).answer.path).toBe("pre-answered");
    // Its rule throws at the first market that it is given.
    await desk.warm(BTC);
    const { answer } = await desk.serve(intent);
    expect(answer.path).toBe("recalled");
    expect(answer.answer).toContain("broken says nothing of BTC/USDT 5m: it was ended");
  });
});
