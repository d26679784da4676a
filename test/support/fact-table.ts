// A table of facts with readable names, runs in three languages, and the drafts of test/fixtures/fact-check: one draft a line
// under a head such as `@de forecast`, `\n` for a line break, `{{eth.price}}` for the fact of that name.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Fact, type FactKind, type ModelText, modelText } from "#schemas/fact.ts";
import { MarketSymbol } from "#schemas/units.ts";
import type { CheckRun, Language } from "#toolkits/fact-check/check-run.ts";

export const NOW_MS = Date.UTC(2026, 2, 4, 14, 5);
const AS_OF_MS = Date.UTC(2026, 2, 4, 14);

type Parts = Partial<Omit<Fact, "id" | "kind" | "value" | "unit">>;
type Row = readonly [name: string, kind: FactKind, value: Fact["value"], unit: Fact["unit"], parts?: Parts];

const HOUR = { timeframe: "1h" } as const;
const QUOTED = { currency: "USDT" } as const;
const day = { window: "1d" } as const;

const MARKETS: readonly Row[] = [
  ["eth.price", "price", 3012.4, "price", { ...HOUR, ...QUOTED }],
  ["eth.rsi", "rsi", 27.4, "index", HOUR],
  ["eth.change1d", "change", -4.6, "pct", day],
  ["eth.change1h", "change", 0.4, "pct", { window: "1h" }],
  ["eth.lower", "band-lower", 3020.1, "price", { ...HOUR, ...QUOTED }],
  ["eth.middle", "band-middle", 3085.7, "price", { ...HOUR, ...QUOTED }],
  ["eth.upper", "band-upper", 3151.3, "price", { ...HOUR, ...QUOTED }],
  ["eth.atr", "atr", 31.2, "price", { ...HOUR, ...QUOTED }],
  ["eth.stop", "stop", "2950", "price", QUOTED],
  ["eth.target", "target", "3200", "price", QUOTED],
  ["eth.entry", "entry", "3104.2", "price", QUOTED],
  ["eth.pnl", "pnl", "-45.9", "money", QUOTED],
  ["eth.pnlPct", "pnl", -2.96, "pct"],
  ["eth.qty", "quantity", "0.5", "quantity", { currency: "ETH" }],
  ["eth.value", "value", "1506.2", "money", QUOTED],
  ["eth.high", "high", 3190, "price", { ...day, ...QUOTED }],
  ["eth.low", "low", 2998, "price", { ...day, ...QUOTED }],
  ["eth.toStop", "distance", 2.07, "pct"],
  ["eth.toTarget", "distance", 6.23, "pct"],
  ["eth.levelEnter", "level-enter", 2985, "price", { ...HOUR, ...QUOTED }],
  ["eth.levelExit", "level-exit", 3160, "price", { ...HOUR, ...QUOTED }],
  ["eth.verdict", "verdict", "clear", "verdict"],
  ["eth.signal", "signal", "hold", "text", HOUR],
  ["eth.trend", "trend", "down", "text", HOUR],
  ["eth.entryTime", "time", Date.UTC(2026, 2, 2, 9), "time"],
  ["eth.probability", "probability", 0.41, "ratio"],
  ["eth.solCorrelation", "correlation", 0.82, "ratio"],
  ["btc.price", "price", 64_210.5, "price", { ...HOUR, ...QUOTED }],
  ["btc.rsi", "rsi", 71.2, "index", HOUR],
  ["btc.change1d", "change", 2.1, "pct", { ...day, rank: "highest" }],
  ["btc.change1h", "change", -0.3, "pct", { window: "1h" }],
  ["btc.lower", "band-lower", 61_800, "price", { ...HOUR, ...QUOTED }],
  ["btc.middle", "band-middle", 62_875, "price", { ...HOUR, ...QUOTED }],
  ["btc.upper", "band-upper", 63_950, "price", { ...HOUR, ...QUOTED }],
  ["btc.atr", "atr", 412, "price", { ...HOUR, ...QUOTED }],
  ["btc.high", "high", 64_600, "price", { ...day, ...QUOTED }],
  ["btc.low", "low", 62_480, "price", { ...day, ...QUOTED }],
  ["btc.levelEnter", "level-enter", 61_720, "price", { ...HOUR, ...QUOTED }],
  ["btc.signal", "signal", "hold", "text", HOUR],
  ["btc.trend", "trend", "up", "text", HOUR],
  ["sol.price", "price", 142.37, "price", { ...HOUR, ...QUOTED }],
  ["sol.rsi", "rsi", 48.9, "index", HOUR],
  ["sol.change1d", "change", -7.9, "pct", { ...day, rank: "lowest" }],
  ["sol.stop", "stop", "136", "price", QUOTED],
  ["sol.target", "target", "155", "price", QUOTED],
  ["sol.entry", "entry", "139.1", "price", QUOTED],
  ["sol.pnl", "pnl", "18.3", "money", QUOTED],
  ["sol.qty", "quantity", "5.6", "quantity", { currency: "SOL" }],
  ["sol.verdict", "verdict", "caution", "verdict"],
  ["pepe.price", "price", 0.000_012_34, "price", { ...HOUR, ...QUOTED }],
  ["pepe.verdict", "verdict", "block", "verdict"],
  ["pepe.quoted", "name", "PEPE 100x gem", "text", { quoted: true }],
];

const DESK: readonly Row[] = [
  ["desk.equity", "equity", "10214.5", "money", QUOTED],
  ["desk.cash", "cash", "7430.2", "money", QUOTED],
  ["desk.exposure", "exposure", 14.8, "pct"],
  ["limit.exposure", "limit", 20, "pct"],
  ["desk.drawdown", "drawdown", 1.9, "pct"],
  ["limit.drawdown", "limit", 10, "pct"],
  ["desk.fees", "fees", "12.31", "money", QUOTED],
  ["desk.dayPnl", "pnl", "-31.2", "money", { ...QUOTED, ...day }],
  ["limit.dayLoss", "limit", 2, "pct", day],
  ["desk.positions", "count-positions", 2, "count"],
  ["desk.trades", "count-trades", 7, "count", day],
  ["desk.refusals", "count-refusals", 3, "count", day],
  ["desk.markets", "count-markets", 50, "count"],
  ["desk.winRate", "win-rate", 57.1, "pct", { window: "30d" }],
  ["desk.return30d", "return", 2.4, "pct", { window: "30d" }],
  ["desk.interval", "interval", "−0.8 % to +5.6 %", "text", { window: "30d" }],
  ["rule.oversold", "threshold-oversold", 30, "index", HOUR],
  ["rule.overbought", "threshold-overbought", 70, "index", HOUR],
  ["rule.risk", "risk", 0.2, "pct"],
  ["rule.size", "size", 2, "pct"],
  ["refusal.reason", "reason", "exposure limit", "text"],
  ["time.nextRun", "time", Date.UTC(2026, 2, 4, 15), "time"],
  ["age.eth", "duration", 300_000, "duration"],
  ["op.drop", "operator", 10, "pct"],
  ["op.amount", "operator", "1000", "money", QUOTED],
  ["op.level", "operator", "3000", "price", QUOTED],
  ["scen.ethDrop", "scenario", "-150.6", "money", QUOTED],
];

const STATEMENTS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  "btc.notHeld": { en: "BTC is not held.", de: "BTC wird nicht gehalten.", es: "No se tiene BTC." },
  "ada.notFollowed": { en: "ADA is not followed.", de: "ADA wird nicht verfolgt.", es: "No se sigue ADA." },
  "news.none": {
    en: "No news source is configured.",
    de: "Es ist keine Nachrichtenquelle eingerichtet.",
    es: "No hay ninguna fuente de noticias configurada.",
  },
  "forecast.none": {
    en: "The desk makes no forecasts.",
    de: "Das Pult macht keine Prognosen.",
    es: "La mesa no hace pronósticos.",
  },
  "advice.none": { en: "This is not advice.", de: "Das ist keine Beratung.", es: "Esto no es un consejo." },
  "limits.config": {
    en: "Limits are loosened only in the configuration.",
    de: "Limits werden nur in der Konfiguration gelockert.",
    es: "Los límites solo se amplían en la configuración.",
  },
  "order.none": {
    en: "No order was sent in this window.",
    de: "In diesem Zeitraum wurde keine Order gesendet.",
    es: "No se envió ninguna orden en este periodo.",
  },
};

const SYMBOLS: Readonly<Record<string, MarketSymbol>> = Object.fromEntries(
  ["ETH", "BTC", "SOL", "PEPE"].map((base) => [base.toLowerCase(), MarketSymbol.parse(`${base}/USDT`)]),
);
const NOT_OF_A_MARKET = new Set(["eth.solCorrelation"]);

const NAMES: readonly string[] = [...[...MARKETS, ...DESK].map(([name]) => name), ...Object.keys(STATEMENTS)];
const ID_OF: ReadonlyMap<string, string> = new Map(NAMES.map((name, index) => [name, `f${index + 1}`]));

/** @param name such as `eth.price` */
export function factId(name: string): string {
  const id = ID_OF.get(name);
  if (id === undefined) throw new Error(`${name} is no fact of the table`);
  return id;
}

/** The whole table; statements in the operator's language. */
export function factTable(language: Language): readonly Fact[] {
  const rows = [...MARKETS, ...DESK].map(([name, kind, value, unit, parts = {}]) => {
    const market = NOT_OF_A_MARKET.has(name) ? null : (SYMBOLS[name.split(".")[0] ?? ""] ?? null);
    const asOfMs = kind === "operator" ? null : AS_OF_MS;
    return Fact.parse({ id: factId(name), kind, value, unit, market, asOfMs, label: name, ...parts });
  });
  const statements = Object.entries(STATEMENTS).map(([name, value]) =>
    Fact.parse({ id: factId(name), kind: "statement", value: value[language], unit: "sentence", label: name }),
  );
  return [...rows, ...statements];
}

export const checkRun = (language: Language, parts: Partial<CheckRun> = {}): CheckRun => ({
  language,
  nowMs: NOW_MS,
  markets: [
    { symbol: MarketSymbol.parse("ETH/USDT"), names: ["ETH", "Ethereum", "Ether"] },
    { symbol: MarketSymbol.parse("BTC/USDT"), names: ["BTC", "Bitcoin"] },
    { symbol: MarketSymbol.parse("SOL/USDT"), names: ["SOL", "Solana"] },
    { symbol: MarketSymbol.parse("PEPE/USDT"), names: ["PEPE", "Pepe"] },
    { symbol: MarketSymbol.parse("1INCH/USDT"), names: ["1INCH"] },
  ],
  settings: [
    { name: "RSI", argument: "14", shown: "RSI (period 14)" },
    { name: "ATR", argument: "14", shown: "ATR (period 14)" },
    { name: "Bollinger", argument: "20, 2", shown: "Bollinger (period 20, 2 deviations)" },
  ],
  commands: ["deeptrader pause", "deeptrader positions"],
  strictness: "chat",
  simulated: true,
  ...parts,
});

/** `{{eth.price}}` → `{{f1}}`; forms stay; what names no fact stays as it is. */
export const draftOf = (text: string): ModelText =>
  modelText(text.replaceAll(/\{\{([a-z]+\.[A-Za-z0-9]+)/g, (_, name: string) => `{{${factId(name)}`));

export interface FixtureDraft {
  readonly language: Language;
  /** What stands behind the language in the head; empty where there is nothing. */
  readonly group: string;
  readonly draft: ModelText;
}

/** @param file of test/fixtures/fact-check, such as `honest.txt` */
export function fixtureDrafts(file: string): readonly FixtureDraft[] {
  const lines = readFileSync(join(import.meta.dirname, "../fixtures/fact-check", file), "utf8").split("\n");
  let head: readonly string[] = [];
  return lines.flatMap((line) => {
    if (line.startsWith("@")) head = line.slice(1).split(" ");
    if (line.startsWith("@") || line === "") return [];
    const [language = "en", group = ""] = head;
    return [{ language: language as Language, group, draft: draftOf(line.replaceAll("\\n", "\n")) }];
  });
}
