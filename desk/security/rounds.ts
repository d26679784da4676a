// Floor 4. The time between two slots → rounds over the venue's contracts, and the day's list of coins. Nobody is asked from shortly before a
// close until its decisions are made (law: a decision waits for no source).
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { ContractId } from "#schemas/chain.ts";
import { isPassing } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MINUTE_MS, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import { nextSlot, slotAt } from "../slots.ts";
import type { Concerns } from "./order-of-contracts.ts";
import type { RoundCounts } from "./round.ts";
import type { RoundOptions, TokenBook } from "./token-book.ts";

/** How often it is looked whether there is something to ask, ms of real time. */
const LOOK_EVERY_MS = 5_000;
/** So long before a close nothing is begun: an answer with its turn takes so long. */
const BEGUN_BEFORE_CLOSE_MS = 15_000;
/** So long before it what is still under way is given up. */
const ENDED_BEFORE_CLOSE_MS = 2_000;
/** Where nothing was left to ask, it is looked again after so long: reports near their end, sources that rested. */
const NOTHING_FOR_MS = MINUTE_MS;
/** Then the order is made anew: what is held changes. */
const ROUND_MS = 5 * MINUTE_MS;

/** What rounds are made with. */
export interface RoundsParts extends BetweenSlotsParts {
  /** Has others ask about these too, whatever comes of it: most valuable first. It waits for nothing. */
  readonly askOthers?: ((contracts: readonly ContractId[]) => void) | undefined;
}

/** What a round needs of its desk. */
export interface RoundsDesk extends Pick<Desk, "clock" | "config" | "monotonicMs"> {
  readonly account: Pick<Desk["account"], "portfolio">;
  readonly ledger: Pick<Desk["ledger"], "record">;
  readonly planner: Pick<Desk["planner"], "markets">;
}

/** Resolves when aborted; rejects nothing. A desk without token sources has none to ask. */
export async function judgeBetweenSlots(desk: Desk, parts: RoundsParts, options: CallOptions): Promise<void> {
  if (desk.tokens === null) return;
  const rounds = new Rounds(desk, desk.tokens, parts);
  const look = (given: CallOptions): Promise<void> => rounds.look(given);
  await lookBetweenSlots({ name: "token security", everyMs: LOOK_EVERY_MS, look }, parts, options);
}

export class Rounds {
  readonly #desk: RoundsDesk;
  readonly #tokens: TokenBook;
  readonly #parts: Pick<RoundsParts, "isRunningSlot" | "onProblem" | "sleep" | "askOthers">;
  /** The slot after which the coins were looked up last: a list that is not the day's is asked for again in the next. */
  #coinsOfSlotMs: number | null = null;
  #saidOfCoins = "";
  #nothingUntilMs = 0;

  constructor(
    desk: RoundsDesk,
    tokens: TokenBook,
    parts: Pick<RoundsParts, "isRunningSlot" | "onProblem" | "sleep" | "askOthers">,
  ) {
    this.#desk = desk;
    this.#tokens = tokens;
    this.#parts = parts;
  }

  /** One round, or a part of one, where there is time for it. @throws StoreError */
  async look({ signal }: CallOptions): Promise<void> {
    if (!this.#mayBegin()) return;
    const ending = new AbortController();
    const options = { signal: AbortSignal.any([signal, ending.signal]) };
    const close = this.#parts.sleep(Math.max(0, msToClose(this.#desk) - ENDED_BEFORE_CLOSE_MS), options).then(
      () => ending.abort(),
      () => {},
    );
    try {
      await this.#refreshCoins(options);
      if (this.#mayBegin() && this.#desk.monotonicMs() >= this.#nothingUntilMs) await this.#round(options);
    } catch (error) {
      if (signal.aborted || !ending.signal.aborted) throw error;
    } finally {
      ending.abort();
      await close;
    }
  }

  #mayBegin(): boolean {
    return !this.#parts.isRunningSlot() && isDecided(this.#desk) && msToClose(this.#desk) > BEGUN_BEFORE_CLOSE_MS;
  }

  async #refreshCoins(options: CallOptions): Promise<void> {
    const { clock, config } = this.#desk;
    const slotMs = slotAt(clock.now(), config.timeframe, 0);
    if (this.#coinsOfSlotMs === slotMs) return;
    this.#coinsOfSlotMs = slotMs;
    const problem = await refreshCoins(this.#desk, this.#tokens, options);
    if (problem !== null && problem !== this.#saidOfCoins) this.#parts.onProblem(problem);
    this.#saidOfCoins = problem ?? "";
  }

  async #round(options: CallOptions): Promise<void> {
    const endMs = this.#desk.monotonicMs() + ROUND_MS;
    const isOver = (): boolean => !this.#mayBegin() || this.#desk.monotonicMs() >= endMs;
    const contracts = this.#tokens.contracts(concernsOf(this.#desk));
    this.#parts.askOthers?.(await this.#tokens.due(contracts, options));
    const counts = await inspectCounted(this.#desk, this.#tokens, contracts, { ...options, isOver });
    const isNothingLeft = !isOver() && Object.values(counts).every((count) => count === 0);
    if (isNothingLeft) this.#nothingUntilMs = this.#desk.monotonicMs() + NOTHING_FOR_MS;
  }
}

/** The newest close has been decided on. */
function isDecided({ clock, config, account }: RoundsDesk): boolean {
  const { settledThroughMs } = account.portfolio();
  return settledThroughMs !== null && settledThroughMs >= slotAt(clock.now(), config.timeframe, 0);
}

const msToClose = ({ clock, config }: RoundsDesk): number => {
  const nowMs = clock.now();
  return nextSlot(slotAt(nowMs, config.timeframe, 0), config.timeframe) - nowMs;
};

/** What is held or has orders; what is near a level at which a strategy acts. */
export function concernsOf({ account, planner, config }: RoundsDesk): Concerns {
  const portfolio = account.portfolio();
  const held = [...marketsHeld(portfolio), ...[...portfolio.orders.values()].map(({ symbol }) => symbol)];
  const near = [...planner.markets].filter(
    ([, { nearestActionPct }]) => (nearestActionPct ?? Number.POSITIVE_INFINITY) <= config.thinking.nearTriggerPct,
  );
  return {
    held: new Set(held.map((symbol) => splitSymbol(symbol).base)),
    near: new Set(near.map(([symbol]) => splitSymbol(symbol).base)),
  };
}

/** The day's list of coins, where it is due. @returns why it is not the day's, or null; what was known before stands. */
export async function refreshCoins(
  desk: Pick<RoundsDesk, "clock" | "ledger" | "monotonicMs">,
  { book }: Pick<TokenBook, "book">,
  options: CallOptions,
): Promise<string | null> {
  try {
    const { problems } = await counted(desk, () => book.refresh({ nowMs: desk.clock.now() }, options));
    return problems.length === 0 ? null : problems.join(" ");
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isPassing(error)) throw error;
    return `the list of coins could not be read: ${error.message}`;
  }
}

/** Asks the sources about these, most valuable first, and counts what that took. @throws StoreError; the signal's reason */
export const inspectCounted = (
  desk: Pick<RoundsDesk, "clock" | "ledger" | "monotonicMs">,
  tokens: TokenBook,
  contracts: readonly ContractId[],
  options: RoundOptions,
): Promise<RoundCounts> => counted(desk, () => tokens.inspect(contracts, options));

/** The same of one contract that somebody asks about. @throws as `inspectCounted` */
export const askCounted = (
  desk: Pick<RoundsDesk, "clock" | "ledger" | "monotonicMs">,
  tokens: TokenBook,
  contract: ContractId,
  options: RoundOptions,
): Promise<RoundCounts> => counted(desk, () => tokens.ask(contract, options));

async function counted<T>(
  { clock, ledger, monotonicMs }: Pick<RoundsDesk, "clock" | "ledger" | "monotonicMs">,
  work: () => Promise<T>,
): Promise<T> {
  const [atMs, startedMs]: [UnixMs, number] = [clock.now(), monotonicMs()];
  const tally = new WorkTally();
  try {
    return await countInto(tally, work);
  } finally {
    if (tally.total().providerCalls > 0) {
      const entry = { atMs, phase: "sleep", job: "security", work: tally.total() } as const;
      // What was asked is counted although it was stopped.
      await ledger.record(ledgerEntry({ ...entry, durationMs: monotonicMs() - startedMs }), NEVER_ABORTED);
    }
  }
}
