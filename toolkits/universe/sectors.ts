// Floor 2. Base currency → the sector it is counted to. A small dated table: what is not in it is `other`, never guessed.

export const SECTORS = [
  "layer-1",
  "layer-2",
  "defi",
  "exchange",
  "payments",
  "privacy",
  "infrastructure",
  "storage-compute",
  "gaming",
  "meme",
  "stablecoin",
  "wrapped",
  "other",
] as const;
export type Sector = (typeof SECTORS)[number];

// As of 2025-06-30. Sectors are a convention: each coin stands in the one it is best known for.
const TABLE: Readonly<Record<Exclude<Sector, "other">, string>> = {
  "layer-1": `BTC ETH SOL ADA AVAX DOT TRX TON SUI APT NEAR ATOM ALGO ICP HBAR XTZ EOS ETC KAS SEI INJ EGLD FTM S XEM NEM NEO
    VET NXT FLOW KAVA MINA ROSE CELO TIA BERA HYPE`,
  "layer-2": "POL MATIC OP ARB IMX STX MNT STRK ZK METIS SKL",
  defi: "UNI AAVE LDO MKR SKY CRV COMP SUSHI YFI SNX 1INCH CAKE JUP PENDLE DYDX BAL ZRX RUNE GMX ENA ONDO RAY",
  exchange: "BNB OKB CRO LEO GT KCS BGB",
  payments: "XRP XLM LTC BCH DASH BSV",
  privacy: "XMR ZEC DCR SCRT",
  infrastructure: "LINK GRT QNT PYTH ENS BAT BAND API3 AXL W CHZ",
  "storage-compute": "FIL AR STORJ RENDER RNDR FET TAO AKT THETA WLD",
  gaming: "SAND MANA AXS GALA APE ENJ ILV BEAM",
  meme: "DOGE SHIB PEPE BONK WIF FLOKI TRUMP BOME",
  stablecoin: "USDT USDC DAI FDUSD TUSD USDE USDS PYUSD BUSD EURC",
  wrapped: "WBTC WETH STETH WSTETH CBBTC RETH WEETH",
};

const ROWS = Object.entries(TABLE).flatMap(([sector, bases]) =>
  bases.split(/\s+/).map((base) => [base, sector as Sector] as const),
);

const SECTOR_OF: ReadonlyMap<string, Sector> = new Map(ROWS);

/** @param base a currency code in capitals, such as `ETH` */
export const sectorOf = (base: string): Sector => SECTOR_OF.get(base) ?? "other";
