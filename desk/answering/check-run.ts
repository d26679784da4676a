// Floor 4. What the fact check knows of this desk besides the facts: its markets, its indicators' settings, its commands.
import { ASSET_NAMES } from "#agents/deep-trader-manager/language/intent-words.ts";
import type { Language } from "#schemas/language.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { INDICATORS } from "#toolkits/indicators/registry.ts";
import type { Desk } from "../desk.ts";

/** What a model may name in inline code: commands that change nothing, and those that the operator acts with. */
const COMMANDS = [
  ...["status", "positions", "trades", "journal", "triggers", "report", "approvals", "thoughts", "doctor", "backtest"],
  ...["start", "ask", "chat", "pause", "resume", "halt", "close", "reduce", "cancel", "block", "unblock", "tighten"],
  ...["rules", "watches", "new-strategy", "config", "security", "brief", "debates", "plans", "lessons"],
].map((name) => `deeptrader ${name}`);

export interface CheckedRun {
  readonly language: Language;
  readonly nowMs: UnixMs;
  /** Markets that may be named. */
  readonly symbols: readonly MarketSymbol[];
}

/** @param run whose words are checked */
export const checkRunOf = (
  { marketData }: Pick<Desk, "marketData">,
  { language, nowMs, symbols }: CheckedRun,
): CheckRun => ({
  language,
  nowMs,
  markets: symbols.map((symbol) => ({ symbol, names: namesOf(splitSymbol(symbol).base) })),
  settings: SETTINGS,
  commands: COMMANDS,
  strictness: "chat",
  simulated: marketData.simulated,
});

/** Ticker, and the names under which the grammar knows it. */
const namesOf = (base: string): readonly string[] => [base, ...(LONG_NAMES.get(base) ?? [])];

const LONG_NAMES = Map.groupBy(ASSET_NAMES.keys(), (name) => ASSET_NAMES.get(name) ?? "");

/** `RSI 14`, `ATR 14`, `EMA 50`: indicators of one period, at the registry's default. */
const SETTINGS: CheckRun["settings"] = INDICATORS.flatMap(({ id, settings }) => {
  const { period } = settings;
  if (period === undefined || typeof period.default !== "number") return [];
  const [name, argument] = [id.toUpperCase(), String(period.default)];
  return [{ name, argument, shown: `${name} (period ${argument})` }];
});
