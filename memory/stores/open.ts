// Floor 2. Which store → that store, opened. Nothing heavy is loaded before it is chosen.
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Database } from "./db.ts";

export type StoreSpec =
  | {
      readonly kind: "pglite";
      /** The home folder; the database lies in its subfolder `khala`. */
      readonly home: string;
      /** What this process does, for a process that finds the home locked or a run taken: `start`, `sleep --once`. */
      readonly owner: string;
    }
  | { readonly kind: "postgres"; readonly url: string; readonly owner?: string };

export interface OpenStoreOptions extends CallOptions {
  /** Told what takes long, in a sentence. */
  readonly onNote?: (text: string) => void;
}

/**
 * Opens a store, creating and migrating it where needed. Close it before the process ends.
 * @throws HomeLockedError where another process holds the home; StoreError where it cannot be opened
 */
export async function openStore(spec: StoreSpec, options: OpenStoreOptions): Promise<Store> {
  options.signal.throwIfAborted();
  switch (spec.kind) {
    case "pglite": {
      const { openPgliteStore } = await import("./pglite.ts");
      return openPgliteStore(spec.home, spec.owner, { signal: options.signal, onNote: options.onNote ?? (() => {}) });
    }
    case "postgres":
      return (await import("./postgres.ts")).openPostgresStore(spec.url, spec.owner ?? "desk", options);
  }
}

/** The same database without a store over it, for what works on all of it. @throws as `openStore` */
export async function openDatabase(spec: StoreSpec, options: OpenStoreOptions): Promise<Database> {
  options.signal.throwIfAborted();
  switch (spec.kind) {
    case "pglite": {
      const { openPgliteDatabase } = await import("./pglite.ts");
      return openPgliteDatabase(spec.home, spec.owner, {
        signal: options.signal,
        onNote: options.onNote ?? (() => {}),
      });
    }
    case "postgres":
      return (await import("./postgres.ts")).openPostgresDatabase(spec.url, options);
  }
}
