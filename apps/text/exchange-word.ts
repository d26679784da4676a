// Floor 6. How old the exchange's last word is, where it was not asked for another: beside everything that stands on it.
import { z } from "zod";
import type { Desk } from "#desk/desk.ts";
import { formatAge, formatClock, formatTime } from "#desk/documents/format.ts";
import { isExchange, lastWordMs } from "#desk/not-asking.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay } from "#schemas/units.ts";

export const ExchangeWord = z.object({
  venue: z.string(),
  asked: z.literal(false),
  lastWordMs: z
    .number()
    .nullable()
    .describe("when it last said anything that this desk's store or home has, UTC epoch ms; null: never"),
  ageMs: z.number().nullable().describe("from there to now, ms; null: it never said anything"),
  nowMs: z.number().describe("the desk's clock; UTC epoch ms"),
});
export type ExchangeWord = Readonly<z.infer<typeof ExchangeWord>>;

interface Opened {
  readonly desk: Desk;
  readonly store: Store;
  readonly venue: { readonly marketsHeardMs?: () => number | null };
}

/** Null where the prices come from no exchange. */
export async function exchangeWord({ desk, store, venue }: Opened, options: CallOptions): Promise<ExchangeWord | null> {
  if (!isExchange(desk)) return null;
  const nowMs = desk.clock.now();
  const words = [await lastWordMs(desk, store, options), venue.marketsHeardMs?.() ?? null].filter((ms) => ms !== null);
  const last = words.length === 0 ? null : Math.max(...words);
  const ageMs = last === null ? null : Math.max(0, nowMs - last);
  return { venue: desk.marketData.venue, asked: false, lastWordMs: last, ageMs, nowMs };
}

/** `exchange binance not asked; last word 14:05 (32 min ago)`; with its date where that is another than today's. */
export function exchangeText({ venue, lastWordMs: last, ageMs, nowMs }: ExchangeWord): string {
  const said = `exchange ${venue} not asked; `;
  if (last === null || ageMs === null) return `${said}it has said nothing yet that is kept here`;
  const time = startOfDay(last) === startOfDay(nowMs) ? formatClock(last) : formatTime(last);
  return `${said}last word ${time} (${formatAge(ageMs)} ago)`;
}
