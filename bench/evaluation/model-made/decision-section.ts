// Bench. Part M: what a judged decision takes in model tokens, with debates held when it is due and with debates bought asleep.
import type { ModelChoice } from "#agents/models/select.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { scriptedChoice } from "../../support/scripted-model.ts";
import { type Estimate, meanEstimate, ratioEstimate } from "../statistics.ts";
import { asPct, cellText, figure, type PartOptions, type Section } from "../tables.ts";
import { nameOf } from "./budget-section.ts";
import { DEBATE_ASSETS, DEBATE_BARS, type DebateDay, debateDay, debater } from "./debate-day.ts";
import { decideByTwelve, ROLES, type RoleTokens } from "./twelve-calls.ts";

const TIMES = [1, 2, 5, 10] as const;
/** Closes that a scripted verdict holds for: the least and the most. */
const HORIZONS = [1, 12] as const;
/** Tokens of a page, which is what such analysts are asked to write. */
const PAGE_TOKENS = 600;
/** Debates at test time of a seed: with scripted models they differ by their facts alone. */
const TWELVE_A_SEED = 5;

/** Twelve calls on the facts of one debate. */
type Twelve = readonly RoleTokens[];

interface Way {
  readonly name: string;
  readonly days: readonly DebateDay[];
}

const weighed = ({ inputTokens, outputTokens }: Omit<RoleTokens, "role">): number =>
  inputTokens * WORK_WEIGHTS.inputTokens + outputTokens * WORK_WEIGHTS.outputTokens;
const sumOf = (twelve: Twelve): number => twelve.reduce((sum, role) => sum + weighed(role), 0);

/** A model that writes so many tokens, as the meter counts them. */
const writerOf = (tokens: number): ModelChoice =>
  scriptedChoice(`scripted/${tokens}`, () => ({ text: "word".repeat(tokens) })).choice;

export async function decisionSection({ progress, model }: PartOptions, seeds: readonly number[]): Promise<Section> {
  const ways: Way[] = [];
  for (const horizon of model === null ? HORIZONS : [null]) {
    const days: DebateDay[] = [];
    for (const seed of seeds) {
      progress(`M debates: seed ${seed}`);
      days.push(await debateDay(seed, model ?? scriptedChoice("scripted/debater", debater(horizon ?? 1)).choice));
    }
    const name = horizon === null ? "as the model says" : `verdicts for ${horizon} close${horizon === 1 ? "" : "s"}`;
    ways.push({ name, days });
  }
  const [first] = ways;
  if (first === undefined) throw new Error("no day was run");
  const perCall =
    first.days.reduce((sum, day) => sum + day.outputTokens, 0) /
    first.days.reduce((sum, day) => sum + day.modelCalls, 0);
  const writers =
    model === null
      ? [
          {
            name: `each writes ${figure(perCall)} tokens, as the desk's roles do`,
            writer: writerOf(Math.round(perCall)),
          },
          { name: `each writes ${PAGE_TOKENS} tokens, a page`, writer: writerOf(PAGE_TOKENS) },
        ]
      : [{ name: "as the model writes", writer: model }];
  const held: { readonly name: string; readonly twelves: readonly (readonly Twelve[])[] }[] = [];
  for (const { name, writer } of writers) {
    const twelves: (readonly Twelve[])[] = [];
    for (const { facts } of first.days) {
      progress("M twelve calls");
      const of: Twelve[] = [];
      for (const text of facts.slice(0, TWELVE_A_SEED)) of.push(await decideByTwelve(writer, text));
      twelves.push(of);
    }
    held.push({ name, twelves });
  }
  return sectionOf({ ways, held, seeds: seeds.length, model });
}

interface Measured {
  readonly ways: readonly Way[];
  readonly held: readonly { readonly name: string; readonly twelves: readonly (readonly Twelve[])[] }[];
  readonly seeds: number;
  readonly model: ModelChoice | null;
}

function sectionOf({ ways, held, seeds, model }: Measured): Section {
  const mean = (name: string, values: readonly number[]): Estimate | null => meanEstimate(values, name);
  const roleMean = (twelves: readonly (readonly Twelve[])[], index: number, of: "inputTokens" | "outputTokens") =>
    mean(
      `${index} ${of}`,
      twelves.map((seed) => meanOf(seed.map((twelve) => twelve[index]?.[of] ?? Number.NaN))),
    );
  const perTwelve = (twelves: readonly (readonly Twelve[])[]): readonly number[] =>
    twelves.map((seed) => meanOf(seed.map(sumOf)));
  const asleep = ({ days }: Way, per: "debates" | "entries" | "met" | "decisions", name: string): Estimate | null =>
    ratioEstimate(
      days.map((day) => ({ part: weighed(day), whole: day[per] })),
      `${name} ${per}`,
    );
  /** Twelve calls at every entry over debates asleep for those entries, the calls t times as dear. */
  const gain = (twelves: readonly (readonly Twelve[])[], way: Way, t: number): Estimate | null =>
    ratioEstimate(
      way.days.map((day, index) => ({
        part: t * (perTwelve(twelves)[index] ?? Number.NaN) * day.entries,
        whole: weighed(day),
      })),
      `${way.name} ${t}`,
    );
  const coverage = (way: Way): Estimate | null =>
    asPct(
      ratioEstimate(
        way.days.map((day) => ({ part: day.met, whole: day.entries })),
        `${way.name} covered`,
      ),
    );
  const sum = (way: Way, of: (day: DebateDay) => number): number => way.days.reduce((total, day) => total + of(day), 0);
  const losing = held.flatMap(({ name, twelves }) =>
    ways.flatMap((way) => {
      const one = gain(twelves, way, 1);
      return one !== null && one.value < 1 ? [`${name}, ${way.name}: ${cellText(one)}`] : [];
    }),
  );
  const span = (t: number): string => {
    const gains = held.flatMap(({ twelves }) => ways.flatMap((way) => gain(twelves, way, t)?.value ?? []));
    return `${figure(Math.min(...gains))} to ${figure(Math.max(...gains))}`;
  };
  const atClose = ways.reduce((total, each) => total + sum(each, ({ callsAtClose }) => callsAtClose), 0);
  return {
    id: "M1",
    title: "Model tokens a decision: twelve calls at the close, or a debate bought asleep",
    intro: [
      `${model === null ? "Scripted models: tokens are characters through 4, counted by the product's own meter on prompts as they are sent; what is *said* is of no worth." : `\`${model.id}\`, its own counts.`} One simulated day (${DEBATE_BARS} bars of 5m, ${DEBATE_ASSETS} markets), ${seeds} seeds. Weighed tokens: one read counts a quarter of one written.`,
      `At the close: the twelve calls of TradingAgents' default (four analysts, bull, bear, research manager, trader, three risk analysts, portfolio manager; one round each) on the facts that the desk's own debate was given, at every close whose rule signals an entry. Its analysts' calls of tools and the articles they read are left out, which favours it. Asleep: the desk's debate (bull, bear, judge) for markets near an entry, budget without an end.`,
    ],
    tables: [
      ...held.map(({ name, twelves }) => ({
        caption: `The twelve calls, tokens: ${name}`,
        header: ["call", "in", "out"],
        rows: [
          ...ROLES.map((role, index) => [
            `${index + 1} ${role.name}`,
            roleMean(twelves, index, "inputTokens"),
            roleMean(twelves, index, "outputTokens"),
          ]),
          [
            "together",
            mean(
              "in",
              twelves.map((seed) => meanOf(seed.map((twelve) => total(twelve, "inputTokens")))),
            ),
            mean(
              "out",
              twelves.map((seed) => meanOf(seed.map((twelve) => total(twelve, "outputTokens")))),
            ),
          ],
        ],
      })),
      {
        caption: "A day of debates bought asleep",
        header: [
          "",
          "debates",
          "entries signalled",
          "of them with a debate at hand, %",
          "calls at the close",
          "weighed tokens a debate",
          "an entry signalled",
          "an entry with one at hand",
          `a decision (${DEBATE_ASSETS} a close)`,
        ],
        rows: ways.map((each) => [
          each.name,
          mean(
            `${each.name} debates`,
            each.days.map(({ debates }) => debates),
          ),
          mean(
            `${each.name} entries`,
            each.days.map(({ entries }) => entries),
          ),
          coverage(each),
          String(sum(each, ({ callsAtClose }) => callsAtClose)),
          asleep(each, "debates", each.name),
          asleep(each, "entries", each.name),
          asleep(each, "met", each.name),
          asleep(each, "decisions", each.name),
        ]),
      },
      {
        caption: "Tokens of twelve calls at every entry over those of the debates asleep (above 1: sleep wins)",
        header: ["twelve calls", "asleep", ...TIMES.map((t) => `t = ${t}`)],
        rows: held.flatMap(({ name, twelves }) =>
          ways.map((each) => [name, each.name, ...TIMES.map((t) => gain(twelves, each, t))]),
        ),
      },
    ],
    findings: [
      `At the close the desk makes ${atClose} calls; the other way makes ${ROLES.length}, one after the other.`,
      losing.length === 0
        ? "At t = 1 no row loses."
        : `**Lost** at t = 1: ${losing.join("; ")}. Most markets that come near an entry do not enter, and their debates are paid all the same.`,
      `An entry without a debate at hand is made by the rule alone: that is the price of never waiting. Where no rule picks the closes that are worth it, twelve calls are made for every market at every close: ${held
        .map(
          ({ name, twelves }) =>
            `${cellText(
              mean(
                `all ${name}`,
                perTwelve(twelves).map((one) => one * DEBATE_ASSETS * DEBATE_BARS),
              ),
            )} weighed tokens a day (${name})`,
        )
        .join("; ")}.`,
    ],
    charts: [],
    headlines: [
      `**Debates asleep** (${nameOf(model)}): ${atClose} model calls at the close instead of ${ROLES.length}; tokens of twelve calls at every entry over those of the debates asleep: ${span(1)} at t = 1 and ${span(10)} at t = 10, by how much a role writes and how long a verdict holds.`,
    ],
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const total = (twelve: Twelve, of: "inputTokens" | "outputTokens"): number =>
  twelve.reduce((sum, role) => sum + role[of], 0);
