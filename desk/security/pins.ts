// Floor 4. The code behind proxies as it was at the first look: written once, dated, and never again.
import { type ContractId, contractText } from "#schemas/chain.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Snapshot, SnapshotStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { PinnedImplementation } from "#schemas/security-trust.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

const ALL = 1_000_000;

export class Pins {
  readonly #snapshots: SnapshotStore;
  #pins: Map<string, PinnedImplementation> | null = null;

  constructor(snapshots: SnapshotStore) {
    this.#snapshots = snapshots;
  }

  /** Null: none, or they were not read yet. */
  of = (contract: ContractId): PinnedImplementation | null => this.#pins?.get(contractText(contract)) ?? null;

  /** Once; the oldest of a contract counts. @throws StoreError */
  async load(nowMs: UnixMs, options: CallOptions): Promise<void> {
    if (this.#pins !== null) return;
    const range = { scope: null, fromMs: unixMs(0), nowMs, limit: ALL };
    const found = await this.#snapshots.list("implementation", range, options);
    this.#pins = new Map(found.map((one) => [one.scope, pinOf(one)]));
  }

  /** Unless another desk on the store has pinned it since they were read: then that counts. @throws StoreError */
  async write(pin: PinnedImplementation, options: CallOptions): Promise<void> {
    const scope = contractText(pin);
    const range = { scope, fromMs: unixMs(0), nowMs: pin.seenAtMs, limit: ALL };
    const oldest = (await this.#snapshots.list("implementation", range, options)).at(-1);
    if (oldest === undefined) {
      await this.#snapshots.put("implementation", [{ scope, seenAtMs: pin.seenAtMs, body: pin }], options);
    }
    this.#pins?.set(scope, oldest === undefined ? pin : pinOf(oldest));
  }
}

/** Passed over, other code would be taken for the first. @throws RecordVersionError */
function pinOf({ scope, body }: Snapshot): PinnedImplementation {
  const { data, error } = PinnedImplementation.safeParse(body);
  if (data !== undefined) return data;
  throw new RecordVersionError({
    was: `The stored implementation of ${scope} cannot be read.`,
    remedy: "Use the version of the program that wrote it, or start with another --home or database.",
    cause: error,
  });
}
