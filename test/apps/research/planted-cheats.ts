// Ten strategies that know what they cannot know, each as someone might write it into a file.
export interface PlantedCheat {
  readonly name: string;
  /** By file name; the strategy first. */
  readonly files: Readonly<Record<string, string>>;
  /** Of `touches nothing but its candles`; null: nothing outside is touched, and its answers give it away. */
  readonly touched: string | null;
  /** Checks that must fail, at least. */
  readonly fails: readonly string[];
}

const strategy = (top: string, rules: string): string => `import { defineStrategy, ema, rsi } from "deeptrader";
${top}
export default defineStrategy({
  id: "planted",
  indicators: { rsi: rsi(14), fast: ema(12), slow: ema(48) },
  ${rules}
});
`;

const CSV = "timestamp,open,high,low,close,volume\n1735689600000,1,1,1,1,1\n";

export const PLANTED_CHEATS: readonly PlantedCheat[] = [
  {
    name: "future index, from the candle file",
    files: {
      "mine.ts": strategy(
        `import { readFileSync } from "node:fs";
const closes = readFileSync(new URL("./BTC-USDT-5m.csv", import.meta.url), "utf8").split("\\n").slice(1).map((line) => Number(line.split(",")[4]));`,
        "enter: ({ now, openMs }) => (closes[(openMs / 300000 + 1) % closes.length] ?? 0) > 0.5 && now.rsi < 40,",
      ),
      "BTC-USDT-5m.csv": CSV,
    },
    touched: "mine.ts:2: import of node:fs (file)",
    fails: ["outside-world"],
  },
  {
    name: "future index, from what its own entry rule was shown",
    files: {
      "mine.ts": strategy(
        "const closes = new Map<string, number>();",
        `enter: ({ now, symbol, openMs }) => { closes.set(symbol + openMs, now.close); return now.rsi < 40; },
  exit: ({ now, symbol, openMs }) => (closes.get(symbol + (openMs + 300000)) ?? Infinity) < now.close,`,
      ),
    },
    touched: null,
    fails: ["future-cut", "future-scrambled"],
  },
  {
    name: "whole-series normalisation",
    files: {
      "mine.ts": strategy(
        'import { scaled } from "./scale.ts";',
        "enter: ({ now, symbol }) => scaled(symbol, now.close) > 0.9,",
      ),
      "scale.ts": `const low = new Map<string, number>();
const high = new Map<string, number>();
export function scaled(symbol: string, close: number): number {
  low.set(symbol, Math.min(close, low.get(symbol) ?? close));
  high.set(symbol, Math.max(close, high.get(symbol) ?? close));
  return (close - (low.get(symbol) ?? 0)) / ((high.get(symbol) ?? 0) - (low.get(symbol) ?? 0) || 1);
}`,
    },
    touched: null,
    fails: ["future-cut"],
  },
  {
    name: "last row of a higher timeframe",
    files: {
      "mine.ts": strategy(
        "const closes = new Map<string, number>();",
        `enter: ({ now, symbol, openMs }) => { closes.set(symbol + openMs, now.close); return now.rsi < 40; },
  exit: ({ now, symbol, openMs }) => (closes.get(symbol + (Math.floor(openMs / 3600000) * 3600000 + 3300000)) ?? Infinity) < now.close,`,
      ),
    },
    touched: null,
    fails: ["future-cut"],
  },
  {
    name: "fit on all data",
    files: {
      "mine.ts": strategy(
        'import fitted from "./fitted.json" with { type: "json" };',
        "enter: ({ now }) => now.rsi < fitted.oversold,",
      ),
      "fitted.json": '{ "oversold": 33 }',
    },
    touched: 'mine.ts:2: import of "./fitted.json" (data)',
    fails: ["outside-world"],
  },
  {
    name: "time of day through the clock",
    files: { "mine.ts": strategy("", "enter: ({ now }) =>\n    new Date().getUTCHours() < 25 && now.rsi < 40,") },
    touched: "mine.ts:7: new Date() (clock)",
    fails: ["outside-world"],
  },
  {
    name: "global state between runs",
    files: {
      "mine.ts": strategy(
        "let asked = 0;",
        "enter: ({ now }) => { asked += 1; return asked % 997 < 500 && now.rsi < 45; },",
      ),
    },
    touched: null,
    fails: ["fresh-threads"],
  },
  {
    name: "random",
    files: {
      "mine.ts": strategy('import { coin } from "./coin.ts";', "enter: ({ now }) => coin() && now.rsi < 45,"),
      "coin.ts": "export const coin = (): boolean => Math.random() < 0.5;",
    },
    touched: "coin.ts:1: Math.random() (chance)",
    fails: ["outside-world", "fresh-threads"],
  },
  {
    name: "network",
    files: {
      "mine.ts": strategy(
        'let word = "";\nfetch("http://127.0.0.1:9/").then((answer) => answer.text()).then((text) => { word = text; }, () => {});',
        'enter: ({ now }) => word === "" && now.rsi < 40,',
      ),
    },
    touched: "mine.ts:3: fetch() (network)",
    fails: ["outside-world"],
  },
  {
    name: "sorting by outcome",
    files: {
      "mine.ts": strategy(
        "const closes = new Map<string, number>();",
        `enter: ({ now, symbol, openMs }) => {
    const later = closes.get(symbol + (openMs + 3600000)) ?? now.close;
    closes.set(symbol + openMs, now.close);
    return now.rsi < 40 && { because: "low", strength: Math.min(1, Math.max(0, 0.5 + 20 * (later / now.close - 1))) };
  },`,
      ),
    },
    touched: null,
    fails: ["fresh-threads"],
  },
  {
    name: "universe of the end",
    files: {
      "mine.ts": strategy(
        'const STILL_THERE = ["BTC/USDT"];',
        "enter: ({ now, symbol }) => STILL_THERE.includes(symbol) && now.rsi < 45,",
      ),
    },
    touched: null,
    fails: ["names-and-dates"],
  },
];
