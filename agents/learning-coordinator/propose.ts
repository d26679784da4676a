// Floor 3. The LearningCoordinator: what the desk's own records say → changes of settings, each with its evidence. It changes
// nothing: the operator accepts or rejects. Pure.

import { z } from "zod";
import type { DeskConfig } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import { LearnableSetting } from "#schemas/learned.ts";
import { Count, DAY_MS, startOfDay } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { bootstrapMean95, Interval, wilson95 } from "./intervals.ts";

/** Fewer cases than this are no evidence, whatever they show. */
export const MIN_SAMPLE = 30;

/** Where the interval of a figure must lie for a change to be proposed. Stated choices, kept on the careful side. */
const BOUNDS = {
  /** Of what was made ahead, at most so much is used: it costs more than it can bring back at the default weight of 2. */
  usedRatioAtMost: 0.25,
  /** Of what would have paid, at least so much was given up at the limit of a pass. */
  givenUpRatioAtLeast: 0.2,
  /** Of the questions, at least so many were declined for their budget. */
  abstainedRatioAtLeast: 0.05,
  /** Of the shadow checks, at least so many found a wrong answer. */
  mismatchRatioAtLeast: 0.001,
} as const;

export interface LearningInput {
  /** Ledger entries of the desk; what is older than the last verdict on a setting is left out for that setting. */
  readonly entries: readonly LedgerEntry[];
  /** What each debate that objected saved, in quote, after costs; negative: it cost so much. */
  readonly vetoes: readonly { readonly atMs: number; readonly saved: number }[];
  /** Basis points that each order of a live desk was worse than the middle of bid and ask, and its fee; null: not known. */
  readonly costs: readonly {
    readonly atMs: number;
    readonly slippageBps: number | null;
    readonly feeBps: number | null;
  }[];
  readonly settings: Pick<DeskConfig, "thinking" | "costs">;
  /** When the operator last accepted or rejected a change of each setting: evidence begins anew there. */
  readonly verdicts: ReadonlyMap<LearnableSetting, number>;
  /** Evidence goes back from here. */
  readonly nowMs: number;
  /** Proposals that are not to come again. */
  readonly rejected: ReadonlySet<string>;
}

const Evidence = z.object({
  what: z.string().describe("what was counted"),
  n: Count.describe("cases"),
  figure: z.number().nullable().describe("a share (0 to 1), an amount in quote, or basis points; null without a case"),
  interval: Interval.nullable().describe("of the figure, 95 %; null without a case"),
  fromMs: z.number().describe("from the first moment on that counts; data time, UTC epoch ms"),
  toMs: z.number().describe("to the last; UTC epoch ms"),
});
export type Evidence = Readonly<z.infer<typeof Evidence>>;

export const Proposal = z.object({
  proposalId: z.string().describe("8 hex digits over setting, both values and the beginning of the evidence"),
  setting: LearnableSetting.describe("the variable"),
  from: z.string(),
  to: z.string(),
  why: z.string(),
  evidence: Evidence.readonly(),
});
export type Proposal = Readonly<z.infer<typeof Proposal>>;

/** One rule's word: also what leads to no change is said. */
export const Judgement = z.object({
  setting: LearnableSetting,
  evidence: Evidence.readonly(),
  outcome: z.enum(["too-few", "no-change", "rejected", "proposed"]),
});
export type Judgement = Readonly<z.infer<typeof Judgement>>;

export interface Learning {
  readonly proposals: readonly Proposal[];
  readonly judged: readonly Judgement[];
}

const WINDOW_MS = 14 * DAY_MS;

/** The rules, each over its own evidence. None of them reads or moves a risk limit. */
export function proposeChanges(input: LearningInput): Learning {
  const findings = RULES.map((rule) => rule(input));
  const judged: Judgement[] = [];
  const proposals: Proposal[] = [];
  for (const { setting, evidence, change } of findings) {
    const proposal = change === null ? null : toProposal(setting, evidence, change);
    const rejected = proposal !== null && input.rejected.has(proposal.proposalId);
    const found = proposal === null ? "no-change" : rejected ? "rejected" : "proposed";
    judged.push({ setting, evidence, outcome: evidence.n < MIN_SAMPLE ? "too-few" : found });
    if (proposal !== null && !rejected && evidence.n >= MIN_SAMPLE) proposals.push(proposal);
  }
  return { proposals, judged };
}

interface Change {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

interface Finding {
  readonly setting: LearnableSetting;
  readonly evidence: Evidence;
  /** Null: the interval does not lie where it must, or the setting cannot go further. */
  readonly change: Change | null;
}

const toProposal = (setting: LearnableSetting, evidence: Evidence, change: Change): Proposal => ({
  proposalId: hashOf([setting, change.from, change.to, evidence.fromMs], 8),
  setting,
  ...change,
  evidence,
});

/** Much is made ahead in vain: the gate goes up. */
function wasteRule(input: LearningInput): Finding {
  const setting = "DEEPTRADER_TEST_TIME_WEIGHT";
  const { entries, ...window } = windowOf(input, setting);
  const { made, used } = preparedIn(entries);
  const evidence = shareOf("digests and pre-answers made ahead, and served at least once", used, made, window);
  const from = input.settings.thinking.testTimeWeight;
  const to = Math.max(0.25, from / 2);
  const proven = evidence.interval !== null && evidence.interval[1] < BOUNDS.usedRatioAtMost && to < from;
  const why = `At most ${pct(evidence.interval?.[1])} of what is made ahead is ever used. A lower weight raises the gate, so that less is made.`;
  return { setting, evidence, change: proven ? { from: `${from}`, to: `${to}`, why } : null };
}

/** What would have paid was not made for want of budget, while what is made does get used: the pass may spend more. */
function passBudgetRule(input: LearningInput): Finding {
  const setting = "DEEPTRADER_SLEEP_PASS_UNITS";
  const { entries, ...window } = windowOf(input, setting);
  const { made, used } = preparedIn(entries);
  const givenUp = sumOf(ofJob(entries, "thinking"), ({ overBudget }) => overBudget?.["pass"] ?? 0);
  const evidence = shareOf(
    "wishes that passed the gate, and were given up at the limit of a pass",
    givenUp,
    made + givenUp,
    window,
  );
  const { passUnits, dayUnits } = input.settings.thinking;
  const to = Math.min(dayUnits, passUnits * 2);
  const isUsed = made >= MIN_SAMPLE && wilson95(Math.min(used, made), made)[0] > BOUNDS.usedRatioAtMost;
  const proven =
    evidence.interval !== null && evidence.interval[0] > BOUNDS.givenUpRatioAtLeast && isUsed && to > passUnits;
  const why = `At least ${pct(evidence.interval?.[0])} of what would have paid was not made, while more than ${pct(BOUNDS.usedRatioAtMost)} of what is made gets used.`;
  return { setting, evidence, change: proven ? { from: `${passUnits}`, to: `${to}`, why } : null };
}

/** Questions are declined because they would take too much. */
function questionBudgetRule(input: LearningInput): Finding {
  const setting = "DEEPTRADER_QUESTION_UNITS";
  const { entries, ...window } = windowOf(input, setting);
  const questions = ofJob(entries, "question");
  const asked = sumOf(questions, (entry) => entry.entries ?? 1);
  const abstained = sumOf(questions, ({ overBudget }) => overBudget?.["question"] ?? 0);
  const evidence = shareOf("questions, and declined for their budget", abstained, asked, window);
  const from = input.settings.thinking.questionUnits;
  const proven = evidence.interval !== null && evidence.interval[0] > BOUNDS.abstainedRatioAtLeast;
  const why = `At least ${pct(evidence.interval?.[0])} of the questions were declined because they would take more than ${from} work units.`;
  return { setting, evidence, change: proven ? { from: `${from}`, to: `${from * 2}`, why } : null };
}

/** Wrong answers are found in memory: more of them are looked at. It never proposes to look at fewer. */
function shadowRule(input: LearningInput): Finding {
  const setting = "DEEPTRADER_SHADOW_EVERY";
  const { entries, ...window } = windowOf(input, setting);
  const checks = ofJob(entries, "shadow");
  const wrong = sumOf(checks, ({ paths }) => paths["mismatch"] ?? 0);
  const right = sumOf(checks, ({ paths }) => paths["agreed"] ?? 0);
  const evidence = shareOf("answers made again in the shadow, and found wrong", wrong, wrong + right, window);
  const from = input.settings.thinking.shadowEvery;
  const to = Math.max(1, Math.floor(from / 2));
  const proven = evidence.interval !== null && evidence.interval[0] > BOUNDS.mismatchRatioAtLeast && to < from;
  const why = `${wrong} of ${wrong + right} answers made again were wrong. Please report it, too: this is a bug or a damaged store.`;
  return { setting, evidence, change: proven ? { from: `${from}`, to: `${to}`, why } : null };
}

/** The debates' objections cost more than they saved. */
function debateRule(input: LearningInput): Finding {
  const setting = "DEEPTRADER_DEBATE_DAY_TOKENS";
  const { fromMs, toMs } = windowOf(input, setting);
  const saved = input.vetoes.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map((veto) => veto.saved);
  const n = saved.length;
  const figure = n === 0 ? null : saved.reduce((sum, amount) => sum + amount, 0) / n;
  const interval = n < MIN_SAMPLE ? null : bootstrapMean95(saved, n);
  const what = "objections of debates, and the mean amount that each saved";
  const evidence: Evidence = { what, n, figure, interval, fromMs, toMs };
  const from = input.settings.thinking.debateDayTokens;
  const proven = interval !== null && interval[1] < 0 && from > 0;
  const why = "Its objections cost more than they saved, by the rules that settle every order.";
  return { setting, evidence, change: proven ? { from: `${from}`, to: "0", why } : null };
}

/** What orders cost at the venue lies elsewhere than what paper and backtests assume. */
function costRule(
  input: LearningInput,
  setting: "DEEPTRADER_SLIPPAGE_BPS" | "DEEPTRADER_FEE_BPS",
  key: "slippageBps" | "feeBps",
  what: string,
): Finding {
  const { fromMs, toMs } = windowOf(input, setting);
  const inWindow = input.costs.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const paid = inWindow.map((cost) => cost[key]).filter((value) => value !== null);
  const n = paid.length;
  const figure = n === 0 ? null : paid.reduce((sum, value) => sum + value, 0) / n;
  const interval = n < MIN_SAMPLE ? null : bootstrapMean95(paid, n);
  const from = input.settings.costs[key];
  const to = Math.max(0, Math.round((figure ?? 0) * 10) / 10);
  const isOutside = interval !== null && (interval[0] > from || interval[1] < from);
  const why = "Paper and backtests assume another cost than the orders of this desk had at the venue.";
  const change = isOutside && to !== from ? { from: `${from}`, to: `${to}`, why } : null;
  return { setting, evidence: { what, n, figure, interval, fromMs, toMs }, change };
}

const slippageRule = (input: LearningInput): Finding =>
  costRule(
    input,
    "DEEPTRADER_SLIPPAGE_BPS",
    "slippageBps",
    "orders at the venue, and how far from the middle of bid and ask they filled",
  );

const feeRule = (input: LearningInput): Finding =>
  costRule(input, "DEEPTRADER_FEE_BPS", "feeBps", "orders at the venue, and their fee");

const RULES = [wasteRule, passBudgetRule, questionBudgetRule, shadowRule, debateRule, slippageRule, feeRule] as const;

/** From the last verdict on the setting, or the start of the UTC day 14 days ago, to now. */
function windowOf({ entries, verdicts, nowMs }: LearningInput, setting: LearnableSetting) {
  const oldestMs = startOfDay(Math.max(0, nowMs - WINDOW_MS));
  const verdictMs = verdicts.get(setting);
  const fromMs = verdictMs === undefined ? oldestMs : Math.max(oldestMs, verdictMs + 1);
  return { fromMs, toMs: nowMs, entries: entries.filter(({ atMs }) => atMs >= fromMs && atMs <= nowMs) };
}

const ofJob = (entries: readonly LedgerEntry[], job: LedgerEntry["job"]): readonly LedgerEntry[] =>
  entries.filter((entry) => entry.job === job);

const sumOf = (entries: readonly LedgerEntry[], amount: (entry: LedgerEntry) => number): number =>
  entries.reduce((sum, entry) => sum + amount(entry), 0);

function preparedIn(entries: readonly LedgerEntry[]): { readonly made: number; readonly used: number } {
  const made = sumOf(ofJob(entries, "thinking"), ({ prepared }) =>
    Object.values(prepared ?? {}).reduce((sum, count) => sum + count, 0),
  );
  return { made, used: sumOf(entries, ({ firstUses }) => firstUses ?? 0) };
}

/** More first uses than makings (made before the window, or counted twice over a restart) count as all used. */
function shareOf(
  what: string,
  hits: number,
  n: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Evidence {
  const counted = Math.min(hits, n);
  return {
    what,
    n,
    figure: n === 0 ? null : counted / n,
    interval: n === 0 ? null : wilson95(counted, n),
    fromMs,
    toMs,
  };
}

const pct = (ratio: number | undefined): string => (ratio === undefined ? "–" : `${(ratio * 100).toFixed(1)} %`);
