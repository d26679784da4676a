import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Money } from "#schemas/money.ts";
import { OperatorRule, type RuleScope, type RuleWindow, WEEKDAYS } from "#schemas/operator-rule.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { standing } from "#test/support/operator-rules.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import { soldByRule } from "#toolkits/risk/operator-rules/judge.ts";
import { startOfWeek, windowIn } from "#toolkits/risk/operator-rules/windows.ts";
import { BTC, ETH, entry, exit, held, onOrder, order, portfolio, position } from "./fixture.ts";
import { gateInput } from "./gate-inputs.ts";

type Rule = z.input<typeof OperatorRule>;
const ALL: RuleScope = { kind: "all" };
const COINS: RuleScope = { kind: "group", name: "big coins", assets: ["BTC", "ETH"], asOf: null };
const OTHERS: RuleScope = { kind: "assets", assets: ["SOL"] };
const at = (text: string) => unixMs(Date.parse(`${text}Z`));

const ruled = (input: GateInput, rules: readonly Rule[], change: Partial<GateInput["portfolio"]> = {}): GateInput => ({
  ...input,
  portfolio: { ...input.portfolio, rules: standing(...rules), ...change },
});

/** The same decision at another slot. */
const atSlot = (input: GateInput, text: string): GateInput => {
  const slotMs = at(text);
  const analysis = input.analysis && { ...input.analysis, asOfMs: slotMs, validUntilMs: unixMs(slotMs + 1) };
  return {
    ...input,
    slotMs,
    nowMs: slotMs,
    decision: { ...input.decision, asOfMs: slotMs },
    analysis: analysis && { ...analysis, security: { ...analysis.security, validUntilMs: slotMs + 86_400_000 } },
  };
};

/** `accepted`, or the reason of `operator-rule`; another rule is an error of the test. */
function answer(input: GateInput): string {
  const result = gate(input);
  if (result.accepted) return "accepted";
  expect(result.refusal.rule).toBe("operator-rule");
  return result.refusal.reason;
}

describe("a rule of the operator's at the gate", () => {
  it("names itself and the operator's words, and bars its scope alone", () => {
    const never = (scope: RuleScope): Rule => ({ type: "no-entries", scope, when: { kind: "always" } });
    expect(answer(ruled(entry, [never(COINS)]))).toBe('your rule r1, "rule 1": no entries in big coins');
    expect(answer(ruled(entry, [never(ALL)]))).toBe('your rule r1, "rule 1": no entries');
    expect(answer(ruled(entry, [never({ kind: "markets", pattern: "b*/usdt" })]))).toContain("markets b*/usdt");
    expect(answer(ruled(entry, [never({ kind: "strategy", strategyId: STRATEGY })]))).toContain(STRATEGY);
    const beside: readonly RuleScope[] = [
      OTHERS,
      { kind: "assets", assets: ["BT", "USDT"] },
      { kind: "markets", pattern: "*/EUR" },
      { kind: "strategy", strategyId: "another" },
    ];
    expect(answer(ruled(entry, beside.map(never)))).toBe("accepted");
    // The first that bars is named.
    expect(answer(ruled(entry, [never(OTHERS), never(COINS), never(ALL)]))).toContain("your rule r2");
  });

  it("never bars an exit, whatever it says", () => {
    const rules: readonly Rule[] = [
      { type: "no-entries", scope: ALL, when: { kind: "always" } },
      { type: "max-positions", scope: ALL, count: 1 },
      { type: "max-stake", scope: ALL, limit: { amount: "0.01", currency: "USDT" } },
      { type: "max-exposure", scope: ALL, pct: 0.01 },
      { type: "no-hold-over", scope: ALL, when: { kind: "weekend" }, hoursBefore: 72 },
    ];
    expect(gate(ruled(exit, rules))).toMatchObject({ accepted: true, order: { side: "sell", quantity: "2" } });
  });

  it("is not asked where it is a note", () => {
    expect(answer(ruled(entry, [{ type: "note", text: "no entries in anything, ever" }]))).toBe("accepted");
  });

  it("bars entries on Sundays from 00:00 to 24:00 UTC, to the slot", () => {
    const rule: Rule = { type: "no-entries", scope: ALL, when: { kind: "weekdays", days: ["sun"] } };
    const on = (text: string) => answer(ruled(atSlot(entry, text), [rule]));
    expect(on("2026-11-28T23:55")).toBe("accepted");
    expect(on("2026-11-29T00:00")).toBe('your rule r1, "rule 1": no entries until 2026-11-30 00:00 UTC');
    expect(on("2026-11-29T23:55")).toContain("until 2026-11-30 00:00 UTC");
    expect(on("2026-11-30T00:00")).toBe("accepted");
  });

  it("bars entries in hours that go over midnight, on both sides of it", () => {
    const rule: Rule = { type: "no-entries", scope: ALL, when: { kind: "hours", from: "22:00", to: "06:30" } };
    const on = (text: string) => answer(ruled(atSlot(entry, text), [rule]));
    expect(on("2026-11-28T21:55")).toBe("accepted");
    expect(on("2026-11-28T22:00")).toContain("until 2026-11-29 06:30 UTC");
    expect(on("2026-11-29T06:25")).toContain("until 2026-11-29 06:30 UTC");
    expect(on("2026-11-29T06:30")).toBe("accepted");
  });

  it("enters nothing that would be held over the weekend, from the last slot before its lead on", () => {
    const rule: Rule = { type: "no-hold-over", scope: COINS, when: { kind: "weekend" }, hoursBefore: 2 };
    const on = (text: string) => answer(ruled(atSlot(entry, text), [rule]));
    expect(on("2026-11-27T21:50")).toBe("accepted");
    expect(on("2026-11-27T21:55")).toBe(
      'your rule r1, "rule 1": no entries from 2026-11-27 22:00 UTC to 2026-11-30 00:00 UTC',
    );
    expect(on("2026-11-29T23:55")).toContain("to 2026-11-30 00:00 UTC");
    expect(on("2026-11-30T00:00")).toBe("accepted");
  });

  it("counts the entries of the scope since 00:00 UTC, or since Monday", () => {
    const made = (symbol: MarketSymbol, text: string, n: number) => ({
      clientOrderId: String(n).repeat(32),
      strategyId: STRATEGY,
      symbol,
      atMs: at(text),
    });
    const sol = "SOL/USDT" as MarketSymbol;
    // 2026-11-28 is a Saturday.
    const recentEntries = [
      made(ETH, "2026-11-23T00:00", 1),
      made(ETH, "2026-11-28T00:00", 2),
      made(sol, "2026-11-28T10:00", 3),
    ];
    const on = (rule: Rule, more: typeof recentEntries = []) =>
      answer(ruled(atSlot(entry, "2026-11-28T12:00"), [rule], { recentEntries: [...recentEntries, ...more] }));
    const aDay = (count: number): Rule => ({ type: "max-entries", scope: COINS, per: "day", count });
    const aWeek = (count: number): Rule => ({ type: "max-entries", scope: COINS, per: "week", count });
    expect(on(aDay(2))).toBe("accepted");
    expect(on(aDay(2), [made(BTC, "2026-11-28T11:00", 4)])).toBe(
      'your rule r1, "rule 1": 2 entries in big coins since 2026-11-28 00:00 UTC; the rule allows 2',
    );
    expect(on(aDay(1))).toContain("1 entry in big coins");
    expect(on(aWeek(2))).toContain("since 2026-11-23 00:00 UTC");
    expect(on(aWeek(3), [made(BTC, "2026-11-22T23:55", 4)])).toBe("accepted");
  });

  it("counts positions and working entries of the scope, each market once, dust not at all", () => {
    const rule: Rule = { type: "max-positions", scope: COINS, count: 1 };
    const dust = { ...position(ETH, "1"), dust: true };
    expect(answer(ruled(entry, [rule], { positions: held(dust, position("SOL/USDT" as MarketSymbol, "1")) }))).toBe(
      "accepted",
    );
    expect(answer(ruled(entry, [rule], { orders: onOrder(order({ role: "exit", side: "sell" })) }))).toBe("accepted");
    const both = { positions: held(position(ETH, "1")), orders: onOrder(order()) };
    expect(answer(ruled(entry, [rule], both))).toContain("1 position in big coins open or on order; the rule allows 1");
    expect(answer(ruled(entry, [{ ...rule, count: 2 }], both))).toBe("accepted");
  });

  it("measures exposure of the scope with the entry itself, at the marks", () => {
    // 10,000 of equity: the entry is 200, 2 ETH are 200 at their mark of 100.
    const rule = (pct: number): Rule => ({ type: "max-exposure", scope: COINS, pct });
    const positions = held(position(ETH, "2", "1"), position("SOL/USDT" as MarketSymbol, "5"));
    expect(answer(ruled(entry, [rule(4)], { positions }))).toBe("accepted");
    expect(answer(ruled(entry, [rule(3.999)], { positions }))).toContain(
      "exposure in big coins would be 4 % of equity; the rule allows 3.999 %",
    );
    const unpriced = { orders: onOrder(order()) };
    expect(answer({ ...ruled(entry, [rule(50)], unpriced), marks: new Map([[BTC, 100]]) })).toContain(
      "has no known price",
    );
  });

  it("makes an entry smaller, by the smallest stake of all rules, and refuses what the venue would not take", () => {
    const amount = (text: string): Rule => ({
      type: "max-stake",
      scope: COINS,
      limit: { amount: text, currency: "USDT" },
    });
    const quantity = (...rules: readonly Rule[]) => {
      const result = gate(ruled(entry, rules));
      return result.accepted ? result.order.quantity : result.refusal;
    };
    expect(quantity(amount("200"))).toBe("2");
    expect(quantity(amount("55.19"))).toBe("0.551");
    expect(quantity({ type: "max-stake", scope: ALL, limit: { pct: 0.5 } }, amount("120"))).toBe("0.5");
    expect(quantity(amount("120"), amount("300"))).toBe("1.2");
    expect(quantity({ type: "max-stake", scope: OTHERS, limit: { pct: 0.1 } })).toBe("2");
    expect(quantity(amount("300"), amount("3"))).toMatchObject({
      rule: "operator-rule",
      reason: expect.stringMatching(/^your rule r2, "rule 2": 3 USDT buys 0\.03 BTC: /),
    });
  });

  it("judges the usual size before a stake makes it smaller: what exposure bars stays barred", () => {
    const full = { ...entry, limits: { ...entry.limits, maxExposurePct: 1 } };
    const rules: readonly Rule[] = [{ type: "max-stake", scope: ALL, limit: { amount: "50", currency: "USDT" } }];
    expect(gate(full)).toMatchObject({ refusal: { rule: "exposure" } });
    expect(gate(ruled(full, rules))).toMatchObject({ refusal: { rule: "exposure" } });
  });
});

const scopes = fc.constantFrom<RuleScope>(
  ALL,
  COINS,
  OTHERS,
  { kind: "markets", pattern: "*/USDT" },
  { kind: "strategy", strategyId: STRATEGY },
);
const windows = fc.oneof(
  fc.constant<RuleWindow>({ kind: "weekend" }),
  fc
    .uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 6 })
    .map((days): RuleWindow => ({ kind: "weekdays", days })),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 24 * 60 - 1 }), { minLength: 2, maxLength: 2 })
    .map(([from = 0, to = 1]): RuleWindow => ({ kind: "hours", from: clock(from), to: clock(to) })),
);
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

const rules: fc.Arbitrary<Rule> = scopes.chain((scope) =>
  fc.oneof<fc.Arbitrary<Rule>[]>(
    windows.chain((when) =>
      fc.integer({ min: 0, max: 72 }).map((hoursBefore) => ({ type: "no-hold-over", scope, when, hoursBefore })),
    ),
    fc.oneof(windows, fc.constant({ kind: "always" as const })).map((when) => ({ type: "no-entries", scope, when })),
    fc
      .record({ per: fc.constantFrom("day" as const, "week" as const), count: fc.integer({ min: 1, max: 3 }) })
      .map((r) => ({ type: "max-entries", scope, ...r })),
    fc.integer({ min: 1, max: 3 }).map((count) => ({ type: "max-positions", scope, count })),
    fc.integer({ min: 1, max: 100 }).map((pct) => ({ type: "max-exposure", scope, pct })),
    fc.integer({ min: 1, max: 100 }).map((pct) => ({ type: "max-stake", scope, limit: { pct } })),
    fc.integer({ min: 1, max: 60_000 }).map((n) => ({
      type: "max-stake" as const,
      scope,
      limit: { amount: (n / 100).toString() as Money, currency: "USDT" },
    })),
    fc.constant({ type: "note" as const, text: "buy everything" }),
  ),
);

describe("rules of the operator's, whatever the desk and whatever they say", () => {
  it("let through no entry that was barred, make none larger, and change no exit", () => {
    const seen = { accepted: 0, barred: 0, smaller: 0, exits: 0 };
    fc.assert(
      fc.property(gateInput, fc.array(rules, { minLength: 1, maxLength: 3 }), fc.nat(3), (desk, made, entries) => {
        const recentEntries = Array.from({ length: entries }, (_, n) => ({
          clientOrderId: String(n).repeat(32),
          strategyId: STRATEGY,
          symbol: BTC,
          atMs: desk.slotMs,
        }));
        const without = gate({ ...desk, portfolio: { ...desk.portfolio, recentEntries } });
        const withRules = gate(ruled(desk, made, { recentEntries }));
        if (desk.decision.action === "exit") {
          expect(withRules).toEqual(without);
          seen.exits += 1;
          return;
        }
        if (!without.accepted) {
          expect(withRules.accepted).toBe(false);
          return;
        }
        if (!withRules.accepted) {
          expect(withRules.refusal.rule).toBe("operator-rule");
          seen.barred += 1;
          return;
        }
        expect({ ...withRules.order, quantity: "" }).toEqual({ ...without.order, quantity: "" });
        expect(Number(withRules.order.quantity)).toBeLessThanOrEqual(Number(without.order.quantity));
        seen.accepted += 1;
        if (withRules.order.quantity !== without.order.quantity) seen.smaller += 1;
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(seen.accepted, seen.barred, seen.exits)).toBeGreaterThan(30);
    expect(seen.smaller).toBeGreaterThan(5);
  });

  it("want sold exactly what could be held at some moment of their window", () => {
    let sold = 0;
    fc.assert(
      fc.property(
        windows,
        fc.integer({ min: 0, max: 72 }),
        fc.integer({ min: 0, max: 4000 }),
        fc.constantFrom("5m" as const, "1h" as const, "1d" as const),
        (when, hoursBefore, slots, timeframe) => {
          const stepMs = timeframeMs(timeframe);
          const slotMs = unixMs(startOfWeek(at("2026-11-28T00:00")) + slots * stepMs);
          const of = { strategyId: STRATEGY, symbol: BTC };
          const rule: Rule = { type: "no-hold-over", scope: ALL, when, hoursBefore };
          const answer = soldByRule({ ...portfolio, rules: standing(rule) }, of, { slotMs, timeframe });
          // Minute by minute, with a calendar of its own.
          const isInside = (ms: number) => {
            const date = new Date(ms);
            const day = WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? "mon";
            if (when.kind === "weekend") return day === "sat" || day === "sun";
            if (when.kind === "weekdays") return when.days.includes(day);
            const now = date.toISOString().slice(11, 16);
            return when.from < when.to ? when.from <= now && now < when.to : now >= when.from || now < when.to;
          };
          let inside = false;
          for (let ms = slotMs; ms <= slotMs + stepMs + hoursBefore * 3_600_000 && !inside; ms = unixMs(ms + 60_000))
            inside = isInside(ms);
          expect(answer !== null).toBe(inside);
          if (answer !== null) sold += 1;
        },
      ),
      { numRuns: 300 },
    );
    expect(sold).toBeGreaterThan(30);
  });

  it("want nothing sold that is of another scope, and say when it may be held again", () => {
    const rule: Rule = { type: "no-hold-over", scope: COINS, when: { kind: "weekdays", days: ["sun", "mon"] } };
    const slot = { slotMs: at("2026-11-29T10:00"), timeframe: "5m" as const };
    const of = (symbol: MarketSymbol) =>
      soldByRule(
        { ...portfolio, rules: standing({ type: "note", text: "x" }, rule) },
        { strategyId: STRATEGY, symbol },
        slot,
      );
    expect(of(ETH)).toBe('your rule r2, "rule 2": not held from 2026-11-29 00:00 UTC to 2026-12-01 00:00 UTC');
    expect(of("SOL/USDT" as MarketSymbol)).toBeNull();
  });
});

describe("a window of every week", () => {
  it("is 48 hours of a weekend, also where European clocks are moved", () => {
    for (const sunday of ["2026-03-29", "2026-10-25"]) {
      const span = windowIn({ kind: "weekend" }, at(`${sunday}T12:00`), at(`${sunday}T12:00`));
      expect(span && span.endMs - span.startMs).toBe(48 * 3_600_000);
      expect(span?.startMs).toBe(at(`${sunday}T00:00`) - 24 * 3_600_000);
    }
  });

  it("joins days that follow each other over the turn of the week", () => {
    const span = windowIn({ kind: "weekdays", days: ["mon", "sun"] }, at("2026-11-30T01:00"), at("2026-11-30T01:00"));
    expect(span).toEqual({ startMs: at("2026-11-29T00:00"), endMs: at("2026-12-01T00:00") });
  });
});

describe("the schema of a rule", () => {
  it.each<[string, unknown, RegExp]>([
    ["a rule of no known type", { type: "allow-entries", scope: ALL }, /expected a rule with type no-hold-over/],
    ["no scope", { type: "max-positions", count: 1 }, /expected a scope/],
    [
      "a group without members",
      { type: "max-positions", scope: { kind: "group", name: "x", assets: [], asOf: null }, count: 1 },
      /at least one asset/,
    ],
    ["a count of 0", { type: "max-positions", scope: ALL, count: 0 }, /whole number from 1/],
    ["a share above 100", { type: "max-exposure", scope: ALL, pct: 101 }, /at most 100/],
    [
      "all days of the week",
      { type: "no-entries", scope: ALL, when: { kind: "weekdays", days: [...WEEKDAYS] } },
      /1 to 6 days/,
    ],
    [
      "a day twice",
      { type: "no-entries", scope: ALL, when: { kind: "weekdays", days: ["sun", "sun"] } },
      /each day once/,
    ],
    [
      "hours that are no time",
      { type: "no-entries", scope: ALL, when: { kind: "hours", from: "24:00", to: "06:00" } },
      /time of day/,
    ],
    [
      "hours of no length",
      { type: "no-entries", scope: ALL, when: { kind: "hours", from: "06:00", to: "06:00" } },
      /two different/,
    ],
    ["a stake of nothing", { type: "max-stake", scope: ALL, limit: { amount: "0", currency: "USDT" } }, /expected/],
    ["a field that is not there", { type: "max-positions", scope: ALL, count: 1, unless: "it rises" }, /unless/],
    ["words that move a cursor", { type: "note", text: "a\u001b[2Jb" }, /control characters/],
  ])("refuses %s", (_name, value, message) => {
    const parsed = OperatorRule.safeParse(value);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.message).join("; ")).toMatch(message);
  });
});
