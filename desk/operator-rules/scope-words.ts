// Floor 4. `memecoins`, `DOGE and SHIB`, `*/BTC`, `anything` → what a rule is about; null where a word of it is not known.
import { MarketPattern } from "#schemas/market-patterns.ts";
import type { RuleScope } from "#schemas/operator-rule.ts";
import { assetGroupNamed } from "#toolkits/universe/asset-groups.ts";

/** The names that may stand in a rule. */
export interface Vocabulary {
  /** Base currencies of the desk's markets, in capitals: these are known in small letters too. */
  readonly assets: ReadonlySet<string>;
  readonly strategies: readonly string[];
}

const EVERYTHING =
  /^(?:anything|everything|any market|all markets|any coin|all coins|crypto|a position|positions|etwas|alles|irgendetwas|allen märkten|nada|todo|posiciones|all|allem)$/iu;

export function scopeFromWords(words: string, { assets, strategies }: Vocabulary): RuleScope | null {
  const text = words.trim().replace(/^(?:the|my|die|den|meine|las|los|mis) /iu, "");
  if (EVERYTHING.test(text)) return { kind: "all" };
  const strategy = /^(?:strategy |strategie |estrategia )?(?<id>\S+?)(?: strategy)?$/iu.exec(text)?.groups?.["id"];
  if (strategy !== undefined && strategies.includes(strategy)) return { kind: "strategy", strategyId: strategy };
  if (text.includes("/")) return MarketPattern.safeParse(text).success ? { kind: "markets", pattern: text } : null;
  const group = assetGroupNamed(text);
  if (group !== null) return { kind: "group", name: group.name, assets: [...group.assets], asOf: group.asOf };
  const named = text.split(/\s*(?:,|;| and | or | und | oder | y | o )\s*/iu).map((name) => assetOf(name, assets));
  return named.every((asset) => asset !== null) ? { kind: "assets", assets: [...new Set(named)] } : null;
}

/** One that the desk has, however it is written; or what is written in capitals as a ticker is. */
function assetOf(name: string, assets: ReadonlySet<string>): string | null {
  if (assets.has(name.toUpperCase())) return name.toUpperCase();
  return /^[A-Z0-9]{2,12}$/.test(name) && /[A-Z]/.test(name) ? name : null;
}
