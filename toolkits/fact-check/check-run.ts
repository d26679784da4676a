// Floor 2. What the check is told of a run, and what it answers.
import type { ShownText } from "#schemas/fact.ts";
import { Language } from "#schemas/language.ts";
import type { MarketSymbol } from "#schemas/units.ts";

export type { Language };
/** The languages that can be checked; an operator of another one is answered in English. */
export const LANGUAGES = Language.options;

/** What code knows of the run in which a draft was written. */
export interface CheckRun {
  /** The operator's language: a sentence in another one is dropped. */
  readonly language: Language;
  readonly nowMs: number;
  /** IANA name of the zone that days and clock times are meant in; default `UTC`. */
  readonly timeZone?: string;
  /** Markets that may be named, each with its short and long names ("BTC", "Bitcoin"). */
  readonly markets: readonly { readonly symbol: MarketSymbol; readonly names: readonly string[] }[];
  /** Settings that may be written out, as `RSI` and `14`, and how they are shown: `RSI (period 14)`. */
  readonly settings: readonly { readonly name: string; readonly argument: string; readonly shown: string }[];
  /** What may stand in inline code. */
  readonly commands: readonly string[];
  /** `pushed` (alerts, digests, briefs): a sentence without a reference is shown only if all its words are neutral. */
  readonly strictness: "chat" | "pushed";
  /** Whether the prices are invented; a sentence that says otherwise is dropped. */
  readonly simulated: boolean;
}

/** Why a sentence is not shown, in the order in which it is asked. `figure` holds for any text, `fact` for closed lists of words, `claim` where recognised. */
export const RULE_LAYERS = {
  "too-long": "figure",
  character: "figure",
  reference: "figure",
  "unknown-fact": "figure",
  markup: "figure",
  "inline-code": "figure",
  digit: "figure",
  "look-alike": "figure",
  roman: "figure",
  "spelled-apart": "figure",
  tally: "figure",
  symbol: "figure",
  "other-language": "figure",
  "number-word": "figure",
  "near-number-word": "figure",
  "unknown-word": "figure",
  unreadable: "figure",
  edge: "figure",
  hedge: "figure",
  unit: "figure",
  table: "figure",
  asset: "fact",
  market: "fact",
  kind: "fact",
  direction: "fact",
  comparison: "fact",
  state: "fact",
  held: "fact",
  event: "fact",
  side: "fact",
  rank: "fact",
  quantifier: "fact",
  time: "fact",
  "operator-figure": "fact",
  forecast: "claim",
  advice: "claim",
  promise: "claim",
  cause: "claim",
  authority: "claim",
  valuation: "claim",
  simulated: "claim",
  "not-neutral": "claim",
} as const;
export type Layer = "figure" | "fact" | "claim";
/** `dependent`, `lead-in` and `table-empty` fall with another sentence and count to its layer. */
export type Rule = keyof typeof RULE_LAYERS | "dependent" | "lead-in" | "table-empty";

/** A sentence (or table row, list item, heading) that is not shown. */
export interface Dropped {
  /** Its number in the draft, from 1. */
  readonly sentence: number;
  readonly rule: Rule;
  readonly layer: Layer;
  /** The model's words that broke the rule, for the retry and the log; never shown to a person. */
  readonly words: string;
}

export type CheckResult =
  | {
      readonly status: "stands";
      readonly text: ShownText;
      readonly factIds: readonly string[];
      readonly dropped: readonly Dropped[];
    }
  | { readonly status: "nothing-stands"; readonly dropped: readonly Dropped[] };

/** What breaks a rule, inside one sentence. */
export interface Fault {
  readonly rule: keyof typeof RULE_LAYERS;
  readonly words: string;
}

export const fault = (rule: Fault["rule"], words: string): Fault => ({ rule, words: words.trim().slice(0, 80) });
