// Floor 3. Word tables of the question grammar: asset names, English words that are tickers too, words of the grammar.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Common names of assets, lower case, to their ticker. Longer phrases win: `bitcoin cash` is not bitcoin. */
export const ASSET_NAMES: ReadonlyMap<string, string> = new Map([
  ["bitcoin", "BTC"],
  ["bitcoin cash", "BCH"],
  ["bitcoin sv", "BSV"],
  ["wrapped bitcoin", "WBTC"],
  ["ether", "ETH"],
  ["ethereum", "ETH"],
  ["ethereum classic", "ETC"],
  ["ethereum name service", "ENS"],
  ["wrapped ether", "WETH"],
  ["staked ether", "STETH"],
  ["lido staked ether", "STETH"],
  ["solana", "SOL"],
  ["ripple", "XRP"],
  ["binance coin", "BNB"],
  ["cardano", "ADA"],
  ["dogecoin", "DOGE"],
  ["shiba inu", "SHIB"],
  ["polkadot", "DOT"],
  ["litecoin", "LTC"],
  ["chainlink", "LINK"],
  ["polygon", "POL"],
  ["tron", "TRX"],
  ["monero", "XMR"],
  ["uniswap", "UNI"],
  ["avalanche", "AVAX"],
  ["stellar", "XLM"],
  ["cosmos", "ATOM"],
  ["tether", "USDT"],
  ["usd coin", "USDC"],
  ["toncoin", "TON"],
  ["hedera", "HBAR"],
  ["filecoin", "FIL"],
  ["aptos", "APT"],
  ["arbitrum", "ARB"],
  ["algorand", "ALGO"],
  ["the sandbox", "SAND"],
  ["decentraland", "MANA"],
  ["internet computer", "ICP"],
  ["near protocol", "NEAR"],
  ["harmony one", "ONE"],
  ["zcash", "ZEC"],
  ["xbt", "BTC"],
  ["bitcoins", "BTC"],
  ["litecoins", "LTC"],
  ["dogecoins", "DOGE"],
  ["ethers", "ETH"],
  ["bnb chain", "BNB"],
  ["stellar lumens", "XLM"],
  ["lumens", "XLM"],
  ["polka dot", "DOT"],
  ["shiba", "SHIB"],
  ["matic", "POL"],
  ["kaspa", "KAS"],
  ["cosmos hub", "ATOM"],
  ["vechain", "VET"],
  ["jupiter", "JUP"],
  ["optimism", "OP"],
  ["stacks", "STX"],
  ["immutable", "IMX"],
  ["immutable x", "IMX"],
  ["the graph", "GRT"],
  ["lido", "LDO"],
  ["lido dao", "LDO"],
  ["tezos", "XTZ"],
  ["injective", "INJ"],
  ["thorchain", "RUNE"],
  ["arweave", "AR"],
  ["celestia", "TIA"],
  ["worldcoin", "WLD"],
  ["ethena", "ENA"],
  ["hyperliquid", "HYPE"],
  ["bittensor", "TAO"],
  ["dogwifhat", "WIF"],
  ["pancakeswap", "CAKE"],
  ["synthetix", "SNX"],
  ["chiliz", "CHZ"],
  ["multiversx", "EGLD"],
]);

/** Words without a content of their own: they never stand for an asset unless they are written as one. */
export const FUNCTION_WORDS = words(`
  a about above after again all also am an and any are as at be been before below but by can could did do does doing down
  else ever every few for from get got had has have he her here hers him his how i if in into is it its just let like
  may me might more most much must my no nor not now of off ok on only or other our out over own per please put really
  same say she should so some still such than that the their them then there these they this those to too under until up
  us very via was way we well were what when where which while who whom why will with would yes yet you your
`);

/** English words that are, or could be, tickers. In small letters they mean what they mean. */
export const ENGLISH_WORDS = words(`
  act ai ace air alt ape arc ark auction audio avalanche baby bad bake band bar base bat beam bear beat bell best big bird
  bit bite block blue blur bomb bond bone book boss box bread bright bull burger bus cake call camp can card cash cat chain
  change cheap check chess chill city clear close club coin cold core cosmos cost cow cream cup cut dark dash data day
  deal defi dent dog door dot drift drop dust edge eight end epic era exit eye fair fan far fast fee fight final fire first
  five flame flow flux fly forth four fox free frog front fuel full fun game gas gem gift give go god gold good grass great
  green grow guild hard hero high hit hold hook hop hot house ice idea index iron jam joy jump jupiter just key kind kit
  lamb land late launch layer lead leash lever life light lime line link lion lista lit live lock long look loom loot lot
  love low luck lucky luna magic main major make many map mask master max mean meme merit meta mind mint mob money moon
  move movie music name near need neon nest net new next nice night nine ocean odds oil old omni once one open oracle
  orbit order origin parcel pay people perfect perp phone photo pixel plan play point pond pool port portal position power
  prime pro probe prom prop pump punk push quest quick quote rad rare rate ray real red render request rest rich right ring
  rise rock rocket roll root rose rug rule run safe sale salt sand save sea seed sell send set seven shell ship short shrimp
  sign six skate sky slim small smart smile snow soft soil song soon soul space spell spot stable star start state stay
  stellar step stock stone stop storm story strong sun super sure swap sweat sweet sync system take talk tap team tell
  temple ten term test thing think three tick time token tomorrow tone top trade tree trend true trust try turbo turn two
  unit unity use value vision visa voice volume wait walk wall want war water wave waves wax week wild win wing wink wise
  wish wolf won wonder wood word work world worth yield young zen zero zone buy sell price enter
  apt etc ton vet stacks jupiter optimism immutable lumens
`);

/** The grammar's and the trade's own abbreviations: in capitals they are no claim to be a ticker. */
export const JARGON = words(`
  rsi atr bb bbands ema sma macd vwap adx pnl roi apy apr ath atl dca ta fa hodl fomo fud nft dex cex usd eur gbp tvl kyc
  api utc am pm p l p&l otc etf faq asap imo imho fyi btw lol tldr ohlc ohlcv tp sl be rr eod eoy eow eom wtf idk
`);

/** Currencies that prices are quoted in, known even where this venue does not have them. */
export const COMMON_QUOTES = words("USDT USDC USD EUR GBP BTC ETH BNB FDUSD DAI TUSD BUSD JPY TRY KRW");
