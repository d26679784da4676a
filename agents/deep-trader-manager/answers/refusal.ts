// Floor 3. A question that is not answered -> the reason and the nearest thing that works, in two lines at most.

/** What `help` says, and what is offered where nothing nearer is known. */
export const WHAT_TO_ASK =
  'Ask, for example: "RSI of BTC", "what is oversold", "what do I hold", "profit yesterday", "fees this week", "why did you buy SOL".\n' +
  "Commands: `deeptrader positions`, `trades`, `triggers`, `journal`, `pause`, `resume`, `halt`; `deeptrader --help` has them all.";

const HELP = /^(?:\/?help|\?|h|commands|what can (?:you do|i ask)|how does this work|usage)\W*$/i;

/** Asking for help is answered with it, whatever the grammar says of the word. */
export const isHelp = (text: string): boolean => HELP.test(text.trim());

/** The first that fits is named. Acts first: a chat does none. */
const NEAREST: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:pause|stop trading|stop buying|no more (?:entries|trades)|suspend)\b/i,
    "To stop entries: `deeptrader pause`; `deeptrader resume` lifts it.",
  ],
  [/\b(?:resume|unpause|start trading|restart)\b/i, "To trade again: `deeptrader resume`."],
  [/\b(?:halt|kill|emergency|shut ?down)\b/i, "To send nothing at all: `deeptrader halt`."],
  [
    /\b(?:set|move|raise|lower|tighten|change|put)\b.*\bstops?\b/i,
    "The stop is a setting, for new entries: DEEPTRADER_STOP_PCT. `deeptrader positions` shows the stops.",
  ],
  [
    /\b(?:set|raise|lower|increase|reduce|change)\b.*\b(?:size|limit|exposure|positions?|risk|max)\b/i,
    "Limits are settings; `deeptrader doctor` shows where they are read from.",
  ],
  [
    /^(?:please |now |just |go |and )*(?:close|sell|exit|dump|liquidate|flatten|take profits?|get (?:me )?out|trim|unwind)\b/i,
    "To sell what is held: `deeptrader close SYMBOL`; `deeptrader positions` lists it.",
  ],
  [
    /^(?:please |now |just |go |and )*(?:buy|purchase|enter|long|add|get (?:me )?in|open|put)\b/i,
    "The desk buys by its rules only: `deeptrader triggers` shows how near they are.",
  ],
  [
    /\b(?:alert|notify|remind|ping|tell me when|wake me)\b/i,
    "`deeptrader triggers` shows how near each market is to an act.",
  ],
  [/\b(?:back ?test|what if|would have)\b/i, "`deeptrader backtest` tries the rules on history."],
  [/\b(?:short|leverage|margin)\b/i, 'Ask for the signal instead: "should I sell BTC".'],
  [
    /\b(?:trades?|bought|sold|profit|p&l|pnl|win|sharpe|loss)\b/i,
    "`deeptrader trades` lists closed trades with profit and fee, `deeptrader report` the figures.",
  ],
  [
    /\b(?:positions?|portfolio|holdings?|hold|stop|target|cash|equity|exposure)\b/i,
    "`deeptrader positions` lists what is held, with stop and target.",
  ],
  [
    /\b(?:good time|moment|get in|how much should|size|invest|put in|entry|near)\b/i,
    'Name a market ("should I buy BTC"), or see `deeptrader triggers`.',
  ],
  [
    /\b(?:yesterday|history|last (?:week|month)|was|were|ago)\b/i,
    "`deeptrader memory history SYMBOL` keeps earlier analyses, `deeptrader journal` what was done.",
  ],
];

/** @param reason one sentence of why there is no answer */
export function refusal(text: string, reason: string): string {
  const [, nearest] = NEAREST.find(([pattern]) => pattern.test(text)) ?? [];
  return `${reason}\n${nearest ?? 'Ask, for example, "RSI of BTC" or "what do I hold"; `deeptrader --help` lists the commands.'}`;
}
