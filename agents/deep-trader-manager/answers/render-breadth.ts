// Floor 3. A market digest and a kind of question → what the answer says of all markets. Every number is the digest's. Pure.
import { OVERBOUGHT_RSI, OVERSOLD_RSI } from "#schemas/indicator.ts";
import type { Intent } from "#schemas/question.ts";
import { verdictWord } from "#schemas/security.ts";
import type { MarketDigest, MoverRow, RiskRow, RsiRow } from "./distil.ts";
import { closeWords } from "./render-levels.ts";
import { hourWords, pastHorizonNote } from "./render-market.ts";
import { counted, sentence, signedPct } from "./render-text.ts";

/** Rows named of each side where an answer has several lists. */
const FEW = 5;
const FEWER = 3;

/** The text of a question about all markets; without the line that says how old it is. Empty for other kinds. */
export function breadthText(intent: Intent, digest: MarketDigest): string {
  const text = body(intent, digest);
  return text === "" ? "" : `${text}${pastHorizonNote(intent)}${leftOutNote(digest)}`;
}

function body(intent: Intent, digest: MarketDigest): string {
  switch (intent.kind) {
    case "oversold":
      return extremeText(intent, digest, {
        word: "oversold",
        border: `RSI under ${OVERSOLD_RSI}`,
        rows: digest.lowestRsi,
      });
    case "overbought":
      return extremeText(intent, digest, {
        word: "overbought",
        border: `RSI over ${OVERBOUGHT_RSI}`,
        rows: digest.highestRsi,
      });
    case "movers":
      return moversText(digest);
    case "riskiest":
      return riskiestText(digest);
    case "market":
      return overviewText(digest);
    default:
      return "";
  }
}

const of = ({ markets, timeframe }: MarketDigest): string => `${counted(markets, "market")} at ${timeframe}`;

interface Extreme {
  readonly word: "oversold" | "overbought";
  readonly border: string;
  readonly rows: readonly RsiRow[];
}

function extremeText({ negation }: Intent, digest: MarketDigest, { word, border, rows }: Extreme): string {
  const count = digest[word];
  const named = rows.slice(0, count).map(rsiShown).join(", ");
  const more = count > rows.length ? `, and ${count - rows.length} more` : "";
  if (count === 0) {
    const [first] = rows;
    const most = word === "oversold" ? "lowest" : "highest";
    const nearest = first === undefined ? "" : `; the ${most} is ${rsiShown(first)}`;
    return `None of ${of(digest)} is ${word} (${border})${nearest}.`;
  }
  const head = negation
    ? `${digest.markets - count} of ${of(digest)} are not ${word} (${border}); ${count === 1 ? "the one that is" : `the ${count} that are`}: `
    : `${count} of ${of(digest)} ${count === 1 ? "is" : "are"} ${word} (${border}): `;
  return `${head}${named}${more}.`;
}

const rsiShown = ({ symbol, rsiWilder }: RsiRow): string => `${symbol} ${rsiWilder.toFixed(2)}`;

function moversText(digest: MarketDigest): string {
  const { breadth, gainers, losers } = digest;
  const moverShown = moverIn(digest);
  const up = gainers.length === 0 ? "None went up." : `Up most: ${gainers.slice(0, FEW).map(moverShown).join(", ")}.`;
  const down =
    losers.length === 0 ? "None went down." : `Down most: ${losers.slice(0, FEW).map(moverShown).join(", ")}.`;
  return `In 24 hours, of ${of(digest)}, ${breadth.up} went up and ${breadth.down} down. ${up} ${down}`;
}

/** Over the day; where the window does not reach back that far over the hour, which is said. */
const moverIn =
  ({ timeframe }: MarketDigest) =>
  ({ symbol, changePct, over }: MoverRow): string =>
    `${symbol} ${signedPct(changePct)}${over === "hour" ? ` (${hourWords(timeframe)})` : ""}`;

function riskiestText(digest: MarketDigest): string {
  const rows = digest.riskiest.slice(0, FEW).map(riskShown);
  const barred =
    digest.barred === 0
      ? "None of them is barred for its token's security."
      : `${digest.barred} of them ${digest.barred === 1 ? "is" : "are"} not entered for the token's security.`;
  return `Riskiest of ${of(digest)}, by the token's security, then by ATR in percent of the close:\n${rows.join("\n")}\n${barred}`;
}

function riskShown({ symbol, verdict, reason, atrPct }: RiskRow): string {
  const size = atrPct === null ? "ATR not known" : `ATR ${atrPct.toFixed(2)} %`;
  return `${symbol}: ${verdictWord(verdict)}, ${size}. ${reason}`;
}

function overviewText(digest: MarketDigest): string {
  const { breadth, markets, oversold, overbought, gainers, losers, barred, sectors } = digest;
  const known = markets - breadth.unknown;
  const moverShown = moverIn(digest);
  const sectorsShown = sectors
    .filter(({ medianChangePct }) => medianChangePct !== null)
    .toSorted((a, b) => (b.medianChangePct ?? 0) - (a.medianChangePct ?? 0) || (a.sector < b.sector ? -1 : 1))
    .map((row) => `${row.sector} ${signedPct(row.medianChangePct ?? 0)} (${row.markets})`);
  return [
    `${of(digest)}: in 24 hours ${breadth.up} up, ${breadth.down} down, ${breadth.unmoved} unmoved${known === 0 ? "" : ` (${((breadth.up / known) * 100).toFixed(1)} % up)`}.`,
    `Oversold ${oversold} (RSI under ${OVERSOLD_RSI}), overbought ${overbought} (over ${OVERBOUGHT_RSI}).`,
    ...(gainers.length === 0 ? [] : [`Strongest: ${gainers.slice(0, FEWER).map(moverShown).join(", ")}.`]),
    ...(losers.length === 0 ? [] : [`Weakest: ${losers.slice(0, FEWER).map(moverShown).join(", ")}.`]),
    ...(sectorsShown.length === 0 ? [] : [`Median change by sector (markets): ${sectorsShown.join(", ")}.`]),
    nearestEntriesText(digest),
    ...digest.silent.map(
      ({ strategyId, why, markets: unread }) =>
        `${strategyId} says nothing of ${counted(unread, "market")}: ${sentence(why)}`,
    ),
    `${barred} ${barred === 1 ? "is" : "are"} not entered for the token's security.`,
  ].join("\n");
}

function nearestEntriesText({ nearEntry, entryLevels, strategies }: MarketDigest): string {
  const { asked, notWorkedOut } = entryLevels;
  const of = strategies.length > 1 ? "markets and strategies" : "markets";
  const unknown = notWorkedOut === 0 ? "" : ` Of ${notWorkedOut} of ${asked} ${of} that was not worked out.`;
  if (nearEntry.length === 0) {
    if (asked === notWorkedOut) return `At which next close a market would be entered is not known.${unknown}`;
    return `No market would be entered at any next close that was looked at.${unknown}`;
  }
  const named = nearEntry.slice(0, FEWER).map((row) => {
    const whose = strategies.length > 1 ? `, ${row.strategyId}` : "";
    return `${row.symbol} ${closeWords(row, row.searched)} (${signedPct(row.distancePct)}${whose})`;
  });
  return `Nearest to an entry at the next close: ${named.join(", ")}.${unknown}`;
}

function leftOutNote({ leftOut }: MarketDigest): string {
  if (leftOut.length === 0) return "";
  const named = leftOut.slice(0, FEW).map(({ symbol, reason }) => `${symbol} (${reason})`);
  const more = leftOut.length > FEW ? `, and ${leftOut.length - FEW} more` : "";
  return ` Left out, without a fresh analysis: ${named.join(", ")}${more}.`;
}
