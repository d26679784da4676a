import { beforeAll, describe, expect, it } from "vitest";
import { PreparedAnswer, prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, type AskOptions, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { AskedQuestion } from "#desk/answering/question-log.ts";
import { stopLossOf } from "#desk/answering/views/holdings.ts";
import { formatPct } from "#desk/documents/format.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { Answer, DESK_KINDS, intentKey, type QuestionKind } from "#schemas/question.ts";
import { MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { buy } from "../toolkits/portfolio/fixture.ts";

const SEED = 7;
const START_MS = unixMs(Date.UTC(2024, 2, 1, 12, 0));
const STEP_MS = timeframeMs("5m");

interface Asked extends TestDesk {
  readonly open: AskedDesk;
  readonly problems: string[];
  readonly askIt: (text: string, options?: Partial<AskOptions>) => Promise<Answer>;
}

async function simulatedDesk(over: Partial<TestDeskParts> = {}, assets = 20): Promise<Asked> {
  const marketData = createSimulatedVenue({ seed: SEED, assets });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const venue = {
    marketData,
    markets,
    universe: createSimulatedUniverse({ seed: SEED, assets }),
    security: createSimulatedSecurity({ seed: SEED, assets }),
  };
  const desk = await openTestDesk({ venue, startMs: START_MS, assets, ...over });
  const problems: string[] = [];
  const open: AskedDesk = {
    desk: desk.desk,
    store: desk.store,
    managerModels: managerModels(desk.desk.config, {}),
    background: createBackgroundQueue((text) => problems.push(text)),
    conversations: createConversations(desk.desk, (text) => problems.push(text)),
  };
  const askIt = (text: string, options: Partial<AskOptions> = {}) => askDesk(open, text, { ...patience, ...options });
  return { ...desk, open, problems, askIt };
}

/** A desk that has traded for so many slots. */
async function tradedDesk(slots: number): Promise<Asked> {
  const desk = await simulatedDesk({ strategies: [eager], limits: { cooldownCandles: 0, maxEntriesPerSlot: 3 } });
  await beginRun(desk);
  for (let slot = 0; slot < slots; slot++) await tickAt(desk, slot);
  return desk;
}

const beginRun = ({ desk }: Asked) =>
  desk.account.append(
    [
      {
        type: "run-started",
        atMs: START_MS,
        cash: desk.account.portfolio().cash,
        quote: "USDT",
        venueId: desk.marketData.venueId,
        strategyIds: [...desk.strategies.keys()],
        timeframe: "5m",
        securityPolicy: "recorded",
      },
    ],
    patience,
  );

async function tickAt({ desk, clock }: Asked, slot: number): Promise<void> {
  const slotMs = unixMs(START_MS + slot * STEP_MS);
  clock.advanceTo(slotMs);
  await runLiveSlot(desk, slotMs, patience);
}

/** Equal weights of the universe from the start to then, from the venue's own closes. */
async function holdingPct({ desk }: Asked, endMs: UnixMs): Promise<string> {
  const universe = await desk.universe.at(START_MS, patience);
  const returns = await Promise.all(
    universe.assets.map(async (symbol) => {
      const closeAt = async (nowMs: UnixMs) => {
        const request = { symbol, timeframe: "5m", nowMs, fromMs: unixMs(nowMs - 86_400_000) } as const;
        return (await desk.marketData.candles(request, patience)).close.at(-1) ?? Number.NaN;
      };
      return (await closeAt(endMs)) / (await closeAt(START_MS)) - 1;
    }),
  );
  const holding = (returns.reduce((sum, r) => sum + r, 0) / returns.length) * 100;
  return `${holding < 0 ? "−" : "+"}${Math.abs(holding).toFixed(2)} %`;
}

describe("after one sleep pass", () => {
  let desk: Asked;
  beforeAll(async () => {
    desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
  });

  it.each<readonly [string, QuestionKind, RegExp]>([
    ["what is the RSI of BTC?", "rsi", /RSI \(Wilder, 14\) of BTC\/USDT 5m is \d/],
    ["where are the bollinger bands of ETH?", "bollinger", /bands \(20, 2\) of ETH\/USDT 5m are/],
    ["is SOL trending up?", "trend", /SOL\/USDT 5m is going/],
    ["what is the price of BTC?", "price", /BTC\/USDT 5m closed at [\d.]+\. As of .* old\./],
    ["is SOL safe?", "security", /Token security of SOL\/USDT.*: (native|clear|caution)\./],
    ["why is BTC blocked?", "security", /Token security of BTC\/USDT/],
    ["should I buy ETH?", "signal", /signal for ETH\/USDT 5m is .*The desk does not hold it\./],
    ["should I sell ETH?", "signal", /signal for ETH\/USDT 5m is/],
    ["what would make you buy BTC?", "trigger", /BTC\/USDT at a 5m close.*very next candle only/],
    ["at what price would you sell BTC?", "trigger", /very next candle only/],
    ["compare BTC and ETH", "compare", /BTC\/USDT · ETH\/USDT, 5m candles/],
    ["which are oversold?", "oversold", /of 20 markets at 5m/],
    ["which are overbought?", "overbought", /of 20 markets at 5m/],
    ["what moved today?", "movers", /In 24 hours, of 20 markets at 5m/],
    ["which is the riskiest?", "riskiest", /Riskiest of 20 markets/],
    ["how is the market?", "market", /20 markets at 5m: in 24 hours/],
    ["what do I hold?", "portfolio", /Equity 10,000 USDT.*No open positions/],
    ["what do I lose if all stops hit?", "stop-loss", /No position is open/],
    ["what if BTC falls 10 % in an hour?", "stress", /If BTC\/USDT falls 10 % in 60 min: nothing is held/],
    ["how much have I paid in fees?", "fees", /Fees paid in this run: 0 USDT in 0 fills/],
    ["did we beat holding?", "benchmark", /settled no slot yet/],
    [
      "why did you buy BTC?",
      "why",
      /no decision, refusal, order or fill about BTC\/USDT.*analyses of BTC\/USDT 5m said:/s,
    ],
    ["why didn't you buy ETH?", "why", /analyses of ETH\/USDT 5m said:\n2024-03-01 12:00: no signal: RSI/],
    ["what happened since I left?", "since", /Since (?:the run|the desk) began.*: nothing\./],
    ["is the desk healthy?", "health", /20 of 20 analyses at 5m are fresh/],
  ])("%s is answered from memory", async (text, kind, says) => {
    const answer = await desk.askIt(text);
    expect(Answer.parse(answer)).toEqual(answer);
    expect(answer.intent?.kind, answer.answer).toBe(kind);
    expect(["pre-answered", "recalled", "distilled"]).toContain(answer.path);
    expect(answer.work).toMatchObject({ providerCalls: 0, modelCalls: 0, candlesRead: 0 });
    expect(answer.answer).toMatch(says);
  });

  it.each(["who founded ethereum?", "will BTC go up tomorrow?", "buy BTC now", "sing a song"])(
    "%s is declined in two lines, with what works",
    async (text) => {
      const answer = await desk.askIt(text);
      expect([answer.path, answer.intent, answer.asOfMs]).toEqual(["declined", null, null]);
      expect(answer.answer).toMatch(/^SIMULATED.*\n.*(?:Ask, for example|`deeptrader \w+`)[^\n]*$/);
    },
  );

  it("a token that may not be entered says which check bars it", async () => {
    const listed = await desk.desk.khala.list(desk.desk.marketData.venueId, { nowMs: START_MS }, patience);
    const barred = (await simulatedBlocked()) ?? listed[0]?.recall.record.symbol;
    expect(barred).toBeDefined();
    const wide = await simulatedDesk({}, 60);
    await runSleepCycle(wide.desk, START_MS, patience);
    const answer = await wide.askIt(`why is ${barred} blocked?`);
    expect(answer.answer).toMatch(/: block\. Blocked: .*The desk does not enter it\. It is barred by \w+/);
  });
});

/** The first of 60 simulated markets whose token blocks. */
async function simulatedBlocked(): Promise<MarketSymbol | undefined> {
  const security = createSimulatedSecurity({ seed: SEED, assets: 60 });
  const { assets } = await createSimulatedUniverse({ seed: SEED, assets: 60 }).topAssets(
    { nowMs: START_MS, count: 60 },
    patience,
  );
  for (const symbol of assets) {
    if ((await security.report({ symbol, nowMs: START_MS }, patience)).verdict === "block") return symbol;
  }
  return undefined;
}

describe("a desk that has traded", () => {
  let desk: Asked;
  beforeAll(async () => {
    desk = await tradedDesk(40);
  });

  it("says what all stops would cost, by position, fees and slippage included", async () => {
    const { positions } = desk.desk.account.portfolio();
    const held = [...positions.values()].filter(({ dust }) => !dust);
    expect(held.length).toBeGreaterThan(1);
    const { answer } = await desk.askIt("what do I lose if all stops hit?");
    expect(answer).toContain(`If all ${held.length} resting stops were hit: -`);
    for (const { symbol } of held) expect(answer).toContain(`\n${symbol} `);
  });

  it("says fees and fills as its fold has them", async () => {
    const { answer } = await desk.askIt("how much have I paid in fees?");
    const { feesPaid } = desk.desk.account.portfolio();
    expect(Number(feesPaid)).toBeGreaterThan(0);
    expect(answer).toContain(` USDT in ${desk.desk.account.counts().fills} fills`);
  });

  it("compares itself with holding over the same closes, says how little that is, and that it is an example", async () => {
    const answer = await desk.askIt("did we beat holding?");
    const endMs = unixMs(START_MS + 39 * STEP_MS);
    const shown = await holdingPct(desk, endMs);
    expect(answer.answer).toContain(`buy and hold ${shown} (equal weights of 20 markets`);
    expect(answer.answer).toMatch(/Example strategy eager.*40 slots of 5m.*trades? closed.*Costs: /s);
    expect([answer.path, answer.work.providerCalls, answer.asOfMs]).toEqual(["recalled", 0, endMs]);
  });

  it("reads the closes that Khala does not hold from the venue, and never takes an older one for them", async () => {
    const earlierMs = unixMs(START_MS - 12 * STEP_MS);
    const late = await simulatedDesk({ startMs: earlierMs });
    await runSleepCycle(late.desk, earlierMs, patience);
    late.clock.advanceTo(START_MS);
    await beginRun(late);
    for (const slot of [1, 2, 3]) await tickAt(late, slot);
    const { answer, work } = await late.askIt("did we beat holding?");
    const shown = await holdingPct(late, unixMs(START_MS + 3 * STEP_MS));
    expect(answer).toContain(`buy and hold ${shown} (equal weights of 20 markets`);
    expect(work.providerCalls).toBe(20);
  });

  it("compares what it was worth at the last slot settled, wherever prices have gone since", async () => {
    const later = await tradedDesk(12);
    const nextMs = unixMs(START_MS + 200 * STEP_MS);
    later.clock.advanceTo(nextMs);
    await runSleepCycle(later.desk, nextMs, patience);
    const mark = (await later.events()).findLast((event) => event.type === "equity");
    if (mark?.type !== "equity") throw new Error("no mark");
    const { answer } = await later.askIt("did we beat holding?");
    expect(answer).toContain(`equity ${formatPct((Number(mark.equity) / 10_000 - 1) * 100)}, buy and hold`);
  });

  it("tells why it bought from the journal, and why it did not from refusals or what the analyses said", async () => {
    const events = await desk.events();
    const bought = events.find((event) => event.type === "fill" && event.fill.side === "buy");
    if (bought?.type !== "fill") throw new Error("nothing was bought");
    const why = await desk.askIt(`why did you buy ${bought.fill.symbol}?`);
    expect(why.answer).toMatch(/The journal says:\n.*enter .*: RSI/s);
    expect(why.answer).not.toContain("The analyses of");
    const refused = events.find((event) => event.type === "refusal" && event.refusal.action === "enter");
    if (refused?.type !== "refusal") throw new Error("nothing was refused");
    const whyNot = await desk.askIt(`why didn't you buy ${refused.refusal.symbol}?`);
    expect(whyNot.answer).toContain(`refused by ${refused.refusal.rule}: `);
  });

  it("tells what happened since the last look, and marks the look once it is told", async () => {
    const first = await desk.askIt("what happened since I left?");
    expect(first.answer).toMatch(/Since the run began .*:\n.*#\d+/s);
    await desk.open.background.settled();
    expect((await desk.events()).filter((event) => event.type === "looked")).toHaveLength(1);
    const second = await desk.askIt("what happened since I left?");
    expect(second.answer).toMatch(/Since you last looked .*#\d+\): nothing\./);
  });

  it("says it is well, and what is not when something is not", async () => {
    expect((await desk.askIt("is the desk healthy?")).answer).toContain("The desk is well.");
    await desk.desk.account.append(
      [{ type: "control", strategyId: null, atMs: START_MS, action: "pause", reason: "a test" }],
      patience,
    );
    desk.clock.advanceTo(unixMs(START_MS + 42 * STEP_MS));
    const { answer } = await desk.askIt("is the desk healthy?");
    expect(answer).toMatch(
      /Not all is well: the newest analysis is of 2024-03-01 15:15.*3 slots without a finished sleep cycle/,
    );
    expect(answer).toContain("it is paused");
    expect((await desk.askIt("should I buy BTC?")).answer).toContain("paused, it enters nothing");
  });
});

describe("a loss at the stop", () => {
  it("is the present value less what the sale brings after slippage and fee", () => {
    const position = { symbol: MarketSymbol.parse("BTC/USDT"), quantity: "2", stopPrice: "90" as Price };
    // 2 × 90 less 5 bps is 179.91; less 10 bps of it 179.73009; 2 × 100 are held.
    expect(stopLossOf(position, "100", { feeBps: 10, slippageBps: 5 })).toEqual({
      symbol: "BTC/USDT",
      change: "-20.26991",
      fee: "0.17991",
    });
  });
});

describe("what is written of a question", () => {
  it("does not hold up the answer, nor the next one", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    const written = Promise.withResolvers<void>();
    const record = desk.desk.ledger.record.bind(desk.desk.ledger);
    let entries = 0;
    Object.assign(desk.desk.ledger, {
      record: async (...args: Parameters<typeof record>) => {
        await written.promise;
        entries += 1;
        return record(...args);
      },
    });
    const answers = [await desk.askIt("RSI of BTC"), await desk.askIt("RSI of ETH")];
    expect(answers.map(({ path }) => path)).toEqual(["recalled", "recalled"]);
    expect(entries).toBe(0);
    written.resolve();
    await desk.open.background.settled();
    expect(entries).toBe(2);
  });

  it("that fails is told, and the next is written all the same", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    const record = desk.desk.ledger.record.bind(desk.desk.ledger);
    Object.assign(desk.desk.ledger, { record: async () => Promise.reject(new Error("the disk is full")) });
    await desk.askIt("RSI of BTC");
    await desk.open.background.settled();
    expect(desk.problems).toEqual(["after an answer: the disk is full"]);
    Object.assign(desk.desk.ledger, { record });
    await desk.askIt("RSI of BTC");
    await desk.open.background.settled();
    expect((await questionsIn(desk)).map(({ paths }) => paths)).toEqual([{ recalled: 1 }]);
  });

  it("is a ledger row with its kind, path, work, savings and first uses", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    const intent = (await desk.askIt("RSI of BTC")).intent;
    if (intent === null) throw new Error("it has an intent");
    const recall = await desk.desk.views.recall(
      { venueId: desk.desk.marketData.venueId, symbol: MarketSymbol.parse("BTC/USDT"), timeframe: "5m" },
      { nowMs: START_MS },
      patience,
    );
    if (recall.status !== "fresh") throw new Error("it is fresh");
    const body = PreparedAnswer.parse(prepareAnswer(intent, [recall.record], desk.desk.hosts));
    const topic = intentKey(intent, { deskId: desk.desk.deskId, venueId: desk.desk.marketData.venueId });
    await desk.desk.topics.remember(
      { kind: "answer", topic, body, sources: [recall.record], validUntilMs: unixMs(START_MS + STEP_MS) },
      { nowMs: START_MS },
      patience,
    );
    for (const _ of [1, 2]) expect((await desk.askIt("RSI of BTC")).path).toBe("pre-answered");
    await desk.askIt("how is the market?");
    await desk.askIt("what do I hold?");
    await desk.askIt("sing a song");
    await desk.askIt("RSI of BTC on the 1h chart");
    await desk.open.background.settled();
    expect(desk.problems).toEqual([]);
    const rows = await questionsIn(desk);
    expect(
      rows.map(({ paths, kinds, misses, made, served, savedUnits, firstUses, ageAtUseMs }) => ({
        ...{ paths, kinds, misses, made, served, savedUnits, firstUses, ageAtUseMs },
      })),
    ).toEqual([
      { ...row("recalled", "rsi"), served: 1, savedUnits: 159, ageAtUseMs: [0] },
      { ...row("pre-answered", "rsi"), served: 1, savedUnits: 159, firstUses: 1, ageAtUseMs: [0] },
      { ...row("pre-answered", "rsi"), served: 1, savedUnits: 159, firstUses: 0, ageAtUseMs: [0] },
      { ...row("recalled", "market"), served: 20, savedUnits: 20 * 159, ageAtUseMs: [0] },
      row("recalled", "portfolio"),
      { ...row("declined"), kinds: undefined },
      { ...row("delegated", "rsi"), misses: { missing: 1 }, made: 1 },
    ]);
    for (const { durationMs, phase } of rows) expect([durationMs, phase]).toEqual([0, "test-time"]);
  });

  it("is a question in the history, each of them, although the clock stands still", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    for (const text of ["RSI of BTC", "RSI of bitcoin", "RSI of ETH", "sing a song"]) await desk.askIt(text);
    await desk.open.background.settled();
    const asked = await desk.desk.topics.history("question", { topic: null, nowMs: START_MS, limit: 10 }, patience);
    const bodies = asked.map(({ record }) => AskedQuestion.parse(record.body));
    const rows = bodies.map(
      ({ intent, path, atMs, repeat, place }) => `${place} ${intent.symbol} ${path} ${atMs} ${repeat}`,
    );
    expect(rows.sort()).toEqual([
      `0 BTC/USDT recalled ${START_MS} 0`,
      `1 BTC/USDT recalled ${START_MS} 1`,
      `2 ETH/USDT recalled ${START_MS} 0`,
    ]);
  });

  it("counts the work of a question that ended in an error", async () => {
    const desk = await simulatedDesk();
    const down = new Error("unplugged");
    const adapter = { ...desk.desk.marketData, candles: () => Promise.reject(down) };
    Object.assign(desk.desk.marketData, countedPorts().port("marketData", adapter));
    await expect(desk.askIt("RSI of BTC")).rejects.toThrow("unplugged");
    await desk.open.background.settled();
    const [failed] = await questionsIn(desk);
    expect(failed).toMatchObject({ paths: { failed: 1 }, work: { providerCalls: 1 } });
  });

  it("of a desk kind saves nothing: it is never made ahead", async () => {
    const desk = await simulatedDesk();
    await desk.askIt("what do I hold?");
    await desk.open.background.settled();
    const [entry] = await questionsIn(desk);
    expect(entry).not.toHaveProperty("savedUnits");
    expect(DESK_KINDS).toContain("portfolio");
  });
});

describe("a question", () => {
  it("about a market that was traded and has gone since gets its own trades", async () => {
    const desk = await simulatedDesk();
    await beginRun(desk);
    const [symbol, atMs] = [MarketSymbol.parse("GONE/USDT"), START_MS];
    const cost = "20" as Money;
    await desk.desk.account.append(
      [
        buy("10", "2", { symbol, atMs }),
        { type: "write-off", strategyId: STRATEGY, atMs, symbol, quantity: "10" as Quantity, cost, reason: "delisted" },
      ],
      patience,
    );
    expect((await desk.askIt("how much did I lose on GONE?")).answer).toMatch(/GONE\/USDT is not held; [−-]20 USDT/);
    expect((await desk.askIt("how much did I lose on ZZQ?")).answer).toMatch(/ZZQ is not traded/);
  });

  it("of what is barred names what the operator has blocked, and no longer than it holds", async () => {
    const desk = await simulatedDesk();
    await beginRun(desk);
    await tickAt(desk, 0);
    const questions = ["what is blocked?", "is DOGE safe?", "why do you not buy DOGE?"];
    const said = async () => Promise.all(questions.map(async (text) => (await desk.askIt(text)).answer));
    const block = (blocked: boolean, nth: number) =>
      desk.desk.account.append(
        [{ type: "block", atMs: desk.clock.now(), nth, what: "DOGE", blocked, by: "anna", reason: "news" }],
        patience,
      );
    const before = await said();
    await block(true, 0);
    const words = "The operator has blocked DOGE: no entries until unblocked.";
    for (const answer of await said()) expect(answer).toContain(words);
    for (const other of ["is BTC safe?", "why do you not buy BTC?", "why did you not sell DOGE?"])
      expect((await desk.askIt(other)).answer).not.toContain("has blocked");
    await block(false, 1);
    expect(await said()).toEqual(before);
    const override = { target: "DOGE", fact: null, implementation: null, verdict: "unknown" } as const;
    const doubt = (state: "set" | "lifted", nth: number) =>
      desk.desk.account.append(
        [{ type: "security-override", atMs: desk.clock.now(), nth, state, override, by: "anna", reason: "news" }],
        patience,
      );
    await doubt("set", 2);
    for (const answer of await said()) expect(answer).toContain("anna says: DOGE is no better than unknown (news).");
    expect((await desk.askIt("is BTC safe?")).answer).not.toContain("anna says");
    await doubt("lifted", 3);
    expect(await said()).toEqual(before);
  });

  it("has the desk's attention until it is answered, and no longer", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    const { views, questionPriority } = desk.desk;
    const recall = views.recall.bind(views);
    const asked: boolean[] = [];
    Object.assign(views, {
      recall: (...args: Parameters<typeof recall>) => {
        asked.push(questionPriority.isAsked());
        return recall(...args);
      },
    });
    await desk.askIt("RSI of BTC");
    expect([asked, questionPriority.isAsked()]).toEqual([[true], false]);
    await questionPriority.quiet();
  });

  it("that follows up takes what it leaves out from the one before, in its own conversation only", async () => {
    const desk = await simulatedDesk();
    await runSleepCycle(desk.desk, START_MS, patience);
    await desk.askIt("RSI of BTC on 5m", { conversation: "a" });
    await desk.askIt("should I buy BTC?", { conversation: "b" });
    const [a, b] = [
      await desk.askIt("and ETH?", { conversation: "a" }),
      await desk.askIt("and ETH?", { conversation: "b" }),
    ];
    expect([a.intent?.kind, a.intent?.symbol]).toEqual(["rsi", "ETH/USDT"]);
    expect([b.intent?.kind, b.intent?.symbol, b.intent?.side]).toEqual(["signal", "ETH/USDT", "buy"]);
    expect((await desk.askIt("and ETH?")).intent?.kind).not.toBe("rsi");
  });

  it("shown stale in a conversation is renewed once it is out", async () => {
    const desk = await simulatedDesk({ thinking: { questionUnits: 1 } });
    await runSleepCycle(desk.desk, START_MS, patience);
    desk.clock.advanceTo(unixMs(START_MS + STEP_MS));
    const stale = await desk.askIt("RSI of BTC", { conversation: "a" });
    expect([stale.stale, stale.answer.includes("A refresh is under way.")]).toEqual([true, true]);
    await desk.open.background.settled();
    expect(desk.problems).toEqual([]);
    expect(await desk.askIt("RSI of BTC")).toMatchObject({ stale: false, path: "recalled", ageMs: 0 });
    // Outside a conversation nobody stays to see it renewed.
    const once = await desk.askIt("RSI of ETH");
    expect([once.path, once.stale, once.answer.includes("under way")]).toEqual(["declined", false, false]);
  });
});

const questionsIn = async ({ desk }: Asked) =>
  (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "question");

const row = (path: string, kind = "") => ({
  paths: { [path]: 1 },
  kinds: { [kind]: 1 },
  misses: {},
  made: 0,
  served: 0,
  savedUnits: undefined,
  firstUses: undefined,
  ageAtUseMs: [],
});
