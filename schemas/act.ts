// Floor 1. What an operator may have done, as plain values: the acts, and a proposal of one that waits for a person's word.
// Loosening a limit is no act: nobody can propose it.
import { z } from "zod";
import { Decision } from "./decision.ts";
import { FloatPrice, Price, Quantity } from "./money.ts";
import { OperatorRule, OperatorWords } from "./operator-rule.ts";
import { Order } from "./order.ts";
import { SecurityOverride } from "./security-trust.ts";
import { LimitName } from "./tightened-limits.ts";
import { MarketSymbol, UnixMs } from "./units.ts";
import { PriceWatch } from "./watch.ts";

/** Who acts where nobody is named. */
export const OPERATOR = "operator";

const strategyId = z
  .string()
  .nullable()
  .default(null)
  .describe("the strategy it is about; null: of every strategy, or of the whole desk");
const symbol = MarketSymbol.describe("a market that is held, such as SOL/USDT");
const what = z.string().min(1).describe("an asset such as SOL (all its markets), or one market such as SOL/USDT");

/** How much of a position is sold. */
export const SaleAmount = z.union([
  z.object({ pct: z.number().gt(0).lt(100).describe("percent of what is held, above 0 and below 100") }),
  z.object({ quantity: Quantity.describe("of the base coin, a decimal string") }),
]);
export type SaleAmount = z.infer<typeof SaleAmount>;

/** By kind. A new kind is a row here and one in desk/acts/registry.ts. */
export const ACTS = {
  pause: z.object({ kind: z.literal("pause"), strategyId }).describe("no entries; stops, targets and exits stay"),
  resume: z
    .object({ kind: z.literal("resume"), strategyId })
    .describe("entries again; lifts a pause or a drawdown stop"),
  flatten: z
    .object({ kind: z.literal("flatten"), strategyId })
    .describe("sell all that is held, cancel what would buy, and pause"),
  close: z.object({ kind: z.literal("close"), symbol, strategyId }).describe("sell all that is held of a market"),
  reduce: z
    .object({ kind: z.literal("reduce"), symbol, strategyId, amount: SaleAmount })
    .describe("sell a part of what is held of a market"),
  cancel: z
    .object({ kind: z.literal("cancel"), order: z.string().min(1).describe("its clientOrderId, or how that begins") })
    .describe("cancel a working order"),
  block: z.object({ kind: z.literal("block"), what }).describe("no entries of an asset or market; exits stay"),
  unblock: z.object({ kind: z.literal("unblock"), what }).describe("entries of a blocked asset or market again"),
  tighten: z
    .object({
      kind: z.literal("tighten"),
      limit: LimitName,
      value: z.number().describe("in the units of the configuration"),
    })
    .describe("set a limit of the risk gate tighter than it is; never looser"),
  "tighten-stop": z
    .object({ kind: z.literal("tighten-stop"), symbol, strategyId, price: Price.describe("where the stop is to rest") })
    .describe("move the stop of a position nearer to the price; never farther"),
  "add-rule": z
    .object({ kind: z.literal("add-rule"), rule: OperatorRule, words: OperatorWords })
    .describe("a rule of the operator's own, which only tightens; what cannot be typed is a note"),
  "remove-rule": z
    .object({ kind: z.literal("remove-rule"), ruleId: z.string().min(1) })
    .describe("take one of the operator's rules away"),
  watch: z
    .object({ kind: z.literal("watch"), watch: PriceWatch })
    .describe("tell the operator once when a close, a price or an RSI is over or under a level"),
  "security-override": SecurityOverride.extend({
    kind: z.literal("security-override"),
    target: z.string().min(1).describe("a coin such as SOL, or a contract as CHAIN:ADDRESS"),
    why: z.string().min(1).max(200).describe("kept in the journal, and shown with it"),
  }).describe(
    "bar a coin or contract, or take a fact that its sources leave open as given; nothing that was found is undone",
  ),
  "security-lift": SecurityOverride.pick({ target: true, fact: true })
    .extend({ kind: z.literal("security-lift") })
    .describe("take such a word back"),
  unwatch: z.object({ kind: z.literal("unwatch"), watchId: z.string().min(1) }).describe("take a watch away"),
} as const;

export const Act = z.discriminatedUnion("kind", [
  ACTS.pause,
  ACTS.resume,
  ACTS.flatten,
  ACTS.close,
  ACTS.reduce,
  ACTS.cancel,
  ACTS.block,
  ACTS.unblock,
  ACTS.tighten,
  ACTS["tighten-stop"],
  ACTS["add-rule"],
  ACTS["remove-rule"],
  ACTS.watch,
  ACTS.unwatch,
  ACTS["security-override"],
  ACTS["security-lift"],
]);
export type Act = z.infer<typeof Act>;
export type ActKind = Act["kind"];
export type ActOf<Kind extends ActKind> = Extract<Act, { kind: Kind }>;

/**
 * An entry that the gate has passed and that waits for a person (`approve` is `entries`). The desk alone makes it, from a decision of
 * its own: it is no `Act`, so no command, chat, model or program can ask for one.
 */
export const WaitingEntry = z
  .object({
    kind: z.literal("enter"),
    slotMs: UnixMs.describe("the close that it was decided at"),
    decision: Decision,
    order: Order.describe("as the gate has passed it; at approval it is judged again, and may come out smaller"),
  })
  .describe("buy what a strategy has decided to, once the gate passes it again");
export type WaitingEntry = z.infer<typeof WaitingEntry>;

/** What a proposal may be of. */
export const ProposedAct = z.discriminatedUnion("kind", [...Act.options, WaitingEntry]);
export type ProposedAct = z.infer<typeof ProposedAct>;

/** Short, readable, counted through a run: `p7`. */
export const ProposalId = z.string().regex(/^p[1-9]\d*$/, "expected p and a number, for example p7");

/** The price that an act was proposed at: the newest close, and its time. */
export const ActPrice = z.object({ symbol: MarketSymbol, price: FloatPrice, asOfMs: UnixMs });
export type ActPrice = z.infer<typeof ActPrice>;

/** An act that waits for a person's word. */
export const Proposal = z.object({
  proposalId: ProposalId,
  act: ProposedAct,
  lines: z
    .array(z.string())
    .min(1)
    .describe("exactly what would be done, as it was shown: the desk's own words, a sentence or two a line"),
  stands: z
    .record(z.string(), z.string())
    .describe("by name: what has to be the same at approval, such as the quantity held"),
  price: ActPrice.nullable().describe("null: it hangs on no price"),
  madeBy: z.string().min(1).describe("who proposes: a person, a chat and its model, or of an entry its strategy"),
  conversation: z.string().nullable().describe("where it was proposed; null: in none"),
  atMs: UnixMs.describe("the desk's clock"),
  expiresAtMs: UnixMs,
});
export type Proposal = z.infer<typeof Proposal>;

/** As commands, chats and programs make one: of an act, never of an entry. */
export const ActProposal = Proposal.extend({ act: Act });
export type ActProposal = z.infer<typeof ActProposal>;

/**
 * `approved`: done, in the same append. `refused`: a person said no, the desk is halted, or
 * the gate does not pass the entry any more. `expired`: nobody answered in time.
 * `void`: approved, and by then not what had been shown any more.
 */
export const ProposalOutcome = z.enum(["approved", "refused", "expired", "void"]);
export type ProposalOutcome = z.infer<typeof ProposalOutcome>;

export const ProposalEnd = z.object({
  proposalId: ProposalId,
  outcome: ProposalOutcome,
  by: z.string().min(1).describe("who answered; of an expiry the desk"),
  reason: z.string().describe("empty where the outcome says it all"),
  atMs: UnixMs,
});
export type ProposalEnd = z.infer<typeof ProposalEnd>;
