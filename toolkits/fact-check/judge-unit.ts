// Floor 2. One sentence → what a person reads of it, or the first rule that it breaks. The order of the layers is here: characters,
// references, markup, literals, figures, edges, facts, claims.
import type { Fact } from "#schemas/fact.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { cleanCharacters } from "./characters.ts";
import { type CheckRun, type Fault, fault } from "./check-run.ts";
import { claimFault } from "./claims.ts";
import { edgesOf } from "./edges.ts";
import { figureFault } from "./figures.ts";
import { takeLiterals } from "./literals.ts";
import { stripMarkup } from "./markup.ts";
import { isEchoedQuestion, type Reading, readSentence, type Surroundings } from "./reading.ts";
import { takeReferences } from "./references.ts";
import { renderFact } from "./render-fact.ts";
import { comparisonFault } from "./rules-of-comparison.ts";
import { directionsOf, sideFault } from "./rules-of-direction.ts";
import { assetFault, kindFault, marketFault } from "./rules-of-values.ts";
import { wordsFault } from "./rules-of-words.ts";
import { CELL, isMark, isReference, type Token, type Work } from "./sentence.ts";
import type { UnitType } from "./units.ts";

export interface Standing {
  readonly text: string;
  readonly facts: readonly Fact[];
  /** Ends in a colon: it stands with what follows. */
  readonly isLeadIn: boolean;
  /** One a cell, of a row. */
  readonly cells: readonly Reading[];
}

/** What a line begins with, and what is shown for it: a list's numbers are not shown, so they cannot lie. */
const LINE_MARKS = {
  prose: [/^(?:> ?)+/, ""],
  item: [/^(?:[-*+•]|\d{1,2}[.)]) /, "- "],
  heading: [/^#{1,6} /, "## "],
  row: [/^\| ?/, "| "],
} as const;

export const isFault = (value: object | string): value is Fault => typeof value === "object" && "rule" in value;

export function judgeUnit(raw: string, type: UnitType, context: Surroundings): Standing | Fault {
  if (type === "fence") return fault("markup", "```");
  const clean = cleanCharacters(raw);
  if (isFault(clean)) return clean;
  const [mark, shownMark] = LINE_MARKS[type];
  const written = takeReferences(clean.replace(mark, ""), context.table.byId);
  if (isFault(written)) return written;
  const plain = stripMarkup(written, context.run.commands);
  if (isFault(plain)) return plain;
  const cells = type === "row" ? cellsOf(plain.text) : [plain.text];
  if (isFault(cells)) return cells;
  const isHead = type === "row" && context.heads === undefined;
  const facts = isHead ? context.table.all : written.references.map(({ fact }) => fact);
  const work = takeLiterals({ ...plain, text: cells.join(` ${CELL} `) }, context.run, facts, isHead);
  const reading = readSentence(work, { ...context, isHeading: type === "heading" });
  const figure = figureFault(reading);
  if (figure !== null) return figure;
  const edges = edgesOf(reading);
  if (isFault(edges)) return edges;
  // The labels of a table claim nothing: "gain", "today".
  const claimsNothing = isHead || isEchoedQuestion(reading);
  const directions = claimsNothing ? { signSaid: new Set<number>() } : directionsOf(reading);
  if (isFault(directions)) return assetFault(reading) ?? directions;
  const isLeadIn = isMark(reading.tokens.at(-1), ":");
  const found =
    (isHead ? assetFault(reading) : claimsNothing ? null : factFault(reading)) ??
    claimFault(reading, type === "heading" || type === "row" || isLeadIn);
  if (found !== null) return found;
  return {
    text: `${shownMark}${shownText(reading, edges.swallowed, directions.signSaid)}${type === "row" ? " |" : ""}`,
    facts: reading.references.map(({ reference }) => reference.fact),
    isLeadIn,
    cells: type === "row" ? cellReadings(work, context) : [],
  };
}

const factFault = (reading: Reading): Fault | null =>
  assetFault(reading) ??
  marketFault(reading) ??
  kindFault(reading) ??
  sideFault(reading) ??
  comparisonFault(reading) ??
  wordsFault(reading);

/** A row's cells; strokes without a cell between them are a tally. */
function cellsOf(text: string): readonly string[] | Fault {
  const row = text.replace(/ ?\|$/, "");
  if (row.includes("||")) return fault("tally", "||");
  const cells = row.split("|").map((cell) => cell.trim());
  return cells.every((cell) => cell === "") ? fault("tally", text) : cells;
}

const cellReadings = (work: Work, { run, table }: Surroundings): readonly Reading[] =>
  work.text.split(CELL).map((text) => readSentence({ ...work, text: text.trim() }, { run, table }));

function shownText(reading: Reading, swallowed: ReadonlySet<number>, signSaid: ReadonlySet<number>): string {
  const { tokens, run } = reading;
  const appended = marketsToName(reading);
  let text = "";
  let isApart = false;
  for (const [at, token] of tokens.entries()) {
    // A unit that is left out behind its value takes the space before it along.
    isApart ||= token.isApart && !(swallowed.has(at) && isReference(tokens[at - 1]));
    if (swallowed.has(at) || (isMark(token, ".") && /[.!?]$/.test(text) && isSentence(tokens[at - 1]))) continue;
    if (isApart && text !== "") text += " ";
    text += tokenText(token, run, signSaid.has(at));
    const market = appended.get(at);
    if (market !== undefined) text += ` (${market.split("/")[0]})`;
    isApart = false;
  }
  return text;
}

const isSentence = (token: Token | undefined): boolean =>
  isReference(token) && token.reference.fact.unit === "sentence";

function tokenText(token: Token, run: CheckRun, isSignSaid: boolean): string {
  if (token.type === "reference")
    return renderFact(token.reference.fact, { form: token.reference.form, isSignSaid }, run);
  if (token.type === "literal") return token.literal.shown;
  return token.text === CELL ? "|" : token.text;
}

/** Where a sentence names no market, code does: behind the first value of each. */
function marketsToName({ references, assets, heads }: Reading): ReadonlyMap<number, MarketSymbol> {
  const isNamed = assets.markets.size > 0 || heads.some((head) => head.assets.markets.size > 0);
  const places = new Map<number, MarketSymbol>();
  let last: MarketSymbol | null = null;
  for (const { at, reference } of isNamed ? [] : references) {
    const { market, currency, quoted, unit } = reference.fact;
    const isSaid =
      reference.form === "name" ||
      quoted ||
      unit === "sentence" ||
      (market !== null && currency === market.split("/")[0]);
    if (market !== null && market !== last && !isSaid) places.set(at, market);
    last = market ?? last;
  }
  return places;
}
