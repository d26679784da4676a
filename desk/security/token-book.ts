// Floor 4. Which coin a market is, and what is known of its contract → its security report, from what is kept: no source is asked here.
// Rounds ask them asleep; an operator's question asks them at once (`ask`), which is no decision.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";
import type { Clock, SecuritySource, TokenSource } from "#schemas/ports/market.ts";
import type { SnapshotStore } from "#schemas/ports/memory.ts";
import type { Answered, CallOptions, Lease } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { splitSymbol, type UnixMs } from "#schemas/units.ts";
import { IDENTITY_CHECKS } from "#toolkits/security/check-ids.ts";
import { createCombiner } from "#toolkits/security/combiner.ts";
import { freezeReport } from "#toolkits/security/goplus.ts";
import { mayPin } from "#toolkits/security/may-pin.ts";
import { TRUSTED_CONTRACTS } from "#toolkits/security/trusted-contracts.ts";
import type { CoinBook } from "#toolkits/universe/coin-book.ts";
import { Inquiry, isDue } from "./inquiry.ts";
import { KeptReports, type ReportRoom } from "./kept-reports.ts";
import { type Concerns, contractsInOrder } from "./order-of-contracts.ts";
import { Patience } from "./patience.ts";
import { Pins } from "./pins.ts";
import { RoundProgress, type TokenProgress } from "./progress.ts";
import { inspectContracts, type RoundCounts } from "./round.ts";

export interface TokenBookParts {
  readonly book: CoinBook;
  readonly sources: readonly TokenSource[];
  readonly room: ReportRoom;
  readonly snapshots: SnapshotStore;
  readonly leases: Lease;
  readonly clock: Pick<Clock, "now">;
  readonly monotonicMs: () => number;
}

export interface RoundOptions extends CallOptions {
  readonly isOver?: () => boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

export class TokenBook {
  readonly book: CoinBook;
  readonly sources: readonly TokenSource[];
  readonly security: SecuritySource;
  readonly #parts: TokenBookParts;
  readonly #kept: KeptReports;
  readonly #patience = new Patience();
  readonly #pins: Pins;
  readonly #inquiry: Inquiry;
  readonly #combine = createCombiner();
  readonly #progress: RoundProgress;
  /** A report whose reason says how many are looked at before it, by the report without. */
  readonly #inLine = new WeakMap<SecurityReport, { readonly before: number | null; readonly report: SecurityReport }>();

  constructor(parts: TokenBookParts) {
    this.#parts = parts;
    this.book = parts.book;
    this.sources = parts.sources;
    this.#kept = new KeptReports(parts.room, parts.sources);
    this.#pins = new Pins(parts.snapshots);
    this.#inquiry = new Inquiry({ ...parts, kept: this.#kept, patience: this.#patience });
    this.#progress = new RoundProgress(parts.monotonicMs);
    this.security = {
      id: "token-book",
      isOfNow: true,
      report: ({ symbol, nowMs }, options) => this.#reportOn(splitSymbol(symbol).base, nowMs, options),
    };
  }

  /** What was known when the desk before this one ended. @throws StoreError */
  async open(options: CallOptions): Promise<void> {
    const nowMs = this.#parts.clock.now();
    await this.book.load(nowMs, options);
    await this.#pins.load(nowMs, options);
  }

  /** Of a contract, whatever coin it may be. @throws StoreError */
  reportOf(contract: ContractId, nowMs: UnixMs, options: CallOptions): Answered<SecurityReport> {
    return this.#judged(contractText(contract), { identity: null, contract, nowMs }, options);
  }

  /** Which coin the base currency of a market is; null: that was not established. */
  identityOf = (base: string): CoinIdentity | null => this.book.newest()?.identities.get(base) ?? null;

  /** All contracts of the venue's coins, or of these bases, that some source knows of; most valuable first. */
  contracts(concerns: Concerns, bases?: ReadonlySet<string>): readonly ContractId[] {
    const identities = [...(this.book.newest()?.identities.values() ?? [])];
    const wanted = identities.filter(({ base }) => bases?.has(base) ?? true);
    return contractsInOrder(wanted, concerns).filter(({ chain }) => this.sources.some((one) => one.serves(chain)));
  }

  /** Those of these that some source is to be asked about, as far as this process has read what is kept. @throws StoreError */
  async due(contracts: readonly ContractId[], options: CallOptions): Promise<readonly ContractId[]> {
    const nowMs = this.#parts.clock.now();
    await this.#kept.load(contracts, nowMs, options);
    return contracts.filter((contract) =>
      this.#serving(contract).some(({ id }) => isDue(this.#kept.of(contract)?.get(id), nowMs)),
    );
  }

  /** Brings the reports of these up to date in this order, as far as the time goes. @throws StoreError; the signal's reason */
  inspect(contracts: readonly ContractId[], options: RoundOptions): Promise<RoundCounts> {
    return this.#inspect(contracts, this.#progress, options);
  }

  /** The same of one contract that somebody asks about; how far the rounds are stays as it is. @throws as `inspect` */
  ask(contract: ContractId, options: RoundOptions): Promise<RoundCounts> {
    return this.#inspect([contract], new RoundProgress(this.#parts.monotonicMs), options);
  }

  async #inspect(
    contracts: readonly ContractId[],
    progress: RoundProgress,
    options: RoundOptions,
  ): Promise<RoundCounts> {
    const { clock } = this.#parts;
    const { isOver = () => false, onProgress } = options;
    const now = (): UnixMs => clock.now();
    await this.#pins.load(now(), options);
    await this.#kept.load(contracts, now(), options);
    const isJudged = (contract: ContractId): boolean => this.isJudged(contract, now());
    progress.begin(contracts, isJudged);
    const tell = (): void => onProgress?.(progress.now()?.judged ?? 0, contracts.length);
    tell();
    return inspectContracts(
      {
        sources: this.sources,
        kept: this.#kept,
        patience: this.#patience,
        inquiry: this.#inquiry,
        now,
        isOver,
        onAnswer: async (contract) => {
          await this.#pin(contract, options);
          if (isJudged(contract)) progress.judged(contract);
          tell();
        },
      },
      contracts,
      options,
    );
  }

  /** Every source that serves its chain has said something that holds. */
  isJudged(contract: ContractId, nowMs: number): boolean {
    const reports = this.#kept.of(contract);
    return this.#serving(contract).every(({ id }) => nowMs < (reports?.get(id)?.validUntilMs ?? 0));
  }

  /** Of the newest round in this process; null: there was none. */
  progress = (): TokenProgress | null => this.#progress.now();

  #serving = ({ chain }: ContractId): readonly TokenSource[] => this.sources.filter((source) => source.serves(chain));

  #reportOn(base: string, nowMs: UnixMs, options: CallOptions): Answered<SecurityReport> {
    const identity = this.identityOf(base);
    return this.#judged(base, { identity, contract: identity?.contract ?? null, nowMs }, options);
  }

  #judged(key: string, about: About, options: CallOptions): Answered<SecurityReport> {
    const { contract, nowMs } = about;
    const reports = contract === null ? NO_REPORTS : this.#kept.of(contract);
    if (reports !== undefined) return this.#combined(key, about, reports);
    const asked = contract === null ? [] : [contract];
    return this.#kept.load(asked, nowMs, options).then(() => this.#judged(key, about, options));
  }

  #combined(key: string, about: About, reports: ReadonlyMap<string, SecurityReport>): SecurityReport {
    const { contract, nowMs } = about;
    const open = contract === null ? [] : this.#serving(contract).filter(({ id }) => !isValid(reports.get(id), nowMs));
    const silent = open.flatMap(({ id }) => {
      const why = contract === null ? null : this.#patience.silence(id, contractText(contract));
      return why === null ? [] : [{ source: id, why }];
    });
    const report = this.#combine(key, {
      identity: about.identity,
      contract,
      reports: [...reports.values()],
      silent,
      trusted: TRUSTED_CONTRACTS,
      pinned: contract === null ? null : this.#pins.of(contract),
      nowMs,
    });
    const isInLine = contract !== null && open.length > silent.length && isOnlyUnread(report);
    return isInLine ? this.#withPlace(report, contract) : report;
  }

  /** The checks stay as they are: they say what is known, and the place in the line is no fact of the token. */
  #withPlace(report: SecurityReport, contract: ContractId): SecurityReport {
    const before = this.#progress.before(contract);
    const known = this.#inLine.get(report);
    if (known?.before === before) return known.report;
    const reason = `Not judged yet: ${before === null ? "the desk asks its sources between its slots" : `${before.toLocaleString("en-US")} contracts are looked at before it`}.`;
    const said = freezeReport({ ...report, reason });
    this.#inLine.set(report, { before, report: said });
    return said;
  }

  /** The first look at a proxy's code is over when every source has spoken: then it is pinned, if it may be. */
  async #pin(contract: ContractId, options: CallOptions): Promise<void> {
    const nowMs = this.#parts.clock.now();
    if (this.#pins.of(contract) !== null || !this.isJudged(contract, nowMs)) return;
    const pin = mayPin([...(this.#kept.of(contract)?.values() ?? [])], nowMs);
    if (pin !== null) await this.#pins.write(pin, options);
  }
}

interface About {
  readonly identity: CoinIdentity | null;
  readonly contract: ContractId | null;
  readonly nowMs: UnixMs;
}

const NO_REPORTS: ReadonlyMap<string, SecurityReport> = new Map();

/** Nothing but what its sources have not been asked for is missing: which coin it is is known, and bars nothing. */
const isOnlyUnread = ({ verdict, checks }: SecurityReport): boolean =>
  verdict === "unknown" && !checks.some(({ id, state }) => state === "unknown" && IDENTITY_CHECKS.includes(id));

const isValid = (report: SecurityReport | undefined, nowMs: number): boolean =>
  report !== undefined && nowMs < report.validUntilMs;
