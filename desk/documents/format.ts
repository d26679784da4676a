// Floor 4. Numbers, ages and times as people read them. Never parsed back.
import { amountText } from "#schemas/amount-text.ts";

/** `10,012.34`, `0.00005273`, `1.0021`: two decimals above 100, else seven significant digits; `–` for no number. */
export const formatAmount = (value: number | string): string => amountText(value);

/** `0.20`, `1,234.50`, `0.000012`: two decimals, or two significant digits where those would be zeros. */
export function formatFee(value: number | string): string {
  const n = Number(value);
  if (value === "" || !Number.isFinite(n)) return "–";
  const digits =
    n === 0 || Math.abs(n) >= 0.01
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 2, maximumFractionDigits: 20 };
  return n.toLocaleString("en-US", digits);
}

/** `+0.12 %` with a real minus sign. */
export function formatPct(pct: number, digits = 2): string {
  const rounded = pct.toFixed(digits);
  const text = Number(rounded) === 0 ? (0).toFixed(digits) : rounded;
  return `${text.startsWith("-") ? `−${text.slice(1)}` : `+${text}`} %`;
}

/** `−0.44`, for ratios and percents without a sign of gain: fixed decimals, a real minus sign, never `−0.00`. */
export function formatFixed(value: number, digits = 2): string {
  const rounded = value.toFixed(digits);
  return Number(rounded) === 0 ? (0).toFixed(digits) : rounded.replace("-", "−");
}

/** `12 s`, `4 min`, `3.1 h`, `2.5 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

/** `2018-01-16 12:05` UTC. */
export const formatTime = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");

/** `12:05` UTC. */
export const formatClock = (timeMs: number): string => new Date(timeMs).toISOString().slice(11, 16);
