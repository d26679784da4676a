// Bench. What StockBench's paper prints of its window (arXiv 2510.02209, main table): 3 March to 30 June 2025, 100,000 USD, 20 stocks of
// the Dow Jones Industrial Average. Typed off; nothing of its data is here.

export const PAPER = "arXiv 2510.02209";
export const REPOSITORY = "https://github.com/ChenYXxxx/stockbench";

/** First and last session of the window, as its README runs it (2025-03-01 to 2025-06-30). */
export const WINDOW = { first: "2025-03-03", last: "2025-06-30" } as const;

/** Its config.yaml at commit f5a11b3: money, costs a side in basis points, shares to two decimals. */
export const TERMS = { cash: "100000", commissionBps: 1, slippageBps: 2, step: "0.01" } as const;

export const BUY_AND_HOLD = { returnPct: 0.4, drawdownPct: -15.2 } as const;
/** First of its composite rank. */
export const BEST = { name: "Kimi-K2", returnPct: 1.9, drawdownPct: -11.8 } as const;

/** How far our buy and hold may lie from the published one before the row is no comparison, points. */
export const TOLERANCE_PCT = 0.2;
