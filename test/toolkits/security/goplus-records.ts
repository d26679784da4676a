// Records in GoPlus's two shapes in which every check passes, for the tests of the rubric.
import { unixMs } from "#schemas/units.ts";
import { reportFromGoPlus } from "#toolkits/security/goplus.ts";

export const OBSERVED_MS = unixMs(Date.parse("2026-01-02T00:00:00Z"));
export const NOW_MS = unixMs(OBSERVED_MS + 3_600_000);
export const VALID_UNTIL_MS = unixMs(OBSERVED_MS + 86_400_000);
const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";
export const LIVE_OWNER = "0x00000000000000000000000000000000000a11ce";

const holders = Array.from({ length: 10 }, () => ({ percent: "0.01", is_contract: 0, is_locked: 0 }));
const lpHolders = [{ percent: "0.9", is_locked: 1 }];

export const SOUND_EVM: Readonly<Record<string, unknown>> = {
  is_honeypot: "0",
  cannot_sell_all: "0",
  cannot_buy: "0",
  owner_change_balance: "0",
  is_airdrop_scam: "0",
  is_true_token: "1",
  fake_token: "0",
  selfdestruct: "0",
  is_open_source: "1",
  hidden_owner: "0",
  can_take_back_ownership: "0",
  slippage_modifiable: "0",
  personal_slippage_modifiable: "0",
  honeypot_with_same_creator: "0",
  is_mintable: "0",
  owner_address: ZERO_ADDRESS,
  is_proxy: "0",
  transfer_pausable: "0",
  is_blacklisted: "0",
  trading_cooldown: "0",
  external_call: "0",
  is_whitelisted: "0",
  is_anti_whale: "0",
  anti_whale_modifiable: "0",
  buy_tax: "0",
  sell_tax: "0",
  transfer_tax: "0",
  holders,
  lp_holders: lpHolders,
  dex: [{ name: "Swap", liquidity: "5000000" }],
  holder_count: "5000",
};

const noPower = { status: "0", authority: [] };
export const SOUND_SOLANA: Readonly<Record<string, unknown>> = {
  balance_mutable_authority: noPower,
  non_transferable: "0",
  mintable: noPower,
  freezable: noPower,
  closable: noPower,
  default_account_state: "1",
  default_account_state_upgradable: noPower,
  transfer_fee: {},
  transfer_fee_upgradable: noPower,
  transfer_hook: [],
  transfer_hook_upgradable: noPower,
  metadata_mutable: noPower,
  holders,
  lp_holders: lpHolders,
  dex: [{ dex_name: "Pool", tvl: "5000000" }],
  holder_count: "5000",
};

export const EVM_REQUIRED = [
  "is_open_source",
  "is_honeypot",
  "buy_tax",
  "sell_tax",
  "is_proxy",
  "is_mintable",
  "transfer_pausable",
  "owner_change_balance",
  "hidden_owner",
];

const judgeOn = (chain: string) => (record: unknown) =>
  reportFromGoPlus({
    record,
    chain,
    contract: "0xc0ffee",
    source: "test",
    observedAtMs: OBSERVED_MS,
    validUntilMs: VALID_UNTIL_MS,
    nowMs: NOW_MS,
  });
export const judgeEvm = judgeOn("1");
export const judgeSolana = judgeOn("solana");

export const without = (record: Readonly<Record<string, unknown>>, field: string) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
