// Bench. A seed → streams of questions. All traffic is synthetic: nobody has asked these, and the skew is an assumption.

import type { QuestionKind } from "#schemas/question.ts";
import { type MarketSymbol, splitSymbol, type Timeframe } from "#schemas/units.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";

/** One question that can be asked at every bar. */
export interface BankItem {
  readonly text: string;
  readonly kind: QuestionKind;
  /** On the desk's own timeframe the sweep has its analysis; on another nothing is there unless it was thought of. */
  readonly swept: boolean;
  readonly symbol: MarketSymbol | null;
}

/** Wordings of the market kinds; the grammar must know them all (the harness checks it at its start). */
const MARKET_TEXTS: readonly (readonly [kind: QuestionKind, text: (name: string) => string])[] = [
  ["rsi", (name) => `What is the RSI of ${name}?`],
  ["bollinger", (name) => `Where is ${name} in its Bollinger bands?`],
  ["atr", (name) => `What is the ATR of ${name}?`],
  ["price", (name) => `What is the price of ${name}?`],
  ["trend", (name) => `Is ${name} trending up?`],
  ["security", (name) => `Is ${name} safe?`],
  ["signal", (name) => `Should I buy ${name}?`],
  ["trigger", (name) => `At what price would you buy ${name}?`],
];

/** The same on a timeframe that the sweep does not read. */
const OTHER_TEXTS: readonly (readonly [kind: QuestionKind, text: (name: string, timeframe: Timeframe) => string])[] = [
  ["rsi", (name, timeframe) => `What is the RSI of ${name} on the ${timeframe}?`],
  ["trend", (name, timeframe) => `Is ${name} trending up on the ${timeframe}?`],
];

const BREADTH_TEXTS: readonly (readonly [kind: QuestionKind, text: string])[] = [
  ["oversold", "Which markets are oversold?"],
  ["overbought", "Which markets are overbought?"],
  ["movers", "What moved?"],
  ["riskiest", "Which is the riskiest?"],
  ["market", "How is the market?"],
];

/** Ten different questions about one market at one close. */
export const contextQuestions = (name: string): readonly string[] => [
  ...MARKET_TEXTS.map(([, text]) => text(name)),
  `Should I sell ${name}?`,
  `Give me a summary of ${name}`,
];

/** Every market with ten questions, every neighbouring pair compared, five questions about all. */
export function questionBank(symbols: readonly MarketSymbol[], other: Timeframe): readonly BankItem[] {
  const items: BankItem[] = [];
  for (const symbol of symbols) {
    const name = splitSymbol(symbol).base;
    for (const [kind, text] of MARKET_TEXTS) items.push({ text: text(name), kind, swept: true, symbol });
    for (const [kind, text] of OTHER_TEXTS) items.push({ text: text(name, other), kind, swept: false, symbol });
  }
  for (let i = 0; i + 1 < symbols.length; i += 2) {
    const [one, two] = [symbols[i], symbols[i + 1]];
    if (one === undefined || two === undefined) continue;
    const text = `Compare ${splitSymbol(one).base} and ${splitSymbol(two).base}`;
    items.push({ text, kind: "compare", swept: true, symbol: null });
  }
  for (const [kind, text] of BREADTH_TEXTS) items.push({ text, kind, swept: true, symbol: null });
  return items;
}

/** Draws one item after another, by Zipf's law with exponent `skew` (0: uniform). The order of favour is the seed's, so that no kind is favoured by the way it is listed. */
export function drawItems<Item>(
  bank: readonly Item[],
  { skew, seed }: { readonly skew: number; readonly seed: number },
): () => Item {
  const order = shuffled(bank, seed, "favour");
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= order.length; rank++) {
    total += rank ** -skew;
    cumulative.push(total);
  }
  const stream = openStream([seed, "traffic", String(skew)]);
  return () => {
    const at = stream.uniform() * total;
    const index = cumulative.findIndex((sum) => sum >= at);
    const item = order[index];
    if (item === undefined) throw new Error("the bank is empty");
    return item;
  };
}

/** Fisher and Yates, seeded by name. */
export function shuffled<Item>(items: readonly Item[], seed: number, name: string): Item[] {
  const result = [...items];
  const stream = openStream([seed, "shuffle", name]);
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    const [a, b] = [result[i], result[j]];
    if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a];
  }
  return result;
}
