// What a local GoPlus answers of a coin: rebuilt from the documented fields and from what published source code shows; no capture.
import type { TestCoin } from "./coins.ts";

type Power = NonNullable<TestCoin["facts"]>["can"][number];

/** Field of each power: https://docs.gopluslabs.io/reference/response-details */
const FIELDS: readonly (readonly [power: Power, field: string])[] = [
  ["proxy", "is_proxy"],
  ["mint", "is_mintable"],
  ["pause", "transfer_pausable"],
  ["blacklist", "is_blacklisted"],
  ["balances", "owner_change_balance"],
  ["tax", "slippage_modifiable"],
];

/** Of a coin that sells every day, without a tax that somebody could change. */
const SELLS = { is_honeypot: "0", cannot_sell_all: "0", cannot_buy: "0" };
const UNTAXED = { buy_tax: "0", sell_tax: "0", transfer_tax: "0" };

/** The record of its first contract, on an EVM chain; what is not confirmed is left out, as the source itself does. */
export function goPlusRecord({ name, ticker, facts }: TestCoin): Readonly<Record<string, unknown>> {
  const names = { token_name: name, token_symbol: ticker };
  if (facts === undefined) return names;
  const flags = FIELDS.flatMap(([power, field]) => {
    if (facts.can.includes(power)) return [[field, "1"]];
    return facts.cannot.includes(power) ? [[field, "0"]] : [];
  });
  return {
    ...names,
    is_open_source: "1",
    hidden_owner: "0",
    ...SELLS,
    ...(facts.cannot.includes("tax") ? UNTAXED : {}),
    ...Object.fromEntries(flags),
  };
}
