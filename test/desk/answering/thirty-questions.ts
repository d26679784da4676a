// Thirty questions of operators, and what a careful model does with each: the tools that it calls, spelt as people and models
// spell, and a text of references.
import type { FactKind } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import { type FactLine, type FactsRead, type ModelScript, refTo, tickerOf } from "#test/support/competent-model.ts";

export interface AskedQuestion extends ModelScript {
  readonly n: number;
  readonly ask: string;
  readonly language: Language;
  /** Asked in one conversation with the others that follow. */
  readonly follows: boolean;
  /** A fact of each must be in the answer: kind, or kind and ticker. */
  readonly needs: readonly (FactKind | `${FactKind} ${string}`)[];
  /** What must stand in it besides. */
  readonly shows: readonly RegExp[];
  /** Answered without a model. */
  readonly isExact: boolean;
  /** One proposal comes of it, which the operator decides. */
  readonly proposes: boolean;
}

type Made = Pick<AskedQuestion, "ask" | "calls" | "say" | "needs"> &
  Partial<Pick<AskedQuestion, "language" | "follows" | "shows" | "isExact" | "proposes">>;

const call = (tool: string, input: Readonly<Record<string, unknown>> = {}) => ({ tool, input });
/** The coin that the question names, as the operator spells it. */
const coinIn = (question: string): string => /dogecoin|cardano|bitcoin|ether|\b[A-Z]{3,4}\b/.exec(question)?.[0] ?? "";
const FIGURE = /^figure of the operator/;
/** The statement whose label that is, alone as a sentence. */
const states = (f: FactsRead, label: RegExp): string => f.ref(label);
const went = (line: FactLine, up: string, down: string): string => (Number.parseFloat(line.value) < 0 ? down : up);
/** `the price rose {{f1}}` */
const moved = (line: FactLine, up = "rose", down = "fell"): string => `${went(line, up, down)} ${refTo(line)}`;

const ALL: readonly Made[] = [
  {
    ask: "I could spare 500 USDT this morning: what would the rules make of it, and on what grounds?",
    calls: [call("levels", { limit: 3 }), (f) => call("limits", { asset: tickerOf(f.line(/^would buy/)) })],
    say: (f) => {
      const nearest = f.line(/^would buy/);
      const of = tickerOf(nearest);
      const reason = f.all(/^the rule against an entry/);
      return [
        `The rules do not look at the ${f.ref(FIGURE)} you named: an entry of theirs takes ${f.ref(/^an entry by the rules$/, { unit: "USDT" })}, with cash of ${f.ref(/^cash$/)}.`,
        `Near an entry is ${of}: its price is ${f.ref(/^close of the newest/, { of })}, its entry level ${f.ref(/would enter$/, { of, unit: "USDT" })} and the distance ${refTo(nearest)}.`,
        states(f, /^entry (?:refused|allowed)$/),
        ...reason.slice(0, 1).map((line) => `The rule against it: ${refTo(line)}.`),
        states(f, /^not advice$/),
      ].join(" ");
    },
    needs: ["operator", "cash", "size", "level-enter", "distance", "statement"],
    shows: [/not advice/],
  },
  {
    ask: "tell my husband in plain words about the trade you finished last",
    calls: [call("trades", { limit: 1 })],
    say: (f) => {
      const entry = f.line(/^average entry price/);
      const of = tickerOf(entry);
      return `The desk bought ${of} at ${refTo(entry)} on ${f.ref(/^bought at/)}. It sold ${of} at ${f.ref(/^average exit/)} on ${f.ref(/^sold at/)}. ${f.ref(/^why it was sold/)} After fees the result is ${f.ref(/^result of the trade after/)}.`;
    },
    needs: ["entry", "exit", "pnl", "time", "reason"],
  },
  {
    ask: "is there a holding that makes you uneasy?",
    calls: [call("positions", { limit: 10 })],
    say: (f) => {
      const worst = f.line(/the worst of all positions/);
      const near = f.line(/the nearest of all positions/);
      const of = tickerOf(worst);
      return [
        `The worst of the positions is ${of}, with a result of ${refTo(worst)}, its stop at ${f.ref(/^resting stop/, { of })} and its trend ${f.ref(/^trend/, { of })}.`,
        `The price of ${tickerOf(near)} is ${refTo(near)} above its stop.`,
        `The other positions are within an exposure of ${f.ref(/^exposure/)}.`,
      ].join(" ");
    },
    needs: ["pnl", "stop", "trend", "distance"],
  },
  {
    ask: "lay out the coming week for me",
    calls: [
      call("docs", { topics: ["no-plans"] }),
      call("levels", { limit: 3 }),
      call("positions", { limit: 3 }),
      call("limits"),
    ],
    say: (f) => {
      const buy = f.line(/^would buy/);
      const held = f.line(/^resting target/);
      const of = tickerOf(held);
      return [
        states(f, /^no plans$/),
        "",
        `- Next run: ${f.ref(/^next run of the desk/)}.`,
        `- ${tickerOf(buy)}: entry level ${f.ref(/would enter$/, { of: tickerOf(buy), unit: "USDT" })}, distance ${refTo(buy)}.`,
        `- ${of} is held: stop ${f.ref(/^resting stop/, { of })}, target ${refTo(held)}.`,
        `- Exposure is ${f.ref(/^exposure/)}, below the limit of ${f.ref(/^most exposure/)}.`,
      ].join("\n");
    },
    needs: ["statement", "level-enter", "stop", "target", "limit", "exposure"],
    shows: [/no calendar/],
  },
  {
    ask: "an RSI of 25: how is that read on this desk?",
    calls: [call("docs", { topics: ["rsi"] }), call("screen", { by: "rsi", near: 25, limit: 2 })],
    say: (f) => {
      const [first, second] = f.all(/number [12], nearest/);
      if (first === undefined || second === undefined) throw new Error("no RSI near it");
      return [
        states(f, /^rsi$/),
        `The ${f.ref(FIGURE)} you asked about is below the oversold threshold of ${f.ref(/called oversold/)}.`,
        `Near it now: ${tickerOf(first)} with an RSI of ${refTo(first)}, ${tickerOf(second)} with an RSI of ${refTo(second)}.`,
      ].join(" ");
    },
    needs: ["statement", "threshold-oversold", "rsi", "operator"],
    shows: [/Wilder/],
  },
  {
    ask: "how come solana dropped?",
    calls: [call("relationships", { asset: "solana" }), call("market")],
    say: (f) => {
      const [hour, day] = f.all(/\(itself\)/, { of: "SOL", unit: "%" });
      if (hour === undefined || day === undefined) throw new Error("no moves of SOL");
      const [leadHour] = f.all(/\(the leading market\)/, { unit: "%" });
      return [
        `SOL ${moved(hour)} over an hour and ${moved(day)} over a day.`,
        ...(leadHour === undefined ? [] : [`${tickerOf(leadHour)} ${moved(leadHour)} over the hour.`]),
        states(f, /linked to leader$/),
        `Its trend is ${f.ref(/^trend .*itself/, { of: "SOL" })}.`,
        states(f, /^causes unknown$/),
      ].join(" ");
    },
    needs: ["change SOL", "trend SOL", "statement"],
    shows: [/Causes outside the price data/],
  },
  {
    ask: "Wie siehst du Bitcoin gerade, lohnt sich ein Kauf?",
    language: "de",
    calls: [call("analysis", { asset: "bitcoin" })],
    say: (f) => {
      const day = f.line(/change over a day/, { of: "BTC" });
      return [
        `Der Kurs von BTC liegt bei ${f.ref(/^close of the newest/, { of: "BTC" })}, der RSI bei ${f.ref(/^RSI/, { of: "BTC" })}.`,
        `Über einen Tag ist BTC um ${refTo(day)} ${went(day, "gestiegen", "gefallen")}.`,
        `Das Signal der Strategie für BTC: ${f.ref(/^signal/, { of: "BTC" })}.`,
        states(f, /^not held$/),
        states(f, /^not advice$/),
      ].join(" ");
    },
    needs: ["price BTC", "rsi BTC", "change BTC", "signal BTC", "statement"],
    shows: [/keine Anlageberatung/],
  },
  {
    ask: "qué rsi tiene ethereum ahora?",
    language: "es",
    calls: [call("analysis", { asset: "etherium" })],
    say: (f) =>
      `El RSI de ETH es ${f.ref(/^RSI/, { of: "ETH" })}. La tendencia de ETH es ${f.ref(/^trend/, { of: "ETH" })}.`,
    needs: ["rsi ETH"],
  },
  {
    ask: "bolingr of sollana for 60 min pls",
    calls: [
      call("analysis", { asset: "sollana", timeframe: "60 min" }),
      call("delegate", { asset: "Solanna", timeframe: "1hr" }),
    ],
    say: (f) => {
      const of = { of: "SOL", part: "1h" };
      return `The upper band of SOL on the 1h is ${f.ref(/upper band/, of)}, the middle band ${f.ref(/middle band/, of)} and the lower band ${f.ref(/lower band/, of)}. The price of SOL is ${f.ref(/^close of the newest/, of)}.`;
    },
    needs: ["band-upper SOL", "band-middle SOL", "band-lower SOL"],
    shows: [/1h/],
  },
  {
    ask: "does ether look oversold? what stake would fit, and where does the stop go?",
    calls: [call("analysis", { asset: "ether" }), call("docs", { topics: ["rsi"] }), call("limits", { asset: "ETH" })],
    say: (f) => {
      const of = { of: "ETH" };
      const isOversold = f.number(/^RSI/, of) < f.number(/called oversold/);
      return [
        `With an RSI of ${f.ref(/^RSI/, of)}, ETH is ${isOversold ? "" : "not "}oversold: the threshold is ${f.ref(/called oversold/)}.`,
        `An entry by the rules would take ${f.ref(/^an entry by the rules$/, { of: "ETH", unit: "USDT" })}, with the stop at ${f.ref(/^stop that the rules/, of)} and the target at ${f.ref(/^target that the rules/, of)}.`,
        states(f, /^entry (?:refused|allowed)$/),
        ...f
          .all(/^the rule against/, of)
          .slice(0, 1)
          .map((line) => `The reason: ${refTo(line)}.`),
      ].join(" ");
    },
    needs: ["rsi ETH", "threshold-oversold", "size ETH", "stop ETH", "statement"],
  },
  {
    ask: "put bitcoin, ether and solana side by side for tomorrow",
    calls: [call("compare", { assets: ["bitcoin", "ether", "solana"] })],
    say: (f) => {
      const row = (of: string): string =>
        `| ${of} | ${f.ref(/change over a day/, { of })} | ${f.ref(/^RSI/, { of })} | ${f.ref(/^%B/, { of })} | ${f.ref(/^ATR in percent/, { of })} | ${f.ref(/^signal/, { of })} |`;
      return [
        states(f, /^no forecasts$/),
        "",
        "| Market | Change over a day | RSI | %B | ATR | Signal |",
        "|---|---|---|---|---|---|",
        ...["BTC", "ETH", "SOL"].map(row),
      ].join("\n");
    },
    needs: [
      ...(["BTC", "ETH", "SOL"] as const).flatMap(
        (of) => [`change ${of}`, `rsi ${of}`, `percent-b ${of}`, `atr ${of}`, `signal ${of}`] as const,
      ),
      "statement",
    ],
    shows: [/no forecasts/],
  },
  {
    ask: "no new trades for the moment, stop opening any",
    calls: [call("propose", { act: "pause" })],
    say: (f) => `${f.ref(/^proposal$/)} ${f.ref(/^approve with$/)}`,
    proposes: true,
    needs: ["statement"],
    shows: [/Proposal p\d+:/, /approve p\d+/],
  },
  {
    ask: "get me out of dogecoin",
    calls: [(_, asked) => call("propose", { act: "close", asset: coinIn(asked) })],
    say: (f) =>
      f
        .all(/^(?:proposal|approve with|not proposed)$/)
        .map((line) => refTo(line))
        .join(" "),
    proposes: true,
    needs: ["statement"],
    shows: [/Proposal p\d+:.*DOGE/s, /approve p\d+/],
  },
  {
    ask: "let me hold 12 coins at a time",
    calls: [
      (f) => call("propose", { act: "tighten", limit: "maxOpenPositions", value: f.number(FIGURE) }),
      call("limits"),
    ],
    say: (f) =>
      `${f.ref(/^not proposed$/)} The limit of open positions is ${f.ref(/^most open positions/)}. ${states(f, /^limits in configuration$/)}`,
    needs: ["statement", "limit"],
    shows: [/deeptrader\.config\.ts/, /Nothing was proposed/],
  },
  {
    ask: "pull the stop of cardano up to 0.05 percent under the price",
    calls: [(f, asked) => call("propose", { act: "tighten-stop", asset: coinIn(asked), percent: f.number(FIGURE) })],
    say: (f) =>
      f
        .all(/^(?:proposal|approve with|not proposed)$/)
        .map((line) => refTo(line))
        .join(" "),
    proposes: true,
    needs: ["statement"],
    shows: [/Proposal p\d+:.*ADA/s, /approve p\d+/],
  },
  {
    ask: "argue for ether, then against it",
    calls: [call("analysis", { asset: "ETH" }), call("positions", { asset: "ETH" })],
    say: (f) => {
      const of = { of: "ETH" };
      const [day, hour] = [f.line(/change over a day/, of), f.line(/change over an hour/, of)];
      return [
        "For:",
        `- ETH ${moved(day)} over a day.`,
        `- The token security of ETH: ${f.ref(/^token security/, of)}.`,
        "",
        "Against:",
        `- ETH ${moved(hour)} over an hour.`,
        `- The trend of ETH is ${f.ref(/^trend/, of)}.`,
        `- The signal of the strategy: ${f.ref(/^signal/, of)}.`,
      ].join("\n");
    },
    needs: ["change ETH", "trend ETH", "signal ETH", "verdict ETH"],
    shows: [/For:[\s\S]*Against:/],
  },
  {
    ask: "has there been anything about solana in the papers?",
    calls: [],
    say: (f) => states(f, /^no news source$/),
    needs: ["statement"],
    shows: [/No news source/],
  },
  {
    ask: "which lessons do the losers of this week hold?",
    calls: [call("trades", { outcome: "losing", days: 7, limit: 2 }), call("docs", { topics: ["no-lessons"] })],
    say: (f) => {
      const [first, second] = f.all(/^result of the trade after/);
      if (first === undefined || second === undefined) throw new Error("no losing trades");
      return [
        states(f, /^trades lost and won$/),
        `${tickerOf(first)} had a result of ${refTo(first)}.`,
        f.ref(/^why it was sold/, { of: tickerOf(first) }),
        `${tickerOf(second)} had a result of ${refTo(second)}.`,
        f.ref(/^why it was sold/, { of: tickerOf(second) }),
        states(f, /^no lessons$/),
      ].join(" ");
    },
    needs: ["statement", "pnl", "reason"],
    shows: [/Of \d+ trades closed in this time, \d+ lost/, /no lessons/],
  },
  {
    ask: "keep in mind that I do not want meme coins over a weekend",
    calls: [
      call("propose", {
        act: "add-rule",
        rule: { type: "no-hold-over", scope: { kind: "group", name: "memecoins" }, when: { kind: "weekend" } },
      }),
    ],
    say: (f) =>
      f
        .all(/^(?:proposal|approve with|not proposed)$/)
        .map((line) => refTo(line))
        .join(" "),
    proposes: true,
    needs: ["statement"],
    shows: [/Proposal p\d+:/, /weekend/i, /DOGE/],
  },
  {
    ask: "how much is at stake, and where does most of it lie?",
    calls: [call("positions", { limit: 10 }), call("stops")],
    say: (f) => {
      const largest = f.line(/share of equity, the largest/);
      return [
        `Exposure is ${f.ref(/^exposure/)}, with ${f.ref(/^open positions/)} positions.`,
        `The largest position is ${tickerOf(largest)} with a share of ${refTo(largest)}.`,
        `If all stops are hit, equity changes by ${f.ref(/^change from .* if all stops are hit/)}, which is ${f.ref(/if all stops are hit/, { unit: "%" })} of equity.`,
        ...f
          .all(/^share of equity of that group/)
          .map((line) => `Together move ${f.ref(/^held markets that move together/)}, with a share of ${refTo(line)}.`),
        states(f, /^stops may slip$/),
      ].join(" ");
    },
    needs: ["exposure", "concentration", "risk", "count-positions"],
  },
  {
    ask: "imagine bitcoin falls 12%: how would my book look then?",
    calls: [(f) => call("stress", { pct: -f.number(FIGURE), asset: "BTC" })],
    say: (f) =>
      [
        `In the scenario of ${f.ref(/^scenario: the move/)} for BTC, ${f.ref(/^scenario: stops that/)} stops would be hit and equity would change by ${f.ref(/^scenario: change of equity/)}, ${f.ref(/^scenario: change in percent/)} of it.`,
        states(f, /^moves (?:by beta|alone|one to one)$/),
        ...f.all(/^stops may slip$/).map((line) => refTo(line)),
      ].join(" "),
    needs: ["scenario", "count-positions", "statement"],
    shows: [/assumed/],
  },
  {
    ask: "ping me once ether closes below 9000",
    calls: [
      (f, asked) =>
        call("propose", { act: "watch", asset: coinIn(asked), watch: "close-below", value: f.number(FIGURE) }),
    ],
    say: (f) =>
      f
        .all(/^(?:proposal|approve with|not proposed)$/)
        .map((line) => refTo(line))
        .join(" "),
    proposes: true,
    needs: ["statement"],
    shows: [/ETH\/USDT/, /9,?000/],
  },
  {
    ask: "I need cash: which holding goes, and by what measure?",
    calls: [call("positions", { limit: 10 })],
    say: (f) => {
      const [worst, near] = [f.line(/the worst of all positions/), f.line(/the nearest of all positions/)];
      const of = tickerOf(worst);
      return [
        `By result, the worst position is ${of} with ${refTo(worst)} and a value of ${f.ref(/^value now/, { of })}.`,
        `By the way to the stop it is ${tickerOf(near)}, with a distance of ${refTo(near)}.`,
        `Cash now is ${f.ref(/^cash$/)}.`,
        states(f, /^not advice$/),
      ].join(" ");
    },
    needs: ["pnl", "value", "distance", "cash", "statement"],
  },
  {
    ask: "the day in a few lines please",
    calls: [call("today")],
    say: (f) => {
      const change = f.line(/^change of equity in percent/);
      const [low] = f.all(/^change over a day, of/, { part: "lowest of the list" });
      return [
        `Equity is ${f.ref(/^equity now/)}, ${went(change, "up", "down")} ${refTo(change)} over a day.`,
        `There were ${f.ref(/^entries filled/)} entries and ${f.ref(/^exits filled/)} exits, and the risk rules refused ${f.ref(/that the risk rules refused/)}.`,
        ...(low === undefined ? [] : [`The weakest market is ${tickerOf(low)}, which ${moved(low)} over the day.`]),
      ].join(" ");
    },
    needs: ["equity", "return", "count-orders", "count-refusals", "change"],
  },
  {
    ask: "rsi of btc on the 1h",
    follows: true,
    isExact: true,
    calls: [],
    say: () => "",
    needs: [],
    shows: [/RSI \(Wilder, 14\) of BTC\/USDT 1h/],
  },
  {
    ask: "what am I to read from it?",
    follows: true,
    calls: [call("analysis", { asset: "BTC", timeframe: "1h" }), call("docs", { topics: ["rsi"] })],
    say: (f) => {
      const of = { of: "BTC", part: "1h" };
      return [
        `The RSI of BTC on the 1h is ${f.ref(/^RSI/, of)}, between the oversold threshold of ${f.ref(/called oversold/)} and the overbought threshold of ${f.ref(/called overbought/)}.`,
        `The signal of the strategy for BTC on the 1h: ${f.ref(/^signal/, of)}.`,
      ].join(" ");
    },
    needs: ["rsi BTC", "threshold-oversold", "threshold-overbought", "signal BTC"],
    shows: [/1h/],
  },
  {
    ask: "would an old hand see it like that too?",
    follows: true,
    calls: [call("docs", { topics: ["no-other-traders"] }), call("analysis", { asset: "BTC", timeframe: "1h" })],
    say: (f) => {
      const of = { of: "BTC", part: "1h" };
      return `${states(f, /^no other traders$/)} For BTC on the 1h the trend is ${f.ref(/^trend/, of)}, the RSI ${f.ref(/^RSI/, of)} and the signal ${f.ref(/^signal/, of)}.`;
    },
    needs: ["statement", "trend BTC", "rsi BTC"],
    shows: [/other traders/],
  },
  {
    ask: "why is there not more of it in the book?",
    follows: true,
    calls: [
      call("journal", { asset: "BTC", side: "buy", done: "refused", limit: 3 }),
      call("limits", { asset: "BTC" }),
    ],
    say: (f) => {
      const [newest] = f.all(/^why it was refused/, { of: "BTC" });
      return [
        ...(newest === undefined ? [] : [`Refused at ${refTo(newest, "at")}: ${refTo(newest)}.`]),
        states(f, /^entry (?:refused|allowed)$/),
        ...f
          .all(/^the rule against/, { of: "BTC" })
          .slice(0, 1)
          .map((line) => `Now: ${refTo(line)}.`),
      ].join(" ");
    },
    needs: ["reason BTC", "statement"],
  },
  {
    ask: "test what buying ether below an RSI of 20 would have brought",
    calls: [call("docs", { topics: ["backtest"] })],
    say: (f) => `${states(f, /^backtest$/)} The ${f.ref(FIGURE)} you named goes into that file.`,
    needs: ["statement", "operator"],
    shows: [/deeptrader backtest/],
  },
  {
    ask: "by which rules do you trade, and frankly, has it paid?",
    calls: [call("strategy"), call("statistics")],
    say: (f) => {
      const mean = f.line(/interval, low end/);
      return [
        ...f.all(/^its rule$/).map((line) => refTo(line)),
        `Strategies: ${f
          .all(/^id of the strategy/)
          .map((line) => refTo(line))
          .join(", ")}.`,
        `Of ${f.ref(/^closed trades$/)} closed trades the win rate is ${f.ref(/^share of closed trades/)}, and the mean result lies between ${refTo(mean)} and ${f.ref(/interval, high end/)}.`,
        `The return of the run is ${f.ref(/^return of equity/)}, against ${f.ref(/^buy and hold/)} for buy and hold.`,
        `Fees paid: ${f.ref(/^fees paid in the run/)}.`,
      ].join(" ");
    },
    needs: ["name", "count-trades", "win-rate", "interval", "return", "fees"],
  },
];

export const THIRTY_QUESTIONS: readonly AskedQuestion[] = ALL.map((made, at) => ({
  language: "en",
  follows: false,
  shows: [],
  isExact: false,
  proposes: false,
  ...made,
  n: at + 1,
}));
