// Floor 1. A number as people read it, grouped, in the conventions of a language. Never parsed back.

interface AmountOptions {
  /** BCP 47; default `en-US`. */
  readonly locale?: string;
  /** A value that these would show as zero gets two significant digits. Default: two above 100, else seven significant digits. */
  readonly mostDecimals?: number;
}

/** Digits of a value: a number of decimals at most, or one of significant digits. */
type Digits = readonly ["decimals" | "significant", number];

/** `10,012.34`, `0.00005273`, `1.0021`; `–` for no number. */
export function amountText(value: number | string, { locale = "en-US", mostDecimals }: AmountOptions = {}): string {
  const n = value === "" ? Number.NaN : Number(value);
  return Number.isFinite(n) ? formatOf(locale, digitsFor(Math.abs(n), mostDecimals)).format(n) : "–";
}

function digitsFor(size: number, mostDecimals: number | undefined): Digits {
  if (mostDecimals === undefined) return size >= 100 ? ["decimals", 2] : ["significant", 7];
  const isLost = size !== 0 && mostDecimals > 0 && size < 0.5 * 10 ** -mostDecimals;
  return isLost ? ["significant", 2] : ["decimals", mostDecimals];
}

const formats = new Map<string, Intl.NumberFormat>();

/** Making one takes longer than using it. */
function formatOf(locale: string, [kind, count]: Digits): Intl.NumberFormat {
  const key = `${locale} ${kind} ${count}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const digits =
    kind === "decimals"
      ? { maximumFractionDigits: count }
      : { maximumSignificantDigits: count, maximumFractionDigits: 12 };
  const made = new Intl.NumberFormat(locale, { ...digits, useGrouping: "always" });
  formats.set(key, made);
  return made;
}
