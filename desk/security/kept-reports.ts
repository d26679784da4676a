// Floor 4. What token sources have said of contracts: Khala's room, and in front of it the same frozen reports in memory.
import type { Khala } from "#memory/khala.ts";
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import type { UnixMs } from "#schemas/units.ts";
import { freezeReport } from "#toolkits/security/goplus.ts";

export type ReportRoom = Pick<Khala, "recallSecurity" | "rememberSecurity">;

/** Contracts of one query. Reading and checking them holds up the process. */
const AT_ONCE = 25;

export class KeptReports {
  readonly #room: ReportRoom;
  readonly #sources: readonly Pick<TokenSource, "id" | "serves">[];
  /** Of a contract whose kept reports were read: by source. */
  readonly #bySource = new Map<string, ReadonlyMap<string, SecurityReport>>();

  constructor(room: ReportRoom, sources: readonly Pick<TokenSource, "id" | "serves">[]) {
    this.#room = room;
    this.#sources = sources;
  }

  /** The newest of each source, those whose time is over included; undefined: the room was not read for it yet. */
  of(contract: ContractId): ReadonlyMap<string, SecurityReport> | undefined {
    return this.#bySource.get(contractText(contract));
  }

  /** Reads the room for those of which it was not read yet. @throws StoreError */
  async load(contracts: readonly ContractId[], nowMs: UnixMs, options: CallOptions): Promise<void> {
    const missing = contracts.filter((contract) => this.of(contract) === undefined);
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      await this.#read(missing.slice(from, from + AT_ONCE), nowMs, options);
    }
  }

  /** Reads the room again: another process may have written there. @throws StoreError */
  async reload(contract: ContractId, nowMs: UnixMs, options: CallOptions): Promise<void> {
    await this.#read([contract], nowMs, options);
  }

  /** @throws StoreError: then nothing is kept */
  async keep(sourceId: string, contract: ContractId, report: SecurityReport, options: CallOptions): Promise<void> {
    await this.#room.rememberSecurity(sourceId, contract, report, options);
    this.#put(contract, [[sourceId, report]]);
  }

  async #read(contracts: readonly ContractId[], nowMs: UnixMs, options: CallOptions): Promise<void> {
    const asked = contracts.flatMap((contract) =>
      this.#sources.flatMap(({ id, serves }) => (serves(contract.chain) ? [{ sourceId: id, contract }] : [])),
    );
    const found = await this.#room.recallSecurity(asked, nowMs, options);
    for (const contract of contracts) this.#put(contract, []);
    for (const [index, { sourceId, contract }] of asked.entries()) {
      const report = found[index];
      if (report !== undefined) this.#put(contract, [[sourceId, report]]);
    }
  }

  /** A report that says the same from the same moment stays the object that it was. */
  #put(contract: ContractId, reports: readonly (readonly [string, SecurityReport])[]): void {
    const before = this.of(contract) ?? new Map<string, SecurityReport>();
    const news = reports.filter(([source, report]) => (before.get(source)?.observedAtMs ?? -1) < report.observedAtMs);
    if (news.length === 0 && this.of(contract) !== undefined) return;
    this.#bySource.set(
      contractText(contract),
      new Map([...before, ...news.map(([source, report]) => [source, freezeReport(report)] as const)]),
    );
  }
}
