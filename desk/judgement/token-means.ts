// Floor 4. The ledger's last day → what briefs, answers ahead and free-form questions really took, in model tokens. Until there are
// some, stated assumptions. Pure.
import type { LedgerEntry } from "#schemas/work.ts";

/**
 * Assumed of the first: a question is a read and an answer of about 2,500 tokens each (docs/agents.md); a brief is its facts,
 * its instructions and its text; an answer ahead, one of several in a call, its words twice.
 */
export const ASSUMED_TOKENS = { question: 5_000, brief: 3_000, answer: 250 } as const;

/** With a brief at hand a question needs no read: of two calls it saves one. Assumed, for what is answered from it. */
export const BRIEF_SAVES_SHARE = 0.5;

export interface TokenMeans {
  /** Of a free-form question that a model was asked. */
  readonly question: number;
  readonly brief: number;
}

const tokensOf = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((sum, { work }) => sum + work.inputTokens + work.outputTokens, 0);

const countOf = (entries: readonly LedgerEntry[], path: string): number =>
  entries.reduce((sum, { paths }) => sum + (paths[path] ?? 0), 0);

/**
 * Means over what was counted, the assumption counting as one more of them: a first cheap one proves little. Briefs that came to
 * nothing have cost, and are in the mean of those that stand; so are the answers made of them.
 */
export function tokenMeansOf(entries: readonly LedgerEntry[]): TokenMeans {
  const questions = entries.filter(({ job }) => job === "question");
  const briefs = entries.filter(({ job }) => job === "brief");
  const mean = (tokens: number, count: number, assumed: number): number => (tokens + assumed) / (count + 1);
  const answers = briefs.reduce((sum, { prepared }) => sum + (prepared?.["answer"] ?? 0), 0);
  const written = countOf(briefs, "written");
  const ofBriefs = Math.max(0, tokensOf(briefs) - answers * ASSUMED_TOKENS.answer);
  return {
    question: mean(tokensOf(questions), countOf(questions, "reasoned"), ASSUMED_TOKENS.question),
    brief: mean(ofBriefs, written, ASSUMED_TOKENS.brief),
  };
}
