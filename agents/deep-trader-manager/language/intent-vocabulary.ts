// Floor 3. Which words the grammar knows: such a word in small letters is no ticker, and none is taken for a slip of the pen.
import { EXAMPLES } from "./intent-examples.ts";
import { FUNCTION_WORDS } from "./intent-words.ts";

/** Talk around a question, and the words of the trade that by themselves make no question another one. */
const TALK = `
  hey hi hello morning evening afternoon dear buddy mate bro dude man guys friend sir boss pal folks team
  thanks thank thx cheers ta please pls plz kindly sorry excuse ok okay alright right yep yeah nope sure well hmm um uh oh ah ahem
  quick quickly quickie brief briefly short shortly fast asap real really actually basically exactly precisely roughly about approximately
  simply just maybe perhaps possibly currently current present presently moment moments now today tonight day days daily hour hours here
  still yet already again once always lately recently recent latest last newest new fresh old next far away close
  tell give show list display name print pull read say says said see look looks looking looked check checking find get fetch let know knew
  want wanted need needs like would wonder wondering wondered curious ask asking asked question questions answer answers quickly
  help me think thinks thinking thought thoughts guess believe feel feels feeling idea sense mind view opinion take
  thing things stuff one ones lot bit little much many more most least less great good better best bad worse worst nice fine big bigger biggest
  small smaller smallest high higher highest low lower lowest strong stronger strongest weak weaker weakest top bottom large largest
  number numbers figure figures value values level levels point points reading readings amount total overall general generally whole entire all every
  coin coins token tokens asset assets market markets pair pairs symbol symbols crypto cryptos cryptocurrency ticker tickers alts altcoin altcoins
  name names board table screen chart charts candle candles bar bars timeframe tf frame
  desk bot system trader manager account book books strategy rules rule house model
  usd dollar dollars bucks usdt quote quoted
  percent percentage pct % & amp half
  yourself myself itself someone somebody something anything everything nothing anyone somewhere anywhere
  go going goes gone went come comes coming came put keep keeps stay stays stayed stand stands standing sit sits sitting hang hanging
  make makes made making do doing done did does work works working be being been was were become became
  use using used try trying tried move moves moving moved turn turned start started happen happens happened happening
  between among against versus vs compared compare comparison across along toward towards around through throughout within without inside outside
  whether because since while during until though although however otherwise instead also too either neither both
  first second third other another same different difference such rather quite pretty fairly very extremely super totally completely
  actual absolute relative given based regarding concerning terms term regard respect compared according
  able ready likely sensible reasonable wise smart idea
  ignore kind sort type case time times moment minute point place way ways side back out in up down on off over under above below
  talk walk run through explain describe summarise summarize update updates report reports news info information details detail data insight insights
  worth priced price prices pricing cost costs quote quotes trade trades trading traded buy buying bought sell selling sold enter exit entry exits entries
  hold holding held own owning owned bag bags position positions
  long short bullish bearish signal signals trend trends direction uptrend downtrend
  analyse analyze analysing analyzing p l p&l p/l pnl thirty seventy fourteen twenty
  rsi bollinger bands band bb atr bbands band's b oversold overbought volatile volatility safe unsafe risky risk
  heck hell damn lol haha emoji btw fyi imo tldr
  let's us our ours mine yours theirs whats hows
  plus minus zero two three four five six seven ten couple
  any some each few several none nobody
  wrong issue broken problem trouble matter concern concerns worried worry worries nervous scared afraid
  lately nowadays these those this that there anymore
  currently standing performing performance perform performed
  fell fallen fall falls falling rose rise rises rising risen drop dropped drops climb climbed climbing gain gained gains lose lost losing losses loss
  pump pumped pumping dump dumped dumping crash crashed crashing rally rallied rallying jump jumped jumping spike spiked tank tanked tanking
  soar soared surge surged surging slide slid sliding slip slipped bleeding bleed green red ripping flying running hot cold
  highlights highlight bed bedtime sleep slept asleep away absence gone hands lowdown rundown story deal
  tape rubric table highs lows
  safety careful wary cautious glance refuse refuses word note lies bigger
  scan nutshell win wins winner measure pick picked choose chosen choice active actively pay pays paid off beat beats match matches stack
  able about above across act acting action actions active add adding added ahead allow allowed almost alone along amid annoyed anyhow anytime anyway appear appears around aside available aware
  badly barely basic basis because become before begin begins behave behaves below beneath beside best bet better beyond bit both bottom bring brings broad build built busy
  call calls calm came care careful case catch caught cause certain chance check checks choose clear clearly close closely closer closest comfortable complete concerned condition conditions confident confirm consider considering contain continue continuing cool correct count counts course cover
  decent decide decided deep deeply depend detailed developing did differ does drift dropping due during each ease easily easy either else end ended ends enough entirely equal especially even evening event events everyday exact example excited exist expected extent
  face fact fairly familiar favourite favorite feel felt few final finally find fire first fit fixed flat focus follow following form forward found frankly full fully further gave generally getting gives glad gone got grab grand group grow guide
  had half hand handle handy hang happy hard hardly hear heard heavy hefty held helpful hence hide hit hits hitting honest honestly hope hoping how however huge hurry hurt
  idle immediate important include including indeed indicate interested interesting into itself jog join judge keep keen key kindly knowing known
  land large largely last lately later lead leading leads learn leave leaving left length let lets level life light lighter likely line listed listen literally live lively load local long longer look lot loud love lovely
  main mainly manage many mark matter matters mean meaning means mention merely met mid middle mighty mild mine minimum missing mixed mode moderate monitor month mostly move much must
  name named narrow natural nearby nearly neat necessary next nicely nobody normal normally note noted notice
  obvious obviously occur odd often old only onto open opened opening opinion option order ordinary original others otherwise out outcome outright outside overall own
  page part particular particularly party past pattern pay people's per perfect period peek plain plan planning play playing pleased plenty plus point possible potential practical precise prefer present pretty previous probably process progress proper properly provide push put
  queue quiet quite range ranges rank ranking rate rated rather reach reached ready realise realize reason reasonable receive recent record regular relevant relax remain remaining remains remember remind repeat reply respect response rest result results return returned right rough round row
  safe safely same sane save saw saying scale scene scope score screen seem seems seen send sense separate serious set several shape shaped shaping share sharp sheet shift show shown shows sign similar simple since single size skip slow slowly small smart so solid solidly some somehow sometime soon sort sound speak specific spot spread spreadsheet square stack stage stand standard state stated states steady step still straight strange strength stretch strong style such suggest sum sums suppose supposed sure surely swing swings switch
  table tabs tag taken takes talking target taste tell tells test thank then thereby think third thorough though through tick tight till tiny title together told tomorrow's tone took top topic total totals touch touched touching track true truly trust truth tune twice type typical typically
  under understand unit unless until unusual upon upper urgent usual usually various vast verdict via view views visible wait waiting walk watch watching way weigh weight went whatever whenever wherever while whole why wide wider width wild win wish wonder word words wow wrap write yet young zone
  situation stance standpoint angle perspective bottom line
`;

/** Crude on purpose: "moves", "moved", "moving" and "move" meet; only used to ask whether a word is known. */
export function stem(word: string): string {
  const base =
    word.length > 4
      ? word.replace(/(?:ies|ied)$/, "y").replace(/(?:ings?|ed|es|ly|s)$/, "")
      : word.replace(/(?<=..)s$/, "");
  return base.replace(/([^aeiou])\1$/, "$1").replace(/e$/, "");
}

const exampleWords = Object.values(EXAMPLES).flatMap((wordings) => wordings.flatMap((wording) => wording.split(" ")));
const LISTED: ReadonlySet<string> = new Set([...FUNCTION_WORDS, ...TALK.trim().split(/\s+/), ...exampleWords]);
const KNOWN: ReadonlySet<string> = new Set([...LISTED].map(stem));

/** The grammar is made of this very word: in small letters it is no ticker ("rank by risk" names no asset RISK). */
export const isGrammarWord = (word: string): boolean => LISTED.has(word.toLowerCase());

export const isVocabulary = (word: string): boolean => KNOWN.has(stem(word.toLowerCase()));

/**
 * Long words of the grammar that are often mistyped. Assets are never corrected, nor is any word that the grammar knows; no two of
 * these are opposites one slip apart.
 */
const CORRECTED =
  "bollinger volatile volatility overbought oversold portfolio position positions security summary analysis analyse benchmark riskiest holdings commission commissions happened healthy overview trending relative strength recommend recommendation signal trigger triggers honeypot trustworthy compare versus trading holding selling buying price prices movers gainers losers market markets performance".split(
    " ",
  );

/** "bolinger" -> "bollinger": one slip in a word of six letters, two from nine on. */
export function corrected(text: string): string {
  return text.replace(/[\p{L}_]{5,}/gu, (word) => {
    if (word.startsWith("_") || isVocabulary(word)) return word;
    return CORRECTED.find((right) => isSlip(word, right)) ?? word;
  });
}

function isSlip(word: string, right: string): boolean {
  const slips = right.length >= 9 ? 2 : 1;
  if (right.length < 6 && !isSwap(word, right)) return false;
  return Math.abs(word.length - right.length) <= slips && word[0] === right[0] && slipsBetween(word, right) <= slips;
}

const isSwap = (word: string, right: string): boolean =>
  word.length === right.length && [...word].sort().join("") === [...right].sort().join("");

/** Inserted, left out, replaced or swapped letters (Damerau 1964, optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}
