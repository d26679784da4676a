// Floor 6. The process that owns a desk's account → who it is, and until when that is so for certain.
import { formatTime } from "#desk/documents/format.ts";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import { toIso } from "#schemas/units.ts";

export const ownerTexts = ({ process, sinceMs, leaseUntilMs }: AccountHolder): readonly [string, string] => [
  `${process}${sinceMs === null ? "" : `, since ${formatTime(sinceMs)} UTC`}`,
  leaseUntilMs === null ? ", given back" : `, lease until ${toIso(leaseUntilMs).slice(11, 19)} UTC`,
];
