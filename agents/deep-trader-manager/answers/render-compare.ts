// Floor 3. Two asset digests → both side by side, and in what they differ. No recommendation beyond the rules' own. Pure.
import { mayEnter, verdictWord } from "#schemas/security.ts";
import type { AssetDigest, StrategyDigest } from "./distil.ts";
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
const verdicts = (asset: AssetDigest): readonly Line[] => [
  ["direction", (a) => a.direction ?? "not known"],
  ...asset.strategies.map(({ strategyId }): Line => {
    const name = asset.strategies.length > 1 ? `signal of ${strategyId}` : "signal";
    return [name, (a) => signalText(a.strategies.find((one) => one.strategyId === strategyId))];
  }),
  ["security", (a) => verdictWord(a.verdict)],
];

const signalText = (one: StrategyDigest | undefined): string =>
  one?.status === "read" ? `${one.action} (strength ${one.strength.toFixed(2)})` : `none, ${one?.why ?? "not read"}`;

/** @param one and `two` of one timeframe, in the order asked */
export function compareText(one: AssetDigest, two: AssetDigest): string {
  const row = ([name, of]: Line): string => `${name}: ${of(one)} · ${of(two)}`;
  const verdictLines = verdicts(one);
  const differing = verdictLines.filter(([, of]) => of(one) !== of(two)).map(([name]) => name);
  return [
    `${one.symbol} · ${two.symbol}, ${one.timeframe} candles`,
    ...[...lines(one.timeframe), ...verdictLines].map(row),
    differing.length === 0
      ? "They do not differ in direction, signal or security."
      : `They differ in ${differing.join(", ")}.`,
    rulesText([one, two]),
  ].join("\n");
}

function rulesText(assets: readonly AssetDigest[]): string {
  const isEntered = ({ strategies }: AssetDigest) =>
    strategies.some((one) => one.status === "read" && one.action === "enter");
  const isHeard = assets.some(({ strategies }) => strategies.some(({ status }) => status === "read"));
  if (!isHeard) return "No strategy of the desk says anything of them.";
  const entered = assets.filter(isEntered);
  const allowed = entered.filter(({ verdict }) => mayEnter(verdict)).map(({ symbol }) => symbol);
  const barred = entered.filter(({ verdict }) => !mayEnter(verdict)).map(({ symbol }) => symbol);
  return [
    allowed.length === 0
      ? "The rules would enter neither now."
      : `The rules' signal is to enter ${allowed.join(" and ")}.`,
    ...(barred.length === 0 ? [] : [`Security bars ${barred.join(" and ")}.`]),
  ].join(" ");
}
