// Bench. A model made of rules in the place of a provider's, metered as one: it says nothing of its usage, so tokens are characters
// through 4. And the rules of one that does its job: it reads a market, writes briefs and answers, all by reference.
import { admitCall, meterCall, meteredStream } from "#agents/models/metered.ts";
import { type Rule, RuleModel } from "#agents/models/rule-model.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";

/** Calls made so far, and the characters of what was asked and answered, through 4. */
export interface Billed {
  calls: number;
  tokens: number;
}

export interface ScriptedChoice {
  readonly choice: ModelChoice;
  readonly billed: Billed;
}

export function scriptedChoice(id: string, rule: Rule): ScriptedChoice {
  const billed: Billed = { calls: 0, tokens: 0 };
  const inner = new RuleModel([rule], { id });
  type Asked = Parameters<RuleModel["doGenerate"]>[0];
  const bill = (asked: Asked, answered: string): void => {
    billed.calls += 1;
    billed.tokens += Math.ceil(JSON.stringify([asked.prompt, asked.tools]).length / 4) + Math.ceil(answered.length / 4);
  };
  const choice: ModelChoice = {
    id,
    modelFor: () => (run) => {
      if (run === null) return inner;
      const begin = (asked: Asked) => {
        admitCall(run);
        return meterCall(run.tally, asked, asked.abortSignal ?? NEVER_ABORTED.signal);
      };
      return {
        ...{ specificationVersion: "v4" as const, provider: "scripted", modelId: id, supportedUrls: {} },
        async doGenerate(asked: Asked) {
          const call = begin(asked);
          const result = await inner.doGenerate(asked);
          let text = "";
          for (const part of result.content) if (part.type === "text") text += part.text;
          call.received(text);
          call.settle(result.usage);
          bill(asked, text);
          return result;
        },
        async doStream(asked: Asked) {
          const call = begin(asked);
          const { content } = await inner.doGenerate(asked);
          bill(
            asked,
            content
              .map((part) => (part.type === "text" ? part.text : "input" in part ? String(part.input) : ""))
              .join(""),
          );
          return meteredStream(await inner.doStream(asked), call);
        },
      };
    },
  };
  return { choice, billed };
}

interface Line {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly rest: string;
}

const linesIn = (text: string): readonly Line[] =>
  [...text.matchAll(/^(f\d+) = (.*?) · ([^\n]*?)(?: · ([^\n]*))?$/gm)].map(
    ([, id = "", value = "", label = "", rest = ""]) => ({
      id,
      value,
      label,
      rest,
    }),
  );

const found = (lines: readonly Line[], label: RegExp): Line | undefined =>
  lines.findLast((line) => label.test(line.label));

/** What can be said of whatever facts there are, one sentence each. */
function sentences(lines: readonly Line[]): readonly string[] {
  const said: string[] = [];
  const [price, rsi, change, atr] = [
    /^close of the newest/,
    /^RSI \(Wilder/,
    /^change over a day/,
    /^ATR \(Wilder/,
  ].map((label) => found(lines, label));
  if (price !== undefined) said.push(`The price is {{${price.id}}}.`);
  if (rsi !== undefined) said.push(`The RSI is {{${rsi.id}}}.`);
  if (change !== undefined) said.push(`The change over a day is {{${change.id}}}.`);
  if (atr !== undefined) said.push(`The ATR is {{${atr.id}}}.`);
  const [breadth, equity] = [found(lines, /^market breadth/), found(lines, /^equity/)];
  if (breadth !== undefined) said.push(`{{${breadth.id}}}`);
  if (equity !== undefined) said.push(`The equity is {{${equity.id}}}.`);
  return said;
}

/** Asleep: briefs, and answers to what is expected, each question's facts in another order. */
export const asleep: Rule = ({ user }) => {
  const lines = linesIn(user);
  const said = sentences(lines);
  const questions = [...(/\nQuestions, answered in \w+:\n([\s\S]*)$/.exec(user)?.[1] ?? "").matchAll(/^(\d+)\. /gm)];
  if (questions.length > 0) {
    const answers = questions.map(([, number]) => ({
      number: Number(number),
      text: said.slice(0, 1 + (Number(number) % said.length)).join(" "),
    }));
    return { text: JSON.stringify({ answers }) };
  }
  return {
    text: JSON.stringify({
      text: said.slice(0, 3).join(" "),
      bull: said.slice(1, 2),
      bear: said.slice(2, 3),
      wouldChange: said[0] ?? "",
      above: null,
      below: null,
      horizonCandles: 48,
      openQuestions: [],
    }),
  };
};

/** Asleep, whatever it is to write: debates and plans too, each of them in bounds. */
export const judging: Rule = (turn) => {
  const { system, user } = turn;
  const lines = linesIn(user);
  const points = sentences(lines).slice(0, 2);
  if (/^You are the (bull|bear)/.test(system)) return { text: JSON.stringify({ probability: 0.5, points }) };
  if (system.startsWith("You judge a debate")) {
    const holds = { horizonCandles: 6, holdsAbove: null, holdsBelow: null };
    return { text: JSON.stringify({ probability: 0.5, verdict: "shrink", sizeRatio: 0.5, ...holds, points }) };
  }
  if (!system.startsWith("You are the DeepTraderManager")) return asleep(turn);
  const price = found(lines, /^close of the newest/);
  const level = Number.parseFloat(price?.value.replaceAll(",", "") ?? "") * 0.998;
  const plan = {
    ...{ enterWhen: "at-or-below", level, onlyWhile: [], stopPrice: level * 0.97, targetPrice: level * 1.05 },
    ...{
      maxHoldCandles: null,
      sizeRatio: 0.5,
      expiresInCandles: 24,
      cites: [price?.id ?? ""],
      reason: points[0] ?? "",
    },
  };
  return { text: JSON.stringify({ plan: Number.isFinite(level) ? plan : null }) };
};

/** Awake: one read of the market that is named, unless a brief of it is at hand; then an answer. */
export const awake: Rule = ({ user, tools, toolResults }) => {
  const read = toolResults.map(({ output }) =>
    typeof output === "string" ? output : ((output as { facts?: string }).facts ?? JSON.stringify(output)),
  );
  const lines = [...linesIn(user), ...read.flatMap(linesIn)];
  const isAtHand = lines.some(({ label }) => label.startsWith("brief of "));
  const question = /The operator asks:\n([\s\S]*)$/.exec(user)?.[1] ?? "";
  const asset = /\b[A-Z][A-Z0-9]{1,9}\b/.exec(question)?.[0];
  if (!isAtHand && read.length === 0 && tools.includes("analysis")) {
    return asset === undefined
      ? { call: [{ tool: "market", input: {} }] }
      : { call: [{ tool: "analysis", input: { asset } }] };
  }
  return { text: sentences(lines).slice(0, 3).join(" ") || "{{f1}}" };
};
