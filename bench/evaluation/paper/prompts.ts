// Bench. What the model is told, asleep and awake. The paper's five levels of verbosity, in words of our own.

/** Verbosity 0 to 4: how much a model may write before it answers. */
const VERBOSITY = [
  'Write one sentence and nothing else: "The answer is" and the number.',
  'Write one short sentence of reasoning, then one sentence: "The answer is" and the number.',
  'Write two short sentences of reasoning, then one sentence: "The answer is" and the number.',
  'Reason as far as it takes to be right and no further. End with one sentence: "The answer is" and the number.',
  'Reason step by step, explain every step and check each number before you use it. End with one sentence: "The answer is" and the number.',
] as const;

export const VERBOSITY_LEVELS = VERBOSITY.map((_, level) => level);

export const SLEEP_SYSTEM = [
  "You prepare for questions that have not been asked yet.",
  "You are given a situation. Work out every quantity that somebody could ask for about it: totals, differences, shares, what is left,",
  "rates over time, in the units that are named and in those that they convert to. Write each as a line with its calculation and its value.",
  "Check each calculation once. Leave out what is no use for a question with a number as its answer.",
].join("\n");

export const sleepUser = (context: string): string => `Situation:\n${context}`;

/** @param verbosity 0–4 @throws RangeError for another one */
export function answerSystem(verbosity: number): string {
  const words = VERBOSITY[verbosity];
  if (words === undefined) throw new RangeError(`verbosity is ${verbosity}`);
  return [
    "You answer a question about a situation with one number, without its unit.",
    "Where notes about the situation are given, use what they have worked out and do not work it out again.",
    words,
  ].join("\n");
}

/** The context is given with its question, whether there are notes or not; as in the paper. */
export const answerUser = (
  { context, question }: { readonly context: string; readonly question: string },
  notes: readonly string[],
): string =>
  [
    ...notes.map((note, index) => `Notes ${index + 1} of ${notes.length}:\n${note}`),
    `Situation:\n${context}`,
    `Question:\n${question}`,
  ].join("\n\n");

/** All the words: results of other words are other results. */
export const ALL_PROMPTS: readonly string[] = [
  SLEEP_SYSTEM,
  sleepUser("c"),
  ...VERBOSITY_LEVELS.map(answerSystem),
  answerUser({ context: "c", question: "q" }, ["n", "m"]),
];
