// What the fact check knows of a test's run: two markets, English, chat.
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";

export const checkRun = (part: Partial<CheckRun> = {}): CheckRun => ({
  language: "en",
  nowMs: unixMs(Date.UTC(2024, 0, 10, 12)),
  markets: [
    { symbol: "BTC/USDT" as MarketSymbol, names: ["BTC", "Bitcoin"] },
    { symbol: "ETH/USDT" as MarketSymbol, names: ["ETH", "Ether"] },
  ],
  settings: [{ name: "RSI", argument: "14", shown: "RSI (period 14)" }],
  commands: [],
  strictness: "chat",
  simulated: false,
  ...part,
});
