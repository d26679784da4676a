// Wrong answers in memory: how soon they are found, what is done about them, and what is left alone.
import { describe, expect, it } from "vitest";
import { prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import type { Desk } from "#desk/desk.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { afterServed, CLEAN_CHECKS_TO_LIFT } from "#desk/shadow/shadow.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { MarketData, SecuritySource } from "#schemas/ports/market.ts";
import { type Answer, Intent, intentKey, type QuestionKind } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { openTestDesk, patience, type TestDeskParts } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS, randomFrom } from "#test/support/synthetic-market.ts";

const EVERY = 20;
const STEP_MS = timeframeMs("5m");
const [AAA, BBB] = ["AAA/USDT" as MarketSymbol, "BBB/USDT" as MarketSymbol];

const venueOf = (seed = 5) =>
  createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 12,
    shapes: assortedShapes()
      .filter(({ symbol }) => [AAA, BBB, "JJJ/USDT", "KKK/USDT"].includes(symbol))
      .map((shape) => ({ ...shape, hole: 0 })),
  });

/** A desk after its sleep cycle, with a prepared answer for each kind asked for. */
async function deskWith(kinds: readonly QuestionKind[], parts: Partial<TestDeskParts> = {}) {
  const opened = await openTestDesk({ venue: venueOf(), startMs: FIRST_SLOT_MS, ...parts });
  const { desk } = opened;
  await runSleepCycle(desk, FIRST_SLOT_MS, patience);
  for (const kind of kinds) for (const symbol of [AAA, BBB]) await prepare(desk, intentOf(kind, symbol));
  return opened;
}

const intentOf = (kind: QuestionKind, symbol: MarketSymbol | null = AAA): Intent =>
  Intent.parse({ kind, symbol, timeframe: "5m", side: null, negation: false, horizon: null });

const topicOf = (desk: Desk, intent: Intent): string =>
  intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });

async function analysesOf(desk: Desk, intent: Intent): Promise<readonly MarketView[]> {
  const listed = await desk.views.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, patience);
  const records = listed.map(({ recall }) => recall.record);
  return intent.symbol === null ? records : records.filter(({ symbol }) => symbol === intent.symbol);
}

/** What the thinking pass does. `corrupt` is what a bad disk or a bug would do to it. */
async function prepare(desk: Desk, intent: Intent, corrupt = (text: string) => text) {
  const sources = await analysesOf(desk, intent);
  const prepared = prepareAnswer(intent, sources, desk.hosts);
  if (prepared === null) throw new Error("nothing to prepare");
  const body = JSON.parse(JSON.stringify({ ...prepared, text: corrupt(prepared.text) }));
  const draft = { kind: "answer" as const, topic: topicOf(desk, intent), body, sources };
  const validUntilMs = unixMs(desk.clock.now() + STEP_MS);
  return desk.topics.remember({ ...draft, validUntilMs }, { nowMs: desk.clock.now() }, patience);
}

/** What serving does, as far as it matters here: the stored answer where it may be served, else one made from analyses. */
async function ask(desk: Desk, intent: Intent): Promise<Answer> {
  const nowMs = desk.clock.now();
  const recall = await desk.topics.recall("answer", topicOf(desk, intent), { nowMs }, patience);
  const stored = recall.status === "fresh" && !desk.quarantine.has(intent.kind) ? recall.record : null;
  const sources = await analysesOf(desk, intent);
  const body = (stored?.body ?? prepareAnswer(intent, sources, desk.hosts)) as { text: string; analysisIds: string[] };
  const answer: Answer = {
    answer: `SIMULATED – invented prices. ${body.text} As of then.`,
    path: stored === null ? "recalled" : "pre-answered",
    model: null,
    asOfMs: nowMs,
    ageMs: 0,
    analysisIds: body.analysisIds,
    facts: [],
    leftOut: 0,
    topicIds: stored === null ? [] : [stored.id],
    stale: false,
    intent,
    simulated: true,
    latencyMs: 0,
    work: NO_WORK,
  };
  afterServed(desk, { answer, intent, nowMs });
  await desk.shadow.idle();
  return answer;
}

const checks = async (desk: Desk) =>
  (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "shadow").map(({ paths }) => paths);

/** One digit of the text becomes another one. */
const digitFrom = (seed: number) => (text: string) => {
  const random = randomFrom(seed);
  const places = [...text.matchAll(/\d/g)].map(({ index }) => index);
  const at = places[Math.floor(random() * places.length)] ?? 0;
  const digit = (Number(text[at]) + 1 + Math.floor(random() * 9)) % 10;
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
};

describe("the shadow check", () => {
  it("checks exactly one in every n successive hits of a question, and not always the first", async () => {
    const kinds = ["rsi", "price", "bollinger", "atr", "trend"] as const;
    const { desk } = await deskWith(kinds);
    const firstChecked = new Set<number>();
    for (const kind of kinds) {
      const before = (await checks(desk)).length;
      const at: number[] = [];
      for (let hit = 0; hit < 3 * EVERY; hit++) {
        await ask(desk, intentOf(kind));
        if ((await checks(desk)).length > before + at.length) at.push(hit);
      }
      const [first = -1] = at;
      expect(first).toBeLessThan(EVERY);
      expect(at).toEqual([first, first + EVERY, first + 2 * EVERY]);
      firstChecked.add(first);
    }
    expect(firstChecked.size).toBeGreaterThan(1);
    expect(await checks(desk)).toEqual(Array(15).fill({ agreed: 1 }));
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "finds a stored answer in which one digit was changed within n hits of it, seed %i, and quarantines that kind alone",
    async (seed) => {
      const { desk, events } = await deskWith(["rsi", "price", "security"]);
      await prepare(desk, intentOf("rsi"), digitFrom(seed));
      let asked = 0;
      while (!desk.quarantine.has("rsi")) {
        for (const kind of ["price", "security", "rsi"] as const) await ask(desk, intentOf(kind));
        asked += 1;
        expect(asked).toBeLessThanOrEqual(EVERY);
      }
      expect([...desk.quarantine]).toEqual(["rsi"]);
      const quarantines = (await events()).filter(({ type }) => type === "quarantine");
      expect(quarantines).toMatchObject([{ kind: "rsi", state: "begun" }]);

      const nowMs = desk.clock.now();
      const state = async (kind: QuestionKind, symbol: MarketSymbol) =>
        (await desk.topics.recall("answer", topicOf(desk, intentOf(kind, symbol)), { nowMs }, patience)).status;
      // All of the kind, also those that were not asked for; none of another kind.
      expect([await state("rsi", AAA), await state("rsi", BBB)]).toEqual(["stale", "stale"]);
      expect([await state("price", AAA), await state("security", BBB)]).toEqual(["fresh", "fresh"]);
      expect((await ask(desk, intentOf("rsi"))).path).toBe("recalled");
    },
  );

  it("finds a fact that is wrong where the text is not", async () => {
    const { desk } = await deskWith([]);
    const intent = intentOf("rsi");
    const sources = await analysesOf(desk, intent);
    const prepared = prepareAnswer(intent, sources, desk.hosts);
    const facts = prepared?.facts?.map((fact) => ({ ...fact, value: 12.5 }));
    const body = JSON.parse(JSON.stringify({ ...prepared, facts }));
    const draft = { kind: "answer" as const, topic: topicOf(desk, intent), body, sources };
    const validUntilMs = unixMs(FIRST_SLOT_MS + STEP_MS);
    await desk.topics.remember({ ...draft, validUntilMs }, { nowMs: FIRST_SLOT_MS }, patience);
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intent);
    expect(desk.quarantine.has("rsi")).toBe(true);
  });

  it("finds an analysis that the source does not bear out, and voids it alone", async () => {
    const { desk, store } = await deskWith([]);
    const [honest] = await analysesOf(desk, intentOf("price"));
    if (honest === undefined) throw new Error("there is one");
    // Written past Khala, as another writer on the same store would: newer revision, another id.
    const forged = { ...honest, id: "f".repeat(32), price: honest.price * 1.01 };
    await desk.khala.invalidate(honest, { reason: "invalidated", detail: "make room" }, patience);
    await store.analyses.put([forged], patience);
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intentOf("price"));
    expect([...desk.quarantine]).toEqual(["price"]);
    const at = { nowMs: FIRST_SLOT_MS };
    expect((await desk.khala.recall({ ...honest }, at, patience)).status).toBe("stale");
    expect((await desk.khala.recall({ ...honest, symbol: BBB }, at, patience)).status).toBe("fresh");
  });

  it("finds a wrong answer about all markets", async () => {
    const { desk } = await deskWith([]);
    const intent = intentOf("movers", null);
    await prepare(desk, intent, digitFrom(3));
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intent);
    expect([...desk.quarantine]).toEqual(["movers"]);
  });

  it("sees nothing that came after the answer", async () => {
    const { desk, clock } = await deskWith(["rsi"]);
    const intent = intentOf("rsi");
    const nowMs = desk.clock.now();
    const answers: Answer[] = [];
    for (let hit = 0; hit < EVERY - 1; hit++) answers.push(await ask(desk, intent));
    const [answer] = answers;
    if (answer === undefined) throw new Error("there is one");
    const before = (await checks(desk)).length;
    clock.advanceTo(unixMs(FIRST_SLOT_MS + 3 * STEP_MS));
    await runSleepCycle(desk, unixMs(FIRST_SLOT_MS + 3 * STEP_MS), patience);
    for (let hit = 0; hit < EVERY; hit++) afterServed(desk, { answer, intent, nowMs });
    await desk.shadow.idle();
    const later = (await checks(desk)).slice(before);
    expect(later.length).toBeGreaterThan(0);
    for (const found of later) expect(found).toEqual({ agreed: 1 });
  });

  it("lifts a quarantine after 20 clean checks in a row, and not one earlier", async () => {
    const { desk, events } = await deskWith(["rsi"]);
    await prepare(desk, intentOf("rsi"), digitFrom(1));
    for (let hit = 0; hit < EVERY && !desk.quarantine.has("rsi"); hit++) await ask(desk, intentOf("rsi"));
    for (let clean = 1; clean < CLEAN_CHECKS_TO_LIFT; clean++) await ask(desk, intentOf("rsi", BBB));
    expect(desk.quarantine.has("rsi")).toBe(true);
    await ask(desk, intentOf("rsi", BBB));
    expect(desk.quarantine.has("rsi")).toBe(false);
    const states = (await events()).flatMap((event) => (event.type === "quarantine" ? [event.state] : []));
    expect(states).toEqual(["begun", "lifted"]);
  });

  it("checks every prepared answer after a quarantine, so that a fault that lasts is served once more and not twenty times", async () => {
    const { desk, clock, events } = await deskWith(["rsi"]);
    await prepare(desk, intentOf("rsi"), digitFrom(1));
    for (let hit = 0; hit < EVERY && !desk.quarantine.has("rsi"); hit++) await ask(desk, intentOf("rsi"));
    for (let clean = 0; clean < CLEAN_CHECKS_TO_LIFT; clean++) await ask(desk, intentOf("rsi", BBB));
    expect(desk.quarantine.has("rsi")).toBe(false);
    // Two quarantines of one kind at one moment would be one row of the journal.
    clock.advanceTo(unixMs(clock.now() + 1000));
    await prepare(desk, intentOf("rsi"), digitFrom(1));
    await ask(desk, intentOf("rsi"));
    expect(desk.quarantine.has("rsi")).toBe(true);
    const states = (await events()).flatMap((event) => (event.type === "quarantine" ? [event.state] : []));
    expect(states).toEqual(["begun", "lifted", "begun"]);
  });

  it("goes back to its sample once 20 prepared answers in a row were right after a quarantine", async () => {
    const { desk } = await deskWith(["rsi"]);
    await prepare(desk, intentOf("rsi"), digitFrom(1));
    for (let hit = 0; hit < EVERY && !desk.quarantine.has("rsi"); hit++) await ask(desk, intentOf("rsi"));
    for (let clean = 0; clean < CLEAN_CHECKS_TO_LIFT; clean++) await ask(desk, intentOf("rsi", BBB));
    await prepare(desk, intentOf("rsi", BBB));
    const before = (await checks(desk)).length;
    for (let hit = 0; hit < CLEAN_CHECKS_TO_LIFT; hit++) await ask(desk, intentOf("rsi", BBB));
    const after = (await checks(desk)).length;
    expect(after - before).toBe(CLEAN_CHECKS_TO_LIFT);
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intentOf("rsi", BBB));
    expect((await checks(desk)).length - after).toBe(1);
  });

  it("keeps a quarantine over a restart", async () => {
    const { desk, store } = await deskWith(["rsi"]);
    await prepare(desk, intentOf("rsi"), digitFrom(1));
    for (let hit = 0; hit < EVERY && !desk.quarantine.has("rsi"); hit++) await ask(desk, intentOf("rsi"));
    const again = await openTestDesk({ venue: venueOf(), startMs: FIRST_SLOT_MS, store });
    expect([...again.desk.quarantine]).toEqual(["rsi"]);
  });

  it("makes no mismatch of a source that is down", async () => {
    const venue = venueOf();
    let down = false;
    const candles: MarketData["candles"] = (request, options) =>
      down
        ? Promise.reject(new ProviderError({ was: "The venue is silent.", remedy: "Wait." }))
        : venue.marketData.candles(request, options);
    const { desk } = await deskWith(["rsi"], { venue: { ...venue, marketData: { ...venue.marketData, candles } } });
    down = true;
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intentOf("rsi"));
    expect(await checks(desk)).toEqual([{ unread: 1 }]);
    expect(desk.quarantine.size).toBe(0);
  });

  it.each([
    ["is down", false],
    ["knows only what is known by now", true],
  ])("makes no mismatch of a security source that %s", async (_what, isOfNow) => {
    const venue = venueOf();
    let isLater = false;
    const security: SecuritySource = {
      id: "test",
      isOfNow,
      report: async (request, options) => {
        if (isLater && !isOfNow) throw new ProviderError({ was: "It is silent.", remedy: "Wait." });
        const report = await venue.security.report(request, options);
        return isLater ? { ...report, contract: "0xabc" } : report;
      },
    };
    const { desk } = await deskWith(["rsi"], { venue: { ...venue, security } });
    isLater = true;
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intentOf("rsi"));
    expect(await checks(desk)).toEqual([{ unread: 1 }]);
    expect(desk.quarantine.size).toBe(0);
  });

  it("takes a candle that a real venue has corrected for what it is", async () => {
    const venue = venueOf();
    let factor = 1;
    const candles: MarketData["candles"] = async (request, options) => {
      const series = await venue.marketData.candles(request, options);
      return { ...series, close: series.close.map((close) => close * factor) };
    };
    const { desk } = await deskWith(["rsi"], { venue: { ...venue, marketData: { ...venue.marketData, candles } } });
    const real: Desk = {
      ...desk,
      windows: {
        read: async (...asked) => ({ series: await asked[0].candles(asked[1], asked[2]), corrected: [] }),
        keep: async () => {},
      },
    };
    factor = 1.0001;
    const hits = async (of: Desk) => {
      for (let hit = 0; hit < EVERY; hit++) await ask(of, intentOf("rsi"));
    };
    await hits(real);
    expect(await checks(desk)).toEqual([{ "source-changed": 1 }]);
    expect(desk.quarantine.size).toBe(0);
    const key = { venueId: venue.marketData.venueId, symbol: AAA, timeframe: "5m" as const };
    const recall = await desk.khala.recall(key, { nowMs: desk.clock.now() }, patience);
    expect(recall).toMatchObject({ status: "stale", reason: "source-changed" });
  });

  it("does not spend what the day's budget does not leave, and says so", async () => {
    const { desk } = await deskWith(["rsi"]);
    const thinking = { ...desk.config.thinking, dayUnits: 150 };
    const poor: Desk = { ...desk, config: { ...desk.config, thinking } };
    for (let hit = 0; hit < EVERY; hit++) await ask(poor, intentOf("rsi"));
    const [entry] = (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "shadow");
    expect(entry).toMatchObject({ paths: {}, overBudget: { day: 1 }, work: { providerCalls: 0 } });
  });

  it("is sleep work: it waits for a question under way, and the answer never waits for it", async () => {
    const { desk } = await deskWith(["rsi"]);
    const { promise: answered, resolve: answerIt } = Promise.withResolvers<void>();
    const question = desk.questionPriority.asked(() => answered);
    const intent = intentOf("rsi");
    const served: Answer = await (async () => {
      const shadow = { ...desk.shadow, idle: async () => {} };
      let last: Answer | undefined;
      for (let hit = 0; hit < EVERY; hit++) last = await ask({ ...desk, shadow }, intent);
      if (last === undefined) throw new Error("there is one");
      return last;
    })();
    expect(served.path).toBe("pre-answered");
    expect(await checks(desk)).toEqual([]);
    answerIt();
    await question;
    await desk.shadow.idle();
    expect(await checks(desk)).toEqual([{ agreed: 1 }]);
  });

  it("begins nothing more once the desk closes", async () => {
    const { desk } = await deskWith(["rsi"]);
    await desk.shadow.close();
    for (let hit = 0; hit < EVERY; hit++) await ask(desk, intentOf("rsi"));
    expect(await checks(desk)).toEqual([]);
  });
});
