// Floor 4. An act proposed: shown exactly, journaled, and done only on a person's word (answer-proposal.ts).
import type { Act, ActProposal, Proposal } from "#schemas/act.ts";
import { deskText, type ShownText } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import { formatAmount, formatTime } from "../documents/format.ts";
import type { PreparedAct } from "./act-row.ts";
import { isExpired } from "./proposal-book.ts";
import { prepareAct } from "./registry.ts";

/** How long a person has for an answer. On a simulation that is paced, by the person's watch. */
const LIFE_MS = 10 * 60_000;
/** Most that wait for an answer at once. */
const MOST_OPEN = 20;
/** How far the last price may have moved by the approval, percent of that at the proposal, either way. */
export const PRICE_TOLERANCE_PCT = 1;

export interface ActProposed {
  readonly act: Act;
  /** Who proposes: a person, or a chat and its model. */
  readonly madeBy: string;
  /** Where the answer is expected; null: anywhere. */
  readonly conversation: string | null;
}

export type ProposeOutcome =
  | { readonly status: "proposed"; readonly proposal: ActProposal }
  /** `reason`: a clause for people; nothing was journaled. */
  | { readonly status: "refused"; readonly reason: ShownText };

/** @throws ProviderError where the venue is silent; StoreError */
export const proposeAct = (desk: Desk, asked: ActProposed, options: CallOptions): Promise<ProposeOutcome> =>
  inTurn(desk.account, options, async () => {
    const refuse = (reason: string): ProposeOutcome => ({ status: "refused", reason: deskText(reason) });
    if (!desk.account.mayWrite)
      return refuse("the account is only read here; ask the running desk, or the command line");
    if (openProposals(desk).length >= MOST_OPEN) {
      return refuse(`${MOST_OPEN} proposals wait for an answer already: answer those first`);
    }
    const { act, madeBy, conversation } = asked;
    const prepared = await prepareAct(desk, act, { by: madeBy, reason: "proposed" }, options);
    if (prepared.status === "refused") return refuse(prepared.reason);
    const atMs = desk.clock.now();
    const expiresAtMs = unixMs(atMs + LIFE_MS * pace(desk));
    const proposal: ActProposal = {
      proposalId: desk.proposals.nextId(),
      act,
      lines: [...prepared.lines, conditionsLine(prepared, expiresAtMs)],
      stands: { ...prepared.stands },
      price: prepared.price,
      madeBy,
      conversation,
      atMs,
      expiresAtMs,
    };
    await desk.account.append([{ type: "proposal", atMs, proposal }], options);
    return { status: "proposed", proposal };
  });

/** Those that wait for an answer, oldest first. */
export const openProposals = ({ proposals, clock }: Pick<Desk, "proposals" | "clock">): readonly Proposal[] =>
  proposals.waiting().filter((proposal) => !isExpired(proposal, clock.now()));

/** What is shown of a proposal: the desk's own words. */
export const proposalText = ({ proposalId, lines }: Proposal): ShownText =>
  deskText([`Proposal ${proposalId}:`, ...lines].join("\n"));

/** Market seconds in a second of the person who answers. */
const pace = ({ clock, config }: Desk): number => (clock.kind === "system" ? 1 : Math.max(1, config.speed ?? 1));

function conditionsLine({ price, stands }: PreparedAct, expiresAtMs: number): string {
  const moved =
    price === null ? [] : [`the price moves more than ${PRICE_TOLERANCE_PCT} % from ${formatAmount(price.price)}`];
  const changed = Object.keys(stands).map((name) => `${name} changes`);
  const unless = [...moved, ...changed];
  return `${unless.length === 0 ? "" : `Not done if ${unless.join(", or ")}. `}Waits for an answer until ${formatTime(expiresAtMs)} UTC.`;
}
