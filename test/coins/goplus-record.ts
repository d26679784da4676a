// What a local GoPlus answers of a coin: rebuilt from the documented fields and from what published source code shows; no capture.
import { isEvmChain } from "#schemas/chain.ts";
import type { TestCoin } from "./coins.ts";

type Record = Readonly<globalThis.Record<string, unknown>>;
type Facts = NonNullable<TestCoin["facts"]>;
type Power = Facts["can"][number];

/** Field of each power: https://docs.gopluslabs.io/reference/response-details */
const EVM_FIELDS: readonly (readonly [power: Power, field: string])[] = [
  ["proxy", "is_proxy"],
  ["mint", "is_mintable"],
  ["pause", "transfer_pausable"],
  ["blacklist", "is_blacklisted"],
  ["balances", "owner_change_balance"],
  ["tax", "slippage_modifiable"],
];
const SOLANA_FIELDS: typeof EVM_FIELDS = [
  ["mint", "mintable"],
  ["freeze", "freezable"],
];

/** Of a coin that sells every day, without a tax that somebody could change. */
const SELLS = { is_honeypot: "0", cannot_sell_all: "0", cannot_buy: "0" };
const UNTAXED = { buy_tax: "0", sell_tax: "0", transfer_tax: "0" };

/** The first token program of Solana has none of the powers that its extensions give. */
const NO_POWER = { status: "0", authority: [] };
const WITHOUT_EXTENSIONS = {
  balance_mutable_authority: NO_POWER,
  non_transferable: "0",
  closable: NO_POWER,
  default_account_state: "1",
  default_account_state_upgradable: NO_POWER,
  transfer_fee: {},
  transfer_fee_upgradable: NO_POWER,
  transfer_hook: [],
  transfer_hook_upgradable: NO_POWER,
};

const flags = (fields: typeof EVM_FIELDS, { can, cannot }: Facts, write: (is: boolean) => unknown): Record =>
  Object.fromEntries(
    fields
      .filter(([power]) => can.includes(power) || cannot.includes(power))
      .map(([power, field]) => [field, write(can.includes(power))]),
  );

/** The record of its first contract; what is not confirmed is left out, as the source itself does. */
export function goPlusRecord({ name, ticker, facts, contracts: [first] }: TestCoin): Record {
  const names = { token_name: name, token_symbol: ticker };
  if (facts === undefined || first === undefined) return names;
  if (!isEvmChain(first.chain))
    return {
      ...names,
      ...WITHOUT_EXTENSIONS,
      ...flags(SOLANA_FIELDS, facts, (is) => ({ status: is ? "1" : "0", authority: [] })),
    };
  return {
    ...names,
    is_open_source: "1",
    hidden_owner: "0",
    ...SELLS,
    ...(facts.cannot.includes("tax") ? UNTAXED : {}),
    ...flags(EVM_FIELDS, facts, (is) => (is ? "1" : "0")),
  };
}
