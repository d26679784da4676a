// Floor 3. Facts on one subject → models → the parts of a brief, as far as the fact check lets them stand. Nothing stands: the
// model is told why and asked once more; nothing then: there is no brief.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { MAX_BRIEF_POINTS, MAX_HORIZON_CANDLES, MAX_OPEN_QUESTIONS } from "#schemas/brief.ts";
import { type Fact, modelText } from "#schemas/fact.ts";
import type { Author, Point } from "#schemas/judgement.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun, Dropped } from "#toolkits/fact-check/check-run.ts";
import { retryNote } from "#toolkits/fact-check/retry-note.ts";
import { factLines } from "../../deep-trader-manager/talk/fact-table.ts";
import type { ModelChoice } from "../../models/select.ts";
import { askForObject, type TypedFailure, type TypedSpend } from "../../typed-call.ts";

/** Room for the object and for a reasoning model's thoughts. */
const MAX_OUTPUT_TOKENS = 1_536;
const MAX_TEXT = 1_600;
const MAX_POINT = 500;

/** What a model is asked to write; instructions.md says what each means. */
const Reply = z.object({
  text: z.string().describe("What is happening, two to four sentences with references."),
  bull: z.array(z.string()).describe("At most four points, one sentence each with a reference."),
  bear: z.array(z.string()).describe("At most four points, one sentence each with a reference."),
  wouldChange: z.string().describe("One sentence with a reference."),
  above: z.number().nullable().describe("A price below the present one, or null."),
  below: z.number().nullable().describe("A price above the present one, or null."),
  horizonCandles: z.number().describe("1 to 48."),
  openQuestions: z.array(z.string()).describe("At most five, one sentence each."),
});
type Reply = z.infer<typeof Reply>;

export interface BriefRequest {
  /** For the model: `BTC/USDT on 5m candles`. */
  readonly subject: string;
  readonly facts: readonly Fact[];
  /** Of strictness `pushed`. */
  readonly check: CheckRun;
}

/** What stands of a brief; texts are drafts with references to `facts`. */
export interface WrittenBrief {
  readonly text: string;
  readonly bull: readonly Point[];
  readonly bear: readonly Point[];
  readonly wouldChange: Point | null;
  readonly openQuestions: readonly string[];
  /** As the model wrote them: whoever keeps the brief puts them within limits. */
  readonly above: number | null;
  readonly below: number | null;
  readonly horizonCandles: number;
  /** Those that the reply refers to, and no others. */
  readonly facts: readonly Fact[];
}

export type BriefAnswer =
  | {
      readonly status: "given";
      readonly brief: WrittenBrief;
      readonly author: Author;
      readonly failed: readonly string[];
    }
  /** `nothing-stands`: what is happening was said in no sentence that the facts bear out. */
  | { readonly status: TypedFailure | "nothing-stands"; readonly failed: readonly string[] };

/** @throws ModelRunError where a replay misses the call */
export async function writeBrief(
  models: readonly ModelChoice[],
  { subject, facts, check }: BriefRequest,
  spend: TypedSpend,
): Promise<BriefAnswer> {
  const system = await instructions();
  const user = userText(subject, facts);
  const endMs = spend.monotonicMs() + spend.deadlineMs;
  let note: string | null = null;
  for (let tries = 0; tries < 2; tries++) {
    const asked = note === null ? user : `${user}\n\nYour last brief could not be kept. Write it anew:\n${note}`;
    const deadlineMs = Math.max(1, endMs - spend.monotonicMs());
    const request = { system, user: asked, reply: Reply, maxOutputTokens: MAX_OUTPUT_TOKENS };
    const answer = await askForObject(models, request, { ...spend, deadlineMs });
    // What there is no room to mend does not stand.
    if (answer.status === "over-budget" && note !== null) return { status: "nothing-stands", failed: answer.failed };
    if (answer.status !== "given") return answer;
    const { reply, author, failed } = answer;
    const { brief, dropped } = standing(reply, facts, check);
    if (brief !== null) return { status: "given", brief, author, failed };
    note = retryNote(dropped, facts) || "no sentence refers to a fact";
  }
  return { status: "nothing-stands", failed: [] };
}

const userText = (subject: string, facts: readonly Fact[]): string =>
  `Subject: ${subject}\n\nFacts:\n${factLines(facts)}`;

const REFERENCE = /\{\{(f[1-9]\d{0,5})/g;

function standing(
  reply: Reply,
  facts: readonly Fact[],
  check: CheckRun,
): { readonly brief: WrittenBrief | null; readonly dropped: readonly Dropped[] } {
  const { bull, bear, wouldChange, openQuestions } = cutReply(reply);
  const text = reply.text.slice(0, MAX_TEXT);
  const words = [text, ...bull, ...bear, wouldChange, ...openQuestions].join("\n");
  const named = new Set([...words.matchAll(REFERENCE)].map(([, id]) => id));
  // What is kept must stand by what is kept: it is checked again whenever it is shown.
  const kept = facts.filter(({ id }) => named.has(id));
  const checked = (draft: string) => checkDraft(modelText(draft), kept, check);
  const pointOf = (draft: string): Point[] => {
    const result = checked(draft);
    return result.status === "stands" && result.factIds.length > 0
      ? [{ text: draft, factIds: [...result.factIds] }]
      : [];
  };
  const happening = checked(text);
  if (happening.status !== "stands" || happening.factIds.length === 0)
    return { brief: null, dropped: happening.dropped };
  const points = { bull: bull.flatMap(pointOf), bear: bear.flatMap(pointOf), wouldChange: pointOf(wouldChange) };
  const open = openQuestions.filter((draft) => checked(draft).status === "stands");
  const { above, below, horizonCandles } = reply;
  return {
    brief: {
      text,
      bull: points.bull,
      bear: points.bear,
      wouldChange: points.wouldChange[0] ?? null,
      openQuestions: open,
      above,
      below,
      horizonCandles: Math.min(MAX_HORIZON_CANDLES, Math.max(1, Math.round(horizonCandles) || 1)),
      facts: kept,
    },
    dropped: happening.dropped,
  };
}

const cutReply = ({ bull, bear, wouldChange, openQuestions }: Reply) => ({
  bull: bull.slice(0, MAX_BRIEF_POINTS).map((text) => text.slice(0, MAX_POINT)),
  bear: bear.slice(0, MAX_BRIEF_POINTS).map((text) => text.slice(0, MAX_POINT)),
  wouldChange: wouldChange.slice(0, MAX_POINT),
  openQuestions: openQuestions.slice(0, MAX_OPEN_QUESTIONS).map((text) => text.slice(0, MAX_POINT)),
});

let loaded: Promise<string> | undefined;

function instructions(): Promise<string> {
  loaded ??= readFile(new URL("./instructions.md", import.meta.url), "utf8");
  return loaded;
}
