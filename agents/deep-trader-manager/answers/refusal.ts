// Floor 3. A question that is not answered → the reason and the nearest thing that works, in two lines at most.
import commands from "./nearest-commands.json" with { type: "json" };

/** What `help` says, and what is offered where nothing nearer is known. */
export const WHAT_TO_ASK =
  'Ask, for example: "RSI of BTC", "what is oversold", "what do I hold", "profit yesterday", "fees this week", "why did you buy SOL".\n' +
  "Commands: `deeptrader positions`, `trades`, `triggers`, `journal`, `pause`, `resume`, `halt`; `deeptrader --help` has them all.";

const HELP = /^(?:\/?help|\?|h|commands|what can (?:you do|i ask)|how does this work|usage)\W*$/i;

/** Asking for help is answered with it, whatever the grammar says of the word. */
export const isHelp = (text: string): boolean => HELP.test(text.trim());

/** The first that fits is named. Acts first: a chat does none. */
const NEAREST = commands.map(({ pattern, nearest }) => ({ pattern: new RegExp(pattern, "i"), nearest }));

/** @param reason one sentence of why there is no answer */
export function refusal(text: string, reason: string): string {
  const { nearest } = NEAREST.find(({ pattern }) => pattern.test(text)) ?? {};
  return `${reason}\n${nearest ?? 'Ask, for example, "RSI of BTC" or "what do I hold"; `deeptrader --help` lists the commands.'}`;
}
