// Measured: what the fact check shows of honest drafts, of attacks, of contradictions and of claims → docs/fact-check.md.
import fc from "fast-check";
import { modelText, uncheckedWords } from "#schemas/fact.ts";
import { figureAttack, isShown } from "#test/support/fact-attacks.ts";
import { comparedStatement, falseStatement, type Statement } from "#test/support/fact-contradictions.ts";
import { checkRun, type FixtureDraft, factTable, fixtureDrafts } from "#test/support/fact-table.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckResult, CheckRun, Layer } from "#toolkits/fact-check/check-run.ts";
import { lexiconVersion } from "#toolkits/fact-check/lexicon.ts";

const TABLES = { en: factTable("en"), de: factTable("de"), es: factTable("es") };
const STRICTNESS = ["chat", "pushed"] as const;

const HEAD = `# The fact check

Generated and measured by \`npm run docs\`; do not edit.

No number of an answer comes from a model. A model writes references such as \`{{f12}}\` to facts of its run; code fills in value,
unit, market and time. Every text of a model passes one check before a person sees it, sentence by sentence. A sentence that fails
is left out; where none with a reference is left, today's answer by rules follows.

| | what it holds |
|---|---|
| figures | No figure is shown that is not a reference or one of a few literals of the run (\`RSI (period 14)\`, a candle length, a symbol), in any spelling that is known. A reference shows exactly its fact. |
| facts | Words from closed lists that say something of a fact (direction, comparison, state, side, rank, market, time, held or not) agree with the table. |
| claims | Forecasts, advice, promises, causes, authorities and valuations are dropped where a list recognises them. |

It does not hold: that a true figure is relevant or complete; opinions, moods and hints without a listed word; what two sentences
mean together; irony; any language but English, German and Spanish; numbers of languages that no list has, where nothing in the
sentence marks them as values. A qualifier that falls may sharpen what remains.

In chat, sentences without a reference are shown unless a list has something against them. In what is pushed (alerts, digests,
briefs) they are shown only if all their words are neutral.
`;

/** Kept from the first run over drafts that the lists had not been tuned on: it cannot be measured again. Of drafts. */
const FIRST_RUNS = [
  ["second", 108, 85, "3", "19", "0"],
  ["third", 102, 85, "5, two of them number words", "11", "1"],
  ["fourth, wordier on purpose", 60, 39, "3, two of them number words", "17", "1"],
  ["fifth, wordier", 160, 89, "31", "26", "11"],
  ["sixth, wordier", 160, 101, "6", "33", "16"],
  ["seventh, wordier", 110, 67, "6", "32", "5"],
  ["eighth", 110, 83, "3", "20", "4"],
  ["ninth", 150, 127, "2", "17", "4"],
] as const;

/** The same of single sentences, counted from the fifth set on; by other writers than those of the lists. */
const FIRST_RUNS_BY_SENTENCE = [
  ["fifth", "2026-11-28", "all", 352, 35, 35, 13],
  ["", "", "English", 170, 10, 17, 7],
  ["", "", "German", 101, 14, 10, 3],
  ["", "", "Spanish", 81, 11, 8, 3],
  ["sixth", "2026-11-29", "all", 323, 6, 41, 19],
  ["", "", "English", 143, 2, 19, 14],
  ["", "", "German", 86, 2, 10, 1],
  ["", "", "Spanish", 94, 2, 12, 4],
  ["seventh", "2026-11-29", "all", 320, 10, 38, 6],
  ["", "", "English", 154, 3, 21, 3],
  ["", "", "German", 82, 4, 8, 2],
  ["", "", "Spanish", 84, 3, 9, 1],
  ["eighth", "2026-11-29", "all", 330, 3, 24, 5],
  ["", "", "English", 155, 1, 10, 1],
  ["", "", "German", 89, 0, 11, 0],
  ["", "", "Spanish", 86, 2, 3, 4],
  ["ninth", "2026-11-29", "all", 382, 2, 18, 5],
  ["", "", "English", 128, 0, 7, 2],
  ["", "", "German", 127, 2, 8, 0],
  ["", "", "Spanish", 127, 0, 3, 3],
] as const;

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const checked = ({ language, draft }: FixtureDraft, strictness: CheckRun["strictness"]): CheckResult =>
  checkDraft(draft, TABLES[language], checkRun(language, { strictness }));

const SETS = [
  ["tuned on", "honest.txt"],
  ["second", "honest-second.txt"],
  ["third", "honest-third.txt"],
  ["fourth", "honest-fourth.txt"],
  ["fifth", "honest-fifth.txt"],
  ["sixth", "honest-sixth.txt"],
  ["seventh", "honest-seventh.txt"],
  ["eighth", "honest-eighth.txt"],
  ["ninth", "honest-ninth.txt"],
] as const;

/** Drafts whole, and those that lost a sentence by the layer of the first. */
export function honestRows() {
  return SETS.flatMap(([name, file]) =>
    STRICTNESS.map((strictness) => {
      const drafts = fixtureDrafts(file);
      const results = drafts.map((draft) => checked(draft, strictness));
      const lost = (layer: Layer): number => results.filter(({ dropped }) => dropped[0]?.layer === layer).length;
      const whole = results.filter(({ status, dropped }) => status === "stands" && dropped.length === 0).length;
      return {
        name,
        strictness,
        drafts: drafts.length,
        whole,
        figure: lost("figure"),
        fact: lost("fact"),
        claim: lost("claim"),
      };
    }),
  );
}

const ATTACKS = 4000;
const STATEMENTS = 3000;

function attackRows() {
  const runs = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };
  const attacks = fc.sample(figureAttack, { numRuns: ATTACKS, seed: 1 });
  return [...Map.groupBy(attacks, ({ name }) => name)].map(([name, of]) => {
    const shown = of.filter((attack) =>
      isShown(attack, checkDraft(attack.draft, TABLES[attack.language], runs[attack.language]).dropped),
    );
    return [name, of.length, shown.length] as const;
  });
}

function statementRows() {
  const runs = { en: checkRun("en"), de: checkRun("de"), es: checkRun("es") };
  const drawn: readonly Statement[] = [
    ...fc.sample(comparedStatement, { numRuns: STATEMENTS, seed: 1 }),
    ...fc.sample(falseStatement, { numRuns: STATEMENTS / 2, seed: 1 }),
  ];
  return [...Map.groupBy(drawn, ({ name }) => name)].map(([name, of]) => {
    const stands = ({ draft, facts, language }: Statement): boolean =>
      checkDraft(draft, facts, runs[language]).status === "stands";
    const wrong = of.filter(({ isTrue }) => !isTrue);
    const right = of.filter(({ isTrue }) => isTrue);
    return [
      name,
      wrong.length,
      wrong.filter(stands).length,
      right.length,
      right.filter((each) => !stands(each)).length,
    ] as const;
  });
}

/** Claims worded apart from the lists: how many are shown beside a reference or, in chat, without one. */
/** What docs/agents.md says of it, with the measured shares. */
export function guarantees(): string {
  const claims = claimRows();
  const sum = (key: "claims" | "chat" | "pushed"): number => claims.reduce((total, row) => total + row[key], 0);
  const share = (key: "chat" | "pushed") => percent(sum(key), sum("claims"));
  return `No figure is shown that is not a reference to a fact or one of a few literals; words from closed lists that contradict the
facts they stand by are not shown. Forecasts, advice, promises and causes are dropped where a list recognises them, and that is no promise:
of ${sum("claims")} claims worded apart from the lists ${share("chat")} pass in chat and ${share("pushed")} where they would be pushed. Nor does it hold that a true
figure is relevant or complete. All of it, measured: [fact-check.md](fact-check.md).`;
}

export function claimRows() {
  const claims = fixtureDrafts("claims.txt");
  return [...Map.groupBy(claims, ({ group }) => group)].map(([name, of]) => {
    // A draft without a reference is never shown by itself: it stands beside one here.
    const beside = of.map((each) => ({ ...each, draft: modelText(`${uncheckedWords(each.draft)}\n\nETH: {{f1}}.`) }));
    const shown = STRICTNESS.map(
      (strictness) => beside.filter((each) => checked(each, strictness).dropped.length === 0).length,
    );
    return { name, claims: of.length, chat: shown[0] ?? 0, pushed: shown[1] ?? 0 };
  });
}

function firstRuns(): string {
  const lost = (count: number, of: number): string => `${count} (${percent(count, of)})`;
  return `The table is of drafts that the lists have met. The first run of each set, before that, in chat:

${table(
  ["set", "drafts", "whole", "lost a sentence by figures", "by facts", "by claims"],
  FIRST_RUNS.map(([set, drafts, whole, ...rest]) => [set, drafts, lost(whole, drafts), ...rest]),
)}

The first run by sentences. The fifth set came before the general word lists. Each set was met by what the sets before it had
taught; with the lists that the fifth set met, the seventh lost 12.2, 14.7 and 2.2 %, the eighth 3.9, 13.3 and 1.8 %:

${table(
  ["set", "date", "language", "sentences", "lost by figures", "by facts", "by claims"],
  FIRST_RUNS_BY_SENTENCE.map(([set, date, language, of, figure, fact, claim]) => [
    set,
    date,
    language,
    of,
    lost(figure, of),
    lost(fact, of),
    lost(claim, of),
  ]),
)}

Expect of drafts that are met for the first time what the last set says. One draft of the second set has no reference, and none of it is shown; so it is with some of the later ones.
`;
}

export function factCheckPage(): string {
  const claims = claimRows();
  const sum = (key: "claims" | "chat" | "pushed"): number => claims.reduce((total, row) => total + row[key], 0);
  const share = (row: { readonly claims: number; readonly chat: number; readonly pushed: number }) =>
    [row.claims, row.chat, percent(row.chat, row.claims), row.pushed, percent(row.pushed, row.claims)] as const;
  return `${HEAD}
Lists: ${(["en", "de", "es"] as const).map(lexiconVersion).join(", ")} (language, its version, version of the shared list).

## Honest drafts

${table(
  ["set", "where", "drafts", "whole", "lost a sentence by figures", "by facts", "by claims"],
  honestRows().map((row) => [
    row.name,
    row.strictness,
    row.drafts,
    `${row.whole} (${percent(row.whole, row.drafts)})`,
    row.figure,
    row.fact,
    row.claim,
  ]),
)}

${firstRuns()}
## Figures in disguise

Generated, in three languages and ${ATTACKS.toLocaleString("en-US")} drafts.

${table(["class", "tried", "shown"], attackRows())}

## Words against facts

Generated over random facts: the same sentence in a wording that is true of them and in one that is not.

${table(["class", "false", "shown", "true", "lost"], statementRows())}

## Claims

Wordings written apart from the lists, which are never tuned on them. Most stand beside a true reference.

${table(
  ["class", "wordings", "shown in chat", "share", "shown where pushed", "share"],
  [
    ...claims.map((row) => [row.name, ...share(row)]),
    ["all", ...share({ claims: sum("claims"), chat: sum("chat"), pushed: sum("pushed") })],
  ],
)}
`;
}
