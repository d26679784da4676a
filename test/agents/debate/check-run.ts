// By which the points of a debate are checked, in a desk of two markets with invented prices.
import type { MarketSymbol } from "#schemas/units.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { AS_OF_MS } from "./an-analysis.ts";

export const CHECK_RUN: CheckRun = {
  language: "en",
  nowMs: AS_OF_MS,
  markets: [
    { symbol: "BTC/USDT" as MarketSymbol, names: ["BTC", "Bitcoin"] },
    { symbol: "ETH/USDT" as MarketSymbol, names: ["ETH", "Ethereum"] },
  ],
  settings: [],
  commands: [],
  strictness: "pushed",
  simulated: true,
};
