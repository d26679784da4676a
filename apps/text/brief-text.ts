// Floor 6. Briefs → text: one whole, or all that are kept in a table.

import { formatAge, formatAmount, formatTime } from "#desk/documents/format.ts";
import type { BriefDocument } from "#desk/judgement/brief-document.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

interface Briefs {
  readonly briefs: readonly BriefDocument[];
  readonly isOne: boolean;
  readonly quarantined: boolean;
}

const NONE =
  "Briefs are written where DEEPTRADER_BRIEF_DAY_TOKENS is set and they pay: what is held, near a level or asked about.";

export function briefText({ briefs, isOne, quarantined }: Briefs, style: Style): string {
  const stop = quarantined
    ? [style.bad("Under quarantine: one was found wrong. `deeptrader brief lift` ends it.")]
    : [];
  const [only] = briefs;
  if (only === undefined) return [...stop, `There are no briefs. ${NONE}`].join("\n");
  if (isOne) return [...stop, wholeText(only, style)].join("\n");
  const rows = table(briefs, [
    { title: "of", value: ({ subject }) => subject },
    { title: "written (UTC)", value: ({ brief }) => (brief === null ? "" : formatTime(brief.madeAtMs)) },
    { title: "age", value: ({ brief }) => (brief === null ? "" : formatAge(brief.ageMs)), align: "right" },
    { title: "by", value: ({ brief }) => brief?.author.model ?? "" },
    { title: "", value: (document) => standing(document) },
  ]);
  return [...stop, rows].join("\n");
}

const standing = ({ status, reason }: BriefDocument): string =>
  status === "stale" ? `stale: ${reason?.replaceAll("-", " ")}` : status;

function wholeText(document: BriefDocument, style: Style): string {
  const { subject, scope, brief } = document;
  if (brief === null) return `There is no brief of ${subject}. ${NONE}`;
  const { text, bull, bear, wouldChange, openQuestions, bounds, author, asOfMs, madeAtMs, ageMs } = brief;
  const points = (title: string, of: readonly string[]): readonly string[] =>
    of.length === 0 ? [] : ["", style.bold(title), ...of.map((point) => `  · ${point}`)];
  const prices = bounds.map(
    ({ symbol, bounds: { above, below } }) =>
      `${symbol} from ${above === null ? "–" : formatAmount(above)} to ${below === null ? "–" : formatAmount(below)}`,
  );
  const head = `${style.bold(`${subject} ${scope.timeframe}`)}  ${
    document.status === "fresh" ? "stands" : style.warn(standing(document))
  }`;
  return [
    head,
    text ?? "Nothing of its text stands up to its facts.",
    ...points("For a rise", bull),
    ...points("Against a rise", bear),
    ...points("What would change this view", wouldChange === null ? [] : [wouldChange]),
    ...points("Left open", openQuestions),
    "",
    ...(prices.length === 0 ? [] : [style.dim(`It stands for prices of ${prices.join("; ")}.`)]),
    style.dim(`Until ${formatTime(brief.expiresAtMs)} UTC at most (${brief.horizonCandles} candles).`),
    style.dim(
      `By ${author.model}, ${formatTime(madeAtMs)} UTC, ${(author.inputTokens + author.outputTokens).toLocaleString("en-US")} tokens. As of ${formatTime(asOfMs)} UTC, ${formatAge(ageMs)} old.`,
    ),
  ].join("\n");
}
