// Floor 6. Questions to begin with, shown by `help` and on the page; each of them has an answer.
export const EXAMPLES = [
  "what is the RSI of BTC?",
  "is SOL safe to buy?",
  "at what price would you buy SOL?",
  "compare BTC and ETH",
  "which are oversold?",
  "how is the market?",
  "what do I hold?",
  "what if all stops hit?",
  "why did you not buy ETH?",
  "is the desk healthy?",
] as const;
