// Questions about the desk's own trades, asked of a journal written by hand: each gets its own figure, never a neighbour's.
import { beforeAll, describe, expect, it } from "vitest";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { buy, sell } from "../../toolkits/portfolio/fixture.ts";

const at = (text: string) => unixMs(Date.parse(`2024-${text}:00Z`));
const NOW_MS = at("03-01T12:00");
const [BTC, ETH, SOL] = ["BTC/USDT", "ETH/USDT", "SOL/USDT"].map((symbol) => MarketSymbol.parse(symbol));

let next = 0;
const fillAt = (when: string, symbol: MarketSymbol | undefined, fee: string) => {
  next += 1;
  return {
    symbol: symbol ?? MarketSymbol.parse("BTC/USDT"),
    fee,
    atMs: at(when),
    fillId: `f${next}`,
    clientOrderId: `c${next}`,
  };
};
const mark = (when: string, equity: number): JournalEvent => ({
  type: "equity",
  atMs: at(when),
  slotMs: at(when),
  equity: String(equity) as Money,
  loss: {
    dayStartMs: Date.parse("2024-03-01T00:00:00Z"),
    dayStartEquity: 10_093.9,
    peaks: [],
    equity,
    dayChangePct: -0.2,
    drawdownPct: 0.3,
    dayLossLatched: false,
    drawdownLatched: false,
  },
});

async function openAsked() {
  const [seed, assets] = [7, 20];
  const marketData = createSimulatedVenue({ seed, assets });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const { desk, store, clock } = await openTestDesk({
    venue: {
      marketData,
      markets,
      universe: createSimulatedUniverse({ seed, assets }),
      security: createSimulatedSecurity({ seed, assets }),
    },
    startMs: NOW_MS,
    assets,
  });
  const open: AskedDesk = {
    desk,
    store,
    managerModels: managerModels(desk.config, {}),
    background: createBackgroundQueue(() => {}),
    conversations: createConversations(desk, () => {}),
  };
  const run: JournalEvent = {
    type: "run-started",
    atMs: at("02-29T09:00"),
    cash: "10000" as Money,
    quote: "USDT",
    venueId: desk.marketData.venueId,
    strategyIds: [...desk.strategies.keys()],
    timeframe: "5m",
    securityPolicy: "recorded",
  };
  const events = [
    run,
    mark("02-29T09:00", 10_000),
    buy("1", "3000", fillAt("02-29T10:00", ETH, "3")),
    sell("1", "3100", { ...fillAt("02-29T15:00", ETH, "3.1"), role: "take-profit" }),
    mark("03-01T00:00", 10_093.9),
    buy("0.01", "60000", fillAt("03-01T09:00", BTC, "0.6")),
    buy("2", "100", fillAt("03-01T10:00", SOL, "0.2")),
    sell("2", "90", { ...fillAt("03-01T11:00", SOL, "0.18"), role: "stop-loss" }),
    mark("03-01T11:55", 10_072),
  ];
  await desk.account.append(events, patience);
  return { desk, clock, markets, ask: async (text: string) => (await askDesk(open, text, patience)).answer };
}

describe("a question about the desk's own trades", () => {
  let ask: (text: string) => Promise<string>;
  beforeAll(async () => {
    ({ ask } = await openAsked());
  });

  it.each([
    [
      "what's my average entry price for BTC?",
      "BTC/USDT 0.01: average entry price 60,000 USDT, bought 2024-03-01 09:00",
    ],
    ["at what price did I buy BTC?", "average entry price 60,000 USDT"],
    ["what did I pay for ETH?", "ETH/USDT is not held. The last trade of it: ETH/USDT +93.9 USDT"],
    ["when did we buy BTC", "BTC/USDT 0.01: bought 2024-03-01 09:00 UTC, 3.0 h ago"],
    [
      "what did I sell yesterday?",
      "Sold yesterday (2024-02-29, UTC); this run began 2024-02-29 09:00 UTC:\n2024-02-29 15:00 ETH/USDT 1 at 3,100 USDT, take-profit",
    ],
    ["did you sell anything on Monday", "Nothing was sold on 2024-02-26 (UTC)"],
    [
      "what did you buy today",
      "2024-03-01 09:00 BTC/USDT 0.01 at 60,000 USDT\n2024-03-01 10:00 SOL/USDT 2 at 100 USDT",
    ],
    ["what's my realized pnl?", "Realised +73.52 USDT after fees in 2 trades closed in this run"],
    ["what's my realized pnl?", "By day: 2024-02-29 +93.9, 2024-03-01 −20.38."],
    ["realised profit today", "Realised −20.38 USDT after fees in 1 trade closed today (since 2024-03-01 00:00 UTC)"],
    ["how many trades did I make today?", "1 trade closed today (since 2024-03-01 00:00 UTC): 0 won, 1 lost"],
    [
      "list my trades",
      "2 trades closed in this run (since 2024-02-29 09:00 UTC); 1 is still open:\nETH/USDT +93.9 USDT",
    ],
    ["how is my BTC position doing", "BTC/USDT 0.01: open profit not known"],
    ["win rate?", "1 won, 1 lost; win rate 50.0 %; 1 is still open."],
    ["what is my profit factor?", "profit factor 4.61"],
    ["worst trade?", "The worst of 2 trades closed in this run (since 2024-02-29 09:00 UTC): SOL/USDT −20.38 USDT"],
    ["best trade of yesterday", "ETH/USDT +93.9 USDT (+3.13 %), 1 from 3,000 to 3,100"],
    ["what was the last trade", "The last closed trade: SOL/USDT −20.38 USDT"],
    ["P&L of yesterday", "+93.9 USDT (+0.94 %), equity 10,000 to 10,093.9"],
    ["P&L on ADA", "ADA/USDT is not held, and no trade of it was closed in this run"],
    ["how much did I make on SOL?", "SOL/USDT is not held; −20.38 USDT realised in 1 closed trade"],
    [
      "how much did I make last week",
      "The profit last week (from 2024-02-19, UTC); this run began 2024-02-29 09:00 UTC is not known",
    ],
    ["fees today", "Fees paid today (since 2024-03-01 00:00 UTC): 0.98 USDT in 3 fills."],
    ["fees yesterday", "6.1 USDT in 2 fills"],
    ["fees on SOL", "Fees paid on SOL/USDT in this run (since 2024-02-29 09:00 UTC): 0.38 USDT in 2 fills"],
    ["how much have I paid in fees?", "7.08 USDT in 5 fills, 0.071 % of the 10,000 it began with"],
    ["how much cash do I have", "Cash is 9,472.92 USDT"],
    ["what's my drawdown?", "Drawdown is 0.30 % from the 30-day peak"],
    ["what happened since this morning", "What happened since 2024-03-01 06:00 UTC:"],
  ])("%s", async (text, expected) => {
    const answer = await ask(text);
    expect(answer).toContain(expected);
    expect(answer).toMatch(/^SIMULATED – invented prices\. /);
  });

  it("a position whose price is not known ranks neither as losing nor as winning", async () => {
    expect(await ask("any losing positions?")).toContain("None of the 1 open position is losing");
    expect(await ask("unrealised profit on BTC")).toContain("open profit not known, from 60,000 to price not known");
    expect(await ask("what do I hold?")).toContain("1 open: BTC/USDT 0.01 (price not known).");
    expect(await ask("oldest position")).toContain("BTC/USDT 0.01: bought 2024-03-01 09:00");
    expect(await ask("how much BTC do I hold?")).toContain("BTC/USDT 0.01, bought for 600 USDT; price not known.");
  });

  it("what happened in a period is not what happened since the last look", async () => {
    const answer = await ask("what happened since this morning");
    expect(answer).toContain("SOL");
    expect(answer).not.toContain("ETH");
  });

  it.each([
    ["pause trading", "`deeptrader pause`"],
    ["close my SOL position", "`deeptrader close SYMBOL`"],
    ["set my stop on BTC to 5 percent", "DEEPTRADER_STOP_PCT"],
    ["what was my cash yesterday", "as of now only"],
    ["help", "deeptrader --help"],
    ["which position worries you", "`deeptrader positions`"],
    ["what is my sharpe ratio?", "`deeptrader trades`"],
    ["is it a good time", "`deeptrader triggers`"],
  ])("a refusal is two lines at most and names what works: %s", async (text, names) => {
    const answer = await ask(text);
    expect(answer).toContain(names);
    expect(answer.split("\n").length).toBeLessThanOrEqual(2);
    expect(answer).toMatch(/^SIMULATED/);
  });
});

describe("a price that is not of now", () => {
  it("is shown with its age, and never as current where the venue has the market no more", async () => {
    const { ask, desk, clock, markets } = await openAsked();
    await runSleepCycle(desk, NOW_MS, patience);
    expect(await ask("how much BTC do I hold?")).toMatch(/BTC\/USDT 0\.01, worth [\d.,]+ USDT at [\d.,]+\. As of/);
    clock.advanceTo(unixMs(NOW_MS + 3 * 86_400_000));
    expect(await ask("how much BTC do I hold?")).toMatch(/ at [\d.,]+ \(of 2024-03-01 12:00, 3\.0 d old\)\./);
    markets.delete(MarketSymbol.parse("BTC/USDT"));
    const gone = /last price [\d.,]+ \(of 2024-03-01 12:00, 3\.0 d old, market gone\)/;
    expect(await ask("how much BTC do I hold?")).toMatch(gone);
    expect(await ask("what is my entry price on BTC")).toMatch(gone);
    expect(await ask("what do I hold?")).toMatch(gone);
    expect(await ask("price of BTC")).toMatch(/no longer has BTC\/USDT\. Last known: STALE .*3 d old\./);
  });
});
