// Floor 2. Base currency and date -> the chain it is native to, if it was at that date. Dated, because some coins began as
// tokens on another chain: what is native today was a contract in an old candle.
import { toIso, type UnixMs } from "#schemas/units.ts";

/**
 * First day (UTC) from which the coin lives on its own main net, by the projects' launch announcements and block
 * explorers. Where launch, token swap and opening of transfers differ, the last of them: a later date only makes an old
 * candle `unknown`.
 */
const NATIVE_SINCE: Readonly<Record<string, readonly [chain: string, since: string]>> = {
  BTC: ["Bitcoin", "2009-01-03"],
  LTC: ["Litecoin", "2011-10-13"],
  XRP: ["XRP Ledger", "2013-01-01"],
  NXT: ["Nxt", "2013-11-24"],
  DOGE: ["Dogecoin", "2013-12-08"],
  DASH: ["Dash", "2014-01-19"],
  XMR: ["Monero", "2014-04-18"],
  XLM: ["Stellar", "2014-07-31"],
  XEM: ["NEM", "2015-03-31"],
  ETH: ["Ethereum", "2015-07-30"],
  DCR: ["Decred", "2016-02-08"],
  ETC: ["Ethereum Classic", "2016-07-20"],
  NEO: ["Neo", "2016-10-17"],
  ZEC: ["Zcash", "2016-10-28"],
  BCH: ["Bitcoin Cash", "2017-08-01"],
  ADA: ["Cardano", "2017-09-29"],
  BTG: ["Bitcoin Gold", "2017-11-12"],
  // An ERC-20 token until its main net opened.
  EOS: ["EOS", "2018-06-14"],
  TRX: ["TRON", "2018-06-25"],
  VET: ["VeChainThor", "2018-08-01"],
  XTZ: ["Tezos", "2018-09-17"],
  BSV: ["Bitcoin SV", "2018-11-15"],
  ATOM: ["Cosmos Hub", "2019-03-14"],
  BNB: ["BNB Chain", "2019-04-23"],
  ALGO: ["Algorand", "2019-06-19"],
  HBAR: ["Hedera", "2019-09-16"],
  SOL: ["Solana", "2020-03-16"],
  DOT: ["Polkadot", "2020-08-18"],
  EGLD: ["MultiversX", "2020-09-03"],
  AVAX: ["Avalanche", "2020-09-21"],
  NEAR: ["NEAR", "2020-10-13"],
  FIL: ["Filecoin", "2020-10-15"],
  STX: ["Stacks", "2021-01-14"],
  ICP: ["Internet Computer", "2021-05-10"],
  KAS: ["Kaspa", "2021-11-07"],
  TON: ["TON", "2022-01-01"],
  APT: ["Aptos", "2022-10-17"],
  SUI: ["Sui", "2023-05-03"],
  SEI: ["Sei", "2023-08-15"],
  TIA: ["Celestia", "2023-10-31"],
};

/** The chain whose own coin `base` was at `nowMs`; null where it was a token, did not exist, or is not in the table. */
export function nativeCoin(base: string, nowMs: UnixMs): { readonly chain: string } | null {
  const entry = Object.hasOwn(NATIVE_SINCE, base) ? NATIVE_SINCE[base] : undefined;
  if (entry === undefined) return null;
  const [chain, since] = entry;
  // ISO dates of one length order as text.
  return toIso(nowMs).slice(0, since.length) >= since ? { chain } : null;
}
