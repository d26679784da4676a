// Floor 2. The name of a group of assets, as traders say it → its members by asset-groups.json. What is in no list is in no group.
import { z } from "zod";
import table from "./asset-groups.json" with { type: "json" };
import { membersOf, SECTORS, SECTORS_AS_OF } from "./sectors.ts";

export interface AssetGroup {
  readonly name: string;
  /** Base currencies in capitals. */
  readonly assets: readonly string[];
  /** Date of the list, such as `2026-01-31`. */
  readonly asOf: string;
}

const Row = z.strictObject({
  name: z.string(),
  said: z.array(z.string()),
  sector: z.enum(SECTORS).exclude(["other"]).optional(),
  also: z.string().optional(),
});

const rows = z
  .array(Row)
  .parse(table.groups)
  .map(({ name, said, sector, also }) => {
    const own = also?.split(" ") ?? [];
    const assets = [...new Set([...(sector === undefined ? [] : membersOf(sector)), ...own])];
    const group: AssetGroup = { name, assets, asOf: own.length === 0 ? SECTORS_AS_OF : table.asOf };
    return { group, said: [name, ...said].map((text) => text.toLowerCase()) };
  });

/** Every group there is. */
export const ASSET_GROUPS: readonly AssetGroup[] = rows.map(({ group }) => group);

/** @param said `memecoins`, `AI tokens`, in any case; null: no group goes by that name */
export function assetGroupNamed(said: string): AssetGroup | null {
  const name = said.trim().toLowerCase().replaceAll(/\s+/g, " ");
  return rows.find((row) => row.said.includes(name))?.group ?? null;
}
