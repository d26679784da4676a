// Floor 2. The simulator's named assets. Well-known names stand only where the simulated security is harmless; every token
// with something wrong has a name that nobody uses, marked fictional. Caps and prices are rough and invented (law 10).

/** What the simulated security source will say of a token. `missing`: it has no record at all. */
export type TokenTrait =
  | "sound"
  | "trusted-proxy"
  | "pausable"
  | "honeypot"
  | "mintable"
  | "closed-source"
  | "sell-tax"
  | "half-known"
  | "missing"
  | "freezable";

/** EVM chain number as text, or `solana`. */
export type TokenChain = "1" | "10" | "56" | "42161" | "solana";

export interface AssetRow {
  readonly base: string;
  readonly name: string;
  /** Synthetic market capitalisation, million USD. */
  readonly capMusd: number;
  /** Typical price in the mid-2020s, USDT; the invented walk spreads around it. */
  readonly price: number;
  /** Null for a coin native to its own chain. A null contract is made up from the name. */
  readonly token: { readonly chain: TokenChain; readonly contract: string | null; readonly trait: TokenTrait } | null;
}

const coin = (base: string, name: string, capMusd: number, price: number): AssetRow => ({
  base,
  name,
  capMusd,
  price,
  token: null,
});

const token = (
  [base, name, capMusd, price]: readonly [string, string, number, number],
  contract: string,
  { chain = "1", trait = "sound" }: { readonly chain?: TokenChain; readonly trait?: TokenTrait } = {},
): AssetRow => ({ base, name, capMusd, price, token: { chain, contract, trait } });

const fictional = (
  base: string,
  name: string,
  capMusd: number,
  price: number,
  trait: TokenTrait,
  chain: TokenChain = "1",
): AssetRow => ({ base, name: `${name} (fictional)`, capMusd, price, token: { chain, contract: null, trait } });

/** Contract addresses as the projects publish them. */
export const ASSET_ROWS: readonly AssetRow[] = [
  coin("BTC", "Bitcoin", 1_200_000, 60_000),
  coin("ETH", "Ethereum", 320_000, 2_700),
  coin("XRP", "XRP", 110_000, 2),
  coin("BNB", "BNB", 85_000, 600),
  coin("SOL", "Solana", 75_000, 150),
  coin("DOGE", "Dogecoin", 25_000, 0.17),
  coin("TRX", "TRON", 23_000, 0.25),
  coin("ADA", "Cardano", 22_000, 0.6),
  token(["LINK", "Chainlink", 10_000, 15], "0x514910771af9ca656af840dff83e8264ecf986ca"),
  coin("SUI", "Sui", 9_800, 3),
  coin("AVAX", "Avalanche", 9_200, 22),
  coin("XLM", "Stellar", 8_800, 0.28),
  coin("HBAR", "Hedera", 8_300, 0.19),
  coin("BCH", "Bitcoin Cash", 8_000, 400),
  coin("TON", "TON", 7_800, 3.1),
  token(["SHIB", "Shiba Inu", 7_600, 0.000013], "0x95ad61b0a150d79219dcf64e1e6cc01f0b64c4ce"),
  coin("LTC", "Litecoin", 7_000, 92),
  coin("DOT", "Polkadot", 6_500, 4.3),
  coin("XMR", "Monero", 6_200, 330),
  fictional("TRAPDOR", "Trapdoor Finance", 5_200, 1.4, "honeypot"),
  token(["PEPE", "Pepe", 5_000, 0.00001], "0x6982508145454ce325ddbe47a25d4ec3d2311933"),
  token(["UNI", "Uniswap", 4_800, 7.8], "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984"),
  token(["AAVE", "Aave", 4_500, 290], "0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9", { trait: "trusted-proxy" }),
  coin("NEAR", "NEAR", 3_600, 2.9),
  coin("APT", "Aptos", 3_400, 5.3),
  coin("ICP", "Internet Computer", 3_100, 5.8),
  fictional("MINTALO", "Mintalot", 2_900, 0.42, "mintable"),
  coin("ETC", "Ethereum Classic", 2_800, 18),
  fictional("BLKBOKS", "Black Boks", 2_600, 6.5, "closed-source"),
  coin("KAS", "Kaspa", 2_400, 0.09),
  coin("ATOM", "Cosmos Hub", 2_000, 4.9),
  coin("ALGO", "Algorand", 1_900, 0.21),
  fictional("TOLLGAT", "Tollgate", 1_800, 0.033, "sell-tax", "56"),
  coin("FIL", "Filecoin", 1_750, 2.7),
  token(["ARB", "Arbitrum", 1_700, 0.38], "0x912ce59144191c1204e64559fe8253a0e49e6548", {
    chain: "42161",
    trait: "trusted-proxy",
  }),
  fictional("HALFLIT", "Halflit", 1_600, 2.2, "half-known"),
  coin("VET", "VeChain", 1_550, 0.02),
  fictional("NOPAPER", "Nopaper", 1_500, 11, "missing"),
  token(["BONK", "Bonk", 1_450, 0.000017], "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263", { chain: "solana" }),
  token(["JUP", "Jupiter", 1_400, 0.5], "JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN", { chain: "solana" }),
  fictional("SNARELY", "Snarely", 1_350, 0.00001, "honeypot", "56"),
  token(["OP", "Optimism", 1_300, 0.72], "0x4200000000000000000000000000000000000042", { chain: "10" }),
  fictional("PAUSERO", "Pausero", 1_250, 0.12, "pausable"),
  coin("STX", "Stacks", 1_200, 0.8),
  token(["IMX", "Immutable", 1_100, 0.6], "0xf57e7e7c23978c3caec3c3548e3d615c346e79ff"),
  fictional("ICEBOXY", "Iceboxy", 1_050, 0.9, "freezable", "solana"),
  token(["GRT", "The Graph", 980, 0.1], "0xc944e90c64b2c07662a292be6244bdf05cda44a7"),
  token(["LDO", "Lido DAO", 900, 0.95], "0x5a98fcbea516cf06857215779fd812ca3bef1b32"),
  coin("XTZ", "Tezos", 850, 0.8),
  token(["ENS", "Ethereum Name Service", 800, 22], "0xc18360217d8f7ab5e7c516566761ea12ce7f9d72"),
  token(["CRV", "Curve DAO", 780, 0.6], "0xd533a949740bb3306d119cc777fa900ba034cd52"),
  token(["SAND", "The Sandbox", 720, 0.28], "0x3845badade8e6dff049820680d1f14bd3903a5d0"),
  token(["MANA", "Decentraland", 650, 0.33], "0x0f5d2fb29fb7d3cfee444a200298f468908cc942"),
  coin("XEM", "NEM", 600, 0.02),
  token(["APE", "ApeCoin", 560, 0.65], "0x4d224452801aced8b2f0aebe155379bb5d594381"),
  coin("DASH", "Dash", 520, 24),
  token(["COMP", "Compound", 480, 50], "0xc00e94cb662c3520282e6f5717214004a7f26888"),
  token(["CHZ", "Chiliz", 450, 0.05], "0x3506424f91fd33084466f402d5d97f05f8e3b4af"),
  token(["1INCH", "1inch", 380, 0.27], "0x111111111117dc0aa78b770fa6a738034120c302"),
  token(["BAT", "Basic QuestionPriority Token", 340, 0.22], "0x0d8775f648430679a709e98d2b0cb6250d2887ef"),
  token(["ZRX", "0x Protocol", 300, 0.35], "0xe41d2489571d322189246dafa5ebde1f4699f498"),
  coin("ZEC", "Zcash", 290, 55),
  coin("DCR", "Decred", 260, 15),
  token(["YFI", "yearn.finance", 240, 6_800], "0x0bc529c00c6401aef6d220be8c6ea1667f6ad93e"),
  token(["SUSHI", "SushiSwap", 220, 0.9], "0x6b3595068778dd592e39a122f4f5a5cf09c90fe2"),
];
