// Floor 2. The raw text, first of all: which characters may stand in it. An allow-list, and never NFKC first: that would turn
// an attack into plain text behind the check.
import { type Fault, fault } from "./check-run.ts";

/** ASCII, letters of Latin-1 and Latin Extended-A, and the punctuation of the three languages. */
const NOT_ALLOWED = /[^\t\n -~À-ÖØ-öø-ÿĀ-ſ«»„“”‚‘’–—…•·→¿¡€£≥≤§°]/u;

const EMOJI = /\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|[\u{1F3FB}-\u{1F3FF}])*/gu;
/**
 * Emoji that mean a figure, an hour, a rank or a direction stay, and void: clocks, dice, cards, medals, charts, rockets, arrows,
 * bulls and bears, hands that count, coins, coloured lights, moons.
 */
const MEANS_SOMETHING =
  /[💯🔟⌚⌛⏰-⏳\u{1F550}-\u{1F567}🕰🎰-🎲🃏🀄🎴🏅🎖🏆🥇-🥉📈-📊💹🚀⬅-⬇➡↔-↙⤴⤵🔺🔻🔼🔽⏫⏬🆙🐂🐃🐻☝✌🖐🖖✋🤘🤙🤞🤟👆-👌\u{1F311}-\u{1F31D}🌙🟢🔴🟡🟩🟥💲💰💴-💸🤑🔞🎯🔥🅰-🅿🆎-🆚]/u;

/** Canonical letters (NFC), without emoji that mean nothing; or the character that voids the sentence. */
export function cleanCharacters(raw: string): string | Fault {
  const text = raw
    .normalize("NFC")
    .replace(EMOJI, (emoji) => (MEANS_SOMETHING.test(emoji) ? emoji : ""))
    .replaceAll(/[ \t]+/g, " ")
    .trim();
  const odd = NOT_ALLOWED.exec(text)?.[0];
  return odd === undefined ? text : fault("character", `U+${odd.codePointAt(0)?.toString(16).toUpperCase()}`);
}
