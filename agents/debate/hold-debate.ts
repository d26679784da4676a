// Floor 3. One market's facts → bull and bear side by side, then the judge who reads both → one Debate, or why there is none. A Mastra
// workflow on plain model calls: no tools, no memory. A role without a valid object: no debate, and its tokens are counted.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Debate, type DebateRole, debateIdOf } from "#schemas/debate.ts";
import type { Fact } from "#schemas/fact.ts";
import { canonicalJson } from "#schemas/hash.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { factLines } from "../deep-trader-manager/talk/fact-table.ts";
import { loadWorkflows } from "../mastra-env.ts";
import { estimateTokens, tokensOf } from "../models/metered.ts";
import type { ModelChoice } from "../models/select.ts";
import {
  askForObject,
  mostTokensOf,
  type TypedAnswer,
  type TypedFailure,
  type TypedRequest,
  type TypedSpend,
} from "../typed-call.ts";
import {
  horizonOf,
  type JudgeReply,
  judgeReplyAt,
  LONGEST_POINT,
  MOST_POINTS,
  pointsThatStand,
  SideReply,
  sizeRatioOf,
} from "./replies.ts";

/** Room for a role's object and for a reasoning model's thoughts, which providers count as output. */
const MAX_OUTPUT_TOKENS = 1024;

/** What is debated. Equal subjects make equal texts in live and backtest, so that recorded answers are found again. */
export interface DebateSubject {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly strategyId: string;
  readonly isHeld: boolean;
  /** Data time, and the close at it. */
  readonly asOfMs: UnixMs;
  readonly price: number;
  /** The first close that is to be decided on. */
  readonly forAsOfMs: UnixMs;
  readonly facts: readonly Fact[];
  /** Analyses that they were read from. */
  readonly analysisIds: readonly string[];
}

/** `deadlineMs` is of the whole debate: one half for bull and bear, what is left for the judge. */
export interface DebateSpend extends TypedSpend {
  /** By which every point is checked. */
  readonly check: CheckRun;
}

export type DebateAnswer =
  | { readonly status: "given"; readonly debate: Debate; readonly failed: readonly string[] }
  | { readonly status: TypedFailure; readonly failed: readonly string[] };

type Side = TypedAnswer<SideReply>;
type Given<Answer> = Extract<Answer, { status: "given" }>;

/** @throws ModelRunError where a replay misses a call, or a recording cannot be used */
export async function holdDebate(
  models: readonly ModelChoice[],
  subject: DebateSubject,
  spend: DebateSpend,
): Promise<DebateAnswer> {
  const { bull: bullText, bear: bearText, judge: judgeText } = await instructions();
  const user = userText(subject);
  const bullAsks = { system: bullText, user, reply: SideReply, maxOutputTokens: MAX_OUTPUT_TOKENS };
  const bearAsks = { ...bullAsks, system: bearText };
  const judgeAsks = { ...bullAsks, system: judgeText, reply: judgeReplyAt(subject.price) };
  const mostOfSide = Math.max(mostTokensOf(bullAsks), mostTokensOf(bearAsks));
  const mostOfJudge = mostTokensOf(judgeAsks) + estimateTokens("x".repeat(LONGEST_CASES));
  const left = spend.maxTokens - tokensOf(spend.tally);
  // A debate that cannot be brought to its end is not begun.
  if (left < 2 * mostOfSide + mostOfJudge) return { status: "over-budget", failed: [] };

  const tallies = { bull: new WorkTally(), bear: new WorkTally(), judge: new WorkTally() };
  const startMs = spend.monotonicMs();
  const thrown: unknown[] = [];
  /** Steps throw nothing: Mastra would print it, and lose its class. */
  const ask = async <Reply>(role: keyof typeof tallies, request: TypedRequest<Reply>, { down, ...limits }: Limits) => {
    try {
      const asked = models.filter(({ id }) => !down.includes(id));
      return await askForObject(asked, request, { ...spend, ...limits, tally: tallies[role] });
    } catch (error) {
      thrown.push(error);
      return { status: "failed", failed: [] } as const;
    }
  };
  const sideLimits = {
    maxTokens: left - mostOfSide - mostOfJudge,
    deadlineMs: Math.ceil(spend.deadlineMs / 2),
    down: [],
  };
  const side = (role: "bull" | "bear", request: TypedRequest<SideReply>) => () => ask(role, request, sideLimits);
  const judge = async (sides: Sides) => {
    if (!areGiven(sides)) return null;
    const spent = tokensOf(tallies.bull) + tokensOf(tallies.bear);
    const deadlineMs = spend.deadlineMs - (spend.monotonicMs() - startMs);
    const limits = { maxTokens: left - spent, deadlineMs, down: [...sides.bull.failed, ...sides.bear.failed] };
    return ask("judge", { ...judgeAsks, user: `${user}\n\n${casesText(rolesOf(sides, subject, spend))}` }, limits);
  };
  const { sides, judged } = await runWorkflow({ bull: side("bull", bullAsks), bear: side("bear", bearAsks), judge });
  for (const tally of Object.values(tallies)) spend.tally.count(tally.total());
  if (thrown.length > 0) throw thrown[0];
  const answers = [sides.bull, sides.bear, ...(judged === null ? [] : [judged])];
  const failed = [...new Set(answers.flatMap((answer) => answer.failed))];
  if (!areGiven(sides) || judged === null || judged.status !== "given") {
    return { status: worstOf(answers), failed };
  }
  return { status: "given", debate: debateOf(subject, sides, judged, spend), failed };
}

interface Limits extends Pick<TypedSpend, "maxTokens" | "deadlineMs"> {
  /** Models that have not answered in this debate. */
  readonly down: readonly string[];
}

interface Sides {
  readonly bull: Side;
  readonly bear: Side;
}

interface GivenSides {
  readonly bull: Given<Side>;
  readonly bear: Given<Side>;
}

const areGiven = (sides: Sides): sides is GivenSides => sides.bull.status === "given" && sides.bear.status === "given";

interface Roles {
  readonly bull: () => Promise<Side>;
  readonly bear: () => Promise<Side>;
  readonly judge: (sides: Sides) => Promise<TypedAnswer<JudgeReply> | null>;
}

/** Mastra runs the steps; it keeps nothing, starts no timer, and each step ends by its own deadline and signal. */
async function runWorkflow(roles: Roles) {
  const { createStep, createWorkflow } = await loadWorkflows();
  const nothing = z.object({});
  const side = z.custom<Side>();
  const judged = z.custom<TypedAnswer<JudgeReply> | null>();
  const sides = z.object({ bull: side, bear: side });
  const outcome = z.object({ sides, judged });
  const sideStep = (id: "bull" | "bear") =>
    createStep({ id, inputSchema: nothing, outputSchema: side, execute: roles[id] });
  const judgeStep = createStep({
    id: "judge",
    inputSchema: sides,
    outputSchema: outcome,
    execute: async ({ inputData }) => ({ sides: inputData, judged: await roles.judge(inputData) }),
  });
  const workflow = createWorkflow({
    id: "debate",
    inputSchema: nothing,
    outputSchema: outcome,
    options: { validateInputs: false },
  })
    .parallel([sideStep("bull"), sideStep("bear")])
    .then(judgeStep)
    .commit();
  const run = await workflow.createRun();
  const result = await run.start({ inputData: {} });
  if (result.status !== "success") throw new Error(`The debate's workflow ended as ${result.status}.`);
  return result.result;
}

/** Of several answers that are none the one that says most about what to do. */
function worstOf(answers: readonly (Side | TypedAnswer<JudgeReply>)[]): TypedFailure {
  const order = ["aborted", "over-budget", "failed", "rejected"] as const;
  return order.find((status) => answers.some((answer) => answer.status === status)) ?? "failed";
}

const rolesOf = ({ bull, bear }: GivenSides, { facts }: DebateSubject, { check }: DebateSpend) => {
  const roleOf = ({ reply, author }: Given<Side>): DebateRole => ({
    probability: reply.probability,
    points: [...pointsThatStand(reply.points, facts, check)],
    author,
  });
  return { bull: roleOf(bull), bear: roleOf(bear) };
};

function debateOf(
  subject: DebateSubject,
  sides: GivenSides,
  judged: Given<TypedAnswer<JudgeReply>>,
  spend: DebateSpend,
) {
  const { symbol, strategyId, timeframe, forAsOfMs, analysisIds } = subject;
  const { reply, author } = judged;
  const judge = {
    probability: reply.probability,
    points: [...pointsThatStand(reply.points, subject.facts, spend.check)],
    author,
  };
  const roles = { ...rolesOf(sides, subject, spend), judge };
  const cited = new Set(Object.values(roles).flatMap(({ points }) => points.flatMap(({ factIds }) => factIds)));
  const said = {
    symbol,
    strategyId,
    timeframe,
    madeAtMs: spend.nowMs,
    forAsOfMs,
    validUntilMs: unixMs(forAsOfMs + (horizonOf(reply) - 1) * timeframeMs(timeframe)),
    bounds: { above: reply.holdsAbove, below: reply.holdsBelow },
    probability: reply.probability,
    verdict: reply.verdict,
    sizeRatio: sizeRatioOf(reply),
    ...roles,
    facts: subject.facts.filter(({ id }) => cited.has(id)),
    analysisIds: [...analysisIds],
  };
  return { debateId: debateIdOf(said), ...said };
}

/** A line of JSON that names what is debated, then the facts. No amount of the desk's money is in it. */
function userText({ symbol, timeframe, strategyId, isHeld, asOfMs, forAsOfMs, facts }: DebateSubject): string {
  const head = {
    market: symbol,
    timeframe,
    rule: strategyId,
    held: isHeld,
    asOf: toIso(asOfMs),
    decidesAtClose: toIso(forAsOfMs),
  };
  return `${canonicalJson(head)}\n\n${factLines(facts)}`;
}

/** What the judge reads of the others: their probabilities, and the points that stood. */
const casesText = (roles: { readonly bull: DebateRole; readonly bear: DebateRole }): string =>
  (["bull", "bear"] as const)
    .map((name) => {
      const { probability, points } = roles[name];
      return [
        `${name}: probability ${probability}`,
        ...points.map(({ text }) => `- ${text.replace(/\s+/g, " ")}`),
      ].join("\n");
    })
    .join("\n\n");

/** Characters of the longest such text. */
const LONGEST_CASES = 2 * (MOST_POINTS * (LONGEST_POINT + 3) + 60);

let loaded: Promise<Readonly<Record<"bull" | "bear" | "judge", string>>> | undefined;

function instructions() {
  const read = (role: string) => readFile(new URL(`./${role}.md`, import.meta.url), "utf8");
  loaded ??= Promise.all([read("bull"), read("bear"), read("judge")]).then(([bull, bear, judge]) => ({
    bull,
    bear,
    judge,
  }));
  return loaded;
}
