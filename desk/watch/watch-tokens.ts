// Floor 4. Tokens of what is held, slot by slot → what of each has turned since it was bought, and the words for it. Pure.
import type { AlertSeverity } from "#schemas/alert.ts";
import { plainLine } from "#schemas/plain-line.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { AlertMemory, BoughtMarket, HeldMarket } from "./alert-facts.ts";
import { changesOf, isBoughtAnew, isOpen, keptToken, type TokenChange, type TokenFacts } from "./held-token.ts";

export interface WatchedTokens extends Pick<AlertMemory, "verdicts" | "tokens"> {
  /** Conditions of this slot, by their name. */
  readonly present: ReadonlySet<string>;
  /** What a condition of a change says. */
  readonly changes: ReadonlyMap<string, TokenChange>;
}

/** Condition of a verdict that is worse than when it was bought. */
export const turnName = (symbol: MarketSymbol, turn: "block" | "unknown"): string =>
  `held-token-turned:${symbol}:${turn}`;

/** Of the names of conditions that say what has changed. */
export const changePrefix = (symbol: MarketSymbol): string => `held-token-changed:${symbol}:`;

/** What a strategy buys while others hold it is watched as held. */
export function watchTokens(
  memory: AlertMemory,
  held: readonly HeldMarket[],
  bought: readonly BoughtMarket[],
): WatchedTokens {
  const watch = new TokenWatch(memory);
  for (const market of bought) watch.take({ ...market, openedMs: [] }, false);
  for (const market of held) watch.take(market, true);
  return watch;
}

class TokenWatch implements WatchedTokens {
  readonly verdicts: Record<string, SecurityVerdict> = {};
  readonly tokens: AlertMemory["tokens"] = {};
  readonly present = new Set<string>();
  readonly changes = new Map<string, TokenChange>();
  readonly #memory: AlertMemory;

  constructor(memory: AlertMemory) {
    this.#memory = memory;
  }

  take({ symbol, verdict, token, openedMs }: Omit<HeldMarket, "withoutStop" | "isListed" | "read">, isHeld: boolean) {
    const known = this.#memory.tokens[symbol];
    const anew = isBoughtAnew(known, openedMs);
    const before = anew ? undefined : known;
    const kept = keptToken(before, token, isHeld ? openedMs : (before?.openedMs ?? []));
    if (kept !== undefined) this.tokens[symbol] = kept;
    // Nothing is bought that is judged block: a first look that finds it so comes after the turn.
    const first = (anew ? undefined : this.#memory.verdicts[symbol]) ?? (verdict === "block" ? "unknown" : verdict);
    if (first !== null) this.verdicts[symbol] = first;
    if (!isHeld) return;
    if (first !== null) this.#takeVerdict(symbol, first, verdict);
    if (kept !== undefined) this.#takeChanges(symbol, kept, token);
  }

  #takeVerdict(symbol: MarketSymbol, first: SecurityVerdict, verdict: SecurityVerdict | null): void {
    for (const turn of turnsOf(first, verdict)) this.present.add(turnName(symbol, turn));
    // A verdict that cannot be read now does not clear what was told of it.
    if (verdict !== null) return;
    for (const turn of ["block", "unknown"] as const) this.#standing(turnName(symbol, turn));
  }

  #takeChanges(symbol: MarketSymbol, kept: TokenFacts, token: TokenFacts | null): void {
    const prefix = changePrefix(symbol);
    const open = Object.keys(this.#memory.conditions).filter(
      (name) => name.startsWith(prefix) && isOpen(name.slice(prefix.length), token),
    );
    for (const name of open) this.#standing(name);
    if (token === null) return;
    for (const change of changesOf(kept, token)) {
      const name = `${prefix}${change.name}`;
      // What a source no longer says of a check that had failed is no news.
      const what = `${prefix}${change.name.slice(0, change.name.indexOf(":") + 1)}`;
      if (change.name.endsWith(":unknown") && open.some((other) => other !== name && other.startsWith(what))) continue;
      this.present.add(name);
      this.changes.set(name, change);
    }
  }

  /** Told before, and not to be seen now. */
  #standing(name: string): void {
    if (this.#memory.conditions[name] !== undefined) this.present.add(name);
  }
}

const BADNESS: Readonly<Record<SecurityVerdict, number>> = {
  clear: 0,
  "not-applicable": 0,
  caution: 0,
  unknown: 1,
  block: 2,
};

/**
 * Whatever is worse than when it was bought: `block` from anything, `unknown` from what might have been entered. `block`
 * is worse than unknown too: coming back to unknown from there is no new turn.
 */
const turnsOf = (first: SecurityVerdict, now: SecurityVerdict | null): readonly ("block" | "unknown")[] =>
  (["block", "unknown"] as const).filter(
    (turn) => now !== null && BADNESS[turn] > BADNESS[first] && BADNESS[turn] <= BADNESS[now],
  );

/** Named in an alert: of a market, and markets. The rest is counted; `deeptrader security` has it. */
const MOST_CHANGES = 4;
const MOST_MARKETS = 3;
const REASON_CHARACTERS = 160;

/** What has changed of one market, as this slot raised it; none: why it is judged as it is. */
export interface TurnedMarket extends Pick<HeldMarket, "symbol" | "reason"> {
  readonly changes: readonly TokenChange[];
}

const SEVERITIES: readonly AlertSeverity[] = ["critical", "warning", "info"];

/** ` AAA/USDT: is_mintable passed (“…”) …; … .`, worst first; empty where there is nothing to say. */
export function changesText(turned: readonly TurnedMarket[]): string {
  const told = turned.flatMap(({ symbol, changes, reason }) => {
    const worstFirst = SEVERITIES.flatMap((severity) => changes.filter((change) => change.severity === severity));
    const more = changes.length - MOST_CHANGES;
    const texts = worstFirst.slice(0, MOST_CHANGES).map(({ text }) => text);
    if (more > 0) texts.push(`and ${more} more`);
    if (texts.length === 0 && reason !== null) texts.push(plainLine(reason, REASON_CHARACTERS).replace(/\.$/, ""));
    return texts.length === 0 ? [] : [` ${symbol}: ${texts.join("; ")}.`];
  });
  const more = told.length - MOST_MARKETS;
  const rest = more > 0 ? ` And of ${more} more ${more === 1 ? "market" : "markets"}.` : "";
  return `${told.slice(0, MOST_MARKETS).join("")}${rest}`;
}
