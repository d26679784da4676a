// Floor 4. A desk at one slot, and the analyses at hand → everything that `decide` judges by. Written once for all drivers.
import type { Candidate, DeciderSettings, SlotSituation } from "#agents/deep-trader-manager/decide.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState, Portfolio } from "#schemas/portfolio.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { splitSymbol, type UnixMs } from "#schemas/units.ts";
import type { Worth } from "#toolkits/portfolio/equity.ts";
import type { QuoteOffPar } from "#toolkits/risk/gate-input.ts";
import { underOverrides } from "#toolkits/security/overrides.ts";
import { isLate } from "../slots.ts";
import { quoteOffPar } from "./quote-peg.ts";
import type { SlotAnalyses, SlotDesk } from "./slot-desk.ts";
import { type Planned, withPlans } from "./with-plans.ts";

/** The part of a desk that `decide` needs and that a slot does not change. */
export const deciderSettings = (
  desk: Pick<SlotDesk, "deskId" | "runId" | "strategies" | "quote" | "config" | "markets" | "account" | "onGated">,
): DeciderSettings => ({
  deskId: desk.deskId,
  runId: desk.runId,
  strategies: desk.strategies,
  quote: desk.quote,
  limits: limitsNow(desk.config.limits, desk.account.portfolio().tightened),
  admitted: desk.config.markets,
  costs: desk.config.costs,
  markets: desk.markets,
  onGated: desk.onGated,
});

interface Marked {
  readonly slotMs: UnixMs;
  readonly analyses: SlotAnalyses;
  /** The meter after this slot's mark. */
  readonly loss: LossState;
  /** At the marks of the analyses. */
  readonly worth: Worth;
}

/** What binds entries only is asked for only where there may be one, and most of it by few rules, which ask late. */
class Situation implements SlotSituation {
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly late: boolean;
  readonly haltFile: boolean;
  readonly blind: boolean;
  readonly accountBar: string | null;
  readonly candidates: SlotSituation["candidates"];
  readonly unread: SlotSituation["unread"];
  readonly portfolio: Portfolio;
  readonly marks: SlotSituation["marks"];
  readonly liquidity: SlotSituation["liquidity"];
  readonly quoteOffPar: QuoteOffPar;
  readonly debates: SlotSituation["debates"];
  readonly alreadyDecided: SlotSituation["alreadyDecided"];
  readonly planned: Planned["planned"];
  readonly entriesBefore: number;
  readonly #worth: Worth;
  readonly #entering: SlotAnalyses | null;
  #sigmas: number | null | undefined;

  constructor(
    desk: SlotDesk,
    { slotMs, analyses, loss, worth }: Marked,
    { candidates, planned }: Planned,
    quoteOffPar: QuoteOffPar,
    enters: boolean,
  ) {
    const { account, clock, config } = desk;
    this.slotMs = slotMs;
    this.nowMs = clock.now();
    this.late = isLate(slotMs, this.nowMs, config.timeframe);
    this.haltFile = desk.haltFileExists();
    this.blind = desk.isBlind();
    this.accountBar = desk.reconciliation?.bar(this.nowMs) ?? null;
    this.candidates = candidates;
    this.planned = planned;
    this.unread = underWords(account.portfolio(), analyses.unread);
    this.portfolio = { ...account.portfolio(), loss };
    this.marks = analyses.marks;
    this.liquidity = analyses.liquidity;
    this.quoteOffPar = quoteOffPar;
    const areUsed = config.thinking.debateDayTokens > 0 && !desk.quarantine.has("debate");
    this.debates = areUsed ? account.portfolio().debates : NO_DEBATES;
    this.alreadyDecided = account.decided();
    this.entriesBefore = entriesOf(desk, slotMs);
    this.#worth = worth;
    this.#entering = enters ? analyses : null;
  }

  get equity(): Money {
    return this.#worth.exact;
  }

  get equityNumber(): number {
    return this.#worth.number;
  }

  get relationships(): SlotSituation["relationships"] {
    return this.#entering?.relationships() ?? null;
  }

  get leaderHourSigmas(): number | null {
    if (this.#sigmas === undefined) this.#sigmas = this.#entering?.leaderHourSigmas() ?? null;
    return this.#sigmas;
  }
}

const NO_DEBATES: SlotSituation["debates"] = new Map();

export function situationOf(desk: SlotDesk, at: Marked, options: CallOptions): Answered<SlotSituation> {
  const planned = plannedAt(desk, at);
  const enters = mayEnter(planned);
  const made = (offPar: QuoteOffPar): SlotSituation => new Situation(desk, at, planned, offPar, enters);
  return andThen(enters ? quoteOffPar(desk, desk.clock.now(), options) : null, made);
}

/** The same for an entry that was decided before: what binds entries is asked for whatever the readings say now. */
export function situationToEnter(desk: SlotDesk, at: Marked, options: CallOptions): Answered<SlotSituation> {
  const planned = plannedAt(desk, at);
  return andThen(
    quoteOffPar(desk, desk.clock.now(), options),
    (offPar) => new Situation(desk, at, planned, offPar, true),
  );
}

/** The same where how far the quote stands off par is said: of the past nobody can be asked. */
export function situationAt(desk: SlotDesk, at: Marked, offPar: QuoteOffPar): SlotSituation {
  const planned = plannedAt(desk, at);
  return new Situation(desk, at, planned, offPar, mayEnter(planned));
}

const mayEnter = ({ candidates }: Planned): boolean =>
  candidates.some(({ reading, freshness }) => freshness === "fresh" && reading.signal.action === "enter");

function plannedAt({ account, clock, config, strategies }: SlotDesk, { slotMs, analyses }: Marked): Planned {
  const portfolio = account.portfolio();
  const { plans, tightened } = portfolio;
  const candidates = underWords(portfolio, analyses.candidates);
  if (plans.size === 0) return { candidates, planned: NONE_PLANNED };
  const limits = limitsNow(config.limits, tightened);
  return withPlans(candidates, { plans, strategies, limits, slotMs, nowMs: clock.now() });
}

/** Tokens as this desk's operator has them judged. The records stay as they are: other desks read them. */
function underWords<Seen extends Pick<Candidate, "analysis">>(
  { overrides }: Portfolio,
  seen: readonly Seen[],
): readonly Seen[] {
  if (overrides.size === 0) return seen;
  return seen.map((one) => {
    const { security, symbol } = one.analysis;
    const judged = underOverrides(security, splitSymbol(symbol).base, overrides);
    return judged === security ? one : { ...one, analysis: { ...one.analysis, security: judged } };
  });
}

const NONE_PLANNED: Planned["planned"] = new Map();

/**
 * Entries that this slot has sent, and those that wait or have waited for the operator: late markets share the places with those that
 * were there.
 */
const entriesOf = (desk: Pick<SlotDesk, "account">, slotMs: UnixMs): number => {
  const waited = slotEvents(desk, slotMs).flatMap((e) =>
    e.type === "proposal" && e.proposal.act.kind === "enter" ? [e.proposal.act.order.clientOrderId] : [],
  );
  return new Set([...sentIn(desk, slotMs), ...waited]).size;
};

/** Entries that this slot has sent already: their orders. */
export const sentIn = (desk: Pick<SlotDesk, "account">, slotMs: UnixMs): readonly string[] =>
  slotEvents(desk, slotMs).flatMap((e) =>
    e.type === "order-list" ? e.orders.filter(({ role }) => role === "entry").map((o) => o.clientOrderId) : [],
  );

/** From the slot's equity row on; none where the newest is another slot's. */
function slotEvents({ account }: Pick<SlotDesk, "account">, slotMs: UnixMs): readonly JournalEvent[] {
  const events = account.newestSlot();
  const [mark] = events;
  return mark?.type === "equity" && mark.slotMs === slotMs ? events : [];
}
