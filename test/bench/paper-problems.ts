// Problems of our own in the shape of the paper's file, and what is right about them. None of them is from the data set.

interface OwnProblem {
  readonly id: number;
  readonly instance: number;
  readonly question: string;
  readonly answer: string;
}

const SHED = "A shed holds 4 crates. Each crate holds 6 lamps.";

/** Four templates with two instances; two problems of template 0 share a context, one has an answer that is no whole number. */
export const OWN_PROBLEMS: readonly OwnProblem[] = [
  { id: 0, instance: 0, question: `${SHED} How many lamps are in the shed?`, answer: "4*6=24\n#### 24" },
  { id: 0, instance: 1, question: `${SHED} How many lamps are in half of the crates?`, answer: "2*6=12\n#### 12" },
  {
    id: 1,
    instance: 0,
    question: "Ivo rows 9 km. He rests and rows 3 km less. How far did he row?",
    answer: "9+6=15\n#### 15",
  },
  {
    id: 1,
    instance: 1,
    question: "Uma rows 8 km. She rests and rows 3 km less. How far did she row?",
    answer: "8+5=13\n#### 13",
  },
  {
    id: 2,
    instance: 0,
    question: "A rope of 7 m is cut. Two equal parts are kept. How long is each, in m?",
    answer: "7/2=3.5\n#### 3.5",
  },
  {
    id: 2,
    instance: 1,
    question: "A rope of 9 m is cut. Two equal parts are kept. How long is either, in m?",
    answer: "9/2=4.5\n#### 4.5",
  },
  {
    id: 3,
    instance: 0,
    question: "A stall sells 1,200 figs. Half are spoilt. Say how many are left.",
    answer: "600\n#### 600",
  },
  {
    id: 3,
    instance: 1,
    question: "A stall sells 1,400 figs. Half are spoilt. Say how many are left.",
    answer: "700\n#### 700",
  },
];

export const ownFile = (problems: readonly OwnProblem[] = OWN_PROBLEMS): string =>
  problems
    .map((row) => `${JSON.stringify({ ...row, original_id: 1, original_question: "", canary: "none" })}\n`)
    .join("");

/** What a scripted server knows: the answer by the text of the question. */
export const answerTo = (question: string): string =>
  OWN_PROBLEMS.find((row) => row.question.includes(question))?.answer.split("#### ")[1] ?? "?";
