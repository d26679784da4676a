// Floor 3. Two asset digests → both side by side, and in what they differ. No recommendation beyond the rules' own. Pure.
import { mayEnter } from "#schemas/security.ts";
import type { AssetDigest } from "./distil.ts";
import { hourWords } from "./render-market.ts";
import { price, signedPct } from "./render-text.ts";

type Line = readonly [name: string, of: (asset: AssetDigest) => string];

const shown = (value: number | null, text: (value: number) => string): string =>
  value === null ? "none" : text(value);

const lines = (timeframe: AssetDigest["timeframe"]): readonly Line[] => [
  ["close", (a) => price(a.price)],
  [`change ${hourWords(timeframe)}`, (a) => shown(a.changeHourPct, signedPct)],
  ["change in 24 hours", (a) => shown(a.changeDayPct, signedPct)],
  ["RSI", (a) => shown(a.rsiWilder, (value) => value.toFixed(2))],
  ["%B", (a) => shown(a.percentB, (value) => value.toFixed(2))],
  ["ATR of the close", (a) => shown(a.atrPct, (value) => `${value.toFixed(2)} %`)],
];

/** What the desk goes by: the words in which two markets may differ. */
const VERDICTS: readonly Line[] = [
  ["direction", (a) => a.direction ?? "not known"],
  ["signal", (a) => `${a.signal.action} (strength ${a.signal.strength.toFixed(2)})`],
  ["security", (a) => a.verdict],
];

/** @param one and `two` of one timeframe, in the order asked */
export function compareText(one: AssetDigest, two: AssetDigest): string {
  const row = ([name, of]: Line): string => `${name}: ${of(one)} · ${of(two)}`;
  const differing = VERDICTS.filter(([, of]) => of(one) !== of(two)).map(([name]) => name);
  return [
    `${one.symbol} · ${two.symbol}, ${one.timeframe} candles`,
    ...[...lines(one.timeframe), ...VERDICTS].map(row),
    differing.length === 0
      ? "They do not differ in direction, signal or security."
      : `They differ in ${differing.join(", ")}.`,
    rulesText([one, two]),
  ].join("\n");
}

function rulesText(assets: readonly AssetDigest[]): string {
  const entered = assets.filter(({ signal }) => signal.action === "enter");
  const allowed = entered.filter(({ verdict }) => mayEnter(verdict)).map(({ symbol }) => symbol);
  const barred = entered.filter(({ verdict }) => !mayEnter(verdict)).map(({ symbol }) => symbol);
  return [
    allowed.length === 0
      ? "The rules would enter neither now."
      : `The rules' signal is to enter ${allowed.join(" and ")}.`,
    ...(barred.length === 0 ? [] : [`Security bars ${barred.join(" and ")}.`]),
  ].join(" ");
}
