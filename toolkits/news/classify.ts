// Floor 2. A title → what kind of announcement it is and which tickers it names, by rules on the English phrases that exchanges use. A title
// that fits none is `other`; of a doubt between a delisting and something harmless it is a delisting.
import { MOST_NAMED, type NewsKind } from "#schemas/news.ts";

/** Not of coins that are bought and sold: contracts, loans, savings. */
const DERIVATIVE = "(?:futures?|perpetuals?|margin|options?|leveraged|loans?|earn|staking|convert|copy trading|bots?)";

const NO_DELISTING = [
  /\b(?:not|never|won'?t|no longer) (?:be )?(?:delist|remov)/,
  /\b(?:cancel(?:s|led|lation of)?|revok\w+|withdraw(?:s|n|al of)?) (?:the |its )?delisting/,
  new RegExp(`\\b${DERIVATIVE}\\b.*\\b(?:delist|remov|ceas)`),
  new RegExp(
    `\\b(?:remov\\w+|delisting) (?:of )?(?:certain |several |some |multiple |the |isolated |cross )*${DERIVATIVE}\\b`,
  ),
];
const DELISTING = [
  /\bdelist/,
  /\b(?:remov\w+|terminat\w+|ceas\w+|discontinu\w+|end(?:s|ing)?) (?:of )?.{0,80}\b(?:trading pairs?|spot pairs?|spot trading|trading (?:of|for)|markets?)\b/,
  /\b(?:trading pairs?|spot pairs?|tokens?|coins?)(?: \w+){0,3} (?:removal|to be removed|will be removed)\b/,
  /\b(?:ceas\w+|end(?:s|ing)?|discontinu\w+|drop(?:s|ping)?) support (?:for|of)\b/,
];
const MAINTENANCE = [
  /\bmaintenance\b/,
  /\b(?:suspen\w+|paus\w+|halt\w+|resum\w+|reopen\w*|re-open\w*|delay\w*)\b.*\b(?:deposits?|withdrawals?|trading|services?|wallets?|networks?)\b/,
  /\b(?:deposits?|withdrawals?|wallets?)\b.*\b(?:suspen\w+|paus\w+|halt\w+|resum\w+|reopen\w*|delay\w*)\b/,
  /\b(?:network|system|platform|contract|wallet) (?:upgrades?|updates?|migration|outage)\b/,
  /\b(?:hard ?fork|scheduled upgrade|token swap|contract swap)\b/,
];
const NO_LISTING = [
  /\b(?:not|never|won'?t) (?:be )?list/,
  /\b(?:price|white|watch|black|wait|allow)[- ]?list/,
  new RegExp(`\\b${DERIVATIVE}\\b`),
];
const LISTING = [
  /\b(?:will|to) (?:be )?list(?:ed|ing)?\b/,
  /^(?:\S+ ){0,3}lists\b/,
  /\b(?:initial |new |spot |primary |token |coin )listings?\b/,
  /\blisting (?:of|announcement)\b/,
  /\badd(?:s|ed|ing)? (?:support for|\S+ to (?:spot|its|the)|(?:new )?(?:spot )?(?:trading )?pairs?)/,
  /\b(?:opens?|opening|launch(?:es)?|starts?|begins?|enables?)\b.*\b(?:spot )?trading\b/,
  /\b(?:trading|market) (?:starts|begins|opens|is (?:now )?live|now live)\b/,
  /\bnow (?:available|live|trading)\b/,
];

const matches = (title: string, patterns: readonly RegExp[]): boolean =>
  patterns.some((pattern) => pattern.test(title));

/** By the title alone. */
export function newsKind(title: string): NewsKind {
  const text = title.toLowerCase().replace(/[’]/g, "'");
  if (matches(text, DELISTING) && !matches(text, NO_DELISTING)) return "delisting";
  if (matches(text, MAINTENANCE)) return "maintenance";
  if (matches(text, LISTING) && !matches(text, NO_LISTING)) return "listing";
  return "other";
}

const TICKER = "[A-Z0-9]{2,15}";
const QUOTES = "(?:USDT|USDC|FDUSD|TUSD|BUSD|USD|EUR|GBP|TRY|BRL|JPY|KRW|BTC|ETH|BNB)";
const BETWEEN = "(?:\\s*(?:,|/|&|\\+|and|、)\\s*(?:and\\s+)?)";
const LISTS: readonly RegExp[] = [
  // `Solana (SOL)`, `(ABC, DEF)`.
  new RegExp(`\\(\\s*(${TICKER}(?:${BETWEEN}${TICKER})*)\\s*\\)`, "g"),
  // `Will Delist ABC, DEF and GHI on 2026-02-10`.
  new RegExp(`\\b(?:[Dd]e)?[Ll]ist(?:s|ing(?: of)?)?:?\\s+(${TICKER}(?:${BETWEEN}${TICKER})*)(?![\\w/-])`, "g"),
];
const ALONE: readonly RegExp[] = [
  /\$([A-Za-z][A-Za-z0-9]{1,14})\b/g,
  // `ABC/USDT`, `ABC-USDT`, `ABC_USDT`, `ABCUSDT`: the coin that is traded, not what it is paid in.
  new RegExp(`(?<![\\w$])(${TICKER})[/_-]${QUOTES}\\b`, "g"),
  /(?<![\w$])([A-Z0-9]{2,12}?)(?:USDT|USDC|FDUSD)\b/g,
];

/** In capitals, in the order of the title, none twice. Words in capitals that stand alone are none: they may be any word. */
export function tickersIn(title: string): readonly string[] {
  const found: { readonly at: number; readonly ticker: string }[] = [];
  const take = (at: number, text: string): void => {
    for (const ticker of text.split(new RegExp(BETWEEN)))
      if (/[A-Z]/.test(ticker)) found.push({ at: at + text.indexOf(ticker), ticker });
  };
  for (const pattern of LISTS)
    for (const match of title.matchAll(pattern)) take(match.index + match[0].indexOf(match[1] ?? ""), match[1] ?? "");
  for (const pattern of ALONE)
    for (const match of title.matchAll(pattern)) take(match.index, (match[1] ?? "").toUpperCase());
  const inOrder = found.toSorted((a, b) => a.at - b.at).map(({ ticker }) => ticker);
  return [...new Set(inOrder)].slice(0, MOST_NAMED);
}
