// Bench. One seed, one stream of synthetic questions, one setting of the desk → every question with what it took, whether it
// said what the from-scratch answer at the same moment says, and how predictable it was.

import { parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { Predictor } from "#desk/planning/predictor.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Answer } from "#schemas/question.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { LedgerEntry, Work } from "#schemas/work.ts";
import { JUDGEMENT_JOBS, workUnits } from "#schemas/work.ts";
import {
  DESK_TIMEFRAME,
  type EvalDesk,
  type EvalMarket,
  OTHER_TIMEFRAME,
  openEvalDesk,
  saidBy,
  sumWork,
  tick,
} from "./eval-desk.ts";
import { type ForgetfulDesk, forgetful } from "./forgetful-desk.ts";
import { type PrequentialScores, ScoredPredictor } from "./prequential.ts";
import { type BankItem, drawItems, questionBank, shuffled } from "./traffic.ts";

/** How synthetic questions fall. */
export interface Demand {
  readonly name: string;
  /** Zipf's exponent; 0 is uniform. */
  readonly skew: number;
  /** Mean number a bar; below 1 a bar has one question with that probability. */
  readonly perBar: number;
  /** The favourites are others at every bar: what was asked says nothing of what will be. */
  readonly reshuffled?: boolean;
  /** Only questions about two markets or all of them: what digests and pre-answers are for. */
  readonly wide?: boolean;
}

export interface Asked {
  readonly bar: number;
  readonly item: BankItem;
  readonly path: Answer["path"];
  readonly work: Work;
  readonly units: number;
  readonly scratchWork: Work;
  readonly scratchUnits: number;
  readonly equal: boolean;
  /** The from-scratch answer without its time line. */
  readonly content: string;
  /** −log2 of the probability that the product's predictor gave to it before it learnt it. */
  readonly bits: number;
  /** The same of a predictor that was told another question each time it was to learn this one. */
  readonly shuffledBits: number;
}

export interface Session {
  readonly seed: number;
  readonly asked: readonly Asked[];
  readonly entries: readonly LedgerEntry[];
  /** The journal. */
  readonly events: readonly JournalEvent[];
  /** Work units by the ledger's job. */
  readonly spent: ReadonlyMap<LedgerEntry["job"], number>;
  readonly bars: number;
  /** The product's predictor over the same questions, beside plain ones. */
  readonly scores: PrequentialScores;
}

export interface SessionParts {
  readonly market: EvalMarket;
  readonly demand: Demand;
  readonly bars: number;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  /** False: no cycle runs at all; questions are all there is, and what they make is remembered. */
  readonly sleeps?: boolean;
  readonly oracle: Oracle;
  /** Called after the bar's tick and before its questions. */
  readonly beforeQuestions?: (desk: EvalDesk, bar: number) => Promise<void>;
}

interface Scratch {
  readonly said: string;
  /** Without its time line. */
  readonly content: string;
  readonly work: Work;
}

/** One in so many from-scratch answers about a market goes the whole way through the agents, as a check on the short one. */
const CHECKED_EVERY = 40;

/** From-scratch answers of one seed, each made once: without a memory the same question costs the same again. */
export class Oracle {
  readonly #known = new Map<string, Scratch>();
  #direct = 0;

  /** @throws Error where the way through the agents says or costs anything else than the short one */
  async of(bare: ForgetfulDesk, bar: number, item: BankItem): Promise<Scratch> {
    const key = `${bar} ${item.text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made =
      item.symbol === null ? scratchOf(await bare.ask(item.text)) : await this.#aboutMarket(bare, item, item.symbol);
    this.#known.set(key, made);
    return made;
  }

  async #aboutMarket(bare: ForgetfulDesk, { text, swept }: BankItem, symbol: MarketSymbol): Promise<Scratch> {
    const timeframe = swept ? DESK_TIMEFRAME : OTHER_TIMEFRAME;
    const made = scratchOf(await bare.askDirectly(text, { symbol, timeframe }));
    this.#direct += 1;
    if (this.#direct % CHECKED_EVERY !== 1) return made;
    const delegated = scratchOf(await bare.ask(text));
    if (delegated.said === made.said && workUnits(delegated.work) === workUnits(made.work)) return made;
    throw new Error(`"${text}" by way of the agents: ${JSON.stringify(delegated)}; directly: ${JSON.stringify(made)}`);
  }
}

const scratchOf = (answer: Answer): Scratch => ({
  said: saidBy(answer),
  content: contentOf(answer),
  work: answer.work,
});

/** The last thing an answer says is which time it is of. */
const contentOf = ({ answer }: Answer): string => answer.replace(/\s+As of [^\n]*$/, "");

export const bankOf = (market: EvalMarket): readonly BankItem[] => questionBank(market.symbols, OTHER_TIMEFRAME);

/** The questions of every bar: the same for every setting of the desk. */
export function streamOf({ market, demand, bars }: Pick<SessionParts, "market" | "demand" | "bars">): BankItem[][] {
  const bank = bankOf(market).filter(({ symbol }) => demand.wide !== true || symbol === null);
  const { seed } = market;
  const draw = drawItems(bank, { ...demand, seed });
  // Even in time where there is less than one a bar: a day has its questions, wherever they fall.
  let due = 0;
  return Array.from({ length: bars }, (_, bar) => {
    due += demand.perBar;
    // Sums of fractions fall short of the whole number by a rounding.
    const count = Math.floor(due + 1e-9);
    due -= count;
    const next = demand.reshuffled === true ? drawItems(bank, { ...demand, seed: seed * 1000 + bar }) : draw;
    return Array.from({ length: count }, next);
  });
}

/** Every question of the bank with its intent, and another question's to tell a predictor that shall learn nothing. */
function readBank({ symbols, seed }: EvalMarket, bank: readonly BankItem[]) {
  const context = { symbols, quote: "USDT", defaultTimeframe: DESK_TIMEFRAME };
  const intents = bank.map(({ text, kind }) => {
    const parsed = parseQuestion(text, context);
    if (!("intent" in parsed)) throw new Error(`the grammar does not know "${text}"`);
    if (parsed.intent.kind !== kind) throw new Error(`"${text}" was read as ${parsed.intent.kind}, not ${kind}`);
    return parsed.intent;
  });
  const others = shuffled(intents, seed, "history");
  return new Map(bank.map(({ text }, index) => [text, { intent: intents[index], other: others[index] }]));
}

export async function runSession(parts: SessionParts): Promise<Session> {
  const { market, bars, thinking = {}, sleeps = true, oracle } = parts;
  await using desk = await openEvalDesk({ market, thinking });
  const bare = forgetful(desk);
  const of = { deskId: desk.desk.deskId, venueId: market.marketData.venueId };
  const [predictor, misled] = [new ScoredPredictor(of), new Predictor(of)];
  const read = readBank(market, bankOf(market));
  const asked: Asked[] = [];
  for (const [bar, items] of streamOf(parts).entries()) {
    const slotMs = desk.toBar(bar);
    if (sleeps) await tick(desk, slotMs);
    await parts.beforeQuestions?.(desk, bar);
    for (const item of items) {
      const { intent, other } = read.get(item.text) ?? {};
      if (intent === undefined || other === undefined) throw new Error(`"${item.text}" is not of the bank`);
      const scratch = await oracle.of(bare, bar, item);
      const answer = await desk.ask(item.text);
      asked.push({
        bar,
        item,
        path: answer.path,
        work: answer.work,
        units: workUnits(answer.work),
        scratchWork: scratch.work,
        scratchUnits: workUnits(scratch.work),
        equal: saidBy(answer) === scratch.said,
        content: scratch.content,
        bits: -Math.log2(predictor.guess(intent, slotMs).probability),
        shuffledBits: -Math.log2(misled.guess(intent, slotMs).probability),
      });
      predictor.learn({ intent, atMs: slotMs });
      misled.learn({ intent: other, atMs: slotMs });
    }
  }
  const entries = await desk.entries();
  const events = await desk.events();
  return { seed: market.seed, asked, entries, events, spent: spentByJob(entries), bars, scores: predictor.scores() };
}

export function spentByJob(entries: readonly LedgerEntry[]): ReadonlyMap<LedgerEntry["job"], number> {
  const jobs = new Set(entries.map(({ job }) => job));
  return new Map(
    [...jobs].map((job) => [
      job,
      workUnits(sumWork(entries.filter((entry) => entry.job === job).map(({ work }) => work))),
    ]),
  );
}

/** Work above the sweep: everything asleep but the sweep itself. */
export const aboveSweep = ({ spent }: Pick<Session, "spent">): number =>
  (["thinking", "relationships", ...JUDGEMENT_JOBS, "shadow"] as const).reduce(
    (sum, job) => sum + (spent.get(job) ?? 0),
    0,
  );

export const totalUnits = (asked: readonly Asked[], of: "units" | "scratchUnits"): number =>
  asked.reduce((sum, row) => sum + row[of], 0);
