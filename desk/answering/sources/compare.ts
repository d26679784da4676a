// Floor 4. The source `compare`: two to five markets side by side, with the extremes of RSI and of the day's change ranked.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { MarketView } from "#schemas/reading.ts";
import { heldFacts, recallFacts } from "./analysis.ts";
import { withExtremes } from "./make-facts.ts";
import { analysisFacts, sayingFacts } from "./market-facts.ts";
import { Asset, marketOf, TimeframeInput } from "./market-name.ts";
import type { SourceDesk } from "./source-desk.ts";
import { recallViews } from "./views.ts";

/** What is worth a column beside other markets. */
const COLUMNS: ReadonlySet<NewFact["kind"]> = new Set([
  "price",
  "change",
  "rsi",
  "percent-b",
  "atr",
  "trend",
  "verdict",
  "signal",
  "level-enter",
  "level-exit",
  "distance",
]);

export const compareSource = (open: SourceDesk) =>
  factSource({
    id: "compare",
    description:
      "Two to five markets side by side: price, moves, RSI, %B, ATR, trend, security, signals and levels; says which has the highest and lowest RSI and change over a day.",
    input: z.object({ assets: z.array(Asset).min(2).max(5), timeframe: TimeframeInput }),
    read: async ({ assets, timeframe = open.desk.config.timeframe }, run, options) => {
      const symbols = [...new Set(assets.map((asset) => marketOf(open, asset)))];
      const recalls = await recallViews(open, symbols, timeframe, run, options);
      const facts = symbols.flatMap((symbol, at) => [
        ...recallFacts(open, { symbol, timeframe }, recalls[at] ?? { status: "missing" }, run, columnsOf),
        ...heldFacts(open, symbol, run),
      ]);
      return ranked(ranked(facts, isRsi), isDayChange);
    },
  });

const columnsOf = ({ desk }: SourceDesk, view: MarketView): NewFact[] =>
  [...analysisFacts(view), ...sayingFacts(view, desk.hosts)].filter(
    ({ kind, unit }) => COLUMNS.has(kind) && !(kind === "atr" && unit === "price"),
  );

const isRsi = ({ kind }: NewFact): boolean => kind === "rsi";
const isDayChange = ({ kind, window }: NewFact): boolean => kind === "change" && window === "1d";

/** Ranks of one kind of fact, each left in its place. */
function ranked(facts: readonly NewFact[], isOne: (fact: NewFact) => boolean): NewFact[] {
  const extremes = withExtremes(facts.filter(isOne)).values();
  return facts.map((fact) => (isOne(fact) ? (extremes.next().value ?? fact) : fact));
}
