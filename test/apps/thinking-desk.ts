// A desk that has thought, through the product's own way of keeping a thought.
import type { Attempt, TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import { thoughtsCommands } from "#apps/commands/thoughts.ts";
import { keepThought, type Talked } from "#desk/answering/thoughts.ts";
import { deskText, type Fact, modelText } from "#schemas/fact.ts";
import type { RunSpan } from "#schemas/thought.ts";
import { NO_WORK } from "#schemas/work.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const [LIST] = thoughtsCommands;

export const span = (over: Partial<RunSpan>): RunSpan => ({
  kind: "model",
  name: "model",
  parent: 0,
  startMs: 5,
  durationMs: 400,
  inputTokens: null,
  outputTokens: null,
  failed: false,
  ...over,
});

const SPANS = [
  span({ kind: "run", name: "run", parent: null, startMs: 0, durationMs: 1_234 }),
  span({ inputTokens: 900, outputTokens: 30 }),
  span({ kind: "tool", name: "analysis", startMs: 405, durationMs: 8 }),
  span({ startMs: 420, durationMs: 814, failed: true }),
];

const RSI: Fact = {
  id: "f1",
  kind: "rsi",
  value: 27.4,
  unit: "index",
  currency: null,
  market: null,
  timeframe: null,
  window: null,
  asOfMs: null,
  recordId: null,
  strategyId: null,
  rank: null,
  quoted: false,
  label: "RSI",
};

export type Over = Omit<Partial<Attempt>, "draft"> & { readonly draft?: string };
export const attempt = ({ draft = "RSI is {{f1}}.\nIt will be 99.9 soon.", ...over }: Over): Attempt => ({
  model: "custom/m",
  draft: modelText(draft),
  uses: [
    {
      tool: "analysis",
      input: { asset: "BTC", timeframe: "1h", limit: 5 },
      factIds: ["f1", "f4", "f5"],
      refusal: null,
    },
    { tool: "screen", input: { by: "rsi 88" }, factIds: [], refusal: "rsi 88 is no column." },
  ],
  dropped: [{ sentence: 2, rule: "digit", layer: "figure", words: "99.9 soon" }] as unknown as Attempt["dropped"],
  ended: "completed",
  failure: "digit",
  ...over,
});

/** What a thought is kept with, beside what stands here. */
export interface Thinking extends Partial<Omit<Talked, "talk">> {
  readonly attempts?: readonly Attempt[];
  readonly talk?: Partial<TalkOutcome>;
}

/** One more thought of a desk. */
export async function think(desk: Parameters<typeof keepThought>[0], { talk, ...over }: Thinking = {}): Promise<void> {
  const { attempts = [attempt({})], ...parts } = over;
  const outcome = {
    status: "answered",
    model: "custom/m",
    text: deskText("RSI is 27.4."),
    facts: [RSI],
    dropped: [],
    brokeOff: null,
    language: "en",
    attempts,
    given: [RSI],
    nextFactId: 2,
    isForeign: false,
    ...talk,
  } as TalkOutcome;
  const work = { ...NO_WORK, modelCalls: 2, inputTokens: 1_900, outputTokens: 90, estimatedTokens: 1_060 };
  await keepThought(desk, {
    question: "how is BTC?",
    conversation: "me",
    atMs: START_MS,
    answer: { model: "custom/m", work },
    talk: outcome,
    traces: attempts.map(() => SPANS),
    instructions: "abcdef",
    ...parts,
  });
}

/** A desk that has thought once. */
export async function thinkingDesk(thinking: Thinking = {}) {
  const opened = await simulatedDesk();
  await think(opened.desk, thinking);
  const { document } = await opened.run<{ readonly thoughts: readonly { readonly id: string }[] }>(LIST);
  return { ...opened, id: document.thoughts[0]?.id ?? "" };
}
