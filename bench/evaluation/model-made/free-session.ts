// Bench. A desk after some hours of free-form questions, with briefs bought asleep or without: what is asked next, and at what cost.
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { type EvalDesk, type EvalMarket, type EvalModels, openEvalDesk, tick } from "../eval-desk.ts";
import { FREE_TEMPLATES } from "../free-day.ts";
import { drawItems } from "../traffic.ts";

export const FREE_ASSETS = 20;
/** Four hours of 5m. */
export const WARM_BARS = 48;
export const PER_BAR = 3;
export const SKEW = 1;
/** Of the ten wordings: those that were asked before, and those that were not. */
export const KNOWN_WORDINGS = FREE_TEMPLATES.slice(0, 5);
export const NEW_WORDINGS = FREE_TEMPLATES.slice(5);
/** So many that they never end. */
const NO_END = 100_000_000;

export interface FreeSession extends AsyncDisposable {
  readonly desk: EvalDesk;
  /** Questions as they were drawn before, and the same markets in words that were not. */
  readonly next: { readonly known: readonly string[]; readonly anew: readonly string[] };
  /** Markets, most asked about first. */
  readonly asked: readonly MarketSymbol[];
}

export interface FreeSessionParts {
  readonly market: EvalMarket;
  readonly models: EvalModels;
  /** How many times dearer a token is while somebody waits; null: no briefs at all. */
  readonly t: number | null;
  readonly bars?: number;
}

/** @param more questions of each kind to draw ahead */
export async function openFreeSession(
  { market, models, t, bars = WARM_BARS }: FreeSessionParts,
  more: number,
): Promise<FreeSession> {
  const desk = await openEvalDesk({
    market,
    models,
    thinking: { dayQuestionTokens: NO_END, ...(t === null ? {} : { briefDayTokens: NO_END, testTimeWeight: t }) },
  });
  const questions = questionsOf(market, KNOWN_WORDINGS, "known");
  const counts = new Map<MarketSymbol, number>();
  for (let bar = 0; bar < bars; bar++) {
    const slotMs = desk.toBar(bar);
    await tick(desk, slotMs);
    await judgeAhead(desk.desk, slotMs, NEVER_ABORTED);
    // The last close has its briefs; its questions are the caller's.
    if (bar === bars - 1) break;
    for (let n = 0; n < PER_BAR; n++) {
      const { symbol, text } = questions();
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      await desk.ask(text);
    }
  }
  const anew = questionsOf(market, NEW_WORDINGS, "anew");
  return {
    desk,
    next: {
      known: Array.from({ length: more }, () => questions().text),
      anew: Array.from({ length: more }, () => anew().text),
    },
    asked: [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([symbol]) => symbol),
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

function questionsOf({ seed, symbols }: EvalMarket, wordings: typeof FREE_TEMPLATES, name: string) {
  const stream = openStream([seed, "free-session", name]);
  const draw = drawItems(symbols, { skew: SKEW, seed });
  return (): { readonly symbol: MarketSymbol; readonly text: string } => {
    const symbol = draw();
    const template = wordings[Math.floor(stream.uniform() * wordings.length)];
    if (template === undefined) throw new Error("no wording was drawn");
    return { symbol, text: template(splitSymbol(symbol).base) };
  };
}

/** Tokens in and out of the rows of a job. */
export const tokensOf = (entries: readonly LedgerEntry[], job: LedgerEntry["job"]) => {
  const rows = entries.filter((entry) => entry.job === job);
  return {
    inputTokens: rows.reduce((sum, { work }) => sum + work.inputTokens, 0),
    outputTokens: rows.reduce((sum, { work }) => sum + work.outputTokens, 0),
    made: rows.reduce((sum, { prepared }) => sum + (prepared?.["brief"] ?? 0), 0),
  };
};
