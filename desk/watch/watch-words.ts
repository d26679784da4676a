// Floor 4. `ETH closes under 3000`, `BTC RSI over 70 on 1h` → what is to be watched, the market as it was typed. In English, German
// and Spanish; null for what is not read to its last word.
import { splitSymbol, TIMEFRAMES, Timeframe } from "#schemas/units.ts";
import { PriceWatch } from "#schemas/watch.ts";

export interface WordedWatch {
  /** As typed. */
  readonly market: string;
  readonly kind: PriceWatch["kind"];
  /** A decimal. */
  readonly level: string;
  /** Behind the level, as typed, or `$`; null: none was named. */
  readonly currency: string | null;
  /** Null: none was named. */
  readonly timeframe: Timeframe | null;
}

const TELL =
  "(?:(?:tell me|let me know|alert me|watch|sag mir|sag bescheid|melde|avísame|avisame|dime),? )?(?:(?:when|if|wenn|cuando|si) )?";
const MARKET = "(?<market>\\S+)";
const RSI_IS = "(?:(?:is|goes|falls|drops|rises|fällt|steigt|ist|cae|sube|está) )?";
const UNDER = "(?:under|below|beneath|unter|por debajo de|debajo de|bajo)";
const OVER = "(?:over|above|über|ueber|por encima de|encima de|sobre)";
const SIDE = `(?:(?<under>${UNDER})|(?<over>${OVER}))`;
const LEVEL = "(?<dollar>\\$)?(?<level>[\\d.,]+)(?: ?(?<currency>\\$|(?!(?:on|in|auf|im|en|at) )[\\p{L}\\d]{2,10}))?";
const ON = `(?: (?:on|in|auf|im|en|at) (?:the )?(?<timeframe>${TIMEFRAMES.join("|")})(?: (?:close|chart|candles?|Kerze))?)?`;

const PATTERNS: readonly (readonly [of: "close" | "price" | "rsi", expression: RegExp])[] = (
  [
    // Two, since Node 22 takes the name of a group only once in an expression.
    ["rsi", `${TELL}(?:the |der |el )?RSI (?:of |von |de )?${MARKET} ${RSI_IS}${SIDE} ${LEVEL}${ON}`],
    ["rsi", `${TELL}(?:the |der |el )?${MARKET}(?:'s)? RSI ${RSI_IS}${SIDE} ${LEVEL}${ON}`],
    ["close", `${TELL}${MARKET} (?:closes|close|closed|schließt|schliesst|cierra) ${SIDE} ${LEVEL}${ON}`],
    ["close", `${TELL}${MARKET} ${SIDE} ${LEVEL}${ON} (?:schließt|schliesst)`],
    ["price", `${TELL}${MARKET} ${SIDE} ${LEVEL} (?:fällt|steigt|ist)`],
    [
      "price",
      `${TELL}(?:the price of |der kurs von |el precio de )?${MARKET}(?: price| kurs| precio)?(?: (?:is|trades|trading|falls|drops|goes|rises|ist|fällt|steigt|cae|sube|está))? ${SIDE} ${LEVEL}`,
    ],
  ] as const
).map(([of, pattern]) => [of, new RegExp(`^${pattern}$`, "iu")]);

export function watchFromWords(words: string): WordedWatch | null {
  const text = words
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/[.!]+$/, "")
    .replaceAll("’", "'");
  const isEnglish = /\b(?:under|below|beneath|over|above)\b/i.test(text);
  for (const [of, expression] of PATTERNS) {
    const found = expression.exec(text)?.groups;
    if (found === undefined) continue;
    const level = levelOf(found["level"] ?? "", isEnglish);
    if (level === null) return null;
    const side = found["under"] === undefined ? "above" : "below";
    const timeframe = Timeframe.safeParse(found["timeframe"]?.toLowerCase());
    return {
      market: found["market"] ?? "",
      kind: `${of}-${side}`,
      level,
      currency: found["dollar"] ?? found["currency"] ?? null,
      timeframe: timeframe.data ?? null,
    };
  }
  return null;
}

/**
 * `3000`, `0.123`; with marks of thousands by the language: `3,000.5` in English, `3.000,5` in German and Spanish. What could be
 * either is read by the language of the sentence, and the answer repeats it.
 */
function levelOf(text: string, isEnglish: boolean): string | null {
  const thousands = isEnglish ? /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/ : /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;
  if (thousands.test(text)) return isEnglish ? text.replaceAll(",", "") : text.replaceAll(".", "").replace(",", ".");
  if (!isEnglish && /^\d+,\d+$/.test(text)) return text.replace(",", ".");
  return /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? text : null;
}

export type WatchReading =
  | { readonly status: "watch"; readonly watch: PriceWatch }
  | { readonly status: "refused"; readonly reason: string };

/** @param symbol the market that was meant @param base the desk's own timeframe, where none was named */
export function watchOf(
  { kind, level, currency, timeframe }: WordedWatch,
  symbol: PriceWatch["symbol"],
  base: Timeframe,
): WatchReading {
  const { base: asset, quote } = splitSymbol(symbol);
  if (currency !== null && (kind.startsWith("rsi") || !isMeantBy(currency, quote))) {
    const was = kind.startsWith("rsi") ? "an RSI has no currency" : `${symbol} is quoted in ${quote}`;
    return { status: "refused", reason: `${was}, not in ${currency}; name the market, such as ${asset}/${quote}` };
  }
  const isPrice = kind.startsWith("price");
  const own = isPrice ? { kind, symbol } : { kind, symbol, timeframe: timeframe ?? base };
  const parsed = PriceWatch.safeParse({ ...own, level: kind.startsWith("rsi") ? Number(level) : level });
  if (parsed.success) return { status: "watch", watch: parsed.data };
  return { status: "refused", reason: parsed.error.issues.map(({ message }) => message).join("; ") };
}

/** A dollar sign is any dollar coin's. */
const isMeantBy = (currency: string, quote: string): boolean =>
  currency === "$" ? quote.includes("USD") : currency.toUpperCase() === quote;
