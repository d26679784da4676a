// Floor 3. The question walk: text → intent → pre-answer → fresh analysis → digest → delegation → answer. The text is
// rendered from records by code; models decide nothing in it but whether the work gets done.
import type { Khala } from "#memory/khala.ts";
import type { Topics } from "#memory/topics.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer, Intent, QuestionKind } from "#schemas/question.ts";
import {
  type DeskId,
  type MarketSymbol,
  splitSymbol,
  type Timeframe,
  type UnixMs,
  type VenueId,
} from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { SweepOutcome } from "../../market-analyst/sleep-time.ts";
import type { ManagerRunner } from "../agent.ts";
import type { DeskView } from "../desk-view.ts";
import { parseInConversation } from "../language/conversation.ts";
import { scopeOf } from "./effort.ts";
import { finishText } from "./render.ts";
import { declined, type Said, told } from "./said.ts";
import { aboutMarket } from "./serve-market.ts";
import { aboutAll, aboutTwo } from "./serve-markets.ts";
import { fromPreAnswer } from "./serve-prepared.ts";

export interface AnswerDeps {
  readonly khala: Pick<Khala, "recall" | "recallMany">;
  readonly topics: Pick<Topics, "recall">;
  readonly deskId: DeskId;
  readonly venueId: VenueId;
  /** Short name of the venue, for people. */
  readonly venue: string;
  readonly simulated: boolean;
  /** The desk's, for questions that name none. */
  readonly timeframe: Timeframe;
  /** Markets of the venue; kept by the caller, so that a recalled answer asks no provider. */
  readonly symbols: (options: CallOptions) => Promise<readonly MarketSymbol[]>;
  /** The day's universe: what a question about all markets is about. */
  readonly universe: (options: CallOptions) => Promise<readonly MarketSymbol[]>;
  /** CollectedReports currency. */
  readonly quote: string;
  /** Made on the first question that Khala cannot answer: Mastra is loaded there and not before. */
  readonly manager: () => Promise<ManagerRunner>;
  /** The analyst over several markets at test time; what it makes is remembered. */
  readonly sweep: (
    symbols: readonly MarketSymbol[],
    timeframe: Timeframe,
    options: CallOptions,
  ) => Promise<ReadonlyMap<MarketSymbol, SweepOutcome>>;
  /** Work units that one question may take from scratch. */
  readonly questionUnits: number;
  /** True while stored answers of a kind are not to be trusted: it is then answered from its analyses. */
  readonly isQuarantined: (kind: QuestionKind) => boolean;
  /** Newer than the analyses, and at hand already: what has moved too far from them is not fresh. Left out: none. */
  readonly prices?: ReadonlyMap<MarketSymbol, number>;
  /** Queues one renewal of what was shown stale; left out where nobody stays to see it. */
  readonly refresh?: ((key: AnalysisKey) => void) | undefined;
  /** The question's own; what the ports and models count into. */
  readonly tally: WorkTally;
  readonly deskView: DeskView;
  /** For the latency, which enters no record. */
  readonly monotonicMs: () => number;
}

export interface Question {
  readonly text: string;
  readonly nowMs: UnixMs;
  /** What was asked before in this conversation; a follow-up takes from it what it leaves out. */
  readonly previous?: Intent | null;
}

/** An answer, and what the ledger is told beside it. */
export interface ServedAnswer extends Pick<Said, "misses" | "overBudget" | "throughSeq"> {
  readonly answer: Answer;
}

/**
 * @throws ModelRunError where nothing was there and no model's run brought it, or a recording failed; whatever the
 * analyst's source threw; the signal's reason when aborted
 */
export async function answerQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<Answer> {
  return (await serveQuestion(deps, question, options)).answer;
}

/** As `answerQuestion`, with what the ledger is told beside it. */
export async function serveQuestion(deps: AnswerDeps, question: Question, options: CallOptions): Promise<ServedAnswer> {
  const startMs = deps.monotonicMs();
  return finished(deps, question, startMs, await say(deps, question, options));
}

/** As `serveQuestion`, for an intent that is parsed already. `question.text` is only quoted to the manager's model. */
export async function serveIntent(
  deps: AnswerDeps,
  intent: Intent,
  question: Question,
  options: CallOptions,
): Promise<ServedAnswer> {
  const startMs = deps.monotonicMs();
  return finished(deps, question, startMs, await sayIntent(deps, intent, question, options));
}

function finished(deps: AnswerDeps, { nowMs }: Question, startMs: number, whole: Said): ServedAnswer {
  const { misses, overBudget, throughSeq, ...said } = whole;
  const answer: Answer = {
    ...said,
    answer: finishText(said.answer, deps.simulated),
    ageMs: said.asOfMs === null ? null : nowMs - said.asOfMs,
    simulated: deps.simulated,
    latencyMs: deps.monotonicMs() - startMs,
    work: deps.tally.total(),
  };
  return { answer, misses, overBudget, throughSeq };
}

async function say(deps: AnswerDeps, question: Question, options: CallOptions): Promise<Said> {
  options.signal.throwIfAborted();
  const symbols = await deps.symbols(options);
  const { quote, timeframe } = deps;
  const context = { symbols, quote, defaultTimeframe: timeframe };
  const parsed = parseInConversation(question.text, question.previous ?? null, context);
  if (parsed.status === "ambiguous") return declined(parsed.question, null);
  if (parsed.status === "unparsed") return declined(`${parsed.reason} ${whatToAsk(symbols, quote)}`, null);
  return sayIntent(deps, parsed.intent, question, options);
}

/** The order of the walk: what is dearer is asked only where everything before it has nothing that counts. */
async function sayIntent(deps: AnswerDeps, intent: Intent, question: Question, options: CallOptions): Promise<Said> {
  options.signal.throwIfAborted();
  return (
    (await aboutDesk(deps, intent, question.nowMs, options)) ??
    (await fromPreAnswer(deps, intent, question.nowMs, options)) ??
    (await aboutMarkets(deps, question, intent, options)) ??
    declined(whatToAsk(await deps.symbols(options), deps.quote), intent)
  );
}

/** Null where the intent lacks a market that its kind needs; the grammar gives none such. */
async function aboutMarkets(
  deps: AnswerDeps,
  question: Question,
  intent: Intent,
  options: CallOptions,
): Promise<Said | null> {
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

/** From the journal and the fold; never prepared, so that nothing of it can be old. Null for questions about markets. */
async function aboutDesk(
  { deskView, tally }: AnswerDeps,
  intent: Intent,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<Said | null> {
  const about = { ...intent, nowMs };
  const text = await (() => {
    switch (intent.kind) {
      case "portfolio":
        return deskView.portfolioText(about, options);
      case "stop-loss":
        return deskView.stopLoss(about, options);
      case "fees":
        return deskView.fees(about, options);
      case "benchmark":
        return deskView.benchmark(about, options);
      case "why":
        return deskView.why(about, options);
      case "since":
        return deskView.since(about, options);
      case "health":
        return deskView.health(about, options);
      default:
        return null;
    }
  })();
  if (text === null) return null;
  if (text.recordsRead !== undefined) tally.count({ recordsRead: text.recordsRead });
  return told(intent, text);
}

function whatToAsk(symbols: readonly MarketSymbol[], quote: string): string {
  const example = symbols.find((symbol) => splitSymbol(symbol).quote === quote) ?? symbols[0] ?? "BTC/USDT";
  return [
    `Ask for the price, trend, RSI, bands, ATR, security, signal or triggers of one asset ("What is the RSI of ${example}?"),`,
    "compare two, ask what is oversold, overbought, moving or riskiest, how the market is, or about the desk: what it",
    "holds, what all stops would cost, fees, whether it beat holding, why it did or did not trade, what happened since",
    "you left, whether it is healthy.",
  ].join(" ");
}
