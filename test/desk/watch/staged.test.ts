import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertFacts, NO_MEMORY } from "#desk/watch/alert-facts.ts";
import { AlertLog } from "#desk/watch/log.ts";
import { raiseAlerts } from "#desk/watch/rules.ts";
import { watchBetween } from "#desk/watch/watch.ts";
import { isBlind } from "#desk/watch/watch-held.ts";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import { patience } from "#test/support/desk.ts";
import { broken } from "#test/support/faulty-strategies.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { ADOPTED_BASIS } from "#toolkits/execution/adoption.ts";
import { AAA, BBB, buyer, kindsOf, openStaged, STEP_MS, type StagedDesk, slotMsOf } from "./staged-world.ts";

const silence = (): ProviderError => new ProviderError({ was: "No answer within 10 s.", remedy: "Wait." });
const refusal = (): ProviderRefusedError =>
  new ProviderRefusedError({ was: "The key is not valid.", remedy: "Give another." });

interface Stage {
  readonly condition: string;
  /** From a desk that has done nothing yet, to a few slots after the condition. */
  readonly play: (staged: StagedDesk) => Promise<void>;
  readonly raises: Readonly<Record<string, number>>;
  readonly says: RegExp;
  readonly limits?: Readonly<Record<string, number>>;
}

const held = async ({ run }: StagedDesk): Promise<void> => run(3);

const STAGES: readonly Stage[] = [
  {
    condition: "fill",
    play: async (staged) => staged.run(6),
    raises: { fill: 1 },
    says: /^Filled: bought [\d.]+ AAA at [\d.]+ USDT \(entry\); bought [\d.]+ BBB/,
  },
  {
    condition: "stop-hit",
    play: async (staged) => {
      await held(staged);
      // It stays there: a fall that is gone in the next candle is taken for the feed's.
      for (let slot = staged.next(); slot < 60; slot++) staged.world.moves.set(slot, 0.7);
      await staged.run(5);
    },
    raises: { fill: 1, "stop-hit": 1 },
    says: /^Stop hit: sold [\d.]+ AAA at [\d.]+ USDT \(stop-loss\); sold [\d.]+ BBB/,
  },
  {
    condition: "stop-missing",
    play: async (staged) => {
      staged.world.stopsLost = true;
      await staged.run(8);
    },
    raises: { fill: 1, "stop-missing": 1 },
    says: /^No stop rests for AAA\/USDT, BBB\/USDT, held without one since 2026-03-02 09:05 UTC/,
  },
  {
    condition: "order-ambiguous",
    play: async (staged) => {
      staged.world.ordersFail = silence();
      await staged.run(6);
    },
    raises: { "order-ambiguous": 1 },
    says: /^Not acknowledged.*entry buy [\d.]+ AAA\/USDT of 2026-03-02 09:00 UTC; entry buy [\d.]+ BBB/,
  },
  {
    condition: "limit-tripped",
    play: async (staged) => {
      await held(staged);
      for (let slot = staged.next(); slot < staged.next() + 9; slot++) staged.world.moves.set(slot, 0.9);
      await staged.run(6);
    },
    limits: { entryPct: 10, maxDayLossPct: 1 },
    raises: { fill: 1, "limit-tripped": 1 },
    says: /^Day loss: -[\d.]+ % of the day's start, limit 1 %. No entries until 2026-03-03 00:00 UTC/,
  },
  {
    condition: "blind",
    play: async (staged) => {
      await held(staged);
      staged.world.pricesFail = silence();
      await staged.run(5);
    },
    raises: { fill: 1, blind: 1 },
    says: /^Blind: AAA\/USDT, BBB\/USDT held, and not to be read for 2 slots/,
  },
  {
    condition: "blind (no market has a new candle)",
    play: async (staged) => {
      await held(staged);
      staged.world.frozenAt = staged.next();
      await staged.run(5);
    },
    raises: { fill: 1, blind: 1 },
    says: /^Blind: no market has had a new candle for 2 slots, and AAA\/USDT, BBB\/USDT held\. No entries until one has\.$/,
  },
  {
    condition: "held-token-turned",
    play: async (staged) => {
      await held(staged);
      staged.world.verdict = "block";
      await staged.run(4);
    },
    // Bought, and sold for what its token has become.
    raises: { fill: 2, "held-token-turned": 1 },
    says: /^The token of AAA\/USDT, BBB\/USDT is now judged block: it is being sold/,
  },
  {
    condition: "held-token-turned (its source is silent)",
    play: async (staged) => {
      await held(staged);
      staged.world.verdict = silence();
      await staged.run(6);
    },
    raises: { fill: 1, "held-token-turned": 1 },
    says: /judged unknown: it is held, and not added to/,
  },
  {
    condition: "keys-refused",
    play: async (staged) => {
      await held(staged);
      staged.world.pricesFail = refusal();
      await staged.run(5);
    },
    raises: { fill: 1, "keys-refused": 1 },
    says: /^The venue refuses this desk, which stops here: The key is not valid/,
  },
  {
    condition: "desk-dead",
    play: async (staged) => {
      await held(staged);
      staged.sleep(7);
      await staged.run(4);
    },
    raises: { fill: 1, "desk-dead": 1 },
    says: /^The desk was dead from 2026-03-02 09:10 UTC to 2026-03-02 09:50 UTC: 7 slots were missed/,
  },
  {
    condition: "control-changed",
    play: async (staged) => {
      await staged.run(2);
      const atMs = staged.test().desk.clock.now();
      await staged
        .test()
        .desk.account.append([{ type: "control", strategyId: null, atMs, action: "pause", reason: "news" }], patience);
      await staged.run(4);
    },
    raises: { fill: 1, "control-changed": 1 },
    says: /^Paused: no entries; stops, targets and exits stay \(news\)/,
  },
  {
    condition: "control-changed (the halt file alone)",
    play: async (staged) => {
      await staged.run(2);
      staged.world.haltFile.exists = true;
      await staged.run(4);
    },
    raises: { fill: 1, "control-changed": 1 },
    says: /^Halted: the desk sends nothing, not even exits \(the halt file is there\)/,
  },
];

describe.each([false, true])("each condition, staged once (a new process every slot: %s)", (restarts) => {
  it.each(STAGES)("$condition", async ({ condition, play, raises, says, limits }) => {
    const staged = await openStaged({ restarts, ...(limits === undefined ? {} : { limits }) });
    await play(staged);
    const alerts = await staged.alerts();
    expect(kindsOf(alerts)).toEqual(raises);
    const [kind] = condition.split(" ");
    expect(alerts.find((alert) => alert.kind === kind)?.text).toMatch(says);
    // A slot that the venue refused has no report; of all others each alert is reported in the slot that raised it.
    const told = staged.reported.map(({ alertId }) => alertId);
    expect(told).toEqual(alerts.filter((alert) => alert.kind !== "keys-refused").map(({ alertId }) => alertId));
  });
});

describe("an alert that was told", () => {
  it("comes again only where its condition was gone for two slots", async () => {
    const staged = await openStaged();
    await held(staged);
    const blindFor = async (slots: number): Promise<void> => {
      staged.world.pricesFail = silence();
      await staged.run(slots);
      staged.world.pricesFail = null;
    };
    await blindFor(3);
    await staged.run(1);
    await blindFor(3);
    expect(kindsOf(await staged.alerts())["blind"]).toBe(1);
    await staged.run(2);
    await blindFor(3);
    expect(kindsOf(await staged.alerts())["blind"]).toBe(2);
  });

  it("needs a whole slot without a stop: one that comes back in time is no alarm", async () => {
    const staged = await openStaged();
    staged.world.stopsLost = true;
    await staged.run(2);
    staged.world.stopsLost = false;
    const stops = (await staged.test().events()).flatMap((event) =>
      event.type === "order" && event.event?.type === "canceled" && event.order.role === "stop-loss"
        ? [event.order]
        : [],
    );
    const placedAnew = stops.map((stop) => ({
      ...stop,
      clientOrderId: clientOrderIdOf(stop.decisionId, stop.role, 1),
      generation: 1,
      status: "initialized" as const,
    }));
    const list = { type: "order-list" as const, atMs: slotMsOf(1), orders: placedAnew };
    await staged.test().desk.account.append([list], patience);
    await staged.run(3);
    expect(kindsOf(await staged.alerts())["stop-missing"]).toBeUndefined();
  });

  it("names a blocked token again after unknown, the worse turn, and not on the way back", async () => {
    const staged = await openStaged();
    await held(staged);
    // Nothing is sold: the way out is halted, so that the position stays to be judged.
    staged.world.haltFile.exists = true;
    const turned = async () => kindsOf(await staged.alerts())["held-token-turned"];
    for (const [verdict, expected] of [
      ["unknown", 1],
      ["block", 2],
      ["unknown", 2],
      ["clear", 2],
    ] as const) {
      staged.world.verdict = verdict;
      await staged.run(3);
      expect([verdict, await turned()]).toEqual([verdict, expected]);
    }
  });

  it("is not raised for a venue without positions: blindness harms nobody then", async () => {
    const staged = await openStaged();
    staged.world.pricesFail = silence();
    await staged.run(4);
    staged.world.pricesFail = null;
    staged.world.frozenAt = 0;
    await staged.run(4);
    expect(await staged.alerts()).toEqual([]);
  });

  it("of blindness needs two slots, and is one, whether the venue hangs or has no candle", async () => {
    const staged = await openStaged();
    await held(staged);
    const { alerts } = staged.test().desk;
    staged.world.frozenAt = staged.next();
    await staged.run(1);
    expect(isBlind(alerts.memory)).toBe(false);
    staged.world.pricesFail = silence();
    await staged.run(3);
    expect(isBlind(alerts.memory)).toBe(true);
    expect(kindsOf(await staged.alerts())["blind"]).toBe(1);
    staged.world.pricesFail = null;
    staged.world.frozenAt = null;
    await staged.run(1);
    expect(isBlind(alerts.memory)).toBe(false);
  });

  it("leaves the decisions what they are: the same hash with alerts and without a single one in the journal", async () => {
    const staged = await openStaged();
    await held(staged);
    const events = await staged.test().events();
    expect(events.filter((event) => event.type === "alert")).not.toEqual([]);
    const { DecisionsHasher } = await import("#schemas/decisions-hash.ts");
    const hasher = new DecisionsHasher();
    for (const event of events) if (event.type !== "alert") hasher.update(event);
    expect(staged.test().desk.account.decisionsHash()).toBe(hasher.digest());
  });

  it("writes nothing in a slot in which nothing is to be told or remembered", async () => {
    let begun = 0;
    const staged = await openStaged({
      wrapRuns: (runs) => ({
        ...runs,
        begin: (run, options) => {
          if (run.job === "alerts") begun += 1;
          return runs.begin(run, options);
        },
      }),
    });
    await staged.run(10);
    // Twice: what is known of what is bought, and since when it is held.
    expect(begun).toBe(2);
  });

  it("is not brought on by a slot that is taken up twice: a slot is counted once", async () => {
    const staged = await openStaged();
    await held(staged);
    staged.world.pricesFail = silence();
    await staged.run(1);
    await staged.again();
    expect(kindsOf(await staged.alerts())["blind"]).toBeUndefined();
    await staged.run(1);
    expect(kindsOf(await staged.alerts())["blind"]).toBe(1);
  });

  it("of a dead desk needs three slots without it", async () => {
    const staged = await openStaged();
    await staged.run(2);
    staged.sleep(2);
    await staged.run(2);
    expect(kindsOf(await staged.alerts())["desk-dead"]).toBeUndefined();
    staged.sleep(3);
    await staged.run(2);
    expect(kindsOf(await staged.alerts())["desk-dead"]).toBe(1);
  });

  it("does not mind dust without a stop: it cannot be sold anyway", async () => {
    const staged = await openStaged();
    staged.world.stopsLost = true;
    await staged.run(1);
    await staged.run(1);
    const { account, clock } = staged.test().desk;
    const dust = [...account.portfolio().positions.values()].map(({ strategyId, symbol, quantity }) => {
      return { type: "dust" as const, atMs: clock.now(), strategyId, symbol, quantity };
    });
    expect(dust).toHaveLength(2);
    // Paused, or dust would be bought anew and need its stop.
    const pause = {
      type: "control" as const,
      strategyId: null,
      atMs: clock.now(),
      action: "pause" as const,
      reason: "",
    };
    await account.append([...dust, pause], patience);
    await staged.run(4);
    expect(kindsOf(await staged.alerts())["stop-missing"]).toBeUndefined();
  });

  it("is not cleared by what cannot be read: the token is unknown before and after a silence", async () => {
    const staged = await openStaged();
    await held(staged);
    staged.world.verdict = "unknown";
    await staged.run(2);
    staged.world.pricesFail = silence();
    await staged.run(3);
    staged.world.pricesFail = null;
    await staged.run(3);
    expect(kindsOf(await staged.alerts())).toEqual({ fill: 1, "held-token-turned": 1, blind: 1 });
  });

  it("counts a token's report past its time as unknown", async () => {
    const staged = await openStaged();
    await held(staged);
    staged.world.reportsExpired = true;
    await staged.run(3);
    const turned = (await staged.alerts()).filter(({ kind }) => kind === "held-token-turned");
    expect(turned.map(({ text }) => text)).toEqual([expect.stringContaining("judged unknown")]);
  });

  it("is said in its own words: an operator's of before are not those of a halt file that came later", async () => {
    const staged = await openStaged();
    await staged.run(1);
    const { account, clock } = staged.test().desk;
    await account.append(
      [{ type: "control", strategyId: null, atMs: clock.now(), action: "pause", reason: "news" }],
      patience,
    );
    await staged.run(1);
    staged.world.haltFile.exists = true;
    await staged.run(1);
    staged.world.haltFile.exists = false;
    await staged.run(1);
    const texts = (await staged.alerts()).flatMap(({ kind, text }) => (kind === "control-changed" ? [text] : []));
    expect(texts.map((text) => text.replace(/^(\w+).*(\(.*\))\.$/, "$1 $2"))).toEqual([
      "Paused (news)",
      "Halted (the halt file is there)",
      "Paused (the halt file is gone)",
    ]);
  });
});

describe("a limit that tripped", () => {
  const loss = { dayStartMs: 0, dayStartEquity: 100, peaks: [], equity: 80, dayChangePct: -1, drawdownPct: 20 };
  const mark = (slot: number, drawdownLatched: boolean): JournalEvent => ({
    type: "equity",
    atMs: slotMsOf(slot),
    slotMs: slotMsOf(slot),
    equity: "80" as never,
    loss: { ...loss, dayLossLatched: false, drawdownLatched },
  });
  const sinceOf = (...events: readonly JournalEvent[]) => {
    const log = new AlertLog();
    for (const event of events) log.take(event);
    return log.limits()?.drawdownSinceMs;
  };

  it("is one occurrence until it was lifted, and another after", () => {
    const resume = { type: "control", strategyId: null, atMs: slotMsOf(3), action: "resume", reason: "" } as const;
    expect(sinceOf(mark(0, false))).toBeNull();
    expect(sinceOf(mark(0, false), mark(1, true), mark(2, true))).toBe(slotMsOf(1));
    expect(sinceOf(mark(1, true), resume)).toBeNull();
    expect(sinceOf(mark(1, true), resume, mark(3, true))).toBe(slotMsOf(3));
    expect(sinceOf(mark(1, true), mark(2, false), mark(3, true))).toBe(slotMsOf(3));
  });

  it("is told with what it stops and how it is lifted", () => {
    const events = [mark(0, false), mark(1, true)];
    const log = new AlertLog();
    for (const event of events) log.take(event);
    const { alerts } = raiseAlerts(NO_MEMORY, {
      ...QUIET,
      limits: { ...(log.limits() ?? never()), maxDayLossPct: 2, maxDrawdownPct: 10 },
    });
    expect(alerts).toEqual([
      expect.objectContaining({
        alertId: `limit-tripped:drawdown:${slotMsOf(1)}`,
        text: "Drawdown: 20.00 % below the 30-day peak, limit 10 %. No entries until `deeptrader resume`.",
      }),
    ]);
  });
});

const never = (): never => {
  throw new Error("the log has marks");
};

const QUIET: AlertFacts = {
  nowMs: slotMsOf(2),
  simulated: false,
  strategies: [STRATEGY],
  ended: [],
  fills: [],
  fillsToldMs: [],
  unacknowledged: [],
  limits: null,
  control: { state: "running", announced: "running", reason: null },
  lastSlots: null,
  delistings: [],
  watchesMet: [],
  slot: null,
};

describe("a strategy that was ended", () => {
  it("is told of once, with its fault, whatever slots follow; and the desk goes on", async () => {
    const staged = await openStaged({ strategies: [buyer, broken] });
    await staged.run(4);
    const told = (await staged.alerts()).filter(({ kind }) => kind === "strategy-ended");
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toMatch(/^Strategy broken was ended: .*no luck.* its stops stay\.$/);
    await watchBetween(staged.test().desk, patience);
    expect((await staged.alerts()).filter(({ kind }) => kind === "strategy-ended")).toHaveLength(1);
    expect(kindsOf(await staged.alerts())).toMatchObject({ fill: 1 });
  });

  it("is told of again where it ran again meanwhile and failed again", () => {
    const ended = [{ strategyId: "broken", why: "it threw." }];
    const first = raiseAlerts(NO_MEMORY, { ...QUIET, ended });
    expect(kindsOf(first.alerts)).toEqual({ "strategy-ended": 1 });
    const still = raiseAlerts(first.memory, { ...QUIET, ended });
    expect(still.alerts).toEqual([]);
    const running = raiseAlerts(still.memory, QUIET);
    const again = raiseAlerts(running.memory, { ...QUIET, nowMs: slotMsOf(9), ended });
    expect(kindsOf(again.alerts)).toEqual({ "strategy-ended": 1 });
    expect(again.alerts[0]?.alertId).not.toBe(first.alerts[0]?.alertId);
  });
});

describe("a gap between two marks", () => {
  const gap = { beforeMs: slotMsOf(-9), newestMs: slotMsOf(0), stepMs: STEP_MS };
  const told = (slot: AlertFacts["slot"]) => kindsOf(raiseAlerts(NO_MEMORY, { ...QUIET, lastSlots: gap, slot }).alerts);

  it("is a death right after the slot that ended it, and later may be one of marks that were thinned away", () => {
    expect(told({ slotMs: slotMsOf(0), status: "finished", held: [] })).toEqual({ "desk-dead": 1 });
    expect(told({ slotMs: slotMsOf(1), status: "finished", held: [] })).toEqual({});
    expect(told(null)).toEqual({});
  });
});

describe("fills, whenever they come", () => {
  it("make at most four alerts in any 24 hours, and each is told, once, within eight hours", () => {
    const slots = fc.uniqueArray(fc.integer({ min: 0, max: 4 * 288 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(slots, (filled) => {
        const log = new AlertLog();
        const told = new Map<string, number>();
        const alertSlots: number[] = [];
        for (let slot = 0; slot < 4 * 288 + 100; slot++) {
          if (filled.includes(slot)) log.take(fillOf(slot, String(slot)));
          const { fills, toldMs } = log.newFills();
          const facts = { ...QUIET, nowMs: slotMsOf(slot), fills, fillsToldMs: toldMs };
          for (const alert of raiseAlerts(NO_MEMORY, facts).alerts) {
            alertSlots.push(slot);
            log.take({ type: "alert", atMs: alert.atMs, alert });
            for (const order of alert.orders ?? []) {
              expect(told.has(order)).toBe(false);
              told.set(order, slot);
            }
          }
        }
        for (const slot of filled) expect((told.get(String(slot)) ?? Number.NaN) - slot).toBeLessThanOrEqual(96);
        for (const from of alertSlots) {
          expect(alertSlots.filter((slot) => slot >= from && slot < from + 288).length).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 50 },
    );
  });
});

const fillOf = (slot: number, clientOrderId: string, fillId = clientOrderId): JournalEvent => ({
  type: "fill",
  atMs: slotMsOf(slot),
  fill: {
    fillId,
    clientOrderId,
    strategyId: STRATEGY,
    symbol: AAA,
    side: "buy",
    role: "entry",
    quantity: "1" as never,
    price: "100" as never,
    notional: "100" as never,
    fee: "0",
    feeCurrency: "USDT",
    atMs: slotMsOf(slot),
    basis: "ask",
  },
});

describe("coins that were taken over", () => {
  it("are said to be adopted, and not bought, beside what was bought", () => {
    const log = new AlertLog();
    const adopted = fillOf(1, "b".repeat(32));
    if (adopted.type === "fill") log.take({ ...adopted, fill: { ...adopted.fill, basis: ADOPTED_BASIS } });
    const told = () => raiseAlerts(NO_MEMORY, { ...QUIET, fills: log.newFills().fills }).alerts[0]?.text;
    expect(told()).toMatch(/^Adopted: 1 AAA at 100 USDT \(entry\)\./);
    log.take(fillOf(1, "a".repeat(32)));
    expect(told()).toMatch(/^Filled: bought 1 AAA .*\. Adopted: 1 AAA /);
  });
});

describe("an order that fills in parts", () => {
  it("is told once, at its first part", () => {
    const fill = (fillId: string): JournalEvent => fillOf(1, "a".repeat(32), fillId);
    const log = new AlertLog();
    log.take(fill("1"));
    log.take(fill("2"));
    const { alerts } = raiseAlerts(NO_MEMORY, { ...QUIET, fills: log.newFills().fills });
    expect(alerts.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Filled: bought 2 AAA at 100\.0000 on average USDT \(entry\)\./),
    ]);
    for (const alert of alerts) log.take({ type: "alert", atMs: alert.atMs, alert });
    expect(log.newFills().fills).toEqual([]);
    log.take(fill("3"));
    expect(log.newFills().fills).toEqual([]);
  });
});

describe("between two slots", () => {
  it("an operator's word and an order without an answer are told without waiting for the next close", async () => {
    const staged = await openStaged();
    staged.world.ordersFail = silence();
    await staged.run(1);
    const { desk, clock } = { ...staged.test(), clock: staged.test().desk.clock };
    const look = () => watchBetween(desk, patience);
    expect(await look()).toEqual([]);
    await clock.sleep(30_000, patience);
    expect(await look()).toEqual([]);
    await clock.sleep(1, patience);
    expect(kindsOf(await look())).toEqual({ "order-ambiguous": 1 });
    await desk.account.append(
      [{ type: "control", strategyId: null, atMs: clock.now(), action: "halt", reason: "by the operator" }],
      patience,
    );
    expect(kindsOf(await look())).toEqual({ "control-changed": 1 });
    expect(await look()).toEqual([]);
    await clock.sleep(STEP_MS, patience);
    await staged.run(2);
    expect(kindsOf(await staged.alerts())).toEqual({ "order-ambiguous": 1, "control-changed": 1 });
  });

  it("a halt that writes the file first and the journal later is one change", async () => {
    const staged = await openStaged();
    await staged.run(1);
    const { desk } = staged.test();
    staged.world.haltFile.exists = true;
    await watchBetween(desk, patience);
    await desk.account.append(
      [{ type: "control", strategyId: null, atMs: desk.clock.now(), action: "halt", reason: "x" }],
      patience,
    );
    await watchBetween(desk, patience);
    await staged.run(2);
    expect(kindsOf(await staged.alerts())["control-changed"]).toBe(1);
  });
});

describe("fills", () => {
  it("after the first two alerts are told together, eight hours later, none of them twice", async () => {
    const staged = await openStaged({ limits: { targetPct: 5, cooldownCandles: 2 } });
    await staged.run(3);
    // The target is met once an hour: sold, and bought again.
    for (let slot = 6; slot < 150; slot += 12) staged.world.moves.set(slot, 1.1);
    await staged.run(130);
    const alerts = (await staged.alerts()).filter(({ kind }) => kind === "fill");
    expect(alerts).toHaveLength(3);
    expect(alerts.map(({ text }) => text.includes("What fills next"))).toEqual([false, true, true]);
    expect((alerts[1]?.atMs ?? 0) - (alerts[0]?.atMs ?? 0)).toBeLessThan(3_600_000);
    expect((alerts[2]?.atMs ?? 0) - (alerts[1]?.atMs ?? 0)).toBe(8 * 3_600_000);
    expect(alerts[2]?.text).toMatch(/; and \d+ more\. What fills/);
    const told = alerts.flatMap(({ orders = [] }) => orders);
    expect(new Set(told).size).toBe(told.length);
    const filled = (await staged.test().events()).flatMap((e) =>
      e.type === "fill" && e.fill.role !== "stop-loss" && e.atMs <= (alerts[2]?.atMs ?? 0)
        ? [e.fill.clientOrderId]
        : [],
    );
    expect(new Set(told)).toEqual(new Set(filled));
    expect(filled.length).toBeGreaterThan(8);
  });

  it("carry the market where there is one, and say whether prices are invented", async () => {
    const staged = await openStaged({ assets: 2 });
    await staged.run(2);
    const [alert] = await staged.alerts();
    expect(alert).toMatchObject({ kind: "fill", symbol: null, simulated: false });
    expect(alert?.text).toContain(AAA.slice(0, 3));
    expect(alert?.text).toContain(BBB.slice(0, 3));
  });
});
