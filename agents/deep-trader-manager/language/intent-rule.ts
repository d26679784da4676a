// Floor 3. What a rule of the question grammar is, and the fragments that more than one of them is written with.
import type { AccountFigure, QuestionKind } from "#schemas/question.ts";

/** How many assets the question names. */
export type AssetCount = 0 | 1 | 2;

export interface Rule {
  /** `cause`: why the market does something, which no record knows. */
  readonly kind: QuestionKind | "cause";
  readonly assets: readonly AssetCount[];
  readonly pattern: RegExp;
  readonly unless?: RegExp;
  /** Of kind `account`. */
  readonly figure?: AccountFigure;
  /** Words that it answers beside those of its pattern. Any other word with a content of its own leaves the question uncovered. */
  readonly own?: string;
}

/** Whole words only. */
export const any = (...alternatives: readonly string[]): RegExp => new RegExp(`\\b(?:${alternatives.join("|")})\\b`);

export const WHAT =
  "(?:what|which|who|any|anything|something|anyone|are there|is there|list|show|give me|find|top|tell me)";
export const COINS =
  "(?:coins?|tokens?|assets?|markets?|pairs?|alts?|altcoins?|cryptos?|names?|symbols?|tickers?|ones?|things?)";
export const UP_DOWN =
  "(?:up|down|rose|risen|rising|fell|fallen|falling|dropp(?:ed|ing)|gain(?:ed|ing)|lost|losing|jump(?:ed|ing)|rall(?:ied|ying)|crash(?:ed|ing)|pump(?:ed|ing)?|dump(?:ed|ing)?|spik(?:ed|ing)|tank(?:ed|ing)|soar(?:ed|ing)|plung(?:ed|ing)|surg(?:ed|ing)|climb(?:ed|ing)|ripp(?:ed|ing)|flying|running|mooning|bleeding|sliding|slid|slipp(?:ed|ing)|sinking|sank|green|red|popp(?:ed|ing)|explod(?:ed|ing))";
