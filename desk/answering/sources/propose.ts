// Floor 4. What the operator wants done → a proposal that he decides. The one tool that does more than read: it journals a
// proposal, and nothing is done by it. Every word of what would be done is the desk's own; of a rule, the operator's.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { ACTS, type Act, type ActKind } from "#schemas/act.ts";
import { ConfigError, PositionError } from "#schemas/errors.ts";
import { decimalFromNumber, multiply, type Price, percent, type Quantity, subtract } from "#schemas/money.ts";
import { MAX_WORDS, type OperatorRule } from "#schemas/operator-rule.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { LimitName } from "#schemas/tightened-limits.ts";
import { PriceWatch } from "#schemas/watch.ts";
import { proposalText, proposeAct } from "../../acts/propose.ts";
import type { Desk } from "../../desk.ts";
import { namedStrategy } from "../../documents/strategy-names.ts";
import { ruleFromJson } from "../../operator-rules/rule-json.ts";
import { ruleFromWords } from "../../operator-rules/rule-words.ts";
import { vocabularyOf } from "../../operator-rules/vocabulary.ts";
import { standingOf } from "../../run-slot/last-candle.ts";
import { Asset, marketOf, TimeframeInput } from "./market-name.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

/** What is said of a token beside its sources, and to sell everything, is the operator's own: no model proposes it. */
const OPERATORS_OWN = ["security-override", "security-lift", "flatten"] as const;
type OperatorsOwn = (typeof OPERATORS_OWN)[number];
const isForModels = (kind: ActKind): kind is Exclude<ActKind, OperatorsOwn> =>
  !(OPERATORS_OWN as readonly ActKind[]).includes(kind);
const KINDS = (Object.keys(ACTS) as ActKind[]).filter(isForModels) as [Exclude<ActKind, OperatorsOwn>];

const Wish = z.object({
  act: z.enum(KINDS).describe(KINDS.map((kind) => `${kind}: ${ACTS[kind].description}`).join("; ")),
  asset: Asset.optional().describe("Of close, reduce, block, unblock, tighten-stop, watch."),
  percent: z
    .number()
    .gt(0)
    .lt(100)
    .optional()
    .describe("Of reduce: share of the position. Of tighten-stop: below the price."),
  quantity: z.string().optional().describe("Of reduce, instead of percent: coins, as a decimal."),
  price: z.number().positive().optional().describe("Of tighten-stop, instead of percent: where the stop is to rest."),
  order: z.string().optional().describe("Of cancel: how its id begins."),
  limit: LimitName.optional().describe("Of tighten."),
  value: z.number().optional().describe("Of tighten: the new limit. Of watch: the level."),
  watch: z.enum(["close-below", "close-above", "price-below", "price-above", "rsi-below", "rsi-above"]).optional(),
  timeframe: TimeframeInput.optional().describe("Of watch; left out: the desk's."),
  rule: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'Of add-rule: {"type","scope",…}. Scope: {"kind":"all"}, {"kind":"assets","assets":["DOGE"]}, {"kind":"group","name":"memecoins"} or {"kind":"strategy","strategyId"}. Types: no-hold-over and no-entries with "when": {"kind":"weekend"}, {"kind":"weekdays","days":["fri"]}, {"kind":"hours","from":"22:00","to":"06:00"}, of no-entries also {"kind":"always"}; max-entries with "per":"day|week" and "count"; max-positions with "count"; max-exposure with "pct"; max-stake with "limit":{"pct":1}. Left out: read from the operator\'s words, else kept as a note.',
    ),
  id: z.string().optional().describe("Of remove-rule and unwatch: r2, w1."),
  strategy: z.string().optional().describe("Left out: of every strategy."),
});
type Wish = z.infer<typeof Wish>;

export const proposeSource = (open: SourceDesk) =>
  factSource({
    id: "propose",
    description:
      "Proposes what the operator asks to be done; he approves or refuses it, nothing is done before. Limits are only tightened, never raised. Gives the proposal's own words, which are shown to him whatever you write.",
    input: Wish,
    proposes: true,
    read: async (wish, run, options): Promise<readonly NewFact[]> => {
      const act = await actOf(open, wish, run, options);
      const made = { act, madeBy: run.conversation ?? "the manager's model", conversation: run.conversation };
      const outcome = await proposeAct(open.desk, made, options);
      if (outcome.status === "refused")
        return [statement("not-proposed", run.language, { why: outcome.reason.replace(/\.$/, "") })];
      const { proposalId } = outcome.proposal;
      return [
        {
          kind: "statement",
          value: inOneLine(proposalText(outcome.proposal)),
          unit: "sentence",
          recordId: proposalId,
          label: "proposal",
        },
        statement("approve-with", run.language, { id: proposalId }),
      ];
    },
  });

/** A line that ends without a mark gets a full stop. */
const inOneLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => (/[.:!?]$/.test(line) ? line : `${line}.`))
    .join(" ");

/** @throws ConfigError for what the act needs and was not given; UnknownNameError; PositionError */
async function actOf(open: SourceDesk, wish: Wish, run: SourceRun, options: CallOptions): Promise<Act> {
  const { desk } = open;
  const symbol = () => marketOf(open, given(wish, "asset"));
  const strategyId = namedStrategy(desk, wish.strategy);
  switch (wish.act) {
    case "pause":
    case "resume":
      return { kind: wish.act, strategyId };
    case "close":
      return { kind: wish.act, symbol: symbol(), strategyId };
    case "reduce": {
      const amount =
        wish.quantity === undefined ? { pct: given(wish, "percent") } : { quantity: wish.quantity as Quantity };
      return ACTS.reduce.parse({ kind: wish.act, symbol: symbol(), strategyId, amount });
    }
    case "cancel":
      return { kind: wish.act, order: given(wish, "order") };
    case "block":
    case "unblock":
      return { kind: wish.act, what: given(wish, "asset") };
    case "tighten":
      return { kind: wish.act, limit: given(wish, "limit"), value: given(wish, "value") };
    case "tighten-stop": {
      const market = symbol();
      const price =
        wish.price === undefined
          ? await below(desk, market, given(wish, "percent"), options)
          : (decimalFromNumber(wish.price) as Price);
      return { kind: wish.act, symbol: market, strategyId, price };
    }
    case "add-rule":
      return { kind: wish.act, rule: ruleOf(desk, wish, run), words: run.question.slice(0, MAX_WORDS) };
    case "remove-rule":
      return { kind: wish.act, ruleId: given(wish, "id") };
    case "watch":
      return { kind: wish.act, watch: watchOf(wish, symbol(), desk.config.timeframe) };
    case "unwatch":
      return { kind: wish.act, watchId: given(wish, "id") };
  }
}

function given<Name extends keyof Wish>(wish: Wish, name: Name): NonNullable<Wish[Name]> {
  const value = wish[name];
  if (value !== undefined) return value as NonNullable<Wish[Name]>;
  throw new ConfigError({
    was: `${wish.act} was proposed without ${name}.`,
    remedy: `Give ${name}, or ask the operator.`,
  });
}

/** A stop so many percent below the last price. @throws PositionError where there is none */
async function below(
  desk: Desk,
  symbol: ReturnType<typeof marketOf>,
  pct: number,
  options: CallOptions,
): Promise<Price> {
  const standing = await standingOf(desk, symbol, options);
  if (standing.trades) return multiply(decimalFromNumber(standing.price), subtract("1", percent("1", pct))) as Price;
  throw new PositionError({ was: `${symbol} has no price: ${standing.why}.`, remedy: "Give the stop as a price." });
}

/** As typed by the model, else as read from the operator's own words, else a note. @throws ConfigError with the faults of what it typed */
function ruleOf(desk: Desk, { rule }: Wish, { question }: SourceRun): OperatorRule {
  const read = rule === undefined ? null : ruleFromJson(rule);
  if (read?.status === "rule") return read.rule;
  const wish = question
    .replace(/^(?:please )?remember(?: that)? /i, "")
    .replace(/^i (?:never |do not |don't )?want to /i, "never ");
  const ofWords = ruleFromWords(wish, vocabularyOf(desk));
  if (ofWords !== null) return ofWords;
  if (read !== null)
    throw new ConfigError({
      was: `The rule is none: ${read.faults.join("; ")}.`,
      remedy: "Correct it, or leave `rule` out: the operator's words are kept as a note then.",
    });
  return { type: "note", text: question.slice(0, MAX_WORDS) };
}

function watchOf(wish: Wish, symbol: ReturnType<typeof marketOf>, base: Desk["config"]["timeframe"]): PriceWatch {
  const kind = given(wish, "watch");
  const level = given(wish, "value");
  if (kind.startsWith("price")) return PriceWatch.parse({ kind, symbol, level: decimalFromNumber(level) });
  const timeframe = wish.timeframe ?? base;
  return PriceWatch.parse({
    kind,
    symbol,
    timeframe,
    level: kind.startsWith("rsi") ? level : decimalFromNumber(level),
  });
}
