// Documents of every command, of desks in many states: what holds, what waits, what was sold, thought, learned, refused.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DESK_COMMANDS, deskCommandNamed } from "#apps/desk-commands.ts";
import { createFeed } from "#apps/feed.ts";
import { researchFolder, saveResult } from "#apps/research/saved.ts";
import { VenueBook } from "#desk/account/venue-book.ts";
import { openProposals } from "#desk/acts/propose.ts";
import { type ReceiptReport, ReceiptSummary } from "#desk/documents/receipt-report.ts";
import { keepBrief } from "#desk/judgement/brief-store.ts";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { keepList } from "#desk/judgement/lessons.ts";
import { Reconciliation } from "#desk/live/reconciliation.ts";
import { TokenBook } from "#desk/security/token-book.ts";
import type { Act } from "#schemas/act.ts";
import { Brief } from "#schemas/brief.ts";
import type { Debate } from "#schemas/debate.ts";
import { ProviderError } from "#schemas/errors.ts";
import { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { OperatorRule } from "#schemas/operator-rule.ts";
import type { OrderEvent } from "#schemas/order.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type MarketSymbol, startOfDay, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { aDebate, aRole } from "#test/agents/debate/a-debate.ts";
import { START_MS, simulatedDesk } from "#test/apps/simulated-desk.ts";
import { attempt, think } from "#test/apps/thinking-desk.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { bought } from "#test/desk/documents/slippage-fixture.ts";
import { aLesson, remember } from "#test/desk/judgement/lesson-fixture.ts";
import { AUTHOR, aPlan, FACTS } from "#test/desk/judgement/plan-fixture.ts";
import { coins } from "#test/desk/security/token-world.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { scriptedNews } from "#test/support/news.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { exitOrder, stopOrder } from "#test/toolkits/execution/fixture.ts";
import { buy } from "#test/toolkits/portfolio/fixture.ts";
import { order } from "#test/toolkits/risk/fixture.ts";
import { notConnectedExecution } from "#toolkits/execution/live/not-connected.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
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
  await judgingDesk(said);
  await actedOnDesk(said);
  await waitedOnDesk(said);
  await oddDesk(said);
  await toldDesk(said);
  await newsDesk(said);
  await liveDesk(said);
  await researchDesk(said, home.dir);
  for (const verdict of ["accept", "reject"] as const) await thoughtOnDesk(said, home.dir, verdict);
  return { said, rows: await feedRows() };
}

const asksForMarket = (name: string): boolean => ["memory show", "memory history", "market"].includes(name);

/** Results were saved in its home; one cannot be read. */
async function researchDesk(said: Said[], home: string): Promise<void> {
  const opened = await simulatedDesk();
  const result = { kind: "backtest", name: "first", savedAtMs: START_MS, command: "deeptrader backtest" } as const;
  await saveResult(home, { ...result, document: { simulated: true } });
  await writeFile(join(researchFolder(home), "torn.optimize.json"), '{"kind":');
  const desk = { ...opened.desk, config: { ...opened.desk.config, home } };
  const run = listening({ ...opened, desk }, said);
  await run("research list");
  await run("research show", ["backtest", "first"]);
}

/** Nothing has happened yet. */
async function emptyDesk(said: Said[]): Promise<void> {
  const run = listening(await simulatedDesk({ assets: 4 }), said);
  for (const name of DESK_COMMANDS.filter(({ reads }) => reads === true).map(({ name }) => name)) {
    if (name !== "thoughts show" && name !== "research show") await run(name, asksForMarket(name) ? ["BTC"] : []);
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
  "what if BTC falls 10 %?",
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
  await run("report", [], { rulePrices: true });
  for (const name of ["memory show", "memory history"]) for (const asset of ["BTC", "ETH"]) await run(name, [asset]);
  await run("trades", [], { since: "7d" });
  // What was asked is thought ahead of.
  await next();
  await run("sleep", [], { once: true });
  for (const name of ["equity", "memory map", "alerts", "asleep", "receipt", "account", "slippage"]) await run(name);
  for (const symbol of ["BTC", "ETH", position.symbol]) await run("market", [symbol], { candles: "300" });
  // Far enough for stops to sell.
  await run("stress", [], { leaderMove: "-60", gap: "-30" });
  await run("journal", [], { all: true, limit: "10000" });
  await run("facts");
  for (const source of ["positions", "account", "screen"]) await run("facts", [source]).catch(() => {});
  await run("facts", ["analysis", "asset=BTC"]);
  // What an exchange's desk says beside it.
  const exchange = listening(opened, said, { desk: { ...desk, clock: { ...desk.clock, kind: "system" } }, venue: {} });
  for (const { name } of DESK_COMMANDS.filter(({ saysAge }) => saysAge === true))
    await exchange(name, asksForMarket(name) ? ["BTC"] : []);
  markets.delete(position.symbol);
  await run("status");
  await run("write-off", [position.symbol], { reason: "gone" }).catch(() => {});
  await run("trades");
  await listening({ desk, store }, said)("memory purge", [], { yes: true });
}

/** Its token sources have judged a coin. */
async function judgingDesk(said: Said[]): Promise<void> {
  const opened = await simulatedDesk();
  const { store, clock } = opened;
  const nowMs = clock.now();
  const [known] = coins(1).values();
  if (known === undefined) throw new Error("a coin");
  const identity = { ...known, base: "BTC", seenAtMs: nowMs, validUntilMs: unixMs(nowMs + 3_600_000) };
  const coinsKnown = { ranking: null, problems: [], identities: new Map([["BTC", identity]]), coins: null };
  const report = async () => {
    throw new ProviderError({ was: "It is silent.", remedy: "Wait." });
  };
  const tokens = new TokenBook({
    book: { newest: () => coinsKnown, load: async () => {}, refresh: async () => coinsKnown },
    sources: [{ id: "goplus", serves: () => true, report }],
    room: opened.desk.khala,
    snapshots: store.snapshots,
    leases: store.leases,
    clock,
    monotonicMs: () => 0,
  });
  const desk = { ...opened.desk, tokens, security: tokens.security };
  const run = listening({ ...opened, desk }, said);
  await run("sleep", [], { once: true });
  await run("security show", ["BTC"]);
  await run("status");
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
    ["security lift", ["BTC"]],
    ["tighten", ["maxOpenPositions", "5"]],
    ["tighten", ["stop", symbol, "0.5%"]],
    ["flatten", []],
  ];
  for (const [name, args] of proposals) await run(name, args, propose);
  for (const what of ["ETH", "NOSUCH"])
    await run("security override", [what], { verdict: "block", reason: "why", ...propose });
  const order = [...desk.account.portfolio().orders.values()].find(({ role }) => role === "take-profit");
  await run("cancel", [order?.clientOrderId ?? ""], propose);
  for (const [at, act] of ACTS.entries()) await proposed(desk, act, at);
  await run("approvals list");
  await run("approvals refuse", ["p1"], { reason: "no" });
  await run("approvals approve", ["p3"]);
  await run("approvals refuse", ["p2"]);
  await run("approvals list");
  await run("allot", ["5"], { reason: "more" });
  await run("block", ["ETH"], { reason: "unlock" });
  await run("unblock", ["SOL"]);
  await run("security override", ["ETH"], { verdict: "block", reason: "bridge under attack" });
  await run("security override", ["ETH"], { verdict: "unknown", reason: "in doubt" });
  await run("security override", ["HALFLIT"], { fact: "sell_tax", reason: "sold some, no tax" });
  await run("tighten", ["maxOpenPositions", "4"]);
  await run("tighten", ["stop", symbol, "0.4%"]);
  await run("status");
  await run("security lift", ["ETH"]);
  await run("security lift", ["ETH"]);
  await run("tighten", ["maxOpenPositions"], { clear: true, reason: "over" });
  for (const rule of RULES) await run("rules add", ["mine"], { typed: JSON.stringify(rule) });
  await run("rules add", ["be careful out there"]);
  await run("rules add", ["be careful out there"]);
  for (const words of ["BTC closes under 3", "ETH RSI under 1", "BTC price above 900000", "ETH closes above 1"])
    await run("watches add", [words]);
  await run("watches add", ["BTC closes under 3"]);
  for (const name of ["rules list", "watches list", "status", "positions"]) await run(name);
  for (const id of ["1", "99"]) {
    await run("rules remove", [`r${id}`]);
    await run("watches remove", [`w${id}`]);
  }
  await run("pause", [], { strategy: "eager", reason: "news" });
  await run("resume", [], { strategy: "eager" });
  await run("cancel", [order?.clientOrderId ?? ""]);
  await run("reduce", [symbol, "10%"]);
  await run("halt");
  await run("close", [symbol]);
  await run("resume");
  await next();
  await run("close", [symbol]);
  await run("flatten");
  await run("halt", [], { cancel: true });
  await next();
  await run("journal", [], { all: true, limit: "10000" });
  // Before and after its night.
  const dayMs = startOfDay(desk.clock.now());
  const day = new Date(dayMs).toISOString().slice(0, 10);
  const made = await run<ReceiptReport>("receipt", [], { day });
  const { fence } = (await desk.runs.begin({ job: "receipt", slotMs: dayMs, nowMs: dayMs }, patience)) as never;
  await desk.runs.finish({ job: "receipt", slotMs: dayMs, fence }, ReceiptSummary.parse(made), patience);
  await run("receipt", [], { day });
}

/** A desk that asks first: an entry that waits, is approved, and is refused. */
async function waitedOnDesk(said: Said[]): Promise<void> {
  const opened = await simulatedDesk({ strategies: [eager], approve: "entries" });
  const run = listening(opened, said);
  for (let slot = 0; slot < 20 && openProposals(opened.desk).length === 0; slot += 1) await opened.runSlot(slot);
  await run("approvals list");
  await run("approvals approve", ["p1"]);
  await run("approvals list");
  await run("journal", [], { all: true, limit: "10000" });
}

const WATCH = {
  kind: "close-below",
  symbol: "BTC/USDT" as MarketSymbol,
  timeframe: "5m",
  level: "3" as Price,
} as const;
/** Of kinds that a desk in this state would not take as a proposal. */
const ACTS: readonly Act[] = [
  { kind: "resume", strategyId: null },
  { kind: "reduce", symbol: WATCH.symbol, strategyId: null, amount: { quantity: "0.1" as Quantity } },
  { kind: "add-rule", rule: { type: "note", text: "care" }, words: "care" },
  { kind: "remove-rule", ruleId: "r9" },
  { kind: "watch", watch: WATCH },
  { kind: "unwatch", watchId: "w9" },
];

async function proposed({ account, clock }: Opened["desk"], act: Act, at: number): Promise<void> {
  const [atMs, expiresAtMs] = [clock.now(), unixMs(clock.now() + 600_000)];
  const made = { madeBy: "a script", conversation: null, atMs, expiresAtMs };
  const proposal = { proposalId: `p${100 + at}`, act, lines: ["as it was shown"], stands: {}, price: null, ...made };
  await account.append([{ type: "proposal", atMs, proposal }], patience);
}

/** One market's candles cannot be had. */
function failsFor(venue: ReturnType<typeof createSyntheticMarket>, symbol: MarketSymbol | undefined) {
  const { marketData } = venue;
  const candles: typeof marketData.candles = async (request, options) => {
    if (request.symbol === symbol) throw new ProviderError({ was: "No answer.", remedy: "Wait." });
    return marketData.candles(request, options);
  };
  return { ...venue, marketData: { ...marketData, candles } };
}

/** Markets with holes, jumps, too few candles and bad tokens; a strategy that has nothing to say there; entries refused. */
async function oddDesk(said: Said[]): Promise<void> {
  const shapes = assortedShapes();
  const venue = createSyntheticMarket({ seed: 3, timeframe: "5m", firstSlotMs: FIRST_SLOT_MS, slots: 4, shapes });
  const failing = failsFor(venue, shapes[1]?.symbol);
  const opened = await openTestDesk({ venue: failing, startMs: FIRST_SLOT_MS, strategies: [eager] });
  const run = listening(opened as Opened, said);
  await run("pause");
  await run("sleep", [], { once: true });
  await run("trade", [], { once: true });
  for (const name of ["report", "triggers", "status"]) await run(name);
  await run("report", [], { rulePrices: true });
  for (const { symbol } of shapes) await run("memory show", [symbol]);
  for (const { symbol } of shapes) await run("market", [symbol]);
  for (const name of ["memory map", "equity", "alerts"]) await run(name);
  const hosts = opened.desk.hosts.map(({ info }) => ({
    info,
    fault: new ProviderError({ was: "It hung.", remedy: "-" }),
  }));
  const ended = listening({ ...opened, desk: { ...opened.desk, hosts: hosts as never } }, said);
  await ended("triggers");
  for (const { symbol } of shapes) await ended("market", [symbol]);
  await ended("memory show", [shapes[0]?.symbol ?? ""]);
  for (const { symbol } of shapes) await run("memory history", [symbol]);
  for (const { symbol } of shapes.slice(2)) await run("analyse", [symbol]).catch(() => {});
}

/** Rows that another state would have to wait long for. */
async function toldDesk(said: Said[]): Promise<void> {
  const opened = await simulatedDesk({ assets: 4 });
  const trailing = { ...bracketOf({ stopPct: 10, targetPct: 20 }), trailing: [{ fromGainPct: 1, distancePct: 2 }] };
  const own = order({ bracket: trailing });
  const [atMs, symbol, strategyId, quantity] = [START_MS, own.symbol, own.strategyId, own.quantity];
  const happened = (event: OrderEvent): JournalEvent => ({ type: "order", atMs, order: own, event });
  const word = { by: "anna", nth: 0, reason: "more" };
  const [equity, price] = ["100" as Money, "600" as Price];
  const moved = { cost: "1" as Money, value: "2" as Money, equity, ...word };
  const from = [{ strategyId, symbol, quantity }];
  const events: readonly JournalEvent[] = [
    { type: "order-list", atMs, orders: [own] },
    happened({ type: "submitted" }),
    happened({ type: "filled", quantity }),
    happened({ type: "rejected", reason: "no" }),
    happened({ type: "expired", reason: "late" }),
    happened({ type: "unresolved", reason: "no answer" }),
    { type: "dust", atMs, symbol, strategyId, quantity },
    { type: "write-off", atMs, symbol, strategyId, quantity, cost: "1" as Money, reason: "gone" },
    { type: "coin-fee", atMs, fillId: "f", strategyId, symbol, currency: "BNB", amount: "1", price, from, equity },
    { type: "coins-out", atMs, symbol, strategyId, quantity, ...moved },
    { type: "allotment", atMs, amount: "5" as Money, equity, ...word },
    { type: "alert-delivered", atMs, alertId: "a", channel: "terminal" },
    { type: "looked", atMs, throughSeq: 3 },
  ];
  const rows = events.map((event, at) => ({ seq: at + 1, eventId: String(at), event: JournalEvent.parse(event) }));
  const store = { ...opened.store, journal: () => ({ ...opened.store.journal, read: async () => rows }) };
  await listening(opened, said, { store })("journal", [], { all: true });
}

/** Its orders go to a venue, which holds less than the journal says; one is in doubt, and what it holds has no stop. */
async function liveDesk(said: Said[]): Promise<void> {
  const { desk, store, append } = await simulatedDesk({ assets: 4 });
  const { account, clock, venueBook } = desk;
  const atMs = clock.now();
  const own = order();
  const { symbol, strategyId } = own;
  await append({ type: "order-list", atMs, orders: [own] });
  await append({ type: "order", atMs, order: own, event: { type: "unresolved", reason: "no answer" } });
  await append(buy("2", "1", { symbol, strategyId, atMs }));
  const stop = stopOrder("0.9", { symbol, strategyId, parentId: null, status: "accepted", quantity: "1" as Quantity });
  const sale = exitOrder({ symbol, strategyId, status: "accepted", quantity: "0.5" as Quantity });
  await append({ type: "order-list", atMs, orders: [stop, sale] });
  const [resting, lying] = [...desk.markets.values()].filter((market) => market.symbol !== symbol);
  if (resting === undefined || lying === undefined) throw new Error("the desk has too few markets");
  const price = (await desk.marketData.tickers({ symbols: [lying.symbol], nowMs: atMs }, patience))[0]?.bid ?? 0;
  const lost = {
    ...{ venueOrderId: "77", clientOrderId: "7".repeat(32), symbol: resting.symbol, side: "sell", kind: "stop" },
    ...{ quantity: "1", filledQuantity: "0", status: "working", reason: "new", limitPrice: null, triggerPrice: "0.5" },
    createdAtMs: atMs,
  } as never;
  let free = "1";
  const balances = async () =>
    new Map([
      ["USDT", { free, used: "0.5" }],
      [resting.base, { free: "0", used: "1" }],
      [lying.base, { free: "1000", used: "0" }],
    ]);
  const venueOrders = { open: async () => [lost], balances, trades: async () => [] };
  const asked = { open: async () => [], trades: async () => [], balances, facts: { id: "binance" } };
  const reconciliation = new Reconciliation(asked as never, account, venueBook.differences, desk.markets);
  const config = { ...desk.config, mode: "live", sandbox: true, liveAccount: "7001" };
  const live = { ...desk, config, execution: notConnectedExecution(), reconciliation, venueOrders };
  const run = listening({ desk: live as never, store }, said);
  await run("account");
  await reconciliation.look(atMs, patience);
  await run("account");
  await run("accept", ["withdrawal:USDT"], { reason: "rent" });
  free = "9";
  await run("allot", ["2"], { reason: "more" });
  await run("accept", [`missing-order:${stop.clientOrderId}`], { reason: "seen" });
  await run("adopt order", ["77"], { price: "1", reason: "store lost" });
  await run("adopt position", [lying.symbol, "1000"], { price: String(price), reason: "store lost" });
  for (const name of ["account", "status"]) await run(name);
  await run("journal", [], { all: true });
  // What a month of orders at a venue cost.
  const month = bought(
    Array.from({ length: 61 }, (_, n) => (n === 60 ? null : n % 5)),
    [symbol],
  );
  const rows = month.map((event, index) => ({ seq: index + 1, eventId: String(index), event }));
  const traded = { ...store, journal: () => ({ ...store.journal(desk.deskId, desk.runId), read: async () => rows }) };
  const costly = new VenueBook({ mode: "live" });
  for (const event of month) costly.take(event);
  const look = listening({ desk: { ...live, venueBook: costly } as never, store: traded as never }, said);
  await look("slippage", [], { market: symbol, since: "2026-06-01" });
  await look("journal", [], { all: true });
}

/** One feed has told something, another is broken. */
async function newsDesk(said: Said[]): Promise<void> {
  const [feed, broken] = [scriptedNews([{ title: "Venue will list BTC (BTC)" }]), scriptedNews(null, "broken.example")];
  const opened = await simulatedDesk({ assets: 4, news: [feed, broken] });
  for (const source of [feed, broken]) await opened.desk.news?.read(source, patience);
  const run = listening(opened, said);
  await run("news");
  await run("news", ["BTC"]);
}

/** Models have judged asleep and answered; what they cost and saved is in the ledger. */
async function thoughtOnDesk(said: Said[], home: string, verdict: "accept" | "reject"): Promise<void> {
  const opened = await simulatedDesk({ sleepModel: "scripted/asleep", thinking: { briefDayTokens: 1_000 } });
  const { runSlot, append } = opened;
  await runSlot(0);
  const model = "openai/gpt-5-mini";
  const desk = {
    ...opened.desk,
    debates: debateBook(),
    config: { ...opened.desk.config, home, model, modelPrice: "1/2" },
  };
  const run = listening({ desk, store: opened.store }, said);
  await judged(append);
  await briefed(desk);
  await lessoned(desk);
  await think(desk);
  await think(desk, { attempts: [attempt({ uses: [] })], conversation: null });
  for (const entry of LEDGER) await desk.ledger.record(entry, patience);
  for (const name of ["brief show", "debates", "plans", "lessons", "report", "triggers", "learn list"]) await run(name);
  await run("report", [], { rulePrices: true });
  for (const name of ["asleep", "alerts", "memory map"]) await run(name);
  for (const symbol of opened.markets.keys()) await run("market", [symbol]);
  await run("brief show", ["BTC"]);
  await run("lessons", [], { version: "1" });
  const { thoughts } = await run<{ readonly thoughts: readonly { readonly id: string }[] }>("thoughts list", [], {
    whole: true,
  });
  await run("thoughts show", [thoughts[0]?.id ?? ""]);
  const { proposals } = await run<{ readonly proposals: readonly { readonly proposalId: string }[] }>("learn list");
  await run(`learn ${verdict}`, [proposals[0]?.proposalId ?? ""]);
  await append({ type: "quarantine", atMs: START_MS, kind: "brief", state: "begun", detail: "found wrong" });
  await run("brief lift");
  await run("journal", [], { all: true, limit: "10000" });
}

type Append = Opened["append"];

/** So many that their scores have intervals. */
function debateBook(): DebateBook {
  const book = new DebateBook();
  for (let n = 0; n < 64; n++) {
    const debate = debateOf(n);
    book.take({ type: "debate", atMs: START_MS, debate });
    const [met, came] = [n % 2 === 0 ? "vetoed" : "shrunk", n % 4 < 2 ? "stop" : "target"] as const;
    const about = { debateId: debate.debateId, decisionId: `d${n}`, asOfMs: debate.forAsOfMs, met, outcome: came };
    book.settled.push({ debate, outcome: { ...about, pnl: "-20" as Money, saved: "20" as Money } });
  }
  return book;
}

function debateOf(n: number): Debate {
  const role = aRole(0.4, { points: [{ text: "RSI is {{f2}}.", factIds: ["f2"] }] });
  const sides = { bull: role, bear: role, judge: role, facts: [...FACTS], bounds: { above: 1, below: 9e6 } };
  const word =
    n % 2 === 0 ? ({ verdict: "veto", sizeRatio: 0 } as const) : ({ verdict: "shrink", sizeRatio: 0.5 } as const);
  return aDebate({ debateId: `debate${n}`, forAsOfMs: unixMs(START_MS + n * 300_000), ...word, ...sides });
}

async function judged(append: Append): Promise<void> {
  const debate = debateOf(0);
  const about = {
    debateId: debate.debateId,
    decisionId: "d",
    asOfMs: START_MS,
    met: "vetoed",
    outcome: "stop",
  } as const;
  await append({ type: "debate", atMs: START_MS, debate });
  await append({ type: "debate-outcome", atMs: START_MS, outcome: { ...about, pnl: null, saved: null } });
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
  const market = {
    symbol: key,
    timeframe: at.timeframe,
    price: 100,
    bounds: { above: 1, below: 1e6 },
    verdict: "clear",
  } as const;
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
  const scopes = [
    { of: "market", ...at, symbol: key },
    { of: "all", ...at },
    { of: "book", ...at, runId: desk.runId },
  ] as const;
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
  const list = {
    version: 1,
    runId: desk.runId,
    madeAtMs: START_MS,
    lessons,
    dated: 1,
    shown: 1,
    dropped: { digit: 1 },
  };
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
  entry("brief", "sleep", {
    prepared: { brief: 3, answer: 2 },
    paths: { written: 3, rejected: 1 },
    misses: { missing: 3 },
  }),
  entry("question", "test-time", {
    paths: { reasoned: 2, recalled: 1 },
    kinds: { rsi: 1 },
    uses: { brief: 1 },
    savedUnits: 3,
  }),
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
