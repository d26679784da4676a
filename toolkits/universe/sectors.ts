// Floor 2. Base currency → the sector it is counted to, by sectors.json. What is not in that table is `other`, never guessed.
import { z } from "zod";
import table from "./sectors.json" with { type: "json" };

export const SECTORS = [
  "layer-1",
  "layer-2",
  "defi",
  "exchange",
  "payments",
  "privacy",
  "infrastructure",
  "storage-compute",
  "gaming",
  "meme",
  "stablecoin",
  "wrapped",
  "other",
] as const;
export type Sector = (typeof SECTORS)[number];

const sectors = z.record(z.enum(SECTORS).exclude(["other"]), z.string()).parse(table.sectors);

export const SECTORS_AS_OF = table.asOf;

/** Base currencies of a sector. */
export const membersOf = (sector: Exclude<Sector, "other">): readonly string[] => sectors[sector].split(" ");

const SECTOR_OF: ReadonlyMap<string, Sector> = new Map(
  SECTORS.flatMap((sector) => (sector === "other" ? [] : membersOf(sector).map((base) => [base, sector]))),
);

/** @param base a currency code in capitals, such as `ETH` */
export const sectorOf = (base: string): Sector => SECTOR_OF.get(base) ?? "other";
