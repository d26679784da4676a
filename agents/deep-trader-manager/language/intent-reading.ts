// Floor 3. What a question says, slot by slot, before anything is made of it; and which kinds of question belong together.
import { type AccountFigure, BREADTH_KINDS, DESK_KINDS, type Intent, type QuestionKind } from "#schemas/question.ts";
import type { AssetFinding } from "./intent-asset.ts";
import type { PeriodFinding } from "./intent-period.ts";
import type { TimeframeFinding, Times } from "./intent-time.ts";

/** A follow-up fills in the slots that it leaves out. */
export interface Reading {
  /** The text with contractions spelled out. */
  readonly plain: string;
  /** The words of the kind: lower case, slots as marks (`_x` an asset, `_tf` a candle length), slips of the pen corrected. */
  readonly words: string;
  readonly times: Times;
  readonly asset: AssetFinding;
  readonly timeframe: TimeframeFinding;
  /** `cause`: why the market does something. Null: none named, or none that the grammar knows. */
  readonly kind: QuestionKind | "cause" | null;
  /** Of kind `account`. */
  readonly figure?: AccountFigure;
  /** Of a question about the desk. */
  readonly period: PeriodFinding;
  /** Words that no rule answers, where that is why there is no kind. */
  readonly uncovered: readonly string[];
  readonly side: Intent["side"];
  readonly negation: boolean;
}

export const isBreadthKind = (kind: string | null): boolean =>
  (BREADTH_KINDS as readonly (string | null)[]).includes(kind);
type DeskKind = (typeof DESK_KINDS)[number];
export const isDeskKind = (kind: string | null): kind is DeskKind =>
  (DESK_KINDS as readonly (string | null)[]).includes(kind);
/** Their answers know what changed over the last hour and day, or since the desk began. */
export const isSpanKind = (kind: string | null): boolean =>
  kind === "trend" || kind === "movers" || kind === "market" || isDeskKind(kind);
