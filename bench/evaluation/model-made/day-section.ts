// Bench. Part M: a whole day of free-form questions, skewed and rare, with briefs and without: tokens awake, asleep and in all.
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import { openPgliteInMemory } from "../../support/pglite-in-memory.ts";
import type { EvalModels } from "../eval-desk.ts";
import { type FreeDay, freeDay } from "../free-day.ts";
import { type Estimate, meanEstimate } from "../statistics.ts";
import { asPct, cellText, type PartOptions, type Section } from "../tables.ts";
import { nameOf } from "./budget-section.ts";

const BRIEF_DAY_TOKENS = 2_000_000;
const DEMANDS = [
  { name: "200 a day, Zipf 1", questions: 200, skew: 1, times: [2, 10] },
  { name: "10 a day, uniform", questions: 10, skew: 0, times: [10] },
] as const;

interface Row {
  readonly name: string;
  readonly t: number;
  readonly pairs: readonly { readonly without: FreeDay; readonly rested: FreeDay }[];
}

async function dayOf(seed: number, parts: Omit<Parameters<typeof freeDay>[0], "seed" | "store">): Promise<FreeDay> {
  const store = withTopicTier(await openPgliteInMemory("eval"));
  try {
    return await freeDay({ ...parts, seed, store });
  } finally {
    await store.close();
  }
}

export async function freeDaySection(
  { progress, model }: PartOptions,
  seeds: readonly number[],
  { asleep, awake }: EvalModels,
): Promise<Section> {
  const models = awake === null ? {} : { models: { asleep, awake } };
  const rows: Row[] = [];
  for (const { name, questions, skew, times } of DEMANDS) {
    const bare: FreeDay[] = [];
    for (const seed of seeds) {
      progress(`M day, ${name}: seed ${seed}`);
      bare.push(await dayOf(seed, { questions, skew, briefDayTokens: 0, ...models }));
    }
    for (const t of times) {
      const pairs: { readonly without: FreeDay; readonly rested: FreeDay }[] = [];
      for (const [index, without] of bare.entries()) {
        const seed = seeds[index] ?? 0;
        progress(`M day, ${name}, t = ${t}: seed ${seed}`);
        const parts = { questions, skew, briefDayTokens: BRIEF_DAY_TOKENS, testTimeWeight: t, ...models };
        pairs.push({ without, rested: await dayOf(seed, parts) });
      }
      rows.push({ name: `${name}, t = ${t}`, t, pairs });
    }
  }
  const of = ({ name, pairs }: Row, what: string, value: (pair: Row["pairs"][number]) => number): Estimate | null =>
    meanEstimate(pairs.map(value), `${name} ${what}`);
  const cut = (row: Row): Estimate | null =>
    of(row, "cut", ({ without, rested }) => without.testTokens / rested.testTokens);
  const inAll = (row: Row, t: number): Estimate | null =>
    of(
      row,
      `all ${t}`,
      ({ without, rested }) => (t * without.testTokens) / (rested.sleepTokens + t * rested.testTokens),
    );
  const withBefore = (row: Row): Estimate | null =>
    of(
      row,
      "before",
      ({ without, rested }) => without.testTokens / (rested.sleepTokens + rested.sleepTokensBefore + rested.testTokens),
    );
  const skewed = rows.filter(({ name }) => name.startsWith("200"));
  const holds = skewed.every((row) => (cut(row)?.value ?? 0) >= 5);
  const lost = rows.filter((row) => (inAll(row, 1)?.value ?? 0) < 1);
  const voided = new Map<string, number>();
  for (const { rested } of rows[0]?.pairs ?? [])
    for (const [reason, count] of Object.entries(rested.voided)) voided.set(reason, (voided.get(reason) ?? 0) + count);
  return {
    id: "M4",
    title: "A day of free-form questions",
    intro: [
      `One day (288 bars of 5m, 20 markets) after one like it, so that there is a habit to learn; ten wordings, uniform over the wordings. Briefs may take ${BRIEF_DAY_TOKENS.toLocaleString("en-US")} tokens a day. ${seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`}, ${nameOf(model)}; tokens in and out together.`,
    ],
    tables: [
      {
        caption: "Tokens of the day",
        header: [
          "synthetic questions",
          "awake, without briefs",
          "awake, with",
          "asleep",
          "× fewer awake",
          "answered ahead, %",
          "with a brief at hand, %",
          "briefs",
          "answers made ahead",
        ],
        rows: rows.map((row) => [
          row.name,
          of(row, "without", ({ without }) => without.testTokens),
          of(row, "awake", ({ rested }) => rested.testTokens),
          of(row, "asleep", ({ rested }) => rested.sleepTokens),
          cut(row),
          asPct(of(row, "ahead", ({ rested }) => rested.preAnswered / rested.asked)),
          asPct(of(row, "brief", ({ rested }) => rested.withBrief / rested.asked)),
          of(row, "briefs", ({ rested }) => rested.briefs),
          of(row, "answers", ({ rested }) => rested.answersAhead),
        ]),
      },
      {
        caption: "Tokens without briefs over those with, all sleep counted (above 1: sleep wins)",
        header: ["synthetic questions", "t = 1", "t = 2", "t = 10", "t = 1, the sleep of the day before counted too"],
        rows: rows.map((row) => [row.name, ...[1, 2, 10].map((t) => inAll(row, t)), withBefore(row)]),
      },
    ],
    findings: [
      `On the skewed day of 200 questions the tokens awake fall ${skewed.map((row) => cellText(cut(row))).join(" and ")} times (${skewed.map(({ t }) => `t = ${t}`).join(", ")}). The bound to hold is 5 times: ${holds ? "**holds**" : "**does not hold**"}.`,
      lost.length === 0
        ? "No row loses at t = 1."
        : `**Lost** at t = 1: ${lost.map((row) => `${row.name}, ${cellText(inAll(row, 1))}`).join("; ")}. A brief that nobody asks about is paid for: where the gate takes a token awake for ten, what is held and near an action level has one whether anybody asks or not.`,
      `Briefs were written anew, by what voided the one before (${rows[0]?.name}, all seeds): ${[...voided].map(([reason, count]) => `${reason} ${count}`).join(", ")}.`,
      "Every question has one of ten wordings, so the same words come again, which is what an answer made ahead needs. An operator who never words a question twice has only the briefs of it.",
    ],
    charts: [],
    headlines: [
      `**A day of 200 free-form questions** (${nameOf(model)}): ${skewed.map((row) => `${cellText(cut(row))} times fewer tokens awake, in all ${cellText(inAll(row, 1))} at t = 1 (gate at t = ${row.t})`).join("; ")}. Ten uniform questions a day: in all ${cellText(rows.at(-1) === undefined ? null : inAll(rows.at(-1) as Row, 1))}.`,
    ],
  };
}
