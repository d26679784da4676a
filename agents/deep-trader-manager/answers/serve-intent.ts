// Floor 3. An intent → the parts of its answer: the walk of a question behind the grammar.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DESK_KINDS, Intent } from "#schemas/question.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { DeskView } from "../desk-view.ts";
import { boundsOf } from "../language/intent-period.ts";
import { isDeskKind } from "../language/intent-reading.ts";
import type { AnswerDeps, Question } from "./answer-deps.ts";
import { type AnswerParts, declined, deskAnswer } from "./answer-parts.ts";
import { scopeOf } from "./effort.ts";
import { refusal } from "./refusal.ts";
import { aboutMarket } from "./serve-market.ts";
import { aboutAll, aboutTwo } from "./serve-markets.ts";
import { fromPreAnswer } from "./serve-prepared.ts";

/** The order of the walk: what is dearer is asked only where everything before it has nothing that counts. */
export async function partsOfIntent(
  deps: AnswerDeps,
  intent: Intent,
  question: Question,
  options: CallOptions,
): Promise<AnswerParts> {
  options.signal.throwIfAborted();
  return (
    (await aboutDesk(deps, intent, question.nowMs, options)) ??
    (await fromPreAnswer(deps, intent, question.nowMs, options)) ??
    (await aboutMarkets(deps, question, intent, options)) ??
    declined(refusal(question.text, "The question names no market."), intent)
  );
}

/** Null where the intent lacks a market that its kind needs; the grammar gives none such. */
async function aboutMarkets(
  deps: AnswerDeps,
  question: Question,
  intent: Intent,
  options: CallOptions,
): Promise<AnswerParts | null> {
  const { symbol, other, timeframe } = intent;
  switch (scopeOf(intent.kind)) {
    case "breadth":
      return aboutAll(deps, intent, question.nowMs, options);
    case "compare":
      return symbol === null || other === null
        ? null
        : aboutTwo(deps, intent, [symbol, other], question.nowMs, options);
    default:
      return symbol === null ? null : aboutMarket(deps, question, intent, { symbol, timeframe }, options);
  }
}

/** Who answers a question about the desk itself. */
const DESK_ANSWERS = {
  portfolio: "portfolioText",
  account: "account",
  "stop-loss": "stopLoss",
  stress: "stress",
  fees: "fees",
  benchmark: "benchmark",
  why: "why",
  since: "since",
  health: "health",
  news: "news",
} as const satisfies Record<(typeof DESK_KINDS)[number], keyof DeskView>;

/** From the journal and the fold; never prepared, so that nothing of it can be old. Null for questions about markets. */
async function aboutDesk(
  { deskView, tally }: Pick<AnswerDeps, "deskView" | "tally">,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<AnswerParts | null> {
  const { kind, figure = "profit" } = intent;
  if (!isDeskKind(kind)) return null;
  const period = intent.period === undefined ? null : boundsOf(intent.period, nowMs);
  const text = await deskView[DESK_ANSWERS[kind]]({ ...intent, period, nowMs, figure }, options);
  if (text.recordsRead !== undefined) tally.count({ recordsRead: text.recordsRead });
  return deskAnswer(intent, text);
}
