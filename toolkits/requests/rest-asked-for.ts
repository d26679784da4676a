// Floor 2. An answer that says "too many requests" → how long the exchange wants to be left alone, ms: by its header, by its words,
// or by what the table says of it.
import { DAY_MS } from "#schemas/units.ts";

/** Bans of Binance last up to three days: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
const LONGEST_MS = 3 * DAY_MS;
const SHORTEST_MS = 1000;
/** Of a ban whose length is not told. */
const LEAST_BAN_MS = 120_000;
/** A rest that the exchange did not state doubles with each one in a row, up to this. */
const LONGEST_GUESS_MS = 600_000;

/** Rests of which no length is told, ms. */
export interface RestLimits {
  /** After "too many requests". */
  readonly waitMs: number;
  /** After 403. */
  readonly forbiddenMs: number;
  /** `limit`: 403 is a limit, and its rest by the exchange's rules. Left out, or `firewall`: the rest is a guess of ours. */
  readonly forbidden?: "limit" | "firewall";
  /** Of whom every second costs: a guess begins so short, and doubles with each one in a row up to the rest above, ms. */
  readonly firstMs?: number;
}

export interface LimitAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function header(headers: LimitAnswer["headers"], name: string): string | null {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? null : String(found[1]).trim();
}

/**
 * `Retry-After`, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3. A date is taken relative to the answer's own
 * `Date`, so that our clock does not matter.
 */
export function retryAfterMs(headers: LimitAnswer["headers"], nowMs: number): number | null {
  const text = header(headers, "retry-after");
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const untilMs = Date.parse(text);
  const sentMs = Date.parse(header(headers, "date") ?? "");
  const restMs = untilMs - (Number.isNaN(sentMs) ? nowMs : sentMs);
  return Number.isNaN(restMs) ? null : restMs;
}

/** `IP banned until 1573370000000`, as Binance words it (code -1003), with or without a status of its own. */
function bannedMs(body: string, nowMs: number): number | null {
  const until = /\buntil (\d{13})\b/.exec(body)?.[1];
  return until === undefined ? null : Number(until) - nowMs;
}

/**
 * @param inARow rests asked for since the last answer that was one
 */
export function restAskedForMs(
  { status, headers, body }: LimitAnswer,
  { limits }: { readonly limits: RestLimits },
  { nowMs, inARow }: { readonly nowMs: number; readonly inARow: number },
): number {
  const stated = [retryAfterMs(headers, nowMs), bannedMs(body, nowMs)].filter((ms) => ms !== null);
  if (stated.length > 0) return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ...stated));
  const usualMs =
    status === 418 ? Math.max(LEAST_BAN_MS, limits.waitMs) : status === 403 ? limits.forbiddenMs : limits.waitMs;
  const isGuess = status !== 418 && !(status === 403 && limits.forbidden === "limit");
  if (limits.firstMs !== undefined && isGuess) return Math.min(usualMs, limits.firstMs * 2 ** inARow);
  return Math.max(usualMs, Math.min(LONGEST_GUESS_MS, usualMs * 2 ** inARow));
}
