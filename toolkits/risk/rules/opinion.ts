// Floor 2, risk. The second opinion, bought asleep: it may refuse an entry, and size.ts applies what it shrinks.
import type { Rule } from "./rule.ts";

/** An opinion on another candle is none. */
export const secondOpinion: Rule = ({ opinion, decision }) =>
  opinion?.verdict === "veto" && opinion.forAsOfMs === decision.asOfMs
    ? `${opinion.model} advises against it: ${JSON.stringify(opinion.reason)}`
    : null;
