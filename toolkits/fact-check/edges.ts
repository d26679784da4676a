// Floor 2. What stands right beside a reference: nothing that would change the figure which code fills in.
import type { Fact } from "#schemas/fact.ts";
import { type Fault, fault } from "./check-run.ts";
import { SHARED } from "./lexicon.ts";
import { LEVELS } from "./nouns.ts";
import { type Found, findAllPhrases } from "./phrases.ts";
import { type Reading, textOf } from "./reading.ts";
import { CELL, isMark, isReference, lettersOf, type Reference, type Token } from "./sentence.ts";

/** Units that a model wrote although code writes them: they are left out. */
export interface Edges {
  readonly swallowed: ReadonlySet<number>;
}

const OPENING = "([\"“„«»‚‘'";
const CLOSING = `.,;:!?…)]"“”«»’‘'${CELL}`;
/** Also with a space between, these are read with the figure. */
const SIGNS = "+=~×*/^#&≥≤→·•";
const DASHES = "-–—";
const FIGURES: ReadonlySet<Fact["unit"]> = new Set(["price", "money", "pct", "index", "ratio", "count", "quantity"]);
const WORDS: ReadonlySet<Fact["unit"]> = new Set(["text", "verdict", "sentence"]);

export function edgesOf(reading: Reading): Edges | Fault {
  const { tokens, references } = reading;
  const swallowed = new Set<number>();
  for (const { at, reference } of references) {
    const hedge = hedgeBefore(reading, at, reference.fact) ?? hedgeBehind(reading, at);
    if (hedge !== null) return hedge;
    const units = unitsBeside(reading, at, reference);
    if ("rule" in units) return units;
    for (const unit of units.swallowed) swallowed.add(unit);
    const first = units.swallowed.length === 0 ? at : Math.min(at, ...units.swallowed);
    const last = units.swallowed.length === 0 ? at : Math.max(at, ...units.swallowed);
    const isBroken = !isFreeBefore(tokens, first, reference) || !isFreeAfter(tokens, last, reference);
    if (isBroken || isRunTogether(reference, tokens[at + 1])) return fault("edge", textOf(reading, at - 1, at + 2));
  }
  return { swallowed };
}

/** Two values with a space between read as one; a sentence of the desk's own ends where it ends. */
const isRunTogether = ({ fact }: Reference, next: Token | undefined): boolean =>
  isReference(next) && fact.unit !== "sentence" && next.reference.fact.unit !== "sentence";

function isFreeBefore(tokens: readonly Token[], at: number, { fact }: Reference): boolean {
  const before = tokens[at - 1];
  if (before === undefined || before.text === CELL) return true;
  if (before.type === "mark" && SIGNS.includes(before.text)) return false;
  if (isMark(before, DASHES) && !WORDS.has(fact.unit)) return false;
  return tokens[at]?.isApart === true || isMark(before, OPENING);
}

function isFreeAfter(tokens: readonly Token[], at: number, { fact }: Reference): boolean {
  const next = tokens[at + 1];
  if (next === undefined || fact.unit === "sentence") return true;
  if (next.type === "mark" && SIGNS.includes(next.text)) return false;
  // "1.5" must not come out of two references and a point.
  if (isMark(next, ".,:'’") && tokens[at + 2]?.isApart === false && !isMark(tokens[at + 2], CLOSING)) return false;
  return next.isApart || isMark(next, CLOSING);
}

/** "about {{f}}", "minus {{f}}": "more than" only where nothing on its left is compared. */
function hedgeBefore(reading: Reading, at: number, fact: Fact): Fault | null {
  const { words, tokens, lists, meanings } = reading;
  const end = isMark(tokens[at - 1], "$€£") ? at - 1 : at;
  const before = words.slice(0, end);
  const hedge = findAllPhrases(before, lists.hedges).find(({ to }) => to === end);
  if (hedge === undefined) return null;
  // "({{f}} gegen {{g}})": of two values, not of one.
  const isPair =
    isReference(tokens[hedge.from - 1]) && findAllPhrases(words.slice(hedge.from, end), lists.against).length > 0;
  if (isPair) return null;
  // "you asked about {{f}}"
  const isHarmless = meanings.some(({ value, to }) => value.about === "nothing" && to === end);
  const isOfKind = findAllPhrases(before, lists.hedgesOf).some(
    ({ to, value }) => to === end && value.includes(fact.kind),
  );
  if (isHarmless || isOfKind || isDestination(reading, hedge, fact) || isDegree(reading, hedge, fact)) return null;
  return fault("hedge", textOf(reading, hedge.from, at + 1));
}

/** "ETH at {{f}}, just above {{g}}": a comparison of two values, judged as one. */
const isDegree = ({ words, references, lists }: Reading, { from, to }: Found<true>, { unit }: Fact): boolean =>
  findAllPhrases(words.slice(from, to), lists.degreesOfComparison).length > 0 &&
  references.some(({ at, reference }) => at < from && reference.fact.unit === unit);

/** "bajó hasta {{price}}": behind a verb of its own, to a level of the market. */
function isDestination(
  { tokens, words, lists, meanings }: Reading,
  { from, to }: Found<true>,
  { kind }: Fact,
): boolean {
  const verb = words[from - 1] ?? "";
  // "ha caído {{f}} en el día, hasta {{price}}"
  const isMoved =
    isMark(tokens[from - 1], ",") && meanings.some(({ value, to: end }) => value.about === "direction" && end <= from);
  const isVerb = isMoved || (verb !== "" && !lists.beforeValues.has(verb) && !lists.functionWords.has(verb));
  return isVerb && LEVELS.has(kind) && findAllPhrases(words.slice(from, to), lists.destinations).length > 0;
}

/** "{{f}} or so", "{{f}} times" */
function hedgeBehind(reading: Reading, at: number): Fault | null {
  if (isCountOfTimes(reading, at)) return null;
  const hedge = findAllPhrases(reading.words.slice(at + 1, at + 4), reading.lists.hedgesAfter).find(
    ({ from }) => from === 0,
  );
  return hedge === undefined ? null : fault("hedge", textOf(reading, at, at + 1 + hedge.to));
}

/** "traded {{f}} times.", "… times today" */
function isCountOfTimes({ tokens, words, lists, meanings }: Reading, at: number): boolean {
  const token = tokens[at];
  if (!isReference(token) || token.reference.fact.unit !== "count") return false;
  const next = tokens[at + 2];
  const isWhen = meanings.some(({ value, from }) => value.about === "time" && from === at + 2);
  return lists.countTimes.has(words[at + 1] ?? "") && (next === undefined || isMark(next, ".,;:!?") || isWhen);
}

interface Beside {
  readonly swallowed: readonly number[];
}

function unitsBeside(reading: Reading, at: number, { fact }: Reference): Beside | Fault {
  if (fact.unit === "sentence") return { swallowed: [] };
  const { tokens, assets } = reading;
  const swallowed: number[] = [];
  for (const [place, neighbour] of [
    [at - 1, tokens[at - 1]],
    [at + 1, tokens[at + 1]],
  ] as const) {
    const unit = unitAt(reading, place, place < at);
    if (neighbour === undefined || unit === null) continue;
    // "am {{time}} Ether": behind what is no figure, a name is a name.
    if (assets.markets.has(place) && !FIGURES.has(fact.unit)) continue;
    if (!unit.fits(fact)) return fault("unit", textOf(reading, at - 1, at + 2));
    if (unit.isSwallowed) swallowed.push(...unit.tokens);
  }
  return { swallowed };
}

interface Unit {
  readonly tokens: readonly number[];
  readonly fits: (fact: Fact) => boolean;
  readonly isSwallowed: boolean;
}

/** The unit that the token at `at` writes out, or null where it is none. Before a figure only currencies are units. */
function unitAt(reading: Reading, at: number, isBefore: boolean): Unit | null {
  const { tokens, words, lists, assets } = reading;
  const token = tokens[at];
  if (token === undefined) return null;
  const unit = (fits: (fact: Fact) => boolean, count = 1): Unit => ({
    tokens: Array.from({ length: count }, (_, index) => at + index),
    fits,
    isSwallowed: true,
  });
  const isCurrency =
    (codes: readonly string[] | undefined) =>
    ({ currency }: Fact): boolean =>
      currency !== null && codes?.includes(currency) === true;
  if (isMark(token, "%")) return unit(({ unit: own }) => !isBefore && own === "pct");
  if (token.type === "mark" && token.text in SHARED.currencySigns)
    return unit(isCurrency(SHARED.currencySigns[token.text]));
  const letters = lettersOf(token);
  const codes = SHARED.currencyWords.get(letters) ?? SHARED.currencyWords.get(letters.toLowerCase());
  if (codes !== undefined && !isBefore) return unit(isCurrency(codes));
  if (isBefore) return null;
  if (words[at] === "por" && words[at + 1] === "ciento") return unit(({ unit: own }) => own === "pct", 2);
  const named = lists.units.get(token.word);
  if (named !== undefined) return unit(({ unit: own }) => own === named);
  if (!assets.markets.has(at)) return null;
  // "5.6 SOL", "5.6 Solana"
  const [base] = assets.markets.get(at)?.split("/") ?? [];
  return unit(({ currency }) => currency === letters || currency === base);
}
