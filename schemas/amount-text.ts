// Floor 1. A number as people read it, grouped, in the conventions of a language. Never parsed back.

interface AmountOptions {
  /** BCP 47; default `en-US`. */
  readonly locale?: string;
  /** A value that these would show as zero gets two significant digits. Default: two above 100, else seven significant digits. */
  readonly mostDecimals?: number;
}

const formats = new Map<string, Intl.NumberFormat>();

/** `10,012.34`, `0.00005273`, `1.0021`; `–` for no number. */
export function amountText(value: number | string, { locale = "en-US", mostDecimals }: AmountOptions = {}): string {
  const n = value === "" ? Number.NaN : Number(value);
  if (!Number.isFinite(n)) return "–";
  return formatOf(locale, digitsFor(Math.abs(n), mostDecimals)).format(n);
}

function digitsFor(size: number, mostDecimals: number | undefined): Intl.NumberFormatOptions {
  if (mostDecimals === undefined)
    return size >= 100 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 7, maximumFractionDigits: 12 };
  const isLost = size !== 0 && mostDecimals > 0 && size < 0.5 * 10 ** -mostDecimals;
  return isLost ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: mostDecimals };
}

/** Making one takes longer than using it. */
function formatOf(locale: string, digits: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(digits)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale, { ...digits, useGrouping: "always" });
  formats.set(key, made);
  return made;
}
