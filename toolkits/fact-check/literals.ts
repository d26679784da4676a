// Floor 2. The only figures that stand without a reference. Each comes from the run and is shown in a form that is no value.
import type { Fact } from "#schemas/fact.ts";
import { splitSymbol, TIMEFRAMES } from "#schemas/units.ts";
import type { CheckRun } from "./check-run.ts";
import { SHARED, wordLists } from "./lexicon.ts";
import { CELL, type Literal, literalPlace, type Work } from "./sentence.ts";

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const BEFORE = "(?<![\\p{L}\\p{N}.,/-])";
const AFTER = "(?![\\p{L}\\p{N}])";

interface Rule {
  readonly pattern: RegExp;
  readonly show: (found: RegExpMatchArray) => Literal;
}

const ofRun = new WeakMap<CheckRun, readonly Rule[]>();

/** Settings, market symbols with digits and fixed names: the same for every sentence of a run. */
function rulesOf(run: CheckRun): readonly Rule[] {
  const known = ofRun.get(run);
  if (known !== undefined) return known;
  const settings = run.settings.map(({ name, argument, shown }): Rule => {
    const value = argument
      .split(/\s*,\s*/)
      .map(escaped)
      .join("\\s?,\\s?");
    const written = `${escaped(name)}(?:[ -]?${value}| ?\\((?:period |Periode |periodo )?${value}\\))`;
    return { pattern: new RegExp(`${BEFORE}${written}${AFTER}`, "giu"), show: () => ({ shown, market: null }) };
  });
  const symbols = run.markets.flatMap(({ symbol, names }): Rule[] => {
    const { base, quote } = splitSymbol(symbol);
    const digits = [base, ...names].filter((name) => /\p{N}/u.test(name));
    if (digits.length === 0) return [];
    const written = `(?:${[...new Set(digits)].map(escaped).join("|")})(?:/${escaped(quote)})?`;
    return [
      { pattern: new RegExp(`${BEFORE}${written}${AFTER}`, "gu"), show: () => ({ shown: symbol, market: symbol }) },
    ];
  });
  const fixed: Rule = {
    pattern: new RegExp(`${BEFORE}(?:${SHARED.literals.map(escaped).join("|")})${AFTER}`, "gu"),
    show: ([shown]) => ({ shown, market: null }),
  };
  const abbreviations = wordLists(run.language).abbreviations.map(escaped);
  const shortened: Rule = {
    pattern: new RegExp(`${BEFORE}(?:${abbreviations.join("|")})(?!\\p{L})`, "giu"),
    show: ([shown]) => ({ shown, market: null }),
  };
  const rules = [...settings, ...symbols, fixed, shortened];
  ofRun.set(run, rules);
  return rules;
}

const UNIT_WORDS = {
  m: "m|min|minutes?|minuten|minutos?",
  h: "h|hours?|stunden?|horas?",
  d: "d|days?|tagen?|tage|días?|dias?",
  w: "w|weeks?|wochen?|semanas?",
} as const;
const SAME_WINDOW: Readonly<Record<string, string>> = {
  "1d": "24h",
  "24h": "1d",
  "1w": "7d",
  "7d": "1w",
  "60m": "1h",
  "1h": "60m",
};
/** What a length of time stands behind; "of" and "is" would make a value of it. */
const WITHIN =
  "last|past|previous|over|in|within|the|per|rolling|letzten|letzte|vergangenen|den|im|of the|über|innerhalb|binnen|der|des|últimas|últimos|ultimas|ultimos|las|los|en|de|durante|por";
const BEHIND_WITHIN = `(?<=(?:^|[(:${CELL}] ?|(?<!\\p{L})(?:${WITHIN}) ))`;
/** "is on 1h", "está en 1h": there a value would stand. */
const COPULAS = "is|are|was|at|stands|ist|liegt|steht|es|está|están|estaba";
const CANDLES = "charts?|candles?|bars?|timeframe|closes?|kerzen?|kerzenschluss|velas?|gráficos?|grafico";

/** The windows of referenced facts ("24 hours", where a change over a day is meant) and their timeframes ("on the 1h chart"). */
function rulesOfFacts(facts: readonly Fact[], isHead: boolean): readonly Rule[] {
  const windows = new Set(
    facts.flatMap(({ window }) => (window === null ? [] : [window, SAME_WINDOW[window] ?? window])),
  );
  const lengths = [...windows].map((window) => {
    const unit = window.slice(-1) as keyof typeof UNIT_WORDS;
    return `${window.slice(0, -1)}[ -]?(?:${UNIT_WORDS[unit]})`;
  });
  const timeframes = TIMEFRAMES.filter((timeframe) => facts.some((fact) => fact.timeframe === timeframe)).join("|");
  const whole = ([shown]: RegExpMatchArray): Literal => ({ shown, market: null });
  return [
    ...(lengths.length === 0
      ? []
      : [
          {
            // A column's head is a label wherever it stands: "24h change".
            pattern: new RegExp(`${isHead ? BEFORE : BEHIND_WITHIN}(?:${lengths.join("|")})${AFTER}`, "giu"),
            show: whole,
          },
        ]),
    ...(timeframes === ""
      ? []
      : [
          {
            pattern: new RegExp(
              `(?<=(?<!\\p{L}|(?:${COPULAS}) )(?:on|auf|en|im|in)(?: the| its| dem| der| el| la| las)? )(?:${timeframes})${AFTER}`,
              "giu",
            ),
            show: whole,
          },
          { pattern: new RegExp(`(?<=(?<!\\p{L})(?:${CANDLES}) de )(?:${timeframes})${AFTER}`, "giu"), show: whole },
          { pattern: new RegExp(`${BEFORE}(?:${timeframes})(?=[ -](?:${CANDLES})(?!\\p{L}))`, "giu"), show: whole },
        ]),
  ];
}

/**
 * Takes the literals out: whatever figure is left in the text afterwards is none.
 * @param facts whose lengths of time may be named: those of the sentence, or all under the head of a table
 */
export function takeLiterals(work: Work, run: CheckRun, facts: readonly Fact[], isHead: boolean): Work {
  const literals = [...work.literals];
  const text = [...rulesOf(run), ...rulesOfFacts(facts, isHead)].reduce(
    (rest, { pattern, show }) =>
      rest.replace(pattern, (...found) => {
        const { shown, market } = show(found as unknown as RegExpMatchArray);
        return literalPlace(literals, shown, market);
      }),
    work.text,
  );
  return { ...work, text, literals };
}
