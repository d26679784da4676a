// Scripted models whose skill is known, through whole backtests: each must land at its end of the scores; and what vetoes are said to
// have cost must be what a backtest without them earns, trade by trade.
import { describe, expect, it } from "vitest";
import { TradeStatistics } from "#desk/account/trade-statistics.ts";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { scoreDebates } from "#desk/judgement/scores.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type Asked, moodOf, says, scriptedModel } from "#test/agents/debate/scripted.ts";
import { canonicalLines } from "../both-ways.ts";
import { backtestWithDebates, debatesIn, marketOf } from "./debate-trial.ts";

const SLOTS = 400;
const nameOf = ({ market, decidesAtClose }: Pick<Asked, "market" | "decidesAtClose">) =>
  `${market} ${Date.parse(decidesAtClose)}`;

const backtest = (seed: number, script: ((asked: Asked) => string) | null) =>
  backtestWithDebates({
    venue: marketOf(seed, SLOTS),
    thinking: script === null ? {} : { debateDayTokens: 100_000_000 },
    models: script === null ? null : async () => [scriptedModel(script).choice],
  });

function bookOf(events: readonly JournalEvent[]): DebateBook {
  const book = new DebateBook();
  for (const event of events) book.take(event);
  return book;
}

describe("debates of known skill", () => {
  it("score an oracle near the best, a coin at a quarter and a contrarian worse, each in its interval", async () => {
    const settled: DebateBook["settled"] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      // All agree, so that the second run trades as the first one did, whose end the oracle has read.
      const first = bookOf(await backtest(seed, (asked) => says(asked)));
      const reached = new Map(
        first.settled.map(({ debate, outcome }) => [
          `${debate.symbol} ${debate.forAsOfMs}`,
          outcome.outcome === "target",
        ]),
      );
      const second = bookOf(
        await backtest(seed, (asked) => {
          const knows = reached.get(nameOf(asked)) ?? moodOf(asked, 2) === 0;
          return says(asked, {
            probability: { bull: knows ? 0.98 : 0.02, bear: knows ? 0.02 : 0.98, judge: 0.5 }[asked.role],
          });
        }),
      );
      expect(second.settled.map(({ outcome }) => outcome.asOfMs)).toEqual(
        first.settled.map(({ outcome }) => outcome.asOfMs),
      );
      settled.push(...second.settled);
    }
    const { n, reached, roles, baseRateBrier } = scoreDebates(settled);
    console.info(
      `${n} outcomes, ${reached} at their target; Brier: oracle ${roles.bull.brier}, coin ${roles.judge.brier}, contrarian ${roles.bear.brier}, base rate ${baseRateBrier}`,
    );
    expect(n).toBeGreaterThan(30);
    expect(reached).toBeGreaterThan(3);
    expect(roles.bull.brier).toBeCloseTo(0.0004, 9);
    expect(roles.judge.brier).toBe(0.25);
    expect(roles.bear.brier).toBeCloseTo(0.9604, 9);
    for (const role of [roles.bull, roles.judge, roles.bear]) {
      const [lo, hi] = role.interval ?? [Number.NaN, Number.NaN];
      expect(lo).toBeLessThanOrEqual(Number(role.brier) + 1e-12);
      expect(hi).toBeGreaterThanOrEqual(Number(role.brier) - 1e-12);
    }
    expect(Number(roles.bull.interval?.[1])).toBeLessThan(Number(baseRateBrier));
    expect(Number(roles.bear.interval?.[0])).toBeGreaterThan(0.25);
  });
});

/** A fee in coins leaves less than a step, which a trade does not count and the shadow counts at its price; in quote. */
const dustOf = (seed: number, { symbol, entryPrice }: ClosedTrade): number =>
  toNumber(marketOf(seed, SLOTS).markets.get(symbol)?.stepSize ?? "0") * toNumber(entryPrice) + 1e-6;

describe("what a veto is said to have cost", () => {
  it("is what the trade earns in a backtest without it, trade by trade, where stop or target ended it", async () => {
    let [entered, compared] = [0, 0];
    for (const seed of [1, 2]) {
      const without = await backtest(seed, null);
      const statistics = new TradeStatistics();
      for (const event of without) statistics.take(event);
      const agreed = await backtest(seed, (asked) => says(asked));
      expect(canonicalLines(agreed)).toEqual(canonicalLines(without));
      const debated = new Set(debatesIn(agreed).map(({ symbol, forAsOfMs }) => `${symbol} ${forAsOfMs}`));
      const trades = statistics
        .trades()
        .filter(({ exitRole }) => exitRole === "stop-loss" || exitRole === "take-profit")
        .filter(({ symbol, entryMs }) => debated.has(`${symbol} ${entryMs}`))
        .slice(0, 3);
      // Of every entry that was debated: the shadow of the whole entry is the trade itself.
      for (const { debate, outcome } of bookOf(agreed).settled) {
        const trade = statistics
          .trades()
          .find(({ symbol, entryMs }) => symbol === debate.symbol && entryMs === outcome.asOfMs);
        const ended = { stop: "stop-loss", target: "take-profit" }[outcome.outcome as string];
        if (trade === undefined || trade.exitRole !== ended) continue;
        expect(Math.abs(toNumber(outcome.pnl ?? "NaN") - toNumber(trade.pnl))).toBeLessThanOrEqual(dustOf(seed, trade));
        entered += 1;
      }
      for (const trade of trades) {
        const name = `${trade.symbol} ${trade.entryMs}`;
        const vetoed = bookOf(
          await backtest(seed, (asked) => says(asked, { verdict: nameOf(asked) === name ? "veto" : "agree" })),
        );
        const [one, ...more] = vetoed.settled.filter(({ outcome }) => outcome.met === "vetoed");
        expect(more).toEqual([]);
        expect(one?.outcome.outcome).toBe(trade.exitRole === "stop-loss" ? "stop" : "target");
        expect(Math.abs(toNumber(one?.outcome.pnl ?? "NaN") - toNumber(trade.pnl))).toBeLessThanOrEqual(
          dustOf(seed, trade),
        );
        expect(toNumber(one?.outcome.saved ?? "NaN")).toBe(-toNumber(one?.outcome.pnl ?? "NaN"));
        compared += 1;
      }
    }
    console.info(
      `${entered} shadows equal their trades, ${compared} vetoed ones equal those of a backtest without the veto`,
    );
    expect(entered).toBeGreaterThan(2);
    expect(compared).toBeGreaterThan(2);
  });
});
