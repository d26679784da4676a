// Floor 4. A brief → what may be read of it: its sentences as far as they stand up to its facts, for a person or as facts for a model.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { type Brief, briefName } from "#schemas/brief.ts";
import { type Fact, modelText, type ShownText } from "#schemas/fact.ts";
import { toIso } from "#schemas/units.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { checkRunOf } from "../answering/check-run.ts";
import type { Desk } from "../desk.ts";

export interface ShownBrief {
  readonly text: ShownText | null;
  readonly bull: readonly ShownText[];
  readonly bear: readonly ShownText[];
  readonly wouldChange: ShownText | null;
  readonly openQuestions: readonly ShownText[];
}

/** Times that it names are read at the moment at which it was written. */
export function showBrief(desk: Pick<Desk, "marketData" | "markets">, brief: Brief): ShownBrief {
  const symbols = [...new Set([...desk.markets.keys(), ...brief.facts.flatMap(({ market }) => market ?? [])])];
  const check: CheckRun = {
    ...checkRunOf(desk, { language: brief.language, nowMs: brief.madeAtMs, symbols }),
    strictness: "pushed",
  };
  const shown = (draft: string): readonly ShownText[] => {
    const result = checkDraft(modelText(draft), brief.facts, check);
    return result.status === "stands" ? [result.text] : [];
  };
  return {
    text: shown(brief.text)[0] ?? null,
    bull: brief.bull.flatMap(({ text }) => shown(text)),
    bear: brief.bear.flatMap(({ text }) => shown(text)),
    wouldChange: brief.wouldChange === null ? null : (shown(brief.wouldChange.text)[0] ?? null),
    openQuestions: brief.openQuestions.flatMap(shown),
  };
}

/** How the record of a brief is named where a fact was read from it. */
export const briefRecordId = (id: string): string => `brief ${id}`;
/** The ids of briefs that facts were read from. */
export const briefIdsIn = (facts: readonly Pick<Fact, "recordId">[]): readonly string[] => [
  ...new Set(facts.flatMap(({ recordId }) => (recordId?.startsWith("brief ") ? [recordId.slice(6)] : []))),
];

/** Its sentences as statements of the desk, with author and time, then the facts that it cites, each with its own time. */
export function briefFacts(
  desk: Pick<Desk, "marketData" | "markets">,
  { id, brief }: { readonly id: string; readonly brief: Brief },
): readonly NewFact[] {
  const { text, bull, bear, wouldChange, openQuestions } = showBrief(desk, brief);
  const by = `${briefName(brief.scope)}, by ${brief.author.model}, ${toIso(brief.madeAtMs).slice(0, 16)}Z`;
  const said = (what: string, texts: readonly (ShownText | null)[]): NewFact[] =>
    texts.flatMap((value) =>
      value === null
        ? []
        : [
            {
              kind: "statement" as const,
              value,
              unit: "sentence" as const,
              market: brief.scope.of === "market" ? brief.scope.symbol : null,
              asOfMs: brief.asOfMs,
              recordId: briefRecordId(id),
              label: `brief of ${by}: ${what}`,
            },
          ],
    );
  return [
    ...said("what is happening", [text]),
    ...said("for a rise", bull),
    ...said("against a rise", bear),
    ...said("what would change this view", [wouldChange]),
    ...said("left open", openQuestions),
    ...brief.facts.map(({ id: _, ...fact }): NewFact => fact),
  ];
}
