// Floor 4. What the desk holds and waits for → intents that it makes likely to be asked, whatever was asked before. Pure.
import type { Intent, QuestionKind } from "#schemas/question.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import type { MarketNote } from "./events.ts";

/** What one asks about a market that matters now. */
const KINDS: readonly QuestionKind[] = ["signal", "trigger", "security", "summary"];
/** Markets named at most: the held ones first. */
const MAX_MARKETS = 40;

export interface StructureParts {
  readonly held: Iterable<MarketSymbol>;
  /** Markets whose security verdict has changed of late. */
  readonly turned: Iterable<MarketSymbol>;
  readonly markets: ReadonlyMap<MarketSymbol, MarketNote>;
  readonly nearTriggerPct: number;
  readonly timeframe: Timeframe;
  /** Strategies whose levels draw no thought: their edge has decayed. */
  readonly decayed: ReadonlySet<string>;
}

/** Held, just turned, near a trigger: in this order, the near ones by how near. */
export function structuralIntents(parts: StructureParts): readonly Intent[] {
  const near = [...parts.markets]
    .map(([symbol, note]) => ({ symbol, distancePct: nearestOf(note, parts.decayed) }))
    .filter(({ distancePct }) => distancePct <= parts.nearTriggerPct)
    .sort((a, b) => a.distancePct - b.distancePct || (a.symbol < b.symbol ? -1 : 1))
    .map(({ symbol }) => symbol);
  const symbols = [...new Set([...parts.held, ...parts.turned, ...near])].slice(0, MAX_MARKETS);
  return symbols.flatMap((symbol) =>
    KINDS.map((kind) => ({
      kind,
      symbol,
      other: null,
      timeframe: parts.timeframe,
      side: null,
      negation: false,
      horizon: null,
    })),
  );
}

function nearestOf({ nearestActionPct, nearestPctOf }: MarketNote, decayed: ReadonlySet<string>): number {
  if (decayed.size === 0) return nearestActionPct ?? Number.POSITIVE_INFINITY;
  const ways = [...nearestPctOf].flatMap(([strategyId, pct]) => (decayed.has(strategyId) ? [] : [pct]));
  return Math.min(Number.POSITIVE_INFINITY, ...ways);
}
