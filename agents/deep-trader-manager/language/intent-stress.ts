// Floor 3. "What if BTC falls 10 % in an hour?" → the market that moves, by how much, in how long. The whole text must be of this form: a word
// more, and it is another question.
import { MOST_STRESS_MINUTES, Shock } from "#schemas/stress.ts";
import { type AssetFinding, type AssetWords, readAssets } from "./intent-asset.ts";
import phrases from "./intent-phrases.json" with { type: "json" };

export interface StressReading {
  /** Never a pair. */
  readonly asset: AssetFinding;
  /** Null: it takes longer than a path may. */
  readonly shock: Shock | null;
}

const DESK = "(?:i|we|you|the desk|the bot|my (?:account|book|portfolio)|the (?:account|book|portfolio))";
const HELD =
  "(?: (?:to|with|of|for) (?:me|us|my|the|our)(?: (?:open |current )?(?:account|book|portfolio|positions|equity|desk))?)?";
const MARKET =
  "(?:the )?(?:whole |entire |crypto |overall )*(?:markets?|crypto|everything|prices|all (?:markets|coins|positions))";
const FALLS =
  "falls?|fell|drops?|dropped|crash(?:es|ed)?|dumps?|dumped|declines?|plunges?|slides?|slips?|sinks?|tanks?|loses?|goes down|go down|is down|were down|comes down|dips?";
const RISES = "rises?|rose|gains?|jumps?|climbs?|rall(?:y|ies)|pumps?|goes up|go up|is up|were up|surges?";
const ASKED = [
  `what if`,
  `suppose`,
  `(?:what (?:happens?|would happen|will happen|is left|would be left)|how (?:bad|much) (?:is|would) it(?: be| cost)?)${HELD} (?:if|when)`,
  `(?:how much|what) (?:do|does|would|will|could|can|might) ${DESK} (?:lose|make|gain|win|have left|be down|be up) (?:if|when)`,
  `(?:how much|what) (?:is|would be|will be) (?:lost|my loss|the loss|the damage) (?:if|when)`,
  `(?:run (?:a )?)?stress[- ]?test(?: (?:if|where|in which|with))?`,
  `show (?:me )?what happens${HELD} (?:if|when)`,
].join("|");
const LENGTH = `(?:in|within|over) (?:the next )?(?<count>\\d{1,4}|an?|one|half an|${Object.keys(phrases.numbers).join("|")})[- ]?(?<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d)|in (?<day>a|one) day|(?<once>at once|in one go|suddenly|in a gap)|(?<night>overnight|today|tonight)`;
const AFTER =
  "(?:what (?:then|happens|now|do (?:i|we) lose|is (?:left|lost)(?: of (?:my|the) (?:book|account|portfolio))?)|how much (?:do|would|will) (?:i|we) lose)";
const MOVE = `(?<who>.+?) (?:(?<falls>${FALLS})|(?<rises>${RISES})|(?:moves?|changes?)(?= (?:by )?[-−+]))(?: by)? (?<sign>[-−+]?)(?<pct>\\d{1,2}(?:\\.\\d{1,2})?|\\.\\d{1,2}|100) ?(?:%|percent|pct|per cent)(?: (?:${LENGTH}))?`;

const BARE =
  /^(?:please )?(?:(?:run|do|show|give)(?: me)? )?(?:a |the |my )?stress[- ]?test(?:s)?(?: (?:of |for |on )?(?:the |my |our )?(?:book|portfolio|positions|account|desk))?(?: please)?$/;
const SCENARIO = new RegExp(`^(?:and )?(?:${ASKED}) ${MOVE}(?: ${AFTER})?$`);
const TURNED = new RegExp(`^(?:if|suppose|say) ${MOVE} ${AFTER}(?: then)?$`);
const WHOLE_MARKET = new RegExp(`^${MARKET}$`);

const USUAL_MINUTES = 60;

/** Null: it is not asked. @param plain spelled out, capitals as typed */
export function readStress(plain: string, context: AssetWords): StressReading | null {
  const text = plain
    .replace(/[?!,:;]+/g, " ")
    .replace(/\.(?!\d)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const lower = text.toLowerCase();
  if (BARE.test(lower)) return { asset: { status: "none" }, shock: shockOf(-10, USUAL_MINUTES, false) };
  const groups = (SCENARIO.exec(lower) ?? TURNED.exec(lower))?.groups;
  if (groups === undefined) return null;
  const { who = "", falls, rises, sign = "", pct } = groups;
  const minutes = minutesOf(groups);
  const isSigned = falls === undefined && rises === undefined;
  const isDown = isSigned ? sign !== "+" : falls !== undefined;
  const movePct = Number(pct) * (isDown ? -1 : 1);
  // "Falls by -5 %" may mean either way.
  if (movePct === 0 || movePct <= -100 || (!isSigned && sign !== "")) return null;
  const shock = minutes === null ? null : shockOf(movePct, minutes, groups["once"] !== undefined);
  if (WHOLE_MARKET.test(who)) return { asset: { status: "none" }, shock };
  const at = lower.indexOf(` ${who} `) + 1;
  const { finding, masked } = readAssets(text.slice(at, at + who.length), context);
  // Nothing but the market's name, and one of them.
  const isAlone = masked.trim().split(" ").length === 1;
  return finding.status === "pair" || finding.status === "none" || !isAlone ? null : { asset: finding, shock };
}

const shockOf = (movePct: number, minutes: number, atOnce: boolean): Shock =>
  Shock.parse({ movePct, minutes, gapPct: atOnce ? movePct : 0 });

const NUMBERS: Readonly<Record<string, number>> = phrases.numbers;

/** Null: longer than a path may be. */
function minutesOf({ count, unit, day, once, night }: Readonly<Record<string, string | undefined>>): number | null {
  if (once !== undefined) return 1;
  if (day !== undefined) return MOST_STRESS_MINUTES;
  if (night !== undefined) return 12 * 60;
  if (count === undefined || unit === undefined) return USUAL_MINUTES;
  const each = unit.startsWith("m") ? 1 : unit.startsWith("h") ? 60 : MOST_STRESS_MINUTES;
  const many = count === "half an" ? 0.5 : /^(?:an?|one)$/.test(count) ? 1 : (NUMBERS[count] ?? Number(count));
  const minutes = many * each;
  return minutes >= 1 && minutes <= MOST_STRESS_MINUTES ? minutes : null;
}
