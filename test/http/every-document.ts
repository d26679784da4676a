// Documents of every command, of desks in many states: what holds, what waits, what was sold, thought, learned, refused.
import { DESK_COMMANDS, deskCommandNamed } from "#apps/desk-commands.ts";
import { createFeed } from "#apps/feed.ts";
import { keepBrief } from "#desk/judgement/brief-store.ts";
import { keepList } from "#desk/judgement/lessons.ts";
import type { Act } from "#schemas/act.ts";
import { Brief } from "#schemas/brief.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price } from "#schemas/money.ts";
import type { OperatorRule } from "#schemas/operator-rule.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { aDebate, aRole } from "#test/agents/debate/a-debate.ts";
import { START_MS, simulatedDesk } from "#test/apps/simulated-desk.ts";
import { attempt, think } from "#test/apps/thinking-desk.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { aLesson, remember } from "#test/desk/judgement/lesson-fixture.ts";
import { aPlan, AUTHOR, FACTS } from "#test/desk/judgement/plan-fixture.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { openOf } from "./served-desk.ts";

export interface Said {
  readonly command: string;
  /** As it comes out of JSON. */
  readonly document: unknown;
}

type Flags = Readonly<Record<string, unknown>>;
type Opened = Awaited<ReturnType<typeof simulatedDesk>>;

/** Notes every document of a desk. */
function listening(opened: Pick<Opened, "desk" | "store">, said: Said[], over: object = {}) {
  const open = { ...openOf(opened as Opened), ...over };
  return async <Document>(name: string, args: readonly string[] = [], flags: Flags = {}): Promise<Document> => {
    const document = await deskCommandNamed(name).execute(open as never, { args, flags }, patience);
    const read: unknown = JSON.parse(JSON.stringify(document));
    said.push({ command: name, document: read });
    return read as Document;
  };
}

/** The home of the desk is written to by `learn`. */
export async function everyDocument(): Promise<{ readonly said: readonly Said[]; readonly rows: readonly unknown[] }> {
  const said: Said[] = [];
  await using home = await emptyFolder();
  await emptyDesk(said);
  await tradingDesk(said);
  await actedOnDesk(said);
  await thoughtOnDesk(said, home.dir);
  return { said, rows: await feedRows() };
}

/** Nothing has happened yet. */
async function emptyDesk(said: Said[]): Promise<void> {
  const run = listening(await simulatedDesk({ assets: 4 }), said);
  for (const name of DESK_COMMANDS.filter(({ reads }) => reads === true).map(({ name }) => name)) {
    if (name !== "thoughts show") await run(name, name === "memory show" || name === "memory history" ? ["BTC"] : []);
  }
  await run("memory invalidate", ["BTC"]);
  await run("memory prune", [], { olderThan: "1" });
  await run("brief lift");
}

const QUESTIONS = [
  "what is the RSI of BTC?",
  "compare BTC and ETH",
  "which are oversold?",
  "what did I sell today?",
  "would you not buy ETH on 1h?",
  "write me a poem",
];

/** Slots have run: it holds something, has sold something, and was asked. */
async function tradingDesk(said: Said[]): Promise<void> {
  const opened = await holdingDesk({ strategies: [eager, shippedStrategy("mean-reversion")] });
  const { desk, store, next, markets, position } = opened;
  const run = listening(opened, said);
  for (let n = 0; n < 40 && desk.account.statistics().trades().length < 2; n++) await next();
  await run("sleep", [], { once: true });
  await run("trade", [], { once: true });
  await run("trade", [], { once: true });
  for (const question of QUESTIONS) await run("ask", [question]);
  await run("analyse", ["BTC"]);
  await correctedCandles(opened);
  await run("memory invalidate", ["ETH"], { reason: "bad tick" });
  for (const name of ["memory list", "memory stats", "triggers", "status", "positions", "report"]) await run(name);
  for (const name of ["memory show", "memory history"]) for (const asset of ["BTC", "ETH"]) await run(name, [asset]);
  await run("trades", [], { since: "7d" });
  await run("journal", [], { all: true, limit: "10000" });
  await run("facts");
  for (const source of ["positions", "account", "screen"]) await run("facts", [source]).catch(() => {});
  await run("facts", ["analysis", "asset=BTC"]);
  // What an exchange's desk says beside it.
  const exchange = listening(opened, said, { desk: { ...desk, clock: { ...desk.clock, kind: "system" } }, venue: {} });
  for (const name of ["status", "positions", "triggers", "trades", "report"]) await exchange(name);
  markets.delete(position.symbol);
  await run("status");
  await run("write-off", [position.symbol], { reason: "gone" }).catch(() => {});
  await run("trades");
  await listening({ desk, store }, said)("memory purge", [], { yes: true });
}

async function correctedCandles({ desk, store, clock }: Pick<Opened, "desk" | "store" | "clock">): Promise<void> {
  const [first] = await desk.khala.list(desk.marketData.venueId, { nowMs: clock.now() }, patience);
  if (first === undefined) throw new Error("nothing was analysed");
  const nowMs = clock.now();
  const btc = [...desk.markets.keys()].find((symbol) => symbol.startsWith("BTC/")) ?? first.key.symbol;
  const key = { ...first.key, symbol: btc };
  const series = await desk.marketData.candles({ ...key, nowMs, fromMs: unixMs(nowMs - 900_000) }, patience);
  const keep = (volume: typeof series.volume, checkedThroughMs: typeof nowMs) =>
    store.candles.put(key, { ...series, volume, checkedThroughMs }, 1000, patience);
  await keep(series.volume, nowMs);
  await keep(
    series.volume.map((one) => one * 2),
    unixMs(nowMs + 60_000),
  );
  clock.advanceTo(unixMs(nowMs + 60_000));
}

const RULES: readonly OperatorRule[] = [
  { type: "no-hold-over", scope: { kind: "all" }, when: { kind: "weekend" }, hoursBefore: 2 },
  { type: "max-entries", scope: { kind: "assets", assets: ["DOGE"] }, per: "day", count: 2 },
  { type: "max-positions", scope: { kind: "markets", pattern: "*/USDT" as never }, count: 3 },
  { type: "max-exposure", scope: { kind: "strategy", strategyId: "eager" }, pct: 5 },
  { type: "no-entries", scope: { kind: "all" }, when: { kind: "hours", from: "22:00", to: "06:00" } },
  { type: "no-entries", scope: { kind: "all" }, when: { kind: "weekdays", days: ["sun"] } },
  { type: "no-entries", scope: { kind: "group", name: "mine", assets: ["WIF"], asOf: null }, when: { kind: "always" } },
  { type: "max-stake", scope: { kind: "all" }, limit: { pct: 1 } },
  { type: "max-stake", scope: { kind: "all" }, limit: { amount: "100" as Money, currency: "USDT" } },
];

/** Everything that an operator can have done, and refused, and proposed. */
async function actedOnDesk(said: Said[]): Promise<void> {
  const opened = await holdingDesk();
  const { desk, position, next } = opened;
  const run = listening(opened, said);
  const { symbol } = position;
  const propose = { propose: true, by: "a script" };
  const proposals: readonly (readonly [string, readonly string[]])[] = [
    ["pause", []],
    ["resume", []],
    ["close", [symbol]],
    ["reduce", [symbol, "50%"]],
    ["reduce", [symbol, "0.00001"]],
    ["cancel", ["no such order"]],
    ["block", ["BTC"]],
    ["unblock", ["BTC"]],
    ["tighten", ["maxOpenPositions", "5"]],
    ["tighten", ["stop", symbol, "0.5%"]],
  ];
  for (const [name, args] of proposals) await run(name, args, propose);
  const order = [...desk.account.portfolio().orders.values()].find(({ role }) => role === "take-profit");
  await run("cancel", [order?.clientOrderId ?? ""], propose);
  for (const kind of ["add-rule", "remove-rule", "watch", "unwatch"] as const) await proposed(desk, kind);
  await run("approvals list");
  await run("approvals refuse", ["p1"], { reason: "no" });
  await run("approvals approve", ["p3"]);
  await run("approvals refuse", ["p2"]);
  await run("approvals list");
  await run("block", ["ETH"], { reason: "unlock" });
  await run("unblock", ["SOL"]);
  await run("tighten", ["maxOpenPositions", "4"]);
  await run("tighten", ["stop", symbol, "0.4%"]);
  await run("status");
  await run("tighten", ["maxOpenPositions"], { clear: true, reason: "over" });
  for (const rule of RULES) await run("rules add", ["mine"], { typed: JSON.stringify(rule) });
  await run("rules add", ["be careful out there"]);
  await run("rules add", ["be careful out there"]);
  for (const words of ["BTC closes under 3", "ETH RSI under 1", "BTC price above 900000", "ETH closes above 1"])
    await run("watches add", [words]);
  await run("watches add", ["BTC closes under 3"]);
  for (const name of ["rules list", "watches list", "status", "positions"]) await run(name);
  await run("rules remove", ["r1"]);
  await run("watches remove", ["w1"]);
  await run("pause", [], { strategy: "eager", reason: "news" });
  await run("resume", [], { strategy: "eager" });
  await run("cancel", [order?.clientOrderId ?? ""]);
  await run("reduce", [symbol, "10%"]);
  await run("halt");
  await run("close", [symbol]);
  await run("resume");
  await next();
  await run("close", [symbol]);
  await next();
  await run("journal", [], { all: true, limit: "10000" });
}

async function proposed(desk: Opened["desk"], kind: "add-rule" | "remove-rule" | "watch" | "unwatch"): Promise<void> {
  const watch = { kind: "close-below", symbol: "BTC/USDT" as MarketSymbol, timeframe: "5m", level: "3" as Price } as const;
  const acts = {
    "add-rule": { kind: "add-rule", rule: { type: "note", text: "care" }, words: "care" },
    "remove-rule": { kind: "remove-rule", ruleId: "r9" },
    watch: { kind: "watch", watch },
    unwatch: { kind: "unwatch", watchId: "w9" },
  } as const satisfies Readonly<Record<string, Act>>;
  const event: JournalEvent = {
    type: "proposal",
    atMs: desk.clock.now(),
    proposal: {
      proposalId: `p${100 + Object.keys(acts).indexOf(kind)}`,
      act: acts[kind],
      lines: ["as it was shown"],
      stands: {},
      price: null,
      madeBy: "a script",
      conversation: null,
      atMs: desk.clock.now(),
      expiresAtMs: unixMs(desk.clock.now() + 600_000),
    },
  };
  await desk.account.append([event], patience);
}

/** Models have judged asleep and answered; what they cost and saved is in the ledger. */
async function thoughtOnDesk(said: Said[], home: string): Promise<void> {
  const opened = await simulatedDesk({ sleepModel: "scripted/asleep", thinking: { briefDayTokens: 1_000 } });
  const { runSlot, append } = opened;
  await runSlot(0);
  const model = "openai/gpt-5-mini";
  const desk = { ...opened.desk, config: { ...opened.desk.config, home, model, modelPrice: "1/2" } };
  const run = listening({ desk, store: opened.store }, said);
  await judged(desk, append);
  await briefed(desk);
  await lessoned(desk);
  await think(desk);
  await think(desk, { attempts: [attempt({ uses: [] })], conversation: null });
  for (const entry of LEDGER) await desk.ledger.record(entry, patience);
  for (const name of ["brief show", "debates", "plans", "lessons", "report", "triggers", "learn list"]) await run(name);
  await run("brief show", ["BTC"]);
  await run("lessons", [], { version: "1" });
  const { thoughts } = await run<{ readonly thoughts: readonly { readonly id: string }[] }>("thoughts list", [], {
    whole: true,
  });
  await run("thoughts show", [thoughts[0]?.id ?? ""]);
  for (const [verdict, at] of [
    ["accept", 0],
    ["reject", 0],
  ] as const) {
    const { proposals } = await run<{ readonly proposals: readonly { readonly proposalId: string }[] }>("learn list");
    await run(`learn ${verdict}`, [proposals[at]?.proposalId ?? ""]).catch(() => {});
  }
  await append({ type: "quarantine", atMs: START_MS, kind: "brief", state: "begun", detail: "found wrong" });
  await run("brief lift");
  await run("journal", [], { all: true, limit: "10000" });
}

type Append = Opened["append"];

async function judged(desk: Opened["desk"], append: Append): Promise<void> {
  const points = [{ text: "RSI is {{f2}}.", factIds: ["f2"] }];
  const bounds = { above: 1, below: 9e6 };
  const outcomes = ["stop", "target"] as const;
  const events = Array.from({ length: 32 }, (_, n): JournalEvent[] => {
    const role = aRole(0.4, { points });
    const forAsOfMs = unixMs(START_MS + n * 300_000);
    const debateId = `debate${n}`;
    const verdict = n % 2 === 0 ? "veto" : "shrink";
    const sizeRatio = n % 2 === 0 ? 0 : 0.5;
    const sides = { bull: role, bear: role, judge: role, facts: [...FACTS] };
    const debate = aDebate({ debateId, verdict, sizeRatio, forAsOfMs, bounds, probability: n / 40, ...sides });
    return [{ type: "debate", atMs: START_MS, debate }];
  });
  await append(...events.flat());
  for (const [n, debate] of desk.debates.recent.entries()) {
    const met = debate.verdict === "veto" ? "vetoed" : "shrunk";
    const known = { debateId: debate.debateId, decisionId: `d${n}`, asOfMs: debate.forAsOfMs, met } as const;
    const outcome = { ...known, outcome: outcomes[n % 2] ?? "stop", pnl: "-20" as Money, saved: "20" as Money };
    await append({ type: "debate-outcome", atMs: START_MS, outcome });
  }
  for (const plan of PLANS) await append({ type: "plan", atMs: START_MS, plan, state: "made", why: "" });
  const refusal = { decisionId: "d", symbol: PLANS[0].symbol, action: "enter", asOfMs: START_MS } as const;
  const why = { strategyId: PLANNED, rule: "pause", reason: "paused" } as const;
  await append({ type: "refusal", atMs: START_MS, refusal: { ...refusal, ...why } });
}

const PLANS = [
  aPlan(),
  aPlan({
    entry: { enterAtOrAbove: 101 },
    onlyWhile: [
      { what: "rsi-below", value: 30 },
      { what: "rsi-above", value: 10 },
      { what: "price-below", value: 200 },
      { what: "price-above", value: 1 },
      { what: "verdict-clear" },
    ],
  }),
] as const;

async function briefed(desk: Opened["desk"]): Promise<void> {
  const { venueId } = desk.marketData;
  const [key] = [...desk.markets.keys()];
  if (key === undefined) throw new Error("there are markets");
  const at = { venueId, timeframe: desk.config.timeframe };
  const market = { symbol: key, timeframe: at.timeframe, price: 100, bounds: { above: 1, below: 1e6 }, verdict: "clear" } as const;
  const point = { text: "RSI is {{f2}}.", factIds: ["f2"] };
  const body = {
    text: "The close is {{f1}}.",
    bull: [point],
    bear: [point],
    wouldChange: point,
    horizonCandles: 12,
    openQuestions: [],
    facts: [...FACTS],
    cited: [],
    conditions: {
      markets: [{ ...market, signals: [{ strategyId: "mean-reversion", action: "hold" }] }],
      held: [],
      countsQuantity: false,
    },
    author: AUTHOR,
    language: "en",
    asOfMs: START_MS,
    madeAtMs: START_MS,
  } as const;
  const scopes = [{ of: "market", ...at, symbol: key }, { of: "all", ...at }, { of: "book", ...at, runId: desk.runId }] as const;
  for (const scope of scopes) await keepBrief(desk, Brief.parse({ ...body, scope }), patience);
}

async function lessoned(desk: Opened["desk"]): Promise<void> {
  const debate = { verdict: "agree", probability: 0.6 };
  const expected = { strength: 0.4, reason: "RSI 22.00 is under 30", planId: "p", debate, briefId: "b" };
  const lesson = aLesson(0, { runId: desk.runId, closedAtMs: START_MS, expected });
  await remember({ desk } as never, [lesson]);
  const text = "The close is {{f1}}.";
  const scope = { symbol: null, strategyId: null };
  const lessons = [{ text, facts: [...FACTS], scope, restsOn: [lesson.tradeId], sampleSize: 1 }];
  const list = { version: 1, runId: desk.runId, madeAtMs: START_MS, lessons, dated: 1, shown: 1, dropped: { digit: 1 } };
  await keepList(desk, { ...list, author: AUTHOR });
}

const entry = (job: LedgerEntry["job"], phase: LedgerEntry["phase"], over: Partial<LedgerEntry>): LedgerEntry => ({
  atMs: START_MS,
  phase,
  job,
  paths: {},
  misses: {},
  made: 1,
  served: 1,
  work: { ...NO_WORK, modelCalls: 1, inputTokens: 100, outputTokens: 10 },
  ageAtUseMs: [1_000],
  durationMs: 5,
  ...over,
});

const LEDGER = [
  entry("thinking", "sleep", { prepared: { answer: 300 }, overBudget: { pass: 100 } }),
  entry("brief", "sleep", { prepared: { brief: 3, answer: 2 }, paths: { written: 3, rejected: 1 }, misses: { missing: 3 } }),
  entry("question", "test-time", { paths: { reasoned: 2, recalled: 1 }, kinds: { rsi: 1 }, uses: { brief: 1 }, savedUnits: 3 }),
];

/** What the feed tells of the journal. */
async function feedRows(): Promise<readonly unknown[]> {
  const { desk, store, runSlot } = await simulatedDesk({ assets: 4 });
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const rows: unknown[] = [];
  const stop = feed.listen(({ type, data }) => type === "journal" && rows.push(JSON.parse(JSON.stringify(data))));
  await runSlot(0);
  await feed.close();
  stop();
  return rows;
}
