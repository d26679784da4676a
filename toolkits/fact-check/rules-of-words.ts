// Floor 2. Fact layer, what words say beside a value: states, positions, events, ranks, counts, times, the operator's figures.
import type { Fact, FactKind } from "#schemas/fact.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type Fault, fault } from "./check-run.ts";
import { factOf, numberOf } from "./fact-table.ts";
import type { Meaning } from "./lexicon.ts";
import { isAnd, nounsOf } from "./nouns.ts";
import { type Found, findPhrases } from "./phrases.ts";
import { isNegated, type Reading, textOf } from "./reading.ts";
import { subjectMarket } from "./rules-of-direction.ts";
import { CELL, isMark, type Token } from "./sentence.ts";
import { fitsTime } from "./times.ts";

type Check = (reading: Reading, found: Found<Meaning>) => boolean;

/** What each phrase claims, asked in the order of the sentence. */
const CHECKS: Partial<Record<Meaning["about"], Check>> = {
  state: isState,
  held: isHeld,
  "not-held": isNotHeld,
  event: hasEvent,
  rank: isRanked,
  quantifier: hasCount,
  pair: isPair,
  time: (reading, { value }) => value.about === "time" && fitsTime(value.time, factsOf(reading), reading.run),
};
/** These claim nothing in a clause with if, would, when. */
const FREE_IN_CONDITIONS: ReadonlySet<Meaning["about"]> = new Set(["state", "event", "rank", "held"]);
const RULES = {
  state: "state",
  held: "held",
  "not-held": "held",
  event: "event",
  rank: "rank",
  quantifier: "quantifier",
  pair: "quantifier",
  time: "time",
} as const;

export function wordsFault(reading: Reading): Fault | null {
  for (const found of reading.meanings) {
    const { about } = found.value;
    const check = CHECKS[about];
    if (check === undefined || !(about in RULES)) continue;
    if (FREE_IN_CONDITIONS.has(about) && reading.isConditional[found.from] === true) continue;
    if (!check(reading, found)) return fault(RULES[about as keyof typeof RULES], textOf(reading, found.from, found.to));
  }
  return operatorFault(reading);
}

const factsOf = ({ references }: Reading): readonly Fact[] => references.map(({ reference }) => reference.fact);
const hasKind = (reading: Reading, kinds: readonly FactKind[]): boolean =>
  factsOf(reading).some(({ kind }) => kinds.includes(kind));

/** `"Oversold" is not "buy"`: the word itself, in a sentence about no market. */
const isQuoted = ({ tokens, assets, references }: Reading, from: number, to: number): boolean =>
  isMark(tokens[from - 1], "\"“„«‚‘'") &&
  isMark(tokens[to], "\"”“»’‘'") &&
  assets.markets.size === 0 &&
  references.length === 0;

const AS = new Set(["as", "als", "como"]);

/** "does not treat it as safe", "seguro no es" */
function isNegatedFar({ tokens, words, lists }: Reading, from: number, to: number): boolean {
  const isNo = (at: number): boolean => lists.negations.has(words[at] ?? "");
  const isEnd = (token: Token): boolean => isMark(token, `,;:.!?–—${CELL}`);
  const first = tokens.findLastIndex((token, at) => at < from && isEnd(token)) + 1;
  const end = tokens.findIndex((token, at) => at >= to && isEnd(token));
  const last = end < 0 ? words.length : end;
  if (AS.has(words[from - 1] ?? "") && words.slice(first, from).some((word) => lists.negations.has(word))) return true;
  // "sicher ist der Markt nicht", "als sicher gilt er nicht"
  const start = AS.has(words[from - 1] ?? "") ? from - 1 : from;
  if (first === start && (lists.beforeValues.has(words[to] ?? "") || start < from) && isNo(last - 1)) return true;
  return isNo(to) && lists.beforeValues.has(words[to + 1] ?? "");
}

/** Named, or that of the first reference that has one, or of the sentence before. */
const marketOf = (reading: Reading, at: number): MarketSymbol | null =>
  subjectMarket(reading, at) ??
  [...factsOf(reading), ...reading.previous].find(({ market }) => market !== null)?.market ??
  null;

/** Oversold and overbought by the rule's own threshold; safe and unsafe by the verdict: of the sentence, or else of the table. */
function isState(reading: Reading, { value, from, to }: Found<Meaning>): boolean {
  if (value.about !== "state") return false;
  if (isQuoted(reading, from, to)) return true;
  // "Is it not safe?" asks for a yes.
  if (isMark(reading.tokens.at(-1), "?") && reading.words.some((word) => reading.lists.negations.has(word)))
    return false;
  const market = marketOf(reading, from);
  const isNo = isNegated(reading, from) || isNegatedFar(reading, from, to);
  const isOfMarket = (fact: Fact): boolean => fact.market !== null && fact.market === market;
  const ofSentence = factsOf(reading).filter(isOfMarket);
  const ofTable = reading.table.all.filter(isOfMarket).toReversed();
  const ofMarket = [...ofSentence, ...ofTable];
  if (value.state === "safe" || value.state === "unsafe") {
    const verdict = ofMarket.find(({ kind }) => kind === "verdict")?.value;
    const isSafe = verdict === "clear";
    if (verdict === undefined) return false;
    if (value.state === "safe") return isSafe !== isNo;
    return isNo ? isSafe : verdict === "block";
  }
  // "the oversold line at {{threshold}}" names the threshold.
  if (market === null && hasKind(reading, [`threshold-${value.state}`])) return true;
  const { state } = value;
  const isRsi = ({ kind }: Fact): boolean => kind === "rsi";
  const said = ofSentence.filter(isRsi).slice(0, 1);
  // Without a value in the sentence, every RSI that the table has of the market says so.
  const indices = said.length > 0 ? said : ofTable.filter(isRsi);
  return indices.length > 0 && indices.every((rsi) => isBeyond(reading, rsi, state) === !isNo);
}

/** null where the rule's threshold or the value is not known. */
function isBeyond({ table }: Reading, rsi: Fact, state: "oversold" | "overbought"): boolean | null {
  const threshold =
    factOf(table, `threshold-${state}`, rsi.market, rsi.timeframe) ??
    factOf(table, `threshold-${state}`, null, rsi.timeframe);
  const [index, limit] = [numberOf(rsi), threshold === undefined ? null : numberOf(threshold)];
  if (index === null || limit === null) return null;
  return state === "oversold" ? index <= limit : index >= limit;
}

const OF_A_POSITION: readonly FactKind[] = ["quantity", "entry", "pnl", "stop", "target", "value"];

/** Each market named in the clause is held by the table; without a name, a fact of a position stands in the sentence. */
function isHeld(reading: Reading, { from, to }: Found<Meaning>): boolean {
  if (isNegated(reading, from)) return isNotHeld(reading, { from });
  const { assets, words } = reading;
  const named = [...assets.markets].filter(
    ([at]) => at >= to && words.slice(to, at).every((word) => word === "" || word.length < 5),
  );
  const before = [...assets.markets].findLast(([at]) => at < from);
  const markets = named.length > 0 ? named : before === undefined ? [] : [before];
  if (markets.length === 0)
    return hasKind(reading, [...OF_A_POSITION, "count-positions", "count-markets", "statement", "distance"]);
  return markets.every(([, market]) => isPosition(reading, market));
}

/** A statement in the sentence says so; or the table has one about the market that is named, and no position in it. */
function isNotHeld(reading: Reading, { from }: { readonly from: number }): boolean {
  if (hasKind(reading, ["statement", "cash"])) return true;
  const market = subjectMarket(reading, from);
  if (market === null || isPosition(reading, market)) return false;
  const [base = ""] = market.split("/");
  return reading.table.all.some(
    ({ kind, value }) =>
      kind === "statement" &&
      String(value)
        .split(/[^\p{L}\p{N}]+/u)
        .includes(base),
  );
}

function isPosition({ table }: Reading, market: MarketSymbol): boolean {
  const own = table.all.filter((fact) => fact.market === market && OF_A_POSITION.includes(fact.kind));
  const quantity = own.findLast(({ kind }) => kind === "quantity");
  if (quantity !== undefined) return (numberOf(quantity) ?? 0) > 0;
  return own.length > 0;
}

/** "I have paused nothing": what the model itself did not do, which is so. */
function isDeniedByMe({ tokens, words, lists }: Reading, at: number): boolean {
  const isEnd = (token: Token): boolean => isMark(token, `,;:.!?–—${CELL}`);
  const first = tokens.findLastIndex((token, place) => place < at && isEnd(token)) + 1;
  const end = tokens.findIndex((token, place) => place > at && isEnd(token));
  const clause = words.slice(first, end < 0 ? words.length : end);
  return clause.some((word) => lists.firstPersons.has(word)) && clause.some((word) => lists.negations.has(word));
}

/** What tells why something did not happen. */
const WHY_NOT: readonly FactKind[] = ["signal", "reason", "verdict", "level-enter", "level-exit"];

/** A fact of what happened; of the market that is named, where the fact is of one. */
function hasEvent(reading: Reading, { value, from }: Found<Meaning>): boolean {
  const { references } = reading;
  if (value.about !== "event") return false;
  const market = subjectMarket(reading, from);
  const isNo = isNegated(reading, from);
  if (isDeniedByMe(reading, from)) return true;
  // "why BTC was not bought": the table holds a position in it or does not; a price would be said to be that of the entry.
  if (references.length === 0 && market !== null && value.kinds.includes("entry"))
    return isPosition(reading, market) !== isNo;
  // "the rule did not fire, the signal is {{f}}"
  const kinds = isNo ? [...value.kinds, ...WHY_NOT] : value.kinds;
  return factsOf(reading).some(
    (fact) => kinds.includes(fact.kind) && (fact.market === null || market === null || fact.market === market),
  );
}

/** Named between the marks and "and" around a word. */
function marketOfClause({ tokens, assets }: Reading, at: number): MarketSymbol | null {
  const isEnd = (token: Token): boolean => isMark(token, `,;:–—${CELL}`) || isAnd(token.word);
  const first = tokens.findLastIndex((token, place) => place < at && isEnd(token)) + 1;
  const end = tokens.findIndex((token, place) => place > at && isEnd(token));
  const named = [...assets.markets].filter(([place]) => place >= first && (end < 0 || place < end));
  return named.length === 1 ? (named[0]?.[1] ?? null) : null;
}

/** The rank that code gave, or the most of two references of one kind. */
function isRanked(reading: Reading, { value, from, to }: Found<Meaning>): boolean {
  if (value.about !== "rank") return false;
  const market = marketOfClause(reading, from) ?? subjectMarket(reading, from);
  const ofMarket = reading.references.filter(({ reference: { fact } }) => market === null || fact.market === market);
  // "the lowest change": of the value that is named.
  const noun = nounsOf(reading).find((each) => each.from === to);
  const named = ofMarket.filter(({ reference: { fact } }) => noun?.kinds.includes(fact.kind) === true);
  const nearest = (named.length > 0 ? named : ofMarket).toSorted(
    (a, b) => Math.abs(a.at - from) - Math.abs(b.at - from),
  );
  // "the strongest drop" is the lowest change.
  const isOfLoss =
    reading.lists.losers.has(reading.words[to] ?? "") ||
    reading.meanings.some(
      ({ value: next, from: at }) => next.about === "direction" && next.way === "down" && at === to,
    );
  const rank = isOfLoss && value.rank === "highest" ? "lowest" : value.rank;
  const isOne = ({ kind, market: own, ...fact }: Fact): boolean => {
    if (rank === "highest" && kind === "high") return true;
    if (rank === "lowest" && kind === "low") return true;
    if (fact.rank !== null) return fact.rank === rank;
    const number = numberOf({ kind, market: own, ...fact });
    const isOther = (other: Fact): boolean => other.kind === kind && other.unit === fact.unit && other.id !== fact.id;
    const said = factsOf(reading).filter(isOther);
    // The table has each position there is.
    const held = kind === "pnl" && own !== null ? reading.table.all.filter((other) => other.market !== null) : [];
    const others = (said.length > 0 ? said : held.filter(isOther)).map(numberOf);
    if (number === null || others.length === 0 || others.includes(null)) return false;
    return others.every((other) => (rank === "highest" ? number > (other ?? 0) : number < (other ?? 0)));
  };
  const first = nearest[0];
  // No value in the sentence: as code has ranked that market.
  if (reading.references.length === 0 && market !== null)
    return reading.table.all.some((fact) => fact.market === market && fact.rank === rank);
  return first !== undefined && isOne(first.reference.fact);
}

/** Two markets or two values are named, or a count of the table is two. */
function isPair({ assets, references, table }: Reading): boolean {
  if (new Set(assets.markets.values()).size > 1 || references.length > 1) return true;
  return table.all.some((fact) => fact.unit === "count" && numberOf(fact) === 2);
}

/** "all positions", "no trade": a count or a statement says so; "all stops", of a book, the risk and the scenario. */
function hasCount(reading: Reading, { from, to }: Found<Meaning>): boolean {
  const { words, lists, tokens } = reading;
  // "for each SOL, it trades"
  if (tokens.slice(from, to).some((token) => isMark(token, ",;:.–—"))) return true;
  // "the weakest of all markets": code has ranked them.
  const isRange = lists.genitives.has(words[from - 1] ?? "") || words[from] === "aller";
  if (isRange && factsOf(reading).some(({ rank }) => rank !== null)) return true;
  return factsOf(reading).some(({ kind, unit }) => unit === "count" || OF_ALL.has(kind));
}
const OF_ALL: ReadonlySet<FactKind> = new Set(["statement", "risk", "scenario"]);

/** The operator's figure is said as his: never as a value of the market. It may be compared with one. */
function operatorFault(reading: Reading): Fault | null {
  const { references, words, lists, isConditional, meanings } = reading;
  // "there is room for {{f}}": a sum, and whose it is needs no saying.
  const isSum = (at: number, { unit }: Fact): boolean => unit === "money" && lists.sumWords.has(words[at - 1] ?? "");
  const own = references.filter(({ reference }) => reference.fact.kind === "operator");
  if (own.length === 0 || findPhrases(words, lists.operator).length > 0) return null;
  const hasComparison = meanings.some(({ value }) => value.about === "comparison");
  const isWatch = words.some((word) => lists.watchWords.has(word));
  if (references.some(({ reference }) => reference.fact.kind === "scenario")) return null;
  const isWithOthers = references.some(
    ({ reference: { fact } }) => fact.kind !== "operator" && fact.kind !== "statement",
  );
  // "your {{f}} is covered", but not "ETH stands at your {{f}}"
  const isHis = (at: number): boolean =>
    lists.operatorPossessives.has(words[at - 1] ?? "") && !lists.beforeValues.has(words[at - 2] ?? "");
  if (hasComparison && isWatch && references.length === own.length) return null;
  const bad = own.find(
    ({ at, reference }) =>
      !isHis(at) && isConditional[at] !== true && !(hasComparison && isWithOthers) && !isSum(at, reference.fact),
  );
  return bad === undefined ? null : fault("operator-figure", `{{${bad.reference.fact.id}}}`);
}
