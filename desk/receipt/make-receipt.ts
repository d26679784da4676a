// Floor 4. A day of a run's journal → its receipt, some rows at a time: the account is folded from the first row on, and each row of the
// day is worked out again from the account before it and from Khala's records. It writes nothing.
import type { ProposedAct } from "#schemas/act.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { ZERO_MONEY } from "#schemas/money.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { Worth } from "#toolkits/portfolio/equity.ts";
import { type Account, createAccount } from "../account/account.ts";
import { ProposalBook } from "../acts/proposal-book.ts";
import type { Desk } from "../desk.ts";
import {
  ReceiptCause,
  type ReceiptDifference,
  type ReceiptReport,
  ReceiptSubject,
  type ReceiptSummary,
} from "../documents/receipt-report.ts";
import { Quarantine } from "../shadow/quarantine.ts";
import { Archive } from "./evidence.ts";
import { replayApproved } from "./replay-approved.ts";
import { type JournaledDecision, type MomentDesk, replayDecision } from "./replay-decision.ts";
import { marksAt, replayEquity } from "./replay-equity.ts";
import { OrderReplay, type RowVerdict, replayFill } from "./replay-order.ts";
import { keptTerms, type Terms, termsAt, termsNow } from "./terms.ts";

export interface ReceiptStore {
  readonly journal: JournalReader;
  readonly candles: CandleStore;
}

/** Rows read at once. */
const PAGE = 500;
/** Differences that a document shows. */
const MOST_SHOWN = 500;

const zeroes = <Key extends string>(keys: readonly Key[]) =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;

/** One receipt under way. */
export class ReceiptMaking {
  readonly #desk: Desk;
  readonly #store: ReceiptStore;
  readonly #dayMs: UnixMs;
  readonly #archive: Archive;
  readonly #orders: OrderReplay;
  readonly #quarantine = new Quarantine();
  readonly #proposals = new ProposalBook();
  readonly #account: Account;
  readonly #looked = zeroes(ReceiptSubject.options);
  readonly #reproduced = zeroes(ReceiptSubject.options);
  readonly #causes = zeroes(ReceiptCause.options);
  readonly #differences: ReceiptDifference[] = [];
  #terms: readonly Terms[] | null = null;
  #rows: readonly JournalRow[] = [];
  #seq = 0;
  #slotMs: UnixMs | null = null;
  #closing: { readonly equity: string } | null = null;
  #fromStored = 0;
  #isOver = false;

  constructor(desk: Desk, store: ReceiptStore, dayMs: UnixMs) {
    this.#desk = desk;
    this.#store = store;
    this.#dayMs = dayMs;
    this.#archive = new Archive(desk, store.candles);
    this.#orders = new OrderReplay(desk);
    const { startingCash } = desk.account.portfolio();
    const start = { quote: desk.quote, cash: startingCash ?? ZERO_MONEY };
    this.#account = createAccount({ ...start, readers: [this.#quarantine, this.#proposals] });
  }

  /** The next row of the day, or a page of the rows before it; false: there is no more to do. @throws StoreError */
  async step(options: CallOptions): Promise<boolean> {
    if (this.#isOver) return false;
    this.#terms ??= await keptTerms(this.#desk.runs, options);
    if (this.#rows.length < 2) await this.#readOn(options);
    for (;;) {
      const [row] = this.#rows;
      if (row === undefined || row.event.atMs >= this.#dayMs + DAY_MS) {
        this.#isOver = true;
        return false;
      }
      const isOfDay = row.event.atMs >= this.#dayMs;
      if (isOfDay) await this.#look(row, options);
      else this.#fold(row, options);
      if (isOfDay || this.#rows.length < 2) return !this.#isOver;
    }
  }

  /** Two at least, so that what came of a decision is at hand with it. */
  async #readOn(options: CallOptions): Promise<void> {
    const more = await this.#store.journal.read({ sinceSeq: this.#seq, first: PAGE }, options);
    this.#seq = more.at(-1)?.seq ?? this.#seq;
    this.#rows = [...this.#rows, ...more];
  }

  /** Into the account. A row that cannot follow those before it ends the receipt there. */
  #fold(row: JournalRow, options: CallOptions): void {
    this.#rows = this.#rows.slice(1);
    try {
      void this.#account.append([row.event], options);
    } catch (error) {
      if (!(error instanceof DeepTraderError)) throw error;
      this.#note(row, "order", {
        cause: "unexplained",
        text: `the account cannot be added up from here on: ${error.message}`,
      });
      this.#isOver = true;
    }
    if (row.event.type === "equity") this.#slotMs = row.event.slotMs;
  }

  async #look(row: JournalRow, options: CallOptions): Promise<void> {
    const { event } = row;
    const portfolio = this.#account.portfolio();
    switch (event.type) {
      case "decision":
        return this.#decision(row, event, options);
      case "fill":
        this.#note(row, "fill", replayFill(this.#desk, portfolio, event));
        break;
      case "order":
      case "order-list":
        this.#note(row, "order", replayApproved(this.#proposals, event) ?? this.#orders.row(portfolio, event));
        break;
      case "equity": {
        const marks = await marksAt(this.#archive, portfolio, event, options);
        const isThinned = this.#archive.isThinned(event.slotMs);
        this.#note(row, "equity", replayEquity(this.#desk, portfolio, event, { ...marks, isThinned }));
        this.#closing = event;
        break;
      }
      default:
        // Words of the operator, alerts, plans and debates are inputs: nothing makes them again.
        break;
    }
    this.#fold(row, options);
  }

  async #decision(row: JournalRow, event: Extract<JournalEvent, { type: "decision" }>, options: CallOptions) {
    const { atMs, decision } = event;
    const slotMs = this.#slotMs ?? decision.asOfMs;
    const after = this.#rows[1];
    const result = after !== undefined && isResultOf(after.event, decision.decisionId) ? after.event : null;
    const journaled: JournaledDecision = { atMs, slotMs, decision, result };
    const then = termsAt(this.#terms ?? [], atMs);
    const moment = await this.#moment(slotMs, atMs, options);
    const verdict = await replayDecision(moment, this.#archive, journaled, then, options);
    if (verdict.isFromStored) this.#fromStored += 1;
    this.#note(row, "decision", verdict);
    this.#fold(row, options);
    // Judged with its decision.
    if (result !== null && after !== undefined) this.#fold(after, options);
  }

  async #moment(slotMs: UnixMs, atMs: UnixMs, options: CallOptions): Promise<MomentDesk> {
    const account = this.#account;
    const portfolio = account.portfolio();
    const { marks, isPriced } = await marksAt(this.#archive, portfolio, { slotMs, atMs }, options);
    const { loss } = portfolio;
    if (loss === null) throw new Error("A decision was journaled before the first slot was marked.");
    return {
      ...this.#desk,
      account,
      clock: { ...this.#desk.clock, now: () => atMs },
      haltFileExists: () => false,
      isBlind: () => false,
      quarantine: this.#quarantine.kinds,
      loss,
      worth: new Worth(portfolio, marks),
      marks,
      isPriced,
    };
  }

  #note({ seq, event }: JournalRow, subject: ReceiptSubject, { cause, text }: RowVerdict): void {
    this.#looked[subject] += 1;
    if (cause === null) {
      this.#reproduced[subject] += 1;
      return;
    }
    const named = this.#explained(cause, event, subject);
    this.#causes[named] += 1;
    const { symbol, strategyId } = subjectOf(event);
    if (this.#differences.length < MOST_SHOWN)
      this.#differences.push({ seq, atMs: event.atMs, subject, symbol, strategyId, cause: named, text });
  }

  /** Limits and fees are judged by the settings of now: where those of then were the same, they explain nothing. */
  #explained(cause: ReceiptCause, { atMs }: JournalEvent, subject: ReceiptSubject): ReceiptCause {
    if (subject === "decision" || (cause !== "unexplained" && cause !== "settings-changed")) return cause;
    const then = termsAt(this.#terms ?? [], atMs);
    const isOther = then !== null && then.settings !== termsNow(this.#desk).settings;
    if (cause === "settings-changed") return isOther ? cause : "unexplained";
    return isOther && subject === "equity" ? "settings-changed" : cause;
  }

  summary(): ReceiptSummary {
    const bySubject = Object.fromEntries(
      ReceiptSubject.options.map((of) => [of, { looked: this.#looked[of], reproduced: this.#reproduced[of] }]),
    ) as ReceiptSummary["bySubject"];
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
    return {
      day: dayText(this.#dayMs),
      madeAtMs: this.#desk.clock.now(),
      looked: sum(this.#looked),
      reproduced: sum(this.#reproduced),
      bySubject,
      causes: { ...this.#causes },
      closingEquity: this.#closing?.equity ?? null,
    };
  }

  report(): Omit<ReceiptReport, "night"> {
    const { runId, quote, clock } = this.#desk;
    return {
      ...this.summary(),
      run: runId,
      quote,
      isWhole: clock.now() >= this.#dayMs + DAY_MS,
      fromStored: this.#fromStored,
      differences: this.#differences,
    };
  }
}

const dayText = (dayMs: UnixMs): string => new Date(dayMs).toISOString().slice(0, 10);

/** The day before the one that a moment is in. */
export const dayBefore = (nowMs: number): UnixMs => unixMs(Math.floor(nowMs / DAY_MS) * DAY_MS - DAY_MS);

function isResultOf(event: JournalEvent, decisionId: string): event is NonNullable<JournaledDecision["result"]> {
  if (event.type === "refusal") return event.refusal.decisionId === decisionId;
  if (event.type === "proposal") return isEntryOf(event.proposal.act, decisionId);
  return event.type === "order-list" && event.orders[0]?.decisionId === decisionId && event.orders[0].parentId === null;
}

const isEntryOf = (act: ProposedAct, decisionId: string): boolean =>
  act.kind === "enter" && act.decision.decisionId === decisionId;

function subjectOf(event: JournalEvent): Pick<ReceiptDifference, "symbol" | "strategyId"> {
  switch (event.type) {
    case "decision":
      return event.decision;
    case "fill":
      return event.fill;
    case "order":
      return event.order;
    case "order-list":
      return event.orders[0] ?? NONE;
    default:
      return NONE;
  }
}

const NONE = { symbol: null, strategyId: null };
