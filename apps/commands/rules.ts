// Floor 6. `rules`: the operator's own rules, listed, made and taken away. No model is asked.
import { z } from "zod";
import type { Desk } from "#desk/desk.ts";
import { formatTime } from "#desk/documents/format.ts";
import { addOperatorRule, RuleAnswer, removeOperatorRule } from "#desk/operator-rules/add-rule.ts";
import { describeRule, RuleDescription } from "#desk/operator-rules/describe-rule.ts";
import { ruleFromJson } from "#desk/operator-rules/rule-json.ts";
import { ruleFromWords } from "#desk/operator-rules/rule-words.ts";
import { vocabularyOf } from "#desk/operator-rules/vocabulary.ts";
import { UsageError } from "#schemas/errors.ts";
import { MAX_WORDS, type OperatorRule, OperatorWords, StandingRule } from "#schemas/operator-rule.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { Style } from "../io.ts";

/** Who types, unless --by says so. @throws UsageError */
export function byOf({ by }: CommandInput["flags"]): string {
  if (by === undefined) return "operator";
  const parsed = OperatorWords.safeParse(by);
  if (parsed.success) return parsed.data;
  throw new UsageError({ was: "--by is no name.", expected: "a name on one line", remedy: "Correct it." });
}

/** @throws UsageError */
export function wordsOf({ args }: CommandInput, what: string, remedy: string): string {
  const parsed = OperatorWords.safeParse(args.join(" ").replaceAll(/\s+/g, " "));
  if (parsed.success) return parsed.data;
  throw new UsageError({ was: `${what} is not one line of 1 to ${MAX_WORDS} characters.`, remedy });
}

const EXAMPLE = 'For example `deeptrader rules add "never hold memecoins over the weekend"`.';

const RulesDocument = z.object({ rules: z.array(StandingRule.extend(RuleDescription.shape)) });

const rulesList = deskCommand({
  name: "rules list",
  document: RulesDocument,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }) => ({
    rules: [...desk.account.portfolio().rules.values()].map((standing) => ({
      ...standing,
      ...describeRule(desk, standing.rule),
    })),
  }),
  render: ({ rules }, style) =>
    rules.length === 0
      ? `No rules of yours. ${EXAMPLE}`
      : rules
          .map(({ ruleId, words, by, atMs, text, enforced }) =>
            [
              `${style.bold(ruleId)}  "${words}"  ${style.dim(`${by}, ${formatTime(atMs)} UTC`)}`,
              `    ${enforced ? text : style.warn(text)}`,
            ].join("\n"),
          )
          .join("\n"),
});

const rulesAdd = deskCommand({
  name: "rules add",
  document: RuleAnswer,
  exchange: "when-needed",
  exclusive: true,
  writes: true,
  check: (input) => {
    byOf(input.flags);
    wordsOf(input, "The rule", EXAMPLE);
    typedOf(input.flags);
  },
  execute: async ({ desk }, input, options) => {
    const words = wordsOf(input, "The rule", EXAMPLE);
    const rule = typedOf(input.flags) ?? readRule(desk, words);
    return addOperatorRule(desk, { rule, words, by: byOf(input.flags) }, options);
  },
  failed: ({ status }) => status === "refused",
  render: addedText,
});

/** What is in none of the wordings is kept as a note. */
const readRule = (desk: Pick<Desk, "markets" | "strategies">, words: string): OperatorRule =>
  ruleFromWords(words, vocabularyOf(desk)) ?? { type: "note", text: words };

/** The rule of --typed; null: it was not given. @throws UsageError */
function typedOf({ typed }: CommandInput["flags"]): OperatorRule | null {
  if (typeof typed !== "string") return null;
  const read = ruleFromJson(parsedJson(typed));
  if (read.status === "rule") return read.rule;
  throw new UsageError({
    was: `--typed is no rule: ${read.faults.join("; ")}.`,
    remedy: 'For example --typed \'{"type":"max-positions","scope":{"kind":"group","name":"memecoins"},"count":2}\'.',
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const WORDINGS = `The desk reads rules such as:
  never hold memecoins over the weekend · no entries in DOGE on Sundays
  max two entries a day in AI tokens · at most 3 positions in memecoins
  never more than 5 % in memecoins · at most 100 USDT a trade in DOGE and SHIB`;

function addedText(answer: RuleAnswer, style: Style): string {
  if (answer.status === "refused") return answer.reason;
  const { rule, text } = answer;
  const undo = style.dim(`deeptrader rules remove ${rule.ruleId}`);
  if (rule.rule.type !== "note") return `${style.bold(rule.ruleId)} holds from now on. ${text}\n${undo}`;
  return `${style.bold(rule.ruleId)} is kept. ${style.warn(text)}\n${WORDINGS}\n${undo}`;
}

const rulesRemove = deskCommand({
  name: "rules remove",
  document: RuleAnswer,
  exchange: "not-asked",
  exclusive: true,
  writes: true,
  check: ({ flags }) => void byOf(flags),
  execute: ({ desk }, { args, flags }, options) => {
    const words = OperatorWords.catch("by the operator").parse(flags["reason"]);
    return removeOperatorRule(desk, { ruleId: args[0] ?? "", by: byOf(flags), words }, options);
  },
  failed: ({ status }) => status === "refused",
  render: (answer) => (answer.status === "refused" ? answer.reason : answer.text),
});

export const rulesCommands = [rulesList, rulesAdd, rulesRemove] as const;
