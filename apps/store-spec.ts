// Floor 6. Where the settings say the store is: a database, or the home's own.
import type { StoreSpec } from "#memory/stores/open.ts";
import type { DeskConfig } from "#schemas/config.ts";

/** @param owner what this process does, for one that finds the store in use */
export const storeSpecOf = (
  { home, databaseUrl }: Pick<DeskConfig, "home" | "databaseUrl">,
  owner: string,
): StoreSpec =>
  databaseUrl === null ? { kind: "pglite", home, owner } : { kind: "postgres", url: databaseUrl, owner };
